"""The outbox against a model of it: whatever happens in whatever order, both say the same."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from offline_cache.database import connect
from offline_cache.errors import OutboxFullError
from offline_cache.journal import Journal
from offline_cache.outbox import FARTHEST_DUE, Limits
from offline_cache.submission import Kept, Outcome, Problem, State, Submission
from tests.offline_cache.helpers import MORNING, Clock, a_submission, an_outbox, files_of

LIMITS = Limits(rows=8, body_bytes=200_000)
JUMPS_S = st.sampled_from([1, 59, 3_600, -3_600, 86_400, -86_400, 40 * 365 * 86_400])


@dataclass
class Expected:
    submission: Submission
    number: str
    state: State
    due: datetime


class OutboxMachine(RuleBasedStateMachine):
    submissions = Bundle("submissions")

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.path = self.directory / "kiosk.db"
        self.clock = Clock()
        self.kills = itertools.count()
        self.expected: dict[str, Expected] = {}  # in the order of keeping
        self.outbox = an_outbox(self.path, self.clock, LIMITS)

    def teardown(self) -> None:
        self.outbox.close()
        connection = connect(self.path)
        assert Journal(connection).verify() is None
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        shutil.rmtree(self.directory)

    def those(self, state: State) -> list[Expected]:
        return [one for one in self.expected.values() if one.state is state]

    def queued(self) -> int:
        return len(self.those(State.WAITING)) + len(self.those(State.POISON))

    @precondition(lambda self: self.queued() < LIMITS.rows)
    @rule(target=submissions, size=st.sampled_from([0, 1, 50, 5_000]))
    def keep(self, size: int) -> Submission:
        submission = a_submission(f"<{len(self.expected)}>".encode() * size)
        kept = self.outbox.keep(submission)
        assert kept.new
        assert kept.number not in {one.number for one in self.expected.values()}
        self.expected[submission.key] = Expected(
            submission, kept.number, State.WAITING, self.clock()
        )
        return submission

    @precondition(lambda self: self.queued() == LIMITS.rows)
    @rule()
    def keep_one_too_many(self) -> None:
        with pytest.raises(OutboxFullError):
            self.outbox.keep(a_submission())

    @rule(bytes_over=st.integers(1, 5_000))
    def keep_what_is_too_large(self, bytes_over: int) -> None:
        with pytest.raises(OutboxFullError):
            self.outbox.keep(a_submission(bytes(LIMITS.body_bytes + bytes_over)))

    @rule(submission=submissions)
    def keep_again(self, submission: Submission) -> None:
        number = self.expected[submission.key].number
        assert self.outbox.keep(submission) == Kept(number, new=False)

    @rule(submission=submissions, outcome=st.sampled_from(Outcome))
    def acknowledge(self, submission: Submission, outcome: Outcome) -> None:
        self.outbox.acknowledge(submission.key, outcome)
        self.expected[submission.key].state = State.DELIVERED
        mark = submission.body[:40] * 3
        assert not mark or mark not in files_of(self.path)

    @rule(submission=submissions, seconds=st.integers(0, 3_600))
    def put_off(self, submission: Submission, seconds: int) -> None:
        due = self.clock() + timedelta(seconds=seconds)
        self.outbox.put_off(submission.key, Problem.TIMEOUT, due)
        self.expected[submission.key].due = due

    @rule(submission=submissions)
    def set_aside(self, submission: Submission) -> None:
        self.outbox.set_aside(submission.key, Problem.REJECTED)
        if self.expected[submission.key].state is State.WAITING:
            self.expected[submission.key].state = State.POISON

    @rule(submission=submissions)
    def put_back(self, submission: Submission) -> None:
        one = self.expected[submission.key]
        self.outbox.put_back(one.number)
        if one.state is State.POISON:
            one.state, one.due = State.WAITING, self.clock()

    @rule()
    def hurry(self) -> None:
        self.outbox.hurry(self.clock())
        for one in self.those(State.WAITING):
            one.due = min(one.due, self.clock())

    @rule(seconds=JUMPS_S)
    def clock_jumps(self, seconds: int) -> None:
        if MORNING.year - 50 < self.clock().year < MORNING.year + 200:
            self.clock.forward(seconds)

    @rule()
    def start_again(self) -> None:
        self.outbox.close()
        self.outbox = an_outbox(self.path, self.clock, LIMITS)

    @rule()
    def be_killed(self) -> None:
        """What the files hold now is all that the next start finds; nothing was closed."""
        after = self.directory / f"after-{next(self.kills)}"
        after.mkdir()
        for part in ("", "-wal"):
            shutil.copyfile(f"{self.path}{part}", after / f"{self.path.name}{part}")
        self.outbox.close()
        self.path = after / self.path.name
        self.outbox = an_outbox(self.path, self.clock, LIMITS)

    @invariant()
    def the_line_is_the_same(self) -> None:
        line = self.those(State.WAITING)
        assert self.outbox.waiting() == len(line)
        for place, one in enumerate(line, 1):
            assert self.outbox.position(one.submission.key) == place
        now = self.clock()
        due = [one for one in line if one.due <= now or one.due > now + FARTHEST_DUE]
        queued = self.outbox.peek(now)
        assert (queued and (queued.key, queued.body, queued.number)) == (
            (due[0].submission.key, due[0].submission.body, due[0].number) if due else None
        )

    @invariant()
    def every_number_is_known(self) -> None:
        for one in self.expected.values():
            standing = self.outbox.state_of(one.number)
            assert standing is not None
            assert standing.state is one.state
        assert {row.number for row in self.outbox.poison()} == {
            one.number for one in self.those(State.POISON)
        }


TestOutboxAgainstItsModel = OutboxMachine.TestCase
TestOutboxAgainstItsModel.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
