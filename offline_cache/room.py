"""How much the terminal takes in before it says that it cannot take more."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass

from offline_cache.database import file_of
from offline_cache.errors import OutboxFullError, StoreIoError, StoreReadOnlyError, typed_faults


@dataclass(frozen=True, slots=True)
class Limits:
    """`keep` refuses beyond these, so that the disk is never full when something must be written.

    `body_bytes`: of bodies and materials together. A delivered number is forgotten after
    `numbers_days`, but the last `numbers_at_least` never are (a clock may jump), and more than
    `numbers_at_most` never stay.
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
        self._db, self._limits = connection, limits
        self._directory = file_of(connection).parent

    def require(self, more_bytes: int) -> None:
        """Raises: OutboxFullError, StoreError."""
        with typed_faults():
            waiting, poison, kept_bytes = self._db.execute(
                "SELECT waiting, poison, bytes FROM load"
            ).fetchone()
        limits = self._limits
        if waiting + poison >= limits.rows:
            raise OutboxFullError(f"{waiting + poison} submissions wait")
        if kept_bytes + more_bytes > limits.body_bytes:
            raise OutboxFullError(f"{kept_bytes} bytes wait")
        disk = os.statvfs(self._directory)
        if disk.f_bavail * disk.f_frsize - more_bytes < limits.disk_free_bytes:
            raise OutboxFullError("little room on the disk")

    def require_writable(self) -> None:
        """Raises: StoreError."""
        try:
            read_only = os.statvfs(self._directory).f_flag & os.ST_RDONLY
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault
        if read_only:
            raise StoreReadOnlyError(f"{self._directory} can only be read")
