"""A dead battery, a wrong hand: nothing is lost, nothing expires, nothing waits for years."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offline_cache.database import begin, connect
from offline_cache.forwarder import BackOff, Delivered, Forwarder, PutOff
from offline_cache.journal import Journal, JournalEvent
from offline_cache.moments import stamp
from offline_cache.outbox import Limits, Outbox
from offline_cache.print_ledger import Begun, PrintLedger
from offline_cache.steady_clock import (
    EPOCH,
    LONGEST_OFF,
    TOLERANCE,
    Jump,
    SteadyClock,
    is_synchronised,
    since_boot_s,
)
from offline_cache.submission import Outcome, Problem, Queued
from tests.offline_cache.helpers import MORNING, PATIENCE_S, TERMINAL, a_submission

DEAD_BATTERY = datetime(1970, 1, 1, 0, 0, 7, tzinfo=UTC)
YEARS_AHEAD = datetime(2099, 12, 31, tzinfo=UTC)
JUMPS = pytest.mark.parametrize("jump", [DEAD_BATTERY, YEARS_AHEAD], ids=["1970", "2099"])
MINUTE = timedelta(minutes=1)


class Machine:
    """A clock that can be set, and the time since it was switched on, which cannot."""

    def __init__(self, wall: datetime = MORNING) -> None:
        self.wall, self.up_s, self.server = wall, 100.0, False

    def pass_by(self, time: timedelta) -> None:
        self.wall += time
        self.up_s += time.total_seconds()

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.up_s, lambda: self.server)


def test_a_clock_that_goes_along_is_followed_with_its_corrections() -> None:
    machine = Machine()
    clock = machine.clock()
    for slew_s in (0.0, 0.4, -0.3, 20.0, 60.0):
        machine.pass_by(10 * MINUTE)
        machine.wall += timedelta(seconds=slew_s)
        assert clock() == machine.wall


def test_a_small_step_back_is_not_taken_back() -> None:
    machine = Machine()
    clock = machine.clock()
    before = clock()
    machine.wall -= MINUTE
    assert clock() == before


@JUMPS
def test_a_jump_while_it_runs_is_not_followed(jump: datetime) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall = jump
    assert clock() == MORNING
    machine.pass_by(90 * MINUTE)
    assert clock() == MORNING + 90 * MINUTE
    machine.wall = MORNING + 91 * MINUTE  # somebody sets it right
    assert clock() == machine.wall


@JUMPS
def test_a_jump_that_a_time_server_stands_for_is_followed(jump: datetime) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall, machine.server = jump, True
    assert clock() == jump


def test_a_start_with_a_dead_battery_goes_on_from_what_the_store_has_seen() -> None:
    machine = Machine(DEAD_BATTERY)
    clock = machine.clock()
    assert clock() == EPOCH
    jump = clock.not_before(MORNING)
    assert (jump.ahead, jump.behind > 29_000_000) == (0, True)
    machine.pass_by(MINUTE)
    assert clock() == MORNING + MINUTE


def test_a_start_years_ahead_is_not_believed_until_the_platform_says_the_same() -> None:
    machine = Machine(YEARS_AHEAD)
    clock = machine.clock()
    assert clock.not_before(MORNING).ahead > 0
    assert clock() == MORNING
    clock.confirm(YEARS_AHEAD + MINUTE)
    assert clock() - YEARS_AHEAD <= TOLERANCE


def test_a_terminal_that_was_off_over_the_holidays_simply_goes_on() -> None:
    machine = Machine(MORNING + LONGEST_OFF)
    clock = machine.clock()
    assert clock.not_before(MORNING) == Jump()
    assert clock() == machine.wall


def test_the_platform_ends_a_future_that_the_store_once_believed() -> None:
    machine = Machine(MORNING)
    clock = machine.clock()
    clock.not_before(YEARS_AHEAD)
    assert clock() == YEARS_AHEAD
    clock.confirm(MORNING)
    assert clock() == MORNING


def test_an_answer_that_was_a_while_on_its_way_moves_nothing() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.confirm(MORNING - TOLERANCE)
    assert clock() == MORNING


def test_the_machine_s_own_clocks_can_be_asked() -> None:
    assert since_boot_s() > 0
    assert is_synchronised() in (True, False)
    assert abs(SteadyClock()() - max(datetime.now(UTC), EPOCH)) < TOLERANCE


# Every place that uses time


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    begin(path).connection.close()
    return path


@JUMPS
def test_the_journal_keeps_its_order_and_its_times(path: Path, jump: datetime) -> None:
    machine = Machine()
    with closing(connect(path)) as db:
        journal = Journal(db, machine.clock())
        journal.note(JournalEvent.STARTED)
        machine.wall = jump
        machine.up_s += 1
        journal.note(JournalEvent.STOPPED)
        assert [line[1] for line, _ in journal.lines()] == [
            stamp(MORNING),
            stamp(MORNING + timedelta(seconds=1)),
        ]
        assert journal.verify() is None


@JUMPS
@pytest.mark.parametrize("steady", [True, False], ids=["steady", "bare"])
def test_no_number_is_forgotten_and_no_submission_waits(
    path: Path, jump: datetime, steady: bool
) -> None:
    """With the bare clock of the system, too, nothing that matters depends on it."""
    machine = Machine()
    clock = machine.clock() if steady else (lambda: machine.wall)
    limits = Limits(disk_free_bytes=0, numbers_at_least=2 if steady else 5_000)
    with closing(Outbox(connect(path), TERMINAL, limits, clock)) as outbox:
        numbers = []
        for _ in range(6):
            submission = a_submission()
            numbers.append(outbox.keep(submission).number)
            outbox.acknowledge(submission.key, Outcome.ACCEPTED)
        late = a_submission()
        outbox.keep(late)
        outbox.put_off(late.key, Problem.BUSY, clock() + MINUTE)
        machine.wall = jump
        machine.pass_by(2 * MINUTE)
        outbox.keep(a_submission())
        assert all(outbox.state_of(number) for number in numbers)
        queued = outbox.peek(clock())
        assert queued is not None
        assert queued.key == late.key


@JUMPS
def test_the_forwarder_delivers_through_a_jump(path: Path, jump: datetime) -> None:
    machine = Machine()
    clock = machine.clock()
    with closing(Outbox(connect(path), TERMINAL, clock=clock)) as outbox:
        kept = [outbox.keep(a_submission()).number for _ in range(3)]
    tried: list[str] = []

    def send(queued: Queued) -> Delivered | PutOff:
        tried.append(queued.number)
        if len(tried) == 1:
            machine.wall = jump  # in the middle of an attempt
            return PutOff(Problem.BUSY, 0.01)
        return Delivered(Outcome.ACCEPTED)

    forwarder = Forwarder(
        lambda: Outbox(connect(path), TERMINAL, clock=clock),
        send,
        lambda *_: None,
        clock,
        back_off=BackOff(first_s=0.01, longest_s=0.02),
    )
    forwarder.start()
    try:
        for _ in range(int(PATIENCE_S * 100)):
            machine.up_s += 0.01
            forwarder.join(0.01)
            if forwarder.health.waiting == 0:
                break
    finally:
        assert forwarder.stop()
    assert set(tried) == set(kept)
    assert len(tried) == len(kept) + 1


def test_the_print_ledger_knows_no_time(path: Path) -> None:
    with closing(PrintLedger(connect(path))) as ledger:
        assert ledger.begin("52240112345678") is Begun.FRESH
        ledger.finish("52240112345678")
        columns = ledger._db.execute("SELECT name FROM pragma_table_info('print_ledger')")
        assert {name for (name,) in columns} == {"number", "state"}
