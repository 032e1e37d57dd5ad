from __future__ import annotations

import itertools
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from offline_cache import receipt_number
from offline_cache.database import begin, connect, transaction
from offline_cache.errors import StoreFullError
from offline_cache.journal import Journal, JournalEvent
from offline_cache.outbox import FARTHEST_DUE, Outbox
from offline_cache.submission import Kept, Outcome, Problem, Submission
from tests.offline_cache.helpers import MORNING, TERMINAL, Clock, a_submission, drained

IN_1970 = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
IN_2099 = datetime(2099, 12, 31, tzinfo=UTC)


# Keeping


def test_what_was_kept_comes_out_as_it_went_in(outbox: Outbox) -> None:
    submission = a_submission(bytes(range(256)))
    kept = outbox.keep(submission)
    queued = outbox.peek(MORNING)
    assert queued is not None
    assert {name: getattr(queued, name) for name in Submission.__slots__} == {
        name: getattr(submission, name) for name in Submission.__slots__
    }
    assert (queued.number, queued.kept_at, queued.tries) == (kept.number, MORNING, 0)


def test_the_receipt_number_names_the_terminal_and_checks_itself(outbox: Outbox) -> None:
    kept = outbox.keep(a_submission())
    assert kept.new
    assert kept.number.startswith(TERMINAL)
    assert receipt_number.is_valid(kept.number)


def test_the_same_key_is_kept_once_and_has_one_number(outbox: Outbox) -> None:
    submission = a_submission()
    first = outbox.keep(submission)
    assert outbox.keep(submission) == Kept(first.number, new=False)
    assert outbox.waiting() == 1


def test_a_key_delivered_long_ago_is_not_sent_again(outbox: Outbox) -> None:
    submission = a_submission()
    first = outbox.keep(submission)
    outbox.acknowledge(submission.key, Outcome.ACCEPTED)
    assert outbox.keep(submission) == Kept(first.number, new=False)
    assert outbox.waiting() == 0


def test_a_number_in_use_is_not_given_again(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_number, "LOTS", 12)
    submissions = [a_submission() for _ in range(12)]
    given = [outbox.keep(submission) for submission in submissions]
    assert sorted(kept.number[6:13] for kept in given) == [f"{lot:07}" for lot in range(12)]
    for submission, kept in zip(submissions, given, strict=True):
        assert outbox.keep(submission) == Kept(kept.number, new=False)


def test_when_every_number_is_in_use_nothing_is_kept(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_number, "LOTS", 1)
    outbox.keep(a_submission())
    with pytest.raises(StoreFullError):
        outbox.keep(a_submission())
    assert outbox.waiting() == 1


def test_a_key_is_known_also_when_whoever_had_its_first_number_is_forgotten(
    outbox: Outbox, clock: Clock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_number, "LOTS", 2)
    first, second = a_submission(), a_submission()
    while receipt_number.drawn_from(first.key, 1) != receipt_number.drawn_from(second.key, 1):
        second = a_submission()
    outbox.keep(first)
    outbox.acknowledge(first.key, Outcome.ACCEPTED)
    kept = outbox.keep(second)
    with connect(path) as meddler:
        meddler.execute("DELETE FROM submissions WHERE seq = 1")
    assert outbox.keep(second) == Kept(kept.number, new=False)
    assert drained(outbox, clock) == [second.key]
    assert outbox.keep(second) == Kept(kept.number, new=False)


def test_numbers_say_nothing_of_each_other_and_a_terminal_given_another_name_finds_its_own(
    outbox: Outbox, path: Path, clock: Clock
) -> None:
    submissions = [a_submission() for _ in range(50)]
    numbers = [outbox.keep(submission).number for submission in submissions]
    steps = {int(b[6:13]) - int(a[6:13]) for a, b in itertools.pairwise(numbers)}
    assert len(steps) == 49
    renamed = Outbox(connect(path), "522401", clock=clock)
    again = [renamed.keep(submission) for submission in submissions]
    assert again == [Kept(number, new=False) for number in numbers]
    assert drained(renamed, clock) == [submission.key for submission in submissions]
    renamed.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "42"},
        {"key": str(uuid4()).upper()},
        {"kind": ""},
        {"item": "张三 110105"},
        {"key_id": ""},
    ],
)
def test_a_malformed_submission_is_refused_without_quoting_it(
    outbox: Outbox, wrong: dict[str, str]
) -> None:
    fields = {name: getattr(a_submission(), name) for name in Submission.__slots__}
    with pytest.raises(ValueError) as caught:
        outbox.keep(Submission(**(fields | wrong)))
    assert "张三" not in str(caught.value)
    assert outbox.waiting() == 0


def test_a_terminal_without_a_proper_name_does_not_start(path: Path) -> None:
    connection = begin(path).connection
    with pytest.raises(ValueError, match="6 digits"):
        Outbox(connection, "village")
    connection.close()


# The line


def test_the_oldest_goes_first(outbox: Outbox, clock: Clock) -> None:
    keys = []
    for _ in range(10):
        submission = a_submission()
        keys.append(submission.key)
        outbox.keep(submission)
        clock.forward(60)
    assert [outbox.position(key) for key in keys] == list(range(1, 11))
    assert drained(outbox, clock) == keys


def test_one_that_is_put_off_lets_the_others_pass(outbox: Outbox, clock: Clock) -> None:
    first, second = a_submission(), a_submission()
    outbox.keep(first)
    outbox.keep(second)
    outbox.put_off(first.key, Problem.SERVER_ERROR, clock() + timedelta(seconds=60))
    assert drained(outbox, clock) == [second.key]
    assert outbox.next_due() == clock() + timedelta(seconds=60)
    clock.forward(60)
    queued = outbox.peek(clock())
    assert queued is not None
    assert (queued.key, queued.tries) == (first.key, 1)


def test_an_empty_line_has_nothing_due(outbox: Outbox) -> None:
    assert outbox.peek(MORNING) is None
    assert outbox.next_due() is None
    assert outbox.position(str(uuid4())) is None


def test_when_the_network_is_back_nothing_waits_for_its_time(outbox: Outbox, clock: Clock) -> None:
    keys = [a_submission() for _ in range(3)]
    for submission in keys:
        outbox.keep(submission)
        outbox.put_off(submission.key, Problem.NO_NETWORK, clock() + timedelta(seconds=300))
    outbox.hurry(clock())
    assert drained(outbox, clock) == [submission.key for submission in keys]


@pytest.mark.parametrize("jump", [IN_1970, IN_2099])
def test_a_clock_that_jumps_strands_and_reorders_nothing(
    outbox: Outbox, clock: Clock, jump: datetime
) -> None:
    before = [a_submission() for _ in range(3)]
    for submission in before:
        outbox.keep(submission)
    outbox.put_off(before[0].key, Problem.TIMEOUT, clock() + timedelta(seconds=300))
    clock.now = jump
    after = a_submission()
    outbox.keep(after)
    assert drained(outbox, clock) == [submission.key for submission in [*before, after]]


@pytest.mark.parametrize("jump", [IN_1970, IN_2099])
def test_what_was_put_off_while_the_clock_was_wrong_is_due_when_it_is_right_again(
    outbox: Outbox, clock: Clock, jump: datetime
) -> None:
    submission = a_submission()
    outbox.keep(submission)
    clock.now = jump
    outbox.put_off(submission.key, Problem.TIMEOUT, clock() + timedelta(seconds=300))
    clock.now = MORNING
    assert drained(outbox, clock) == [submission.key]


def test_a_due_time_within_reason_is_respected(outbox: Outbox, clock: Clock) -> None:
    submission = a_submission()
    outbox.keep(submission)
    outbox.put_off(submission.key, Problem.BUSY, clock() + FARTHEST_DUE)
    assert outbox.peek(clock()) is None


# Set aside


def test_what_is_set_aside_is_shown_to_people_and_can_be_put_back(
    outbox: Outbox, clock: Clock
) -> None:
    submission = a_submission()
    number = outbox.keep(submission).number
    outbox.set_aside(submission.key, Problem.KEY_UNKNOWN)
    assert outbox.waiting() == 0
    assert outbox.peek(clock()) is None
    assert outbox.position(submission.key) is None
    (row,) = outbox.poison()
    assert (row.number, row.item, row.reason) == (number, submission.item, Problem.KEY_UNKNOWN)
    outbox.put_back(number)
    assert outbox.poison() == ()
    assert drained(outbox, clock) == [submission.key]


def test_only_what_was_set_aside_can_be_put_back(outbox: Outbox) -> None:
    submission = a_submission()
    number = outbox.keep(submission).number
    outbox.put_off(submission.key, Problem.BUSY, MORNING + timedelta(seconds=60))
    outbox.put_back(number)
    assert outbox.peek(MORNING) is None
    outbox.put_back(receipt_number.draw(TERMINAL))
    outbox.set_aside(str(uuid4()), Problem.REJECTED)
    assert outbox.waiting() == 1
    assert outbox.poison() == ()


def test_the_journal_tells_the_whole_way_of_a_submission(path: Path, outbox: Outbox) -> None:
    submission = a_submission()
    number = outbox.keep(submission).number
    outbox.set_aside(submission.key, Problem.REJECTED)
    outbox.put_back(number)
    outbox.acknowledge(submission.key, Outcome.ACCEPTED)
    connection = connect(path)
    lines = "SELECT event, number, word FROM journal_lines ORDER BY seq"
    assert connection.execute(lines).fetchall() == [
        ("kept", number, None),
        ("set-aside", number, "rejected"),
        ("put-back", number, None),
        ("delivered", number, "accepted"),
    ]
    assert Journal(connection).verify() is None
    connection.close()


def test_what_is_kept_is_a_line_between_the_others(path: Path, outbox: Outbox) -> None:
    with closing(connect(path)) as db:
        journal = Journal(db, Clock())
        assert journal.last_moment() is None
        journal.note(JournalEvent.STARTED)
        first, second = (outbox.keep(a_submission()).number for _ in range(2))
        assert journal.head().seq == 3
        journal.note(JournalEvent.HELPED, second)
        third = outbox.keep(a_submission()).number
        journal.note(JournalEvent.STOPPED)
        assert [line[2:4] for line, _ in journal.lines()] == [
            ("started", None),
            ("kept", first),
            ("kept", second),
            ("helped", second),
            ("kept", third),
            ("stopped", None),
        ]
        assert journal.verify() is None
        assert (journal.head().seq, journal.last_moment()) == (6, MORNING)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE submissions SET kept_at = '2026-03-07T08:30:00.000Z' WHERE seq = 2",
        "UPDATE submissions SET number = '43012100000004' WHERE seq = 2",
        "UPDATE submissions SET hash = zeroblob(32) WHERE seq = 2",
        "UPDATE submissions SET line = 7 WHERE seq = 2",
        "DELETE FROM submissions WHERE seq = 2",
    ],
)
def test_a_submission_changed_or_removed_breaks_the_journal(
    path: Path, outbox: Outbox, tampering: str
) -> None:
    for _ in range(3):
        outbox.keep(a_submission())
    with closing(connect(path)) as db:
        with transaction(db):
            db.execute(tampering)
        assert Journal(db).verify() == 2
