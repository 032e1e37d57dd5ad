"""What was last told of a number, and when: for the days on which the platform is away.

No personal data: how far a case is, as anybody may ask by its number. What is too old is not told
any more; when there is too much, what was told longest ago goes first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from offline_cache.database import transaction
from offline_cache.errors import typed_faults
from offline_cache.moments import moment, stamp, utc_now

MOST: Final = 10_000
OLDEST: Final = timedelta(days=400)
_MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Idle:
    """A case that nobody had opened for so many working days when it was last told of."""

    number: str
    working_days: int
    desk: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    told: dict[str, Any]
    at: datetime


class LastKnown:
    """One object belongs to one thread, as its connection does."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        clock: Callable[[], datetime] = utc_now,
        most: int = MOST,
    ) -> None:
        self._db, self._clock, self._most = connection, clock, most

    def close(self) -> None:
        self._db.close()

    def note(self, number: str, told: dict[str, Any]) -> None:
        """In place of what was told before.

        Raises:
            StoreError: the disk refused; what was there is untouched.
            ValueError: too long to be the progress of a case.
        """
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        if len(text) > _MOST_CHARACTERS:
            raise ValueError("the progress of a case is shorter")
        with transaction(self._db):
            self._db.execute(
                "INSERT OR REPLACE INTO last_known VALUES (?, ?, ?)",
                (number, text, stamp(self._clock())),
            )
            self._db.execute(
                "DELETE FROM last_known WHERE rowid <="
                " (SELECT rowid FROM last_known ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                (self._most,),
            )

    def last(self, number: str) -> Known | None:
        """None: nothing, or nothing that is young enough. By a clock that is behind it is told all
        the same.

        Raises:
            StoreError: the store cannot be read.
        """
        with typed_faults():
            row = self._db.execute(
                "SELECT told, at FROM last_known WHERE number = ?", (number,)
            ).fetchone()
        if row is None or self._clock() - moment(row[1]) > OLDEST:
            return None
        return Known(json.loads(row[0]), moment(row[1]))

    def idle(self, working_days: int) -> tuple[Idle, ...]:
        """Those under way that nobody had opened for so long or longer, the longest first.

        Raises:
            StoreError: the store cannot be read.
        """
        with typed_faults():
            rows = self._db.execute("SELECT number, told, at FROM last_known").fetchall()
        found = []
        for number, text, at in rows:
            told = json.loads(text)
            days = told.get("idle_working_days", 0)
            if told.get("state") != "decided" and days >= working_days:
                found.append(Idle(number, days, told.get("desk", ""), moment(at)))
        return tuple(sorted(found, key=lambda one: -one.working_days))
