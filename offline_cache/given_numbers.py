"""The numbers that were given to residents, and how long they are known. A part of the outbox.

A key is found by the number that was drawn from it, so that one index serves both. Where that
number was another's already, the next draw counts, and the key has an entry of its own in a second
index, which is nearly empty: whatever is forgotten meanwhile, the key is found.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from offline_cache import receipt_number
from offline_cache.errors import StoreFullError
from offline_cache.journal import Journal
from offline_cache.moments import stamp
from offline_cache.room import Limits

FORGET_EVERY: Final = 16  # so that most residents wait for one statement less
_DRAWS: Final = 1000  # of 10 million numbers, of which 1 in 100 is in use at the most
_LOOKED_AT: Final = 1000  # of the oldest numbers, for some that may be forgotten


class GivenNumbers:
    """Every change is part of the transaction that is open."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        journal: Journal,
        limits: Limits,
        clock: Callable[[], datetime],
    ) -> None:
        self._db, self._journal, self._limits, self._clock = connection, journal, limits, clock
        self._kept_anyhow = min(limits.numbers_at_least, limits.numbers_at_most)
        self._none_until = self._kept_anyhow

    def another(self, key: str) -> tuple[int, int]:
        """What is drawn for a key whose first number is another's, and at which draw.

        Raises:
            StoreFullError: none is left.
        """
        for draw in range(2, _DRAWS):
            drawn = receipt_number.drawn_from(key, draw)
            taken = self._db.execute("SELECT 1 FROM submissions WHERE drawn = ?", (drawn,))
            if taken.fetchone() is None:
                return drawn, draw
        raise StoreFullError("no receipt number is left")

    def forget_old(self, last: int) -> None:
        """With each 16th number up to 32 go, and nobody waits for it. Where none could go the next
        look is an eighth of those kept anyhow later: a long line is not walked for nothing.
        """
        if last % FORGET_EVERY or last <= self._none_until:
            return
        limits = self._limits
        forgotten = self._db.execute(
            "DELETE FROM submissions WHERE seq IN (SELECT seq FROM"
            "  (SELECT seq, acknowledged_at FROM submissions WHERE seq <= :last - :kept_anyhow"
            "   ORDER BY seq LIMIT :looked_at)"
            "  WHERE acknowledged_at IS NOT NULL LIMIT :most)"
            " AND (seq <= :last - :at_most OR seq <= :last - :at_least AND kept_at < :before)"
            " RETURNING line, kept_at, number, hash",
            {
                "last": last,
                "kept_anyhow": self._kept_anyhow,
                "looked_at": _LOOKED_AT,
                "most": 2 * FORGET_EVERY,
                "at_most": limits.numbers_at_most,
                "at_least": limits.numbers_at_least,
                "before": stamp(self._clock() - timedelta(days=limits.numbers_days)),
            },
        ).fetchall()
        self._journal.take_over(forgotten)
        if not forgotten:
            self._none_until = last + self._kept_anyhow // 8
