"""What the terminal did, in an order that cannot be altered unnoticed.

Append only. Every line carries the SHA-256 of the line before it and itself, so a line changed,
removed or put in between breaks the chain; lines cut from the end show when `head` is compared with
one reported earlier. By construction there is no room for personal data: a line is a moment, an
event, a receipt number and a word, the last from closed lists.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from offline_cache import receipt_number
from offline_cache.database import transaction
from offline_cache.errors import typed_faults
from offline_cache.moments import stamp, utc_now

_START = bytes(32)  # what the first line follows


class JournalEvent(StrEnum):
    STARTED = "started"
    STOPPED = "stopped"
    STORE_REPLACED = "store-replaced"  # a damaged store was set aside
    KEPT = "kept"
    DELIVERED = "delivered"  # word: outbox.Outcome
    SET_ASIDE = "set-aside"  # word: outbox.Problem
    PUT_BACK = "put-back"


@dataclass(frozen=True, slots=True)
class Head:
    """The last line; `seq` is also the number of lines."""

    seq: int
    hash: bytes


class Journal:
    def __init__(
        self, connection: sqlite3.Connection, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._db, self._clock = connection, clock

    def note(
        self, event: JournalEvent, number: str | None = None, word: StrEnum | None = None
    ) -> None:
        """Adds a line; part of the transaction that is open, if one is.

        Raises:
            ValueError: `number` is not a receipt number, or `word` is not from a closed list.
            StoreError: the disk refused.
        """
        if number is not None and not receipt_number.is_valid(number):
            raise ValueError("a journal line may carry a receipt number and no other")
        if not isinstance(word, StrEnum | None):
            raise ValueError("a journal line may carry a word from a closed list and no other")
        with transaction(self._db):
            head = self.head()
            line = (head.seq + 1, stamp(self._clock()), str(event), number, word and str(word))
            self._db.execute(
                "INSERT INTO journal (seq, at, event, number, word, hash)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*line, _chained(head.hash, line)),
            )

    def head(self) -> Head:
        with typed_faults():
            row = self._db.execute(
                "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1"
            ).fetchone()
        return Head(*row) if row else Head(0, _START)

    def verify(self) -> int | None:
        """The number of the first line that does not fit; None when the chain is whole."""
        expected, previous = 1, _START
        with typed_faults():
            for *line, found in self._db.execute(
                "SELECT seq, at, event, number, word, hash FROM journal ORDER BY seq"
            ):
                if found != _chained(previous, tuple(line)):
                    return expected
                expected, previous = expected + 1, found
        return None


def _chained(previous: bytes, line: tuple[int, str, str, str | None, str | None]) -> bytes:
    """SHA-256 over the previous hash and the line as JSON: a list without spaces, in ASCII."""
    row = json.dumps(line, separators=(",", ":"))
    return hashlib.sha256(previous + row.encode()).digest()
