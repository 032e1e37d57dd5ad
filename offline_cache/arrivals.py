"""Files on their way over a line that drops: what has come so far is on the disk, and goes on.

A file is of one name and version; what had come of another version of it is dropped.
"""

from __future__ import annotations

import os
from pathlib import Path

from offline_cache.errors import StoreIoError


class Arrivals:
    """A directory. Used by one thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def come(self, name: str, version: int) -> int:
        """How many bytes of it are here; those of its other versions go.

        Raises:
            StoreIoError: the disk refused.
        """
        try:
            for other in self._directory.glob(f"{name}.*"):
                if other != self._path(name, version):
                    other.unlink(missing_ok=True)
            return self._path(name, version).stat().st_size
        except FileNotFoundError:
            return 0
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault

    def add(self, name: str, version: int, piece: bytes) -> None:
        """Behind what is here, on the disk when this returns. Raises: StoreIoError."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            with os.fdopen(os.open(self._path(name, version), flags, 0o600), "ab") as file:
                file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault

    def take_out(self, name: str, version: int) -> bytes:
        """All that came; nothing of it stays. Raises: StoreIoError."""
        path = self._path(name, version)
        try:
            whole = path.read_bytes()
            path.unlink()
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault
        return whole

    def _path(self, name: str, version: int) -> Path:
        return self._directory / f"{name}.{version}"
