"""Submissions on their way to the platform, oldest first.

`keep` returns once the submission would outlive a power cut; from then on the resident may go.
Delivery is at least once, and once in effect: `key` travels with every attempt, and the platform
drops what it has seen. Body and materials are sealed by the caller (sealing.py, materials.py), or
the body holds no personal data.

Order is the order of keeping, not of the clock: a clock that jumps delays nothing and reorders
nothing. It binds within a case: a submission waits for the earlier ones of its own case alone. Text
goes before pictures: a body before the materials of an earlier submission.

One object belongs to one thread, as its connection does.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from offline_cache import outbox_questions as ask
from offline_cache import receipt_number
from offline_cache.database import file_of, scrub, transaction
from offline_cache.errors import MaterialLostError, typed_faults
from offline_cache.given_numbers import GivenNumbers
from offline_cache.journal import Journal, JournalEvent
from offline_cache.journal_chain import KEPT, START, Head, newer, next_head
from offline_cache.load import Load
from offline_cache.material_files import MaterialFiles
from offline_cache.materials import SealedMaterial
from offline_cache.moments import moment, stamp, utc_now
from offline_cache.payment_orders import settle
from offline_cache.room import LIMITS, Limits, Room
from offline_cache.submission import (
    Chunk,
    Kept,
    Outcome,
    PoisonRow,
    Problem,
    Queued,
    Standing,
    State,
    Submission,
)
from offline_cache.submission_form import require_form
from offline_cache.uploads import Uploads

__all__ = ["FARTHEST_DUE", "LIMITS", "Limits", "Outbox"]

log = logging.getLogger(__name__)

FARTHEST_DUE = timedelta(hours=2)  # later than this is a clock that jumped: it counts as due now
SCRUB_EVERY_S = 60.0  # a line of thousands is not held up by the emptying of the log


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
        self._terminal = terminal
        self._db, self._clock = connection, clock
        self._journal = Journal(connection, clock)
        self._numbers = GivenNumbers(connection, self._journal, limits, clock)
        self._load, self._room = Load(connection), Room(connection, limits)
        self._uploads = Uploads(connection, MaterialFiles(file_of(connection)))
        self._scrubbed, self._scrubbed_s = True, time.monotonic()

    def close(self) -> None:
        self._db.close()

    # The resident's side

    def keep(
        self,
        submission: Submission,
        materials: Sequence[SealedMaterial] = (),
        paid_with: str = "",
    ) -> Kept:
        """Returns when the submission would outlive a power cut, with all its materials. The same
        key is kept once. `paid_with`: the key of the order in it, settled with it or not at all
        (payment_orders.py).

        Raises:
            OutboxFullError: the queue or the disk is at its limit; nothing was kept.
            OrderGivenUpError: what was paid is being given back; nothing was kept.
            StoreError: the disk refused; nothing was kept.
            ValueError: a field is not of its form.
        """
        require_form(submission, materials)
        with transaction(self._db):
            return self._keep(submission, materials, paid_with)

    def keep_all(
        self,
        several: Sequence[tuple[Submission, Sequence[SealedMaterial]]],
        paid_with: str = "",
    ) -> tuple[Kept, ...]:
        """All of them or none, in this order: a power cut never leaves half of what belongs
        together. `paid_with` is the first's. Otherwise as `keep`.
        """
        for submission, materials in several:
            require_form(submission, materials)
        with transaction(self._db):
            first, *rest = several
            kept = self._keep(*first, paid_with)
            return (kept, *(self._keep(*one) for one in rest))

    def _keep(
        self,
        submission: Submission,
        materials: Sequence[SealedMaterial],
        paid_with: str = "",
    ) -> Kept:
        key, body = submission.key, submission.body
        drawn, draw = receipt_number.drawn_from(key, 1), 1
        *last, owner, drawn_again = self._db.execute(ask.HEAD_AND_OWNERS, (drawn, key)).fetchone()
        if key in (owner, drawn_again):
            number, digest = self._db.execute(ask.GIVEN, (drawn, key)).fetchone()
            return Kept(number, new=False, digest=digest)
        if owner is not None:
            drawn, draw = self._numbers.another(key)
        seq, digest = newer(*last)
        head, size, file = Head(seq, digest or START), len(body), None
        load = self._load.at(head.hash)
        if not materials:
            self._room.require(load, size)
        else:
            self._room.require(load, size + sum(material.size for material in materials))
            file, file_size = self._uploads.write(materials)
            size += file_size
        number, now = receipt_number.number_of(self._terminal, drawn), stamp(self._clock())
        given = submission.kind, submission.item, submission.key_id, submission.suite
        line = next_head(head, now, KEPT, number)
        row = (number, drawn, draw, key, now, *given, submission.case, submission.digest)
        place = self._db.execute(ask.KEEP, (*row, file, size, line.seq, line.hash, body)).lastrowid
        assert place is not None  # a row was inserted  # noqa: S101
        if materials:
            self._uploads.add(place, materials)
        load.moved(head.hash, line.hash, 1, 0, size)
        if paid_with:
            settle(self._db, paid_with, self._journal, number)
        self._numbers.forget_old(place)
        return Kept(number, new=True, digest=submission.digest)

    def note_helped(self, number: str) -> None:
        """That a helper led through it: who, the sealed packet says. Raises: StoreError."""
        self._journal.note(JournalEvent.HELPED, number)

    def state_of(self, number: str) -> Standing | None:
        """None when this terminal never gave the number, or has forgotten it."""
        row = self._one(ask.STANDING, receipt_number.drawn_in(number), number)
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
        return self._load.at(self._journal.head().hash).waiting

    def held(self) -> int:
        """How many of those that wait are held by one of their case that was set aside."""
        return int(self._rows(ask.HELD)[0][0])

    def position(self, key: str) -> int | None:
        """1 for the next to go; None when it is not waiting, or held by one of its case."""
        row = self._one(ask.POSITION, *_by(key))
        return row[0] if row else None

    def place_of(self, number: str) -> int | None:
        """As `position`, by the number of the receipt."""
        row = self._one(ask.KEY_OF, receipt_number.drawn_in(number), number)
        return self.position(row[0]) if row else None

    def aside(self) -> int:
        """How many were set aside."""
        return self._load.at(self._journal.head().hash).poison

    def require_room(self) -> None:
        """Returns when a submission of no length could be kept now; writes nothing.

        Raises:
            OutboxFullError: the queue or the disk is at its limit.
            StoreError: the disk cannot be written, or the store not be read.
        """
        self._room.require_writable()
        self._room.require(self._load.at(self._journal.head().hash), 0)

    # The forwarder's side

    def peek(self, now: datetime) -> Queued | None:
        """The oldest of those that are due: bodies first, then chunks of those announced. One
        whose materials are lost is set aside on the way: it is not to stop the others.
        """
        due = stamp(now), stamp(now + FARTHEST_DUE)
        while (row := self._one(ask.NEXT, *due)) is not None:
            try:
                return self._queued(row)
            except MaterialLostError as fault:
                log.error("a submission cannot be sent whole: %s", fault)
                self.set_aside(row[1], Problem.TERMINAL_FAULT)
        return None

    def _queued(self, row: tuple[Any, ...], *, whole: bool = False) -> Queued:
        """`whole`: without its next chunk, which is not read then."""
        seq, key, kind, item, body, key_id, suite, case, digest, number, kept_at, *rest = row
        tries, told, file = rest
        uploads = self._uploads.of(seq) if file else ()
        return Queued(
            *(key, kind, item, body, key_id, suite, case, digest, number, moment(kept_at), tries),
            announced=bool(told),
            uploads=uploads,
            chunk=self._uploads.next_chunk(file, uploads) if told and file and not whole else None,
        )

    def next_due(self) -> datetime | None:
        """When the first of those that may go may be tried; None when none waits for its time."""
        row = self._one(ask.NEXT_DUE)
        return moment(row[0]) if row and row[0] else None

    def advance(self, key: str, missing: Mapping[int, int]) -> None:
        """The platform has the body and waits for these: material → first chunk that is not there.
        What is not named is there.
        """
        with transaction(self._db):
            row = self._one(ask.STILL_HERE, *_by(key))
            if row is None:
                return
            self._db.execute(ask.ADVANCE, (*_by(key), stamp(self._clock())))
            self._uploads.advance(row[0], missing)

    def acknowledge(self, key: str, outcome: Outcome) -> None:
        """The platform has it: the body is deleted and overwritten, the file of its materials
        removed; the number stays known.

        What was deleted is sealed, and may be left in the log until `tidy`, which the forwarder
        calls when the line is empty or rests; a long line does it every `SCRUB_EVERY_S`.
        A key that is not in the queue is no mistake: it was acknowledged before.
        """
        now = stamp(self._clock())
        with transaction(self._db):
            row = self._db.execute(ask.ACKNOWLEDGE, (*_by(key), now, str(outcome))).fetchone()
            if row is None:
                return
            seq, number, state, size, file = row
            if file is not None:
                self._uploads.forget(seq)
            head = self._journal.head()
            noted = self._journal.follow(head, now, JournalEvent.DELIVERED, number, outcome)
            waited = state == State.WAITING
            self._load.moved(head.hash, noted.hash, -waited, waited - 1, -size)
        if file is not None and not self._db.in_transaction:
            self._uploads.remove(file)
        self._scrubbed = False
        if time.monotonic() - self._scrubbed_s >= SCRUB_EVERY_S:
            self.tidy()

    def put_off(
        self, key: str, problem: Problem, due: datetime, *, unannounced: bool = False
    ) -> None:
        """`unannounced`: the platform does not know the body any more; it goes once again."""
        with transaction(self._db):
            self._db.execute(ask.PUT_OFF, (*_by(key), stamp(due), str(problem), unannounced))

    def hurry(self, now: datetime) -> None:
        """The line is back: whatever was put off is due now."""
        with transaction(self._db):
            self._db.execute(ask.HURRY, (stamp(now),))

    def tidy(self) -> None:
        """Empties the log of deleted bodies, where `acknowledge` has left that for later."""
        if not self._scrubbed:
            self._scrubbed = scrub(self._db)
            self._scrubbed_s = time.monotonic()

    def carry(self) -> Iterator[Queued]:
        """All that waits, in the order of keeping; what goes meanwhile may be missing. Changes
        nothing.
        """
        for (seq,) in self._rows(ask.WAITING):
            row = self._one(ask.CARRIED, seq)
            if row is not None:
                yield self._queued(row, whole=True)

    def is_whole(self, key: str) -> bool | None:
        """Whether its materials are still there; None for what is not in the queue."""
        row = self._one(ask.STILL_HERE, *_by(key))
        if row is None:
            return None
        _, _, file, size = row
        return file is None or self._uploads.is_whole(file, size)

    def chunks_of(self, key: str) -> Iterator[Chunk]:
        """All of its materials, the first material first, those that were sent as well.

        Raises:
            MaterialLostError: `is_whole` would have said so, or the disk lost it meanwhile.
        """
        row = self._one(ask.STILL_HERE, *_by(key))
        if row is not None and row[2] is not None:
            yield from self._uploads.chunks(row[0], row[2])

    # The operator's side

    def set_aside(self, key: str, reason: Problem) -> None:
        """Takes it out of the line, for people to look at; it is never dropped."""
        with transaction(self._db):
            row = self._db.execute(ask.SET_ASIDE, (*_by(key), str(reason))).fetchone()
            if row is not None:
                self._journal.note(JournalEvent.SET_ASIDE, row[0], reason)

    def poison(self) -> tuple[PoisonRow, ...]:
        rows = self._rows(ask.POISON)
        return tuple(
            PoisonRow(number, kind, item, Problem(reason), moment(kept_at), holds)
            for number, kind, item, reason, kept_at, holds in rows
        )

    def put_back(self, number: str) -> bool:
        """Into the line again, after somebody mended the cause; False when it was not set aside."""
        with transaction(self._db):
            changed = self._db.execute(
                ask.PUT_BACK, (receipt_number.drawn_in(number), number, stamp(self._clock()))
            ).rowcount
            if changed:
                self._journal.note(JournalEvent.PUT_BACK, number)
        return bool(changed)

    # Inside

    def _rows(self, question: str, *values: str | int) -> list[tuple[Any, ...]]:
        with typed_faults():
            return self._db.execute(question, values).fetchall()

    def _one(self, question: str, *values: str | int) -> tuple[Any, ...] | None:
        rows = self._rows(question, *values)
        return rows[0] if rows else None


def _by(key: str) -> tuple[int, str]:
    """What a row is looked for by; see outbox_questions.py."""
    return receipt_number.drawn_from(key, 1), key
