"""How much waits, without counting a long line each time. A part of the outbox."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from offline_cache.errors import typed_faults
from offline_cache.journal_chain import Head
from offline_cache.outbox_questions import LOAD


@dataclass(frozen=True, slots=True)
class Amount:
    """`bytes`: of bodies and materials."""

    waiting: int
    poison: int
    bytes: int


class Load:
    """What was counted holds for as long as the journal's head is the same: whatever comes, goes or
    is set aside writes a line in its own transaction, and what was taken back leaves another hash.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._at, self._amount = b"", Amount(0, 0, 0)

    def at(self, head: Head) -> Amount:
        if head.hash != self._at:
            with typed_faults():
                self._amount = Amount(*self._db.execute(LOAD).fetchone())
            self._at = head.hash
        return self._amount

    def moved(self, before: Head, after: Head, waiting: int, poison: int, size: int) -> None:
        """By so much; where what was before is not known, the next who asks counts."""
        if before.hash == self._at:
            old = self._amount
            self._amount = Amount(old.waiting + waiting, old.poison + poison, old.bytes + size)
            self._at = after.hash
