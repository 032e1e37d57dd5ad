"""A terminal that forwards: its store, its forwarder, and what is sent for it."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from offline_cache.database import begin, connect
from offline_cache.forwarder import BackOff, Delivered, Forwarder, Poison, PutOff
from offline_cache.outbox import Outbox
from offline_cache.submission import Outcome, Queued
from tests.offline_cache.carrier import QUICK
from tests.offline_cache.helpers import PATIENCE_S, TERMINAL, a_submission

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


def wait_until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.002)):
        if is_so():
            return
        pause.wait(0.002)
    raise AssertionError("it did not happen")
