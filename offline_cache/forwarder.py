"""Carries the outbox to the platform: one thread, one submission at a time.

Exactly once in effect: a submission is tried until the platform answers for it, always with the
same `key`, and the platform drops a key it has seen. An answer lost on the way, a terminal killed
between the answer and its acknowledgement: both lead to one more attempt and to no second effect.

A submission with materials goes in steps: its body, then chunk after chunk. What was confirmed is
on the disk, so that a line that drops goes on where it was; between two steps another's body may
go.

Two things hold an attempt back. A submission that was put off has its own `due_at` (on the disk,
so by the wall clock). The line as a whole rests after a failure (by the monotonic clock), so that a
dead network is tried once in a while and not once for every submission.
"""

from __future__ import annotations

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from offline_cache.moments import utc_now
from offline_cache.outbox import Outbox
from offline_cache.submission import Outcome, Problem, Queued, Upload

log = logging.getLogger(__name__)

RETRY_AFTER_LIMIT_S = 3_600.0  # what the platform may ask for; well within outbox.FARTHEST_DUE
IDLE_S = 60.0  # a nudge that was missed costs this much


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform has answered for it. `answer` is handed on as it is."""

    outcome: Outcome
    answer: object = None


@dataclass(frozen=True, slots=True)
class Awaiting:
    """The platform has it and waits for these: material → first chunk that is not there."""

    missing: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not now. `retry_after_s` is what the platform asked for; 0 when it said nothing.

    `unannounced`: the platform has lost what it had of it; the body goes once again.
    """

    problem: Problem
    retry_after_s: float = 0.0
    unannounced: bool = False


@dataclass(frozen=True, slots=True)
class Poison:
    """Never, as it is."""

    reason: Problem


Result = Delivered | Awaiting | PutOff | Poison


@dataclass(frozen=True, slots=True)
class BackOff:
    """Waiting times: doubled with every failure, the upper half of each drawn by lot."""

    first_s: float = 2.0
    factor: float = 2.0
    longest_s: float = 300.0

    def after(self, failures: int, rng: random.Random) -> float:
        ceiling_s = min(self.longest_s, self.first_s * self.factor ** min(failures - 1, 32))
        return rng.uniform(ceiling_s / 2, ceiling_s)


@dataclass(frozen=True, slots=True)
class ForwarderHealth:
    """`last_contact`: when the platform last gave an answer of its own; None: not since the start.
    `sent` of `chunks`: of the materials of the one under way; 0 of 0 when it has none.
    """

    last_contact: datetime | None = None
    last_problem: Problem | None = None  # None: the last attempt went well
    waiting: int | None = None  # None: not counted yet
    sent: int = 0
    chunks: int = 0


BACK_OFF = BackOff()


class Forwarder(threading.Thread):
    """`send` and `acknowledged` are called from this thread.

    `send` may block for as long as its own time-outs allow; what it raises counts as a put-off.
    `acknowledged(key, answer)` is called once the delivery is on the disk, at most once for a key.
    """

    def __init__(
        self,
        open_outbox: Callable[[], Outbox],
        send: Callable[[Queued], Result],
        acknowledged: Callable[[str, object], None],
        clock: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
        back_off: BackOff = BACK_OFF,
    ) -> None:
        """`open_outbox` opens a connection of its own: it is called in this thread."""
        super().__init__(name="forwarder", daemon=True)
        self._open_outbox, self._send, self._acknowledged = open_outbox, send, acknowledged
        self._clock, self._back_off = clock, back_off
        self._rng = rng or random.SystemRandom()
        self._wake = threading.Event()
        self._stopping = False
        self._failures = 0  # in a row
        self._resting_until_s = 0.0  # monotonic; a nudge ends it
        self._barred_until_s = 0.0  # monotonic; asked for by the platform, a nudge does not end it
        self.health = ForwarderHealth()  # replaced whole; read from any thread

    def nudge(self) -> None:
        """Something new was kept, or the network came back. From any thread."""
        self._wake.set()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """True when the thread has ended; False when `send` still holds it."""
        self._stopping = True
        self._wake.set()
        if self.ident is not None:
            self.join(timeout_s)
        return not self.is_alive()

    def run(self) -> None:
        while not self._stopping:
            try:
                with closing(self._open_outbox()) as outbox:
                    self._serve(outbox)
            except Exception as fault:  # noqa: BLE001  the disk; the line must live on
                _log_without_data("the outbox", fault)
                self._rest(Problem.TERMINAL_FAULT)
                self._wake.wait(self._held_s())
                self._wake.clear()

    def _serve(self, outbox: Outbox) -> None:
        while not self._stopping:
            if self._wake.is_set():
                self._wake.clear()
                self._resting_until_s = 0.0
                outbox.hurry(self._clock())
            self.health = replace(self.health, waiting=outbox.waiting())
            if not self._stopping:
                self._wake.wait(self._step(outbox))

    def _step(self, outbox: Outbox) -> float:
        """Makes an attempt if there is one to make; how long to wait before the next, in s."""
        held_s = self._held_s()
        if held_s > 0:
            outbox.tidy()
            return held_s
        now = self._clock()
        queued = outbox.peek(now)
        self._show(queued.uploads if queued else ())
        if queued is None:
            outbox.tidy()
            due = outbox.next_due()
            return min(IDLE_S, max(0.0, (due - now).total_seconds())) if due else IDLE_S
        self._settle(outbox, queued, self._attempt(queued))
        return 0.0

    def _attempt(self, queued: Queued) -> Result:
        try:
            return self._send(queued)
        except Exception as fault:  # noqa: BLE001  one that cannot be sent must not stop the others
            _log_without_data("sending", fault)
            return PutOff(Problem.TERMINAL_FAULT)

    def _settle(self, outbox: Outbox, queued: Queued, result: Result) -> None:
        match result:
            case Delivered(outcome, answer):
                outbox.acknowledge(queued.key, outcome)
                self._in_contact(outbox)
                self._hand_on(queued.key, answer)
            case Awaiting(missing):
                outbox.advance(queued.key, missing)
                self._in_contact(outbox)
            case Poison(reason):
                outbox.set_aside(queued.key, reason)
                self._in_contact(outbox)
            case PutOff(problem, retry_after_s, unannounced):
                asked_s = min(max(retry_after_s, 0.0), RETRY_AFTER_LIMIT_S)
                wait_s = max(asked_s, self._back_off.after(queued.tries + 1, self._rng))
                due = self._clock() + timedelta(seconds=wait_s)
                outbox.put_off(queued.key, problem, due, unannounced=unannounced)
                self._barred_until_s = time.monotonic() + asked_s
                self._rest(problem)

    def _in_contact(self, outbox: Outbox) -> None:
        if self._failures:  # the line is back: the others need not wait for their time
            outbox.hurry(self._clock())
        self._failures = 0
        self.health = replace(self.health, last_contact=self._clock(), last_problem=None)

    def _show(self, uploads: Sequence[Upload]) -> None:
        sent, chunks = sum(each.next for each in uploads), sum(each.chunks for each in uploads)
        self.health = replace(self.health, sent=sent, chunks=chunks)

    def _rest(self, problem: Problem) -> None:
        self._failures += 1
        self._resting_until_s = time.monotonic() + self._back_off.after(self._failures, self._rng)
        self.health = replace(self.health, last_problem=problem)

    def _held_s(self) -> float:
        return max(self._resting_until_s, self._barred_until_s) - time.monotonic()

    def _hand_on(self, key: str, answer: object) -> None:
        try:
            self._acknowledged(key, answer)
        except Exception as fault:  # noqa: BLE001  it is delivered all the same
            _log_without_data("handing on an answer", fault)


def _log_without_data(what: str, fault: Exception) -> None:
    """The kind of the fault and where it arose; its message might quote a submission."""
    where = "".join(traceback.format_tb(fault.__traceback__))
    log.error("%s failed: %s\n%s", what, type(fault).__name__, where)
