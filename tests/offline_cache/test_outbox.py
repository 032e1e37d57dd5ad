from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from offline_cache import receipt_number
from offline_cache.database import begin, connect
from offline_cache.errors import (
    OutboxFullError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
)
from offline_cache.journal import Journal
from offline_cache.outbox import FARTHEST_DUE, Limits, Outbox
from offline_cache.submission import Kept, Outcome, Problem, Standing, State, Submission
from tests.offline_cache.helpers import (
    MORNING,
    PATIENCE_S,
    TERMINAL,
    Clock,
    a_submission,
    an_outbox,
    files_of,
)

ROOT = Path(__file__).parents[2]
IN_1970 = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
IN_2099 = datetime(2099, 12, 31, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(path: Path, clock: Clock) -> Iterator[Outbox]:
    outbox = an_outbox(path, clock)
    yield outbox
    outbox.close()


def drained(outbox: Outbox, clock: Clock) -> list[str]:
    """The keys in the order they went; all are delivered."""
    keys = []
    while queued := outbox.peek(clock()):
        keys.append(queued.key)
        outbox.acknowledge(queued.key, Outcome.ACCEPTED)
    return keys


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
    lots = iter([5, 5, 5, 6])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(lots))
    first, second = outbox.keep(a_submission()), outbox.keep(a_submission())
    assert first.number[6:13] == "0000005"
    assert second.number[6:13] == "0000006"


def test_when_every_number_is_in_use_nothing_is_kept(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.randbelow", lambda _: 5)
    outbox.keep(a_submission())
    with pytest.raises(StoreFullError):
        outbox.keep(a_submission())
    assert outbox.waiting() == 1


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


# After delivery


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
    reader.execute("SELECT * FROM bodies").fetchall()
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
    recent = [outbox.keep(a_submission()).number for _ in range(10)]
    assert [outbox.state_of(number) for number in old] == [None] * 10
    assert all(outbox.state_of(number) for number in recent)
    outbox.close()
    connection = connect(path)
    assert Journal(connection).verify() is None
    connection.close()


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
    assert [bool(outbox.state_of(number)) for number in numbers] == [False] * 40 + [True] * 20
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
    assert connection.execute("SELECT event, number, word FROM journal").fetchall() == [
        ("kept", number, None),
        ("set-aside", number, "rejected"),
        ("put-back", number, None),
        ("delivered", number, "accepted"),
    ]
    assert Journal(connection).verify() is None
    connection.close()


# Limits and faults


@pytest.mark.parametrize(
    "limits",
    [Limits(rows=3), Limits(body_bytes=3 * 6 + 5), Limits(disk_free_bytes=10**18)],
    ids=["rows", "bytes", "disk"],
)
def test_a_full_queue_refuses_before_anything_is_lost(path: Path, limits: Limits) -> None:
    outbox = an_outbox(path, limits=Limits(rows=100, body_bytes=10**6, disk_free_bytes=0))
    known = [a_submission() for _ in range(3)]
    for submission in known:
        outbox.keep(submission)
    outbox.close()

    outbox = an_outbox(path, limits=limits)
    with pytest.raises(OutboxFullError) as caught:
        outbox.keep(a_submission())
    assert caught.value.remedy == "attendant"
    assert outbox.waiting() == 3
    assert not outbox.keep(known[0]).new  # the resident who asks again still gets the number
    outbox.close()


def test_a_full_queue_takes_in_again_after_a_delivery(path: Path) -> None:
    outbox = an_outbox(path, limits=Limits(rows=1))
    first = a_submission()
    outbox.keep(first)
    with pytest.raises(OutboxFullError):
        outbox.keep(a_submission())
    outbox.acknowledge(first.key, Outcome.ACCEPTED)
    assert outbox.keep(a_submission()).new
    outbox.close()


def test_a_disk_that_fills_up_in_the_middle_keeps_nothing_by_halves(path: Path) -> None:
    outbox = an_outbox(path)
    outbox.close()
    connection = connect(path)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    outbox = Outbox(connection, TERMINAL)
    big = a_submission(bytes(100_000))
    with pytest.raises(StoreFullError):
        outbox.keep(big)
    assert outbox.waiting() == 0
    assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    connection.execute("PRAGMA max_page_count = 100000")
    assert outbox.keep(big).new
    outbox.close()


def test_a_store_that_cannot_be_written_is_told_and_still_answers(path: Path) -> None:
    outbox = an_outbox(path)
    number = outbox.keep(a_submission()).number
    outbox.close()
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    outbox = Outbox(connection, TERMINAL)
    with pytest.raises(StoreReadOnlyError):
        outbox.keep(a_submission())
    assert outbox.state_of(number) is not None
    outbox.close()


def test_two_threads_keep_while_a_third_delivers(path: Path, clock: Clock) -> None:
    an_outbox(path).close()
    given: list[list[str]] = [[], []]
    delivered: list[str] = []
    faults: list[StoreError] = []
    kept_all = threading.Event()

    def keep(mine: list[str]) -> None:
        outbox = Outbox(connect(path), TERMINAL, clock=clock)
        try:
            for _ in range(50):
                submission = a_submission()
                outbox.keep(submission)
                mine.append(submission.key)
        except StoreError as fault:
            faults.append(fault)
        finally:
            outbox.close()

    def deliver() -> None:
        outbox = Outbox(connect(path), TERMINAL, clock=clock)
        try:
            while True:
                last_look = kept_all.is_set()
                delivered.extend(drained(outbox, clock))
                if last_look:
                    return
        except StoreError as fault:
            faults.append(fault)
        finally:
            outbox.close()

    keepers = [threading.Thread(target=keep, args=(mine,)) for mine in given]
    deliverer = threading.Thread(target=deliver)
    for thread in (*keepers, deliverer):
        thread.start()
    for thread in keepers:
        thread.join(PATIENCE_S)
    kept_all.set()
    deliverer.join(PATIENCE_S)
    assert faults == []
    assert sorted(delivered) == sorted(itertools.chain(*given))


# Killed


def test_every_number_given_survives_being_killed(path: Path) -> None:
    lots = random.Random(20260308)
    promised: dict[str, str] = {}
    for _ in range(20):
        for key, number in promised_until_killed(path, lots.randrange(1, 40)):
            assert promised.setdefault(key, number) == number
    opened = begin(path)
    assert opened.set_aside is None
    assert opened.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert Journal(opened.connection).verify() is None
    stored = opened.connection.execute("SELECT key, number FROM numbers").fetchall()
    assert len(stored) == len(dict(stored))
    assert promised.items() <= dict(stored).items()
    # Whatever is neither delivered nor waiting with its body is lost.
    lost = opened.connection.execute(
        "SELECT count(*) FROM numbers LEFT JOIN outbox USING (seq) LEFT JOIN bodies USING (seq)"
        " WHERE acknowledged_at IS NULL AND body IS NULL"
    )
    assert lost.fetchone() == (0,)
    opened.connection.close()


def promised_until_killed(path: Path, lines: int) -> list[tuple[str, str]]:
    """What a keeper printed before it was killed, some time after its line number `lines`."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.offline_cache.keeper", str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    with keeper.stdout as printed:
        read = list(itertools.islice(printed, lines))
        keeper.kill()
        read += [line for line in printed if line.endswith("\n")]
    keeper.wait(PATIENCE_S)
    assert len(read) >= lines
    return [(key, number) for key, number in (line.split() for line in read)]
