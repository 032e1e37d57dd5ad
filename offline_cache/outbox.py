"""Submissions on their way to the platform, oldest first.

`keep` returns once the submission would outlive a power cut; from then on the resident may go.
Delivery is at least once, and once in effect: `key` travels with every attempt, and the platform
drops what it has seen. The body is sealed by the caller (sealing.py) or holds no personal data.

One object belongs to one thread, as its connection does. Order is the order of keeping, not of the
clock: a clock that jumps delays nothing and reorders nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from offline_cache import receipt_number
from offline_cache.database import scrub, transaction
from offline_cache.errors import (
    OutboxFullError,
    StoreFullError,
    StoreIoError,
    StoreReadOnlyError,
    typed_faults,
)
from offline_cache.journal import Journal, JournalEvent
from offline_cache.moments import moment, stamp, utc_now
from offline_cache.submission import (
    Kept,
    Outcome,
    PoisonRow,
    Problem,
    Queued,
    Standing,
    State,
    Submission,
)

FARTHEST_DUE = timedelta(hours=2)  # later than this is a clock that jumped: it counts as due now

_WORD = re.compile(r"[A-Za-z0-9._/-]{1,64}")
_DRAWS = 1000  # of 10 million numbers, of which 1 in 100 is in use at the most


@dataclass(frozen=True, slots=True)
class Limits:
    """`keep` refuses beyond these, so that the disk is never full when something must be written.

    A delivered number is forgotten after `numbers_days`, but the last `numbers_at_least` never are
    (a clock may jump), and more than `numbers_at_most` never stay.
    """

    rows: int = 5_000
    body_bytes: int = 1_000_000_000
    disk_free_bytes: int = 500_000_000
    numbers_days: int = 400
    numbers_at_least: int = 5_000
    numbers_at_most: int = 100_000


LIMITS = Limits()


class Outbox:
    def __init__(
        self,
        connection: sqlite3.Connection,
        terminal: str,
        limits: Limits = LIMITS,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`terminal`: 6 digits, the beginning of every number given; `clock`: aware."""
        receipt_number.draw(terminal)  # a bad name stops the start-up, not a resident
        self._db, self._terminal, self._limits, self._clock = connection, terminal, limits, clock
        self._journal = Journal(connection, clock)
        self._scrubbed = True
        (_, _, file), *_ = connection.execute("PRAGMA database_list")
        self._directory = Path(file).parent

    def close(self) -> None:
        self._db.close()

    # The resident's side

    def keep(self, submission: Submission) -> Kept:
        """Returns when the submission would outlive a power cut. The same key is kept once.

        Raises:
            OutboxFullError: the queue or the disk is at its limit; nothing was kept.
            StoreError: the disk refused; nothing was kept.
            ValueError: a field is not of its form.
        """
        _require_form(submission)
        with transaction(self._db):
            known = self._one("SELECT number FROM numbers WHERE key = ?", submission.key)
            if known:
                return Kept(str(known[0]), new=False)
            self._require_room(len(submission.body))
            number = self._unused_number()
            now = stamp(self._clock())
            seq = self._db.execute(
                "INSERT INTO numbers (number, key, kept_at) VALUES (?, ?, ?)",
                (number, submission.key, now),
            ).lastrowid
            self._db.execute(
                "INSERT INTO outbox (seq, kind, item, key_id, suite, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (seq, submission.kind, submission.item, submission.key_id, submission.suite, now),
            )
            self._db.execute("INSERT INTO bodies VALUES (?, ?)", (seq, submission.body))
            self._journal.note(JournalEvent.KEPT, number)
            self._forget_old_numbers()
        return Kept(number, new=True)

    def state_of(self, number: str) -> Standing | None:
        """None when this terminal never gave the number, or has forgotten it."""
        row = self._one(
            "SELECT coalesce(state, 'delivered'), kept_at, acknowledged_at, outcome"
            " FROM numbers LEFT JOIN outbox USING (seq) WHERE number = ?",
            number,
        )
        if row is None:
            return None
        state, kept_at, acknowledged_at, outcome = row
        return Standing(
            State(state),
            moment(kept_at),
            moment(acknowledged_at) if acknowledged_at else None,
            Outcome(outcome) if outcome else None,
        )

    def waiting(self) -> int:
        return int(self._rows("SELECT count(*) FROM outbox WHERE state = 'waiting'")[0][0])

    def position(self, key: str) -> int | None:
        """1 for the next to go; None when it is not waiting."""
        place = self._rows(
            "SELECT count(*) FROM outbox WHERE state = 'waiting' AND seq <="
            " (SELECT seq FROM numbers JOIN outbox USING (seq)"
            "  WHERE key = ? AND state = 'waiting')",
            key,
        )[0][0]
        return place or None

    def require_room(self) -> None:
        """Returns when a submission of no length could be kept now; writes nothing.

        Raises:
            OutboxFullError: the queue or the disk is at its limit.
            StoreError: the disk cannot be written, or the store not be read.
        """
        try:
            read_only = os.statvfs(self._directory).f_flag & os.ST_RDONLY
        except OSError as fault:
            raise StoreIoError(f"{self._directory}: {fault.strerror}") from fault
        if read_only:
            raise StoreReadOnlyError(f"{self._directory} can only be read")
        self._require_room(0)

    # The forwarder's side

    def peek(self, now: datetime) -> Queued | None:
        """The oldest of those that are due."""
        row = self._one(
            "SELECT key, kind, item, body, key_id, suite, number, kept_at, tries"
            " FROM outbox JOIN numbers USING (seq) JOIN bodies USING (seq)"
            " WHERE state = 'waiting' AND (due_at <= ? OR due_at > ?) ORDER BY seq LIMIT 1",
            stamp(now),
            stamp(now + FARTHEST_DUE),
        )
        if row is None:
            return None
        key, kind, item, body, key_id, suite, number, kept_at, tries = row
        return Queued(key, kind, item, body, key_id, suite, number, moment(kept_at), tries)

    def next_due(self) -> datetime | None:
        """When the first of those that wait may be tried; None when none waits."""
        row = self._one("SELECT min(due_at) FROM outbox WHERE state = 'waiting'")
        return moment(row[0]) if row and row[0] else None

    def acknowledge(self, key: str, outcome: Outcome) -> None:
        """The platform has it: the body is deleted and overwritten, the number stays known.

        A key that is not in the queue is no mistake: it was acknowledged before.
        """
        with transaction(self._db):
            row = self._row_of(key)
            if row is None:
                return
            seq, number = row
            self._db.execute("DELETE FROM outbox WHERE seq = ?", (seq,))  # and its body with it
            self._db.execute(
                "UPDATE numbers SET acknowledged_at = ?, outcome = ? WHERE seq = ?",
                (stamp(self._clock()), str(outcome), seq),
            )
            self._journal.note(JournalEvent.DELIVERED, number, outcome)
        self._scrubbed = scrub(self._db)

    def put_off(self, key: str, problem: Problem, due: datetime) -> None:
        with transaction(self._db):
            self._db.execute(
                "UPDATE outbox SET due_at = ?, tries = tries + 1, last_problem = ?"
                " WHERE seq = (SELECT seq FROM numbers WHERE key = ?)",
                (stamp(due), str(problem), key),
            )

    def hurry(self, now: datetime) -> None:
        """The line is back: whatever was put off is due now."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE outbox SET due_at = ?1 WHERE state = 'waiting' AND due_at > ?1",
                (stamp(now),),
            )

    def tidy(self) -> None:
        """Empties the log of deleted bodies, should `acknowledge` have been prevented from it."""
        self._scrubbed = self._scrubbed or scrub(self._db)

    # The operator's side

    def set_aside(self, key: str, reason: Problem) -> None:
        """Takes it out of the line, for people to look at; it is never dropped."""
        with transaction(self._db):
            row = self._row_of(key)
            if row is None:
                return
            self._db.execute(
                "UPDATE outbox SET state = 'poison', last_problem = ? WHERE seq = ?",
                (str(reason), row[0]),
            )
            self._journal.note(JournalEvent.SET_ASIDE, row[1], reason)

    def poison(self) -> tuple[PoisonRow, ...]:
        rows = self._rows(
            "SELECT number, kind, item, last_problem, kept_at FROM outbox"
            " JOIN numbers USING (seq) WHERE state = 'poison' ORDER BY seq"
        )
        return tuple(
            PoisonRow(number, kind, item, Problem(reason), moment(kept_at))
            for number, kind, item, reason, kept_at in rows
        )

    def put_back(self, number: str) -> None:
        """Into the line again, after somebody mended the cause."""
        with transaction(self._db):
            changed = self._db.execute(
                "UPDATE outbox SET state = 'waiting', due_at = ?, tries = 0"
                " WHERE state = 'poison' AND seq = (SELECT seq FROM numbers WHERE number = ?)",
                (stamp(self._clock()), number),
            ).rowcount
            if changed:
                self._journal.note(JournalEvent.PUT_BACK, number)

    # Inside

    def _require_room(self, body_bytes: int) -> None:
        rows, kept_bytes = self._rows(
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM bodies"
        )[0]
        limits = self._limits
        if rows >= limits.rows:
            raise OutboxFullError(f"{rows} submissions wait")
        if kept_bytes + body_bytes > limits.body_bytes:
            raise OutboxFullError(f"{kept_bytes} bytes wait")
        if shutil.disk_usage(self._directory).free - body_bytes < limits.disk_free_bytes:
            raise OutboxFullError("little room on the disk")

    def _unused_number(self) -> str:
        for _ in range(_DRAWS):
            number = receipt_number.draw(self._terminal)
            if self._one("SELECT 1 FROM numbers WHERE number = ?", number) is None:
                return number
        raise StoreFullError("no receipt number is left")

    def _forget_old_numbers(self) -> None:
        """Two at most each time: a number comes, up to two go, and nobody waits for it."""
        limits = self._limits
        self._db.execute(
            "DELETE FROM numbers WHERE seq IN (SELECT seq FROM numbers"
            "  WHERE acknowledged_at IS NOT NULL ORDER BY seq LIMIT 2)"
            " AND (seq <= :last - :at_most OR seq <= :last - :at_least AND kept_at < :before)",
            {
                "last": self._rows("SELECT max(seq) FROM numbers")[0][0],
                "at_most": limits.numbers_at_most,
                "at_least": limits.numbers_at_least,
                "before": stamp(self._clock() - timedelta(days=limits.numbers_days)),
            },
        )

    def _row_of(self, key: str) -> tuple[int, str] | None:
        row = self._one(
            "SELECT seq, number FROM outbox JOIN numbers USING (seq) WHERE key = ?", key
        )
        return (row[0], row[1]) if row else None

    def _rows(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        with typed_faults():
            return self._db.execute(question, values).fetchall()

    def _one(self, question: str, *values: str) -> tuple[Any, ...] | None:
        rows = self._rows(question, *values)
        return rows[0] if rows else None


def _require_form(submission: Submission) -> None:
    """The messages name the field, never what is in it."""
    if str(UUID(submission.key)) != submission.key:
        raise ValueError("key: a UUID is expected, in lower case and with its hyphens")
    for name, text in (("kind", submission.kind), ("item", submission.item)):
        if not _WORD.fullmatch(text):
            raise ValueError(f"{name}: 1 to 64 letters, digits, '.', '_', '/' or '-' are expected")
    if bool(submission.key_id) != bool(submission.suite):
        raise ValueError("key_id and suite go together")
