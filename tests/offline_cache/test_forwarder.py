from __future__ import annotations

import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cache.database import begin
from offline_cache.forwarder import Delivered, Forwarder, Poison, PutOff
from offline_cache.submission import Problem, Queued, Submission
from tests.offline_cache.carrier import sender
from tests.offline_cache.helpers import PATIENCE_S, TERMINAL, a_submission
from tests.offline_cache.platform_peer import PlatformPeer
from tests.offline_cache.terminal import NEVER, Recorder, Terminal, wait_until, well

ROOT = Path(__file__).parents[2]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path / "kiosk.db")
    yield terminal
    terminal.outbox.close()


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
