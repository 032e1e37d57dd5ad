"""References that are opened where they lie and not read whole: catalogues.

Beside each pack lies the label it was published with, signed by the publisher: it tells the
length and the SHA-256 of the pack. The label is written last, so that a power cut leaves a pack
that counts or none. Older packs stay behind the newest: one that is not in force yet, or is damaged
later, has one to fall back on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from offline_cache.errors import StoreIoError
from offline_cache.reference import Label, Reference, label_of

log = logging.getLogger(__name__)

KEPT: Final = 3  # versions
Value = TypeVar("Value")


class PackRoom:
    """A directory. Used by one thread at a time; another program may read it.

    Args:
        public: the publisher's key, 32 bytes.
    """

    def __init__(self, directory: Path, name: str, public: bytes) -> None:
        self._directory, self._name, self._public = directory, name, public

    def lay_down(self, reference: Reference, prove: Callable[[Path], object]) -> None:
        """Once `prove` has read it; older ones than the newest few go. One that lies there is left.

        Raises:
            ValueError: what `prove` raises of a pack that it does not understand.
            StoreIoError: the disk refused; what was there is untouched.
        """
        if self._lies_there(reference.version):
            return
        pack, label = self._files(reference.version)
        new = self._directory / f".{secrets.token_hex(6)}"
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            for stale in self._directory.glob(".*"):
                stale.unlink(missing_ok=True)
            _write(new, reference.content)
            prove(new)
            new.rename(pack)
            _write(new, reference.label)
            new.rename(label)
            _sync(self._directory)
            for old in self._versions()[KEPT:]:
                for file in self._files(old):
                    file.unlink(missing_ok=True)
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault
        finally:
            new.unlink(missing_ok=True)

    def newest(self, read: Callable[[Path], Value | None]) -> Value | None:
        """What `read` makes of the newest that is as it was signed; None of a pack is on to the one
        before. What `read` does not understand it says with ValueError.
        """
        for version in self._versions():
            try:
                value = read(pack) if (pack := self._sound(version)) is not None else None
            except (OSError, ValueError) as fault:
                log.error("%s %d is not used: %s", self._name, version, type(fault).__name__)
                continue
            if value is not None:
                return value
        return None

    def _lies_there(self, version: int) -> bool:
        try:
            return self._sound(version) is not None
        except OSError:
            return False

    def _sound(self, version: int) -> Path | None:
        pack, file = self._files(version)
        told = label_of(self._public, self._name, file.read_bytes())
        if isinstance(told, Label) and told.version == version:
            with pack.open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() == told.sha256:
                    return pack
        log.error("%s %d is not as it was signed", self._name, version)
        return None

    def _files(self, version: int) -> tuple[Path, Path]:
        stem = self._directory / f"{self._name}.{version}"
        return stem.with_name(f"{stem.name}.pack"), stem.with_name(f"{stem.name}.label")

    def _versions(self) -> list[int]:
        """The newest first."""
        found = []
        for path in self._directory.glob(f"{self._name}.*.label"):
            version = path.name.removeprefix(f"{self._name}.").removesuffix(".label")
            if version.isascii() and version.isdigit():
                found.append(int(version))
        return sorted(found, reverse=True)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
