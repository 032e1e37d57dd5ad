"""How much waits is counted once for each head of the journal, and never wrong."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache.database import begin, connect
from offline_cache.errors import OutboxFullError
from offline_cache.outbox import Limits, Outbox
from offline_cache.submission import Outcome, Problem
from tests.offline_cache.helpers import TERMINAL, Clock, a_submission


def test_what_another_thread_kept_delivered_or_set_aside_is_counted(
    path: Path, outbox: Outbox, clock: Clock
) -> None:
    first, second, third = (a_submission() for _ in range(3))
    with closing(Outbox(connect(path), TERMINAL, clock=clock)) as other:
        outbox.keep(first)
        assert (outbox.waiting(), other.waiting()) == (1, 1)
        other.keep(second)
        outbox.keep(third)
        other.set_aside(first.key, Problem.REJECTED)
        assert (outbox.waiting(), outbox.aside()) == (2, 1)
        other.acknowledge(first.key, Outcome.DECLINED)
        outbox.acknowledge(second.key, Outcome.ACCEPTED)
        for each in (outbox, other):
            assert (each.waiting(), each.aside()) == (1, 0)


def test_what_was_taken_back_does_not_count(path: Path, clock: Clock) -> None:
    db = connect_begun(path)
    with closing(Outbox(db, TERMINAL, clock=clock)) as outbox:
        db.execute("BEGIN IMMEDIATE")
        outbox.keep(a_submission())
        assert outbox.waiting() == 1
        db.execute("ROLLBACK")
        assert outbox.waiting() == 0
        with closing(Outbox(connect(path), TERMINAL, clock=clock)) as other:
            other.keep(a_submission())  # a line of the same number as the one taken back
            other.keep(a_submission())
        outbox.keep(a_submission())
        assert outbox.waiting() == 3


def test_a_long_line_is_counted_without_its_bodies(path: Path, outbox: Outbox) -> None:
    outbox.keep(a_submission())
    with closing(sqlite3.connect(path)) as db:
        questions = (
            "SELECT sum(bytes) FROM submissions WHERE acknowledged_at IS NULL",
            "SELECT min(due_at) FROM submissions WHERE acknowledged_at IS NULL AND state = ''",
        )
        for question in questions:
            (plan,) = db.execute(f"EXPLAIN QUERY PLAN {question}").fetchall()
            assert "COVERING INDEX submissions_in_line" in plan[3]


def test_room_is_asked_for_with_what_others_kept_meanwhile(path: Path, clock: Clock) -> None:
    limits = Limits(rows=2)
    first = Outbox(connect_begun(path), TERMINAL, limits, clock)
    second = Outbox(connect(path), TERMINAL, limits, clock)
    first.keep(a_submission())
    second.keep(a_submission())
    with pytest.raises(OutboxFullError, match="2 submissions wait"):
        first.keep(a_submission())
    first.close()
    second.close()


def connect_begun(path: Path) -> sqlite3.Connection:
    begin(path).connection.close()
    return connect(path)
