"""The outbox against a model of it: whatever happens in whatever order, both say the same."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from offline_cache.database import connect
from offline_cache.errors import OutboxFullError
from offline_cache.journal import Journal
from offline_cache.materials import SealedMaterial
from offline_cache.outbox import FARTHEST_DUE, Limits
from offline_cache.submission import Kept, Outcome, Problem, State, Submission
from tests.offline_cache.helpers import (
    MORNING,
    Clock,
    a_submission,
    an_outbox,
    files_of,
    some_materials,
)

LIMITS = Limits(rows=8, body_bytes=200_000)
CASES = st.sampled_from(["", "", str(UUID(int=1)), str(UUID(int=2))])
MATERIALS = st.sampled_from([(), (), (1,), (2, 1)])
JUMPS_S = st.sampled_from([1, 59, 3_600, -3_600, 86_400, -86_400, 40 * 365 * 86_400])


@dataclass
class Expected:
    submission: Submission
    number: str
    state: State
    due: datetime
    materials: list[SealedMaterial]
    announced: bool = False
    sent: int = 0  # chunks, in order

    @property
    def chunks(self) -> list[tuple[int, int, bytes]]:
        return [(m.number, at, box) for m in self.materials for at, box in enumerate(m.chunks)]


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
    @rule(
        target=submissions,
        size=st.sampled_from([0, 1, 50, 5_000]),
        case=CASES,
        chunks=MATERIALS,
    )
    def keep(self, size: int, case: str, chunks: tuple[int, ...]) -> Submission:
        submission = a_submission(f"<{len(self.expected)}>".encode() * size, case=case)
        materials = some_materials(*chunks, mark=f"[{len(self.expected)}]".encode() * 10)
        kept = self.outbox.keep(submission, materials)
        assert kept.new
        assert kept.number not in {one.number for one in self.expected.values()}
        self.expected[submission.key] = Expected(
            submission, kept.number, State.WAITING, self.clock(), materials
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
        one = self.expected[submission.key]
        one.state = State.DELIVERED
        self.outbox.tidy()
        mark, files = submission.body[:40] * 3, files_of(self.path)
        assert not mark or mark not in files
        assert not any(box in files for _, _, box in one.chunks)

    @rule(submission=submissions, sent=st.integers(0, 3))
    def advance(self, submission: Submission, sent: int) -> None:
        """The platform has it, and so many of its chunks."""
        one = self.expected[submission.key]
        if one.state is not State.WAITING or sent >= len(one.chunks):
            return
        left = one.chunks[sent:]
        missing = {material: at for material, at, _ in reversed(left)}
        self.outbox.advance(submission.key, missing)
        one.announced, one.sent, one.due = True, sent, self.clock()

    @rule(submission=submissions)
    def forgotten_by_the_platform(self, submission: Submission) -> None:
        one = self.expected[submission.key]
        self.outbox.put_off(submission.key, Problem.REFUSED, self.clock(), unannounced=True)
        one.announced, one.due = False, self.clock()

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
            one.state, one.due, one.announced = State.WAITING, self.clock(), False

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
        moving = [one for one in line if not self.held(one)]
        assert self.outbox.held() == len(line) - len(moving)
        for place, one in enumerate(moving, 1):
            assert self.outbox.position(one.submission.key) == place
        now = self.clock()
        free = [one for one in line if not self.earlier(one)]
        due = [one for one in free if one.due <= now or one.due > now + FARTHEST_DUE]
        due.sort(key=lambda one: one.announced)  # text first; the order stays
        queued = self.outbox.peek(now)
        assert (queued and (queued.key, queued.body, queued.number)) == (
            (due[0].submission.key, due[0].submission.body, due[0].number) if due else None
        )
        if queued is not None:
            chunk = queued.chunk and (queued.chunk.material, queued.chunk.number, queued.chunk.box)
            assert chunk == (due[0].chunks[due[0].sent] if due[0].announced else None)
        assert self.outbox.next_due() == min((one.due for one in free), default=None)

    def earlier(self, one: Expected) -> list[Expected]:
        """Of its case, and not yet gone."""
        those = list(self.expected.values())
        return [
            other
            for other in those[: those.index(one)]
            if one.submission.case
            and other.submission.case == one.submission.case
            and other.state is not State.DELIVERED
        ]

    def held(self, one: Expected) -> bool:
        return any(other.state is State.POISON for other in self.earlier(one))

    @invariant()
    def every_number_is_known(self) -> None:
        for one in self.expected.values():
            standing = self.outbox.state_of(one.number)
            assert standing is not None
            held = one.state is State.WAITING and self.held(one)
            assert standing.state is (State.HELD if held else one.state)
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
