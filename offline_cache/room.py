"""How much the terminal takes in before it says that it cannot take more."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass
from typing import Final

from offline_cache.database import file_of
from offline_cache.errors import OutboxFullError, StoreIoError, StoreReadOnlyError
from offline_cache.load import Load

# What others write within it is far less than what is left free. Nobody is refused by what was
# seen earlier.
_LOOK_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """`keep` refuses beyond these, so that the disk is never full when something must be written.

    `body_bytes`: of bodies and materials together. A delivered number is forgotten after
    `numbers_days`, but the last `numbers_at_least` never are (a clock may jump); of more than
    `numbers_at_most` the oldest go, a few hundred numbers later at the most.
    """

    rows: int = 5_000
    body_bytes: int = 1_000_000_000
    disk_free_bytes: int = 500_000_000
    numbers_days: int = 400
    numbers_at_least: int = 5_000
    numbers_at_most: int = 100_000


LIMITS = Limits()


class Room:
    """Of one store, by its limits; belongs to the thread of its connection."""

    def __init__(self, connection: sqlite3.Connection, limits: Limits) -> None:
        self._limits = limits
        self._directory = file_of(connection).parent
        self._left, self._until_s = 0, 0.0

    def require(self, load: Load, more_bytes: int) -> None:
        """Raises: OutboxFullError, StoreError."""
        limits = self._limits
        if load.waiting + load.poison >= limits.rows:
            raise OutboxFullError(f"{load.waiting + load.poison} submissions wait")
        if load.bytes + more_bytes > limits.body_bytes:
            raise OutboxFullError(f"{load.bytes} bytes wait")
        if more_bytes > self._left or time.monotonic() > self._until_s:
            disk = os.statvfs(self._directory)
            self._left = disk.f_bavail * disk.f_frsize - limits.disk_free_bytes
            self._until_s = time.monotonic() + _LOOK_EVERY_S
            if more_bytes > self._left:
                raise OutboxFullError("little room on the disk")
        self._left -= more_bytes

    def require_writable(self) -> None:
        """Raises: StoreError."""
        try:
            read_only = os.statvfs(self._directory).f_flag & os.ST_RDONLY
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault
        if read_only:
            raise StoreReadOnlyError(f"{self._directory} can only be read")
