from __future__ import annotations

import itertools
import logging
import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from offline_cache.database import begin, connect
from offline_cache.errors import StoreIoError
from offline_cache.forwarder import (
    RETRY_AFTER_LIMIT_S,
    BackOff,
    Delivered,
    Forwarder,
    Poison,
    PutOff,
)
from offline_cache.moments import utc_now
from offline_cache.outbox import FARTHEST_DUE, Outbox
from offline_cache.submission import Outcome, Problem, Queued, Submission
from tests.offline_cache.carrier import QUICK, sender
from tests.offline_cache.helpers import PATIENCE_S, TERMINAL, a_submission, files_of
from tests.offline_cache.platform_peer import PlatformPeer

ROOT = Path(__file__).parents[2]
NEVER = BackOff(first_s=10_000.0, longest_s=10_000.0)  # within a test
Send = Callable[[Queued], Delivered | PutOff | Poison]


class Terminal:
    """A store, the side that keeps, and a forwarder beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        begin(path).connection.close()
        self.outbox = self.open_outbox()
        self.answers: queue.Queue[tuple[str, object]] = queue.Queue()

    def open_outbox(self) -> Outbox:
        return Outbox(connect(self.path), TERMINAL)

    def keep(self, count: int = 1) -> list[str]:
        submissions = [a_submission() for _ in range(count)]
        for submission in submissions:
            self.outbox.keep(submission)
        return [submission.key for submission in submissions]

    @contextmanager
    def forwarding(self, send: Send, **changes: object) -> Iterator[Forwarder]:
        parts: dict[str, object] = {
            "open_outbox": self.open_outbox,
            "send": send,
            "acknowledged": lambda key, answer: self.answers.put((key, answer)),
            "rng": random.Random(1),
            "back_off": QUICK,
        }
        forwarder = Forwarder(**(parts | changes))
        forwarder.start()
        try:
            yield forwarder
        finally:
            assert forwarder.stop(PATIENCE_S)

    def delivered(self, count: int) -> list[str]:
        """The keys of the next `count` answers."""
        return [self.answers.get(timeout=PATIENCE_S)[0] for _ in range(count)]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "kiosk.db")
    yield terminal
    terminal.outbox.close()


def well(queued: Queued) -> Delivered:
    return Delivered(Outcome.ACCEPTED, f"answer to {queued.number}")


class Recorder:
    """A `send` that plays a list of answers (exceptions are raised), then goes well."""

    def __init__(self, *answers: Delivered | PutOff | Poison | Exception) -> None:
        self._answers = iter(answers)
        self.sent: list[Queued] = []
        self.asked = threading.Semaphore(0)

    def __call__(self, queued: Queued) -> Delivered | PutOff | Poison:
        self.sent.append(queued)
        self.asked.release()
        answer = next(self._answers, well(queued))
        if isinstance(answer, Exception):
            raise answer
        return answer


# On a good day


def test_what_waits_is_delivered_in_order_and_the_answers_are_handed_on(
    terminal: Terminal,
) -> None:
    keys = terminal.keep(5)
    with terminal.forwarding(well) as forwarder:
        answers = [terminal.answers.get(timeout=PATIENCE_S) for _ in keys]
    assert [key for key, _ in answers] == keys
    assert all(str(answer).startswith(f"answer to {TERMINAL}") for _, answer in answers)
    assert terminal.outbox.waiting() == 0
    assert forwarder.health.last_contact is not None


def test_a_nudge_sends_what_was_just_kept(terminal: Terminal) -> None:
    with terminal.forwarding(well) as forwarder:
        for _ in range(5):
            (key,) = terminal.keep()
            forwarder.nudge()
            assert terminal.delivered(1) == [key]


def test_an_answer_is_handed_on_when_the_delivery_is_already_on_the_disk(
    terminal: Terminal,
) -> None:
    terminal.keep()
    seen: queue.Queue[int] = queue.Queue()

    def look(_: str, __: object) -> None:
        outbox = terminal.open_outbox()
        seen.put(outbox.waiting())
        outbox.close()

    with terminal.forwarding(well, acknowledged=look):
        assert seen.get(timeout=PATIENCE_S) == 0


def test_the_forwarder_says_how_it_is(terminal: Terminal) -> None:
    terminal.keep(3)
    tries = Recorder(PutOff(Problem.TIMEOUT))
    with terminal.forwarding(tries, back_off=NEVER) as forwarder:
        assert tries.asked.acquire(timeout=PATIENCE_S)
    assert forwarder.health.waiting == 3
    assert forwarder.health.last_problem is Problem.TIMEOUT
    assert forwarder.health.last_contact is None


# On a bad day, over a real line


def test_an_unreliable_platform_does_everything_once(terminal: Terminal) -> None:
    moods = ("well", "answer lost", "request lost", "refusing", "nonsense")
    keys = terminal.keep(40)
    with PlatformPeer(moods=moods) as platform, terminal.forwarding(sender(platform.port)):
        assert sorted(terminal.delivered(40)) == sorted(keys)
    assert platform.effects == dict.fromkeys(keys, 1)
    assert platform.requests.total() > 80
    assert terminal.outbox.waiting() == 0
    assert terminal.answers.empty()


def test_a_platform_that_dies_and_comes_back_gets_everything_once(terminal: Terminal) -> None:
    platform = PlatformPeer()
    platform.rise()
    send, keys = sender(platform.port), terminal.keep(3)
    refused = threading.Event()

    def sending(queued: Queued) -> Delivered | PutOff | Poison:
        answer = send(queued)
        if isinstance(answer, PutOff):
            refused.set()
        return answer

    try:
        with terminal.forwarding(sending, back_off=NEVER) as forwarder:
            assert terminal.delivered(3) == keys
            for _ in range(3):
                platform.die()
                refused.clear()
                lost_for_now = terminal.keep(3)
                forwarder.nudge()
                assert refused.wait(PATIENCE_S)
                platform.rise()
                forwarder.nudge()  # the network is back; nothing else would wake this one
                assert sorted(terminal.delivered(3)) == sorted(lost_for_now)
                keys += lost_for_now
    finally:
        platform.die()
    assert platform.effects == dict.fromkeys(keys, 1)


def test_what_the_platform_will_never_take_is_set_aside_and_the_rest_goes(
    terminal: Terminal,
) -> None:
    keys = terminal.keep(20)
    moods = ("well", "rejecting", "request lost")
    with PlatformPeer(moods=moods) as platform, terminal.forwarding(sender(platform.port)):
        wait_until(lambda: terminal.outbox.waiting() == 0)
        poison = terminal.outbox.poison()
    assert {row.reason for row in poison} == {Problem.REJECTED}
    assert len(platform.effects) + len(poison) == len(keys)
    assert set(platform.effects.values()) == {1}


def test_a_forwarder_killed_at_any_moment_delivers_once_in_effect(terminal: Terminal) -> None:
    keys = terminal.keep(120)
    lots = random.Random(20260308)
    command = [sys.executable, "-m", "tests.offline_cache.carrier", str(terminal.path)]
    with PlatformPeer(moods=("well", "well", "answer lost", "request lost")) as platform:
        for _ in range(6):
            before = platform.requests.total()
            carrier = subprocess.Popen(
                [*command, str(platform.port)],
                cwd=ROOT,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            )
            wanted = before + lots.randrange(1, 9)
            wait_until(lambda wanted=wanted: platform.requests.total() >= wanted)
            carrier.kill()
            carrier.wait(PATIENCE_S)
        left = terminal.outbox.waiting()
        assert left < 120
        with terminal.forwarding(sender(platform.port)):
            terminal.delivered(left)
    assert platform.effects == dict.fromkeys(keys, 1)
    assert terminal.outbox.waiting() == 0
    opened = begin(terminal.path)
    assert opened.set_aside is None
    opened.connection.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.002)):
        if is_so():
            return
        pause.wait(0.002)
    raise AssertionError("it did not happen")


# Holding back


def test_a_dead_network_is_tried_once_and_not_once_for_every_submission(
    terminal: Terminal,
) -> None:
    terminal.keep(20)
    tries = Recorder(*itertools.repeat(PutOff(Problem.NO_NETWORK), 20))
    with terminal.forwarding(tries, back_off=NEVER):
        assert tries.asked.acquire(timeout=PATIENCE_S)
        assert not tries.asked.acquire(timeout=0.2)
    assert len(tries.sent) == 1


def test_the_first_success_after_an_outage_frees_what_was_put_off(terminal: Terminal) -> None:
    keys = terminal.keep(3)
    outbox = terminal.outbox
    for key in keys[:2]:
        outbox.put_off(key, Problem.NO_NETWORK, utc_now() + timedelta(seconds=3_000))
    # The third fails once, and then finds the line well again.
    quickly = BackOff(first_s=0.001, longest_s=0.001)
    with terminal.forwarding(Recorder(PutOff(Problem.NO_NETWORK)), back_off=quickly):
        assert terminal.delivered(3) == [keys[2], *keys[:2]]


def test_what_the_platform_asks_for_is_respected_even_when_nudged(terminal: Terminal) -> None:
    turns = threading.Semaphore(0)

    class WatchedOutbox(Outbox):
        def hurry(self, now: datetime) -> None:
            super().hurry(now)
            turns.release()

    terminal.keep(2)
    tries = Recorder(PutOff(Problem.BUSY, retry_after_s=1_000))
    with terminal.forwarding(
        tries, open_outbox=lambda: WatchedOutbox(connect(terminal.path), TERMINAL)
    ) as forwarder:
        assert tries.asked.acquire(timeout=PATIENCE_S)
        for _ in range(3):
            forwarder.nudge()
            assert turns.acquire(timeout=PATIENCE_S)
    assert len(tries.sent) == 1


@pytest.mark.parametrize("asked_s", [1e9, -5.0, float("inf")])
def test_an_absurd_wish_of_the_platform_strands_nothing(terminal: Terminal, asked_s: float) -> None:
    terminal.keep()
    tries = Recorder(PutOff(Problem.BUSY, asked_s))
    with terminal.forwarding(tries):
        assert tries.asked.acquire(timeout=PATIENCE_S)
    due = terminal.outbox.next_due()
    assert due is None or due < utc_now() + timedelta(seconds=RETRY_AFTER_LIMIT_S)
    assert timedelta(seconds=RETRY_AFTER_LIMIT_S) < FARTHEST_DUE


def test_the_waiting_times_double_up_to_a_limit_and_are_drawn_by_lot() -> None:
    lots = random.Random(1)
    back_off = BackOff()
    for failures, longest_s in [(1, 2), (2, 4), (3, 8), (7, 128), (8, 256), (9, 300), (10**6, 300)]:
        drawn = [back_off.after(failures, lots) for _ in range(200)]
        assert longest_s / 2 <= min(drawn) < longest_s * 0.6
        assert longest_s * 0.9 < max(drawn) <= longest_s


def test_after_a_success_the_waiting_starts_small_again(terminal: Terminal) -> None:
    class WatchedLots(random.Random):
        longest_s: ClassVar[list[float]] = []

        def uniform(self, a: float, b: float) -> float:
            self.longest_s.append(b)
            return super().uniform(a, b)

    terminal.keep(2)
    off = PutOff(Problem.TIMEOUT)
    tries = Recorder(off, off, Delivered(Outcome.ACCEPTED), off)
    back_off = BackOff(first_s=0.001)
    with terminal.forwarding(tries, rng=WatchedLots(1), back_off=back_off):
        terminal.delivered(2)
    of_the_line_s = WatchedLots.longest_s[1::2]  # each draw for a submission, then one for the line
    assert of_the_line_s == [0.001, 0.002, 0.001]


@pytest.mark.parametrize(
    "wrong", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)]
)
def test_a_clock_that_jumps_while_it_runs_strands_nothing(
    terminal: Terminal, wrong: datetime
) -> None:
    amiss = [timedelta(0)]

    def send(queued: Queued) -> Delivered | PutOff | Poison:
        if queued.tries < 3:
            amiss[0] = (wrong - utc_now()) * (queued.tries % 2)
            return PutOff(Problem.TIMEOUT)
        return well(queued)

    keys = terminal.keep(3)
    with terminal.forwarding(send, clock=lambda: utc_now() + amiss[0]):
        assert sorted(terminal.delivered(3)) == sorted(keys)


# Faults inside


def test_a_send_that_raises_stops_nothing_and_quotes_nothing(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    keys = terminal.keep(3)
    tries = Recorder(KeyError("张三"), ValueError("11010519491231002X"), RuntimeError("张三"))
    with caplog.at_level(logging.DEBUG), terminal.forwarding(tries) as forwarder:
        assert sorted(terminal.delivered(3)) == sorted(keys)
        assert forwarder.is_alive()
    assert "KeyError" in caplog.text
    assert "张三" not in caplog.text
    assert "11010519491231002X" not in caplog.text


def test_one_that_can_never_be_sent_does_not_hold_up_the_others(terminal: Terminal) -> None:
    bad, *good = terminal.keep(4)

    def send(queued: Queued) -> Delivered:
        if queued.key == bad:
            raise RuntimeError
        return well(queued)

    with terminal.forwarding(send):
        assert sorted(terminal.delivered(3)) == sorted(good)
    assert terminal.outbox.waiting() == 1


def test_a_listener_that_raises_does_not_cause_a_second_delivery(terminal: Terminal) -> None:
    terminal.keep(2)
    told: queue.Queue[str] = queue.Queue()

    def listener(key: str, _: object) -> None:
        told.put(key)
        raise RuntimeError

    tries = Recorder()
    with terminal.forwarding(tries, acknowledged=listener):
        told.get(timeout=PATIENCE_S)
        told.get(timeout=PATIENCE_S)
    assert len(tries.sent) == 2
    assert terminal.outbox.waiting() == 0


def test_a_store_that_cannot_be_opened_is_tried_again(terminal: Terminal) -> None:
    (key,) = terminal.keep()
    faults = iter([StoreIoError("SQLITE_IOERR"), RuntimeError()])

    def open_outbox() -> Outbox:
        for fault in faults:
            raise fault
        return terminal.open_outbox()

    with terminal.forwarding(well, open_outbox=open_outbox):
        assert terminal.delivered(1) == [key]


def test_a_disk_fault_after_delivery_leads_to_another_attempt_not_to_a_loss(
    terminal: Terminal,
) -> None:
    (key,) = terminal.keep()
    faults = iter([StoreIoError("SQLITE_IOERR")])

    class FailingOutbox(Outbox):
        def acknowledge(self, key: str, outcome: Outcome) -> None:
            for fault in faults:
                raise fault
            super().acknowledge(key, outcome)

    with (
        PlatformPeer() as platform,
        terminal.forwarding(
            sender(platform.port),
            open_outbox=lambda: FailingOutbox(connect(terminal.path), TERMINAL),
        ),
    ):
        assert terminal.delivered(1) == [key]
    assert (platform.requests[key], platform.effects[key]) == (2, 1)


def test_a_body_that_could_not_be_overwritten_at_once_is_overwritten_later(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offline_cache.database.BUSY_TIMEOUT_S", 0.01)
    marked = a_submission(b"MARKER" * 100)
    terminal.outbox.keep(marked)
    reader = connect(terminal.path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM bodies").fetchall()
    with terminal.forwarding(well) as forwarder:
        terminal.delivered(1)
        reader.execute("COMMIT")
        reader.close()
        forwarder.nudge()
        wait_until(lambda: b"MARKER" not in files_of(terminal.path))


# Stopping


def test_it_stops_at_once_when_idle_or_not_even_begun(terminal: Terminal) -> None:
    forwarder = Forwarder(terminal.open_outbox, well, lambda *_: None)
    assert forwarder.stop()
    with terminal.forwarding(well, back_off=NEVER):
        pass


def test_a_send_that_hangs_cannot_hang_the_stopping(terminal: Terminal) -> None:
    terminal.keep()
    asked, let_go = threading.Event(), threading.Event()

    def send(queued: Queued) -> Delivered:
        asked.set()
        let_go.wait(PATIENCE_S)
        return well(queued)

    with terminal.forwarding(send) as forwarder:
        assert asked.wait(PATIENCE_S)
        assert not forwarder.stop(timeout_s=0.05)
        let_go.set()
        assert forwarder.stop(PATIENCE_S)
    assert terminal.outbox.waiting() == 0


def test_a_rating_travels_like_any_other(terminal: Terminal) -> None:
    rating = Submission(a_submission().key, "rating", "residence-certificate", b'{"stars":5}')
    terminal.outbox.keep(rating)
    tries = Recorder()
    with terminal.forwarding(tries):
        assert terminal.delivered(1) == [rating.key]
    assert (tries.sent[0].kind, tries.sent[0].body) == ("rating", b'{"stars":5}')
