"""What is left of a submission after its delivery, and for how long."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from offline_cache import receipt_number
from offline_cache.database import begin, connect
from offline_cache.given_numbers import FORGET_EVERY
from offline_cache.journal import Journal
from offline_cache.outbox import Limits, Outbox
from offline_cache.submission import Outcome, Problem, Standing, State
from tests.offline_cache.helpers import (
    MORNING,
    TERMINAL,
    Clock,
    a_submission,
    an_outbox,
    drained,
    files_of,
)

IN_1970 = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
IN_2099 = datetime(2099, 12, 31, tzinfo=UTC)


def test_a_number_can_be_asked_about_at_every_stage(outbox: Outbox, clock: Clock) -> None:
    submission = a_submission()
    number = outbox.keep(submission).number
    assert outbox.state_of(number) == Standing(State.WAITING, MORNING, None, None)
    outbox.set_aside(submission.key, Problem.REJECTED)
    assert outbox.state_of(number) == Standing(State.POISON, MORNING, None, None)
    clock.forward(60)
    outbox.acknowledge(submission.key, Outcome.COMPLETED)
    expected = Standing(State.DELIVERED, MORNING, clock(), Outcome.COMPLETED)
    assert outbox.state_of(number) == expected
    assert outbox.state_of(receipt_number.draw("999999")) is None


def test_acknowledging_twice_is_no_mistake(outbox: Outbox) -> None:
    submission = a_submission()
    number = outbox.keep(submission).number
    outbox.acknowledge(submission.key, Outcome.ACCEPTED)
    outbox.acknowledge(submission.key, Outcome.DECLINED)
    outbox.acknowledge(str(uuid4()), Outcome.ACCEPTED)
    standing = outbox.state_of(number)
    assert standing is not None
    assert standing.outcome is Outcome.ACCEPTED


def test_nothing_of_a_delivered_body_is_left_on_the_disk(path: Path, outbox: Outbox) -> None:
    staying = a_submission(b"STAYS" * 400)
    outbox.keep(staying)
    for size in (1, 30, 800, 30_000):
        submission = a_submission(b"MARKER-OF-A-BODY" * size)
        outbox.keep(submission)
        outbox.put_off(submission.key, Problem.TIMEOUT, MORNING)
        assert b"MARKER" in files_of(path)
        outbox.acknowledge(submission.key, Outcome.ACCEPTED)
        outbox.tidy()
        assert b"MARKER" not in files_of(path)
        assert b"ER-OF-A-BODY" not in files_of(path)
    assert b"STAYSSTAYS" in files_of(path)


def test_a_reader_in_the_way_only_delays_the_overwriting(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offline_cache.database.BUSY_TIMEOUT_S", 0.01)
    outbox = an_outbox(path, clock)
    submission = a_submission(b"MARKER" * 100)
    outbox.keep(submission)
    reader = connect(path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM submissions").fetchall()
    outbox.acknowledge(submission.key, Outcome.ACCEPTED)
    assert outbox.waiting() == 0
    reader.execute("COMMIT")
    outbox.tidy()
    assert b"MARKER" not in files_of(path)
    reader.close()
    outbox.close()


def test_old_numbers_are_forgotten_and_their_journal_lines_stay(path: Path, clock: Clock) -> None:
    outbox = an_outbox(path, clock, Limits(numbers_at_least=3, numbers_at_most=100))
    old = [outbox.keep(a_submission()).number for _ in range(10)]
    drained(outbox, clock)
    clock.forward(401 * 86_400)
    with closing(connect(path)) as db:
        journal = Journal(db)
        before, head = list(journal.lines()), journal.head()
        recent = [outbox.keep(a_submission()).number for _ in range(10)]
        assert [outbox.state_of(number) for number in old] == [None] * 10
        assert all(outbox.state_of(number) for number in recent)
        lines = list(journal.lines())
        assert lines[: head.seq] == before
        assert [line[2:4] for line, _ in lines[head.seq :]] == [("kept", each) for each in recent]
        assert journal.verify() is None
    outbox.close()


def test_a_clock_gone_to_2099_does_not_make_the_terminal_forget(path: Path, clock: Clock) -> None:
    outbox = an_outbox(path, clock, Limits(numbers_at_least=100))
    numbers = [outbox.keep(a_submission()).number for _ in range(20)]
    drained(outbox, clock)
    clock.now = IN_2099
    outbox.keep(a_submission())
    assert all(outbox.state_of(number) for number in numbers)
    outbox.close()


def test_a_clock_stuck_in_1970_does_not_let_the_numbers_grow_for_ever(
    path: Path, clock: Clock
) -> None:
    clock.now = IN_1970
    outbox = an_outbox(path, clock, Limits(numbers_at_least=5, numbers_at_most=20))
    numbers = []
    for _ in range(60):
        numbers.append(outbox.keep(a_submission()).number)
        drained(outbox, clock)
    known = [bool(outbox.state_of(number)) for number in numbers]
    assert known == sorted(known)  # the oldest are forgotten
    assert 20 <= sum(known) < 20 + FORGET_EVERY
    outbox.close()


def test_a_long_line_is_seldom_looked_through_for_what_may_be_forgotten(
    path: Path, clock: Clock
) -> None:
    begin(path).connection.close()
    connection = connect(path)
    outbox = Outbox(connection, TERMINAL, Limits(numbers_at_least=800, numbers_at_most=900), clock)
    numbers = [outbox.keep(a_submission()).number for _ in range(800)]
    asked = list[str]()
    connection.set_trace_callback(asked.append)
    numbers += [outbox.keep(a_submission()).number for _ in range(200)]
    assert 1 <= sum(each.startswith("DELETE") for each in asked) <= 3
    connection.set_trace_callback(None)
    drained(outbox, clock)
    numbers += [outbox.keep(a_submission()).number for _ in range(400)]
    known = [bool(outbox.state_of(number)) for number in numbers]
    assert known == sorted(known)
    assert 900 <= sum(known) < 900 + FORGET_EVERY  # they have caught up
    outbox.close()


def test_a_number_that_still_waits_is_never_forgotten(path: Path, clock: Clock) -> None:
    outbox = an_outbox(path, clock, Limits(numbers_at_least=1, numbers_at_most=2))
    waiting = outbox.keep(a_submission())
    for _ in range(10):
        later = a_submission()
        outbox.keep(later)
        outbox.acknowledge(later.key, Outcome.ACCEPTED)
    assert outbox.state_of(waiting.number) == Standing(State.WAITING, MORNING, None, None)
    outbox.close()
