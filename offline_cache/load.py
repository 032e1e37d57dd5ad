"""How much waits, without counting a long line each time. A part of the outbox."""

from __future__ import annotations

import sqlite3

from offline_cache.errors import typed_faults
from offline_cache.outbox_questions import LOAD


class Load:
    """What was counted holds for as long as the journal's head is the same: whatever comes, goes or
    is set aside writes a line in its own transaction, and what was taken back leaves another hash.
    """

    __slots__ = ("_at", "_db", "bytes", "poison", "waiting")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db, self._at = connection, b""
        self.waiting, self.poison, self.bytes = 0, 0, 0  # bytes: of bodies and materials

    def at(self, head: bytes) -> Load:
        """As it is where `head` is the hash of the journal's last line."""
        if head != self._at:
            with typed_faults():
                self.waiting, self.poison, self.bytes = self._db.execute(LOAD).fetchone()
            self._at = head
        return self

    def moved(self, before: bytes, after: bytes, waiting: int, poison: int, size: int) -> None:
        """By so much; where what was before is not known, the next who asks counts."""
        if before == self._at:
            self._at = after
            self.waiting += waiting
            self.poison += poison
            self.bytes += size
