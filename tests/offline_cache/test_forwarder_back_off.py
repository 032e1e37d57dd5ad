"""When the forwarder tries again, and what no fault inside keeps it from."""

from __future__ import annotations

import itertools
import logging
import queue
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from offline_cache.database import connect
from offline_cache.errors import StoreIoError
from offline_cache.forwarder import RETRY_AFTER_LIMIT_S, BackOff, Delivered, Poison, PutOff
from offline_cache.moments import utc_now
from offline_cache.outbox import FARTHEST_DUE, Outbox
from offline_cache.submission import Outcome, Problem, Queued
from tests.offline_cache.carrier import sender
from tests.offline_cache.helpers import PATIENCE_S, TERMINAL, a_submission, files_of
from tests.offline_cache.platform_peer import PlatformPeer
from tests.offline_cache.terminal import NEVER, Recorder, Terminal, wait_until, well


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "kiosk.db")
    yield terminal
    terminal.outbox.close()


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
    reader.execute("SELECT * FROM submissions").fetchall()
    with terminal.forwarding(well) as forwarder:
        terminal.delivered(1)
        reader.execute("COMMIT")
        reader.close()
        forwarder.nudge()
        wait_until(lambda: b"MARKER" not in files_of(terminal.path))
