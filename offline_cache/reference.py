"""What the platform publishes for the terminal to have at hand: catalogue, guides, notices.

Each is one file, whole or not there: signed by the publisher (Ed25519), with a version that never
goes back. A new one lies beside the old one; it takes its place when `use` has read it, and the old
one stays until then. One that cannot be read is put aside, and the old one goes on.

A file: one line of JSON (the label), a newline, the content. The signature is over the label, which
holds the SHA-256 and the length of the content.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, TypeVar

from offline_cache.errors import StoreIoError
from offline_cache.terminal_key import is_signed

log = logging.getLogger(__name__)

PURPOSE: Final = b"village-kiosk reference v1|"
MOST_BYTES: Final = 64_000_000
_MOST_LABEL_BYTES: Final = 4096
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIELDS: Final = ("name", "version", "issued_at", "bytes", "sha256")
Value = TypeVar("Value")


class Taken(StrEnum):
    """What became of something offered."""

    NEW = "new"  # it lies there, to be used next
    KNOWN = "known"  # this version or a later one is there already
    NOT_SIGNED = "not-signed"  # by nobody the terminal trusts, or altered
    WRONG = "wrong"  # not of this form, too long, or of another name


@dataclass(frozen=True, slots=True)
class Reference:
    """`issued_at` by the publisher's clock: what it is as of."""

    name: str
    version: int
    issued_at: datetime
    content: bytes


class Shelf:
    """A directory. Used by one thread.

    Args:
        public: the publisher's key, 32 bytes.
    """

    def __init__(self, directory: Path, public: bytes) -> None:
        self._directory, self._public = directory, public

    @property
    def directory(self) -> Path:
        return self._directory

    def holds(self, name: str, version: int) -> bool:
        return self._path(name, version).is_file()

    def take(self, name: str, offered: bytes) -> Taken:
        """Lays it down beside what is there, on the disk when this returns.

        Raises:
            StoreIoError: the disk refused; what was there is untouched.
        """
        told = self._opened(name, offered)
        if not isinstance(told, Reference):
            return told
        if any(told.version <= version for version, _ in self._versions(name)):
            return Taken.KNOWN
        try:
            self._lay_down(self._path(name, told.version), offered)
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault
        return Taken.NEW

    def use(self, name: str, read: Callable[[Reference], Value | None]) -> Value | None:
        """What `read` makes of the newest that can be read; the older ones go. None: there is none.

        What `read` does not understand it says with ValueError. Of what is for a later day it makes
        None: that stays, and so does the one before, which is read in its place.
        """
        for version, path in self._versions(name):
            try:
                told = self._opened(name, path.read_bytes())
                if isinstance(told, Reference):
                    value = read(told)
                    if value is None:
                        continue
                    self._clear_below(name, version)
                    return value
                why: object = told
            except (OSError, ValueError) as fault:
                why = type(fault).__name__
            log.error("%s %d cannot be read and is put aside: %s", name, version, why)
            self._put_aside(path)
        return None

    def _opened(self, name: str, raw: bytes) -> Reference | Taken:
        head, _, content = raw.partition(b"\n")
        if len(head) > _MOST_LABEL_BYTES or len(content) > MOST_BYTES or not _NAME.fullmatch(name):
            return Taken.WRONG
        try:
            label = json.loads(head)
            signature = base64.b64decode(label.pop("signature"), validate=True)
            version, issued_at = label["version"], datetime.fromisoformat(label["issued_at"])
            wanted = (name, len(content), hashlib.sha256(content).hexdigest())
            fits = (label["name"], label["bytes"], label["sha256"]) == wanted
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return Taken.WRONG
        if not is_signed(self._public, statement(label), signature):
            return Taken.NOT_SIGNED
        if not fits or type(version) is not int or version < 1 or issued_at.tzinfo is None:
            return Taken.WRONG
        return Reference(name, version, issued_at, content)

    def _versions(self, name: str) -> list[tuple[int, Path]]:
        """The newest first."""
        found = []
        for path in self._directory.glob(f"{name}.*"):
            version = path.name.removeprefix(f"{name}.")
            if version.isascii() and version.isdigit():
                found.append((int(version), path))
        return sorted(found, reverse=True)

    def _path(self, name: str, version: int) -> Path:
        return self._directory / f"{name}.{version}"

    def _lay_down(self, path: Path, data: bytes) -> None:
        """Under another name first: a power cut leaves the whole file or none."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for stale in self._directory.glob(".*"):
            stale.unlink(missing_ok=True)
        new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            new.rename(path)
        except OSError:
            new.unlink(missing_ok=True)
            raise
        directory = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _clear_below(self, name: str, version: int) -> None:
        for older, path in self._versions(name):
            if older < version:
                path.unlink(missing_ok=True)

    def _put_aside(self, path: Path) -> None:
        try:
            path.rename(path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}"))
        except OSError as fault:
            log.error("%s stays where it is: %s", path.name, fault.strerror)


def statement(label: dict[str, Any]) -> bytes:
    """What the publisher signs: the label without its signature, as canonical JSON (RFC 8785).

    Raises:
        KeyError: a field is missing.
    """
    fields = {name: label[name] for name in _FIELDS}
    told = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return PURPOSE + told.encode()
