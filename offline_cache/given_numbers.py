"""The numbers that were given to residents, and how long they are known. A part of the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from offline_cache import receipt_number
from offline_cache.errors import StoreFullError
from offline_cache.moments import stamp
from offline_cache.room import Limits
from offline_cache.submission import Submission

_DRAWS = 1000  # of 10 million numbers, of which 1 in 100 is in use at the most
_LOOKED_AT = 1000  # of the oldest numbers, for some that may be forgotten


class GivenNumbers:
    """`terminal`: 6 digits, the beginning of every number. Every change is part of the transaction
    that is open.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        terminal: str,
        limits: Limits,
        clock: Callable[[], datetime],
    ) -> None:
        receipt_number.draw(terminal)  # a bad name stops the start-up, not a resident
        self._db, self._terminal, self._limits, self._clock = connection, terminal, limits, clock

    def give(self, submission: Submission) -> tuple[int | None, str]:
        """Its new place and number; None and the number given then, where the key is known.

        Raises:
            StoreFullError: none is left.
        """
        now = stamp(self._clock())
        for _ in range(_DRAWS):
            number = receipt_number.draw(self._terminal)
            new = self._db.execute(
                "INSERT OR IGNORE INTO numbers (number, key, kept_at, digest) VALUES (?, ?, ?, ?)",
                (number, submission.key, now, submission.digest),
            )
            if new.rowcount:
                return new.lastrowid, number
            known = self._db.execute(
                "SELECT number FROM numbers WHERE key = ?", (submission.key,)
            ).fetchone()
            if known:
                return None, known[0]
        raise StoreFullError("no receipt number is left")

    def forget_old(self, last: int) -> None:
        """Two at most each time: a number comes, up to two go, and nobody waits for it."""
        limits = self._limits
        if last <= limits.numbers_at_least and last <= limits.numbers_at_most:
            return
        self._db.execute(
            "DELETE FROM numbers WHERE seq IN (SELECT seq FROM"
            "  (SELECT seq, acknowledged_at FROM numbers ORDER BY seq LIMIT :looked_at)"
            "  WHERE acknowledged_at IS NOT NULL LIMIT 2)"
            " AND (seq <= :last - :at_most OR seq <= :last - :at_least AND kept_at < :before)",
            {
                "last": last,
                "looked_at": _LOOKED_AT,
                "at_most": limits.numbers_at_most,
                "at_least": limits.numbers_at_least,
                "before": stamp(self._clock() - timedelta(days=limits.numbers_days)),
            },
        )
