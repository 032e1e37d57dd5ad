"""Each device has one owner: a thread that opens it, holds it and opens it again after a fault.

`ask` may be called from any thread and returns at once. `post` is called from the worker's threads
and only hands the event over; main.py gives one that ends in the window's thread.

What is published of the device is at most 3 s old (`health.py`), also while a task or an
opening takes longer than that: a second thread does nothing but look at the clock.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from devices.base import Condition, DeviceAbsentError, DeviceError, Remedy, Status
from kiosk.visits.backoff import Backoff
from kiosk.visits.events import DeviceDown, Event, StatusChanged
from kiosk.visits.health import FRESH_S, MISSES, Health

log = logging.getLogger(__name__)

# The window comes first: on two cores without a GPU, judging pictures would hold up its frames.
NICENESS = 10
TRIES = 3  # at a task whose fault says that asking again may help
TRIES_S = 3.0  # none of them begins later than this after the first fault
DOUBT_S = 0.2  # between two checks while it is not clear whether the device is lost
ABROAD_S = 0.5  # between two looks at what is plugged in, while the device is lost
MISSES_TO_REOPEN = 8  # in a row; opening may take longer than asking, so it is not done at once

Tool = TypeVar("Tool")


@dataclass(frozen=True, slots=True)
class Job:
    """What a task knows of who asked. One that loops looks at `stopped` every 100 ms or so, and
    calls `answered` whenever the device did a part of it: of a task that says nothing for long,
    nobody knows whether its device is still well.
    """

    visit: int
    post: Callable[[Event], None]
    stopped: threading.Event = field(default_factory=threading.Event)
    answered: Callable[[], None] = lambda: None


Task = Callable[[Tool, Job], Event | None]
"""Runs in the worker's thread. Its answer is posted unless the job was stopped meanwhile."""


class Worker(threading.Thread, Generic[Tool]):
    """Owns one tool.

    open_tool: gives a fresh context manager each time; entering it may raise DeviceError.
    status: asks the open tool; may raise DeviceError.
    look: for a tool that is not to be held between tasks (a camera has no business looking while
        nobody agreed to it): tells without opening it whether it is there. Such a tool is opened
        for each task.
    check_every_s: while nothing is asked and all is well.
    nodes: what the operating system shows of the device; while it is lost, a change of this is
        reason to try again at once.
    backoff: when to try again otherwise.
    after_fault_s: before a device that failed a task is asked how it is: the page about it is to be
        read before the next.
    fresh_s: how old a usable status may be, at least two checks.
    """

    def __init__(
        self,
        name: str,
        open_tool: Callable[[], AbstractContextManager[Tool]],
        status: Callable[[Tool], Status],
        post: Callable[[Event], None],
        look: Callable[[], Status] | None = None,
        check_every_s: float = 1.0,
        nodes: Callable[[], Hashable] = lambda: None,
        backoff: Backoff | None = None,
        fresh_s: float = FRESH_S,
        after_fault_s: float = 2.0,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._open_tool, self._status, self._look, self._post = open_tool, status, look, post
        self._check_every_s, self._nodes = check_every_s, nodes
        self._backoff = backoff or Backoff()
        self._after_fault_s = after_fault_s
        self._fresh_s = max(fresh_s, 2 * check_every_s)
        self._asked: queue.SimpleQueue[tuple[Task[Tool], Job] | None] = queue.SimpleQueue()
        self._publishing = threading.Lock()  # of the four that follow
        self._health = Health(self._fresh_s)
        self._told = Status(Condition.UNKNOWN)
        self._logged = Condition.UNKNOWN
        self._ending = threading.Event()
        self._tool: Tool | None = None
        self._held = ExitStack()
        self._due_s = 0.0  # when to check again, monotonic
        self._lost = False
        self._nodes_seen: Hashable = None

    def ask(self, task: Task[Tool], visit: int) -> Callable[[], None]:
        """Returns what calls the task off; its answer then goes nowhere."""
        job = Job(visit, self._post, answered=lambda: self._note(Health.answered, monotonic()))
        self._asked.put((task, job))
        return job.stopped.set

    def stop(self, timeout_s: float = 5.0) -> None:
        self._ending.set()
        self._asked.put(None)
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone
        threading.Thread(target=self._age, name=f"{self.name}, its clock", daemon=True).start()
        self._check()
        while not self._ending.is_set():
            try:
                asked = self._asked.get(timeout=self._rest_s())
            except queue.Empty:
                if monotonic() >= self._due_s or self._something_changed():
                    self._check()
                continue
            if asked is not None and not asked[1].stopped.is_set():
                self._do(*asked)
        self._close()

    # Tasks

    def _do(self, task: Task[Tool], job: Job) -> None:
        answer: Event | None = None
        went_well = False
        self._note(Health.begin_task)
        try:
            answer = self._tried(task, job)
            went_well = True
        except DeviceError as fault:
            self._close()
            self._plan(fault)
            self._due_s = max(self._due_s, monotonic() + self._after_fault_s)
            self._note(Health.failed, fault)
            remedy = Remedy.ATTENDANT if fault.remedy is Remedy.RETRY else fault.remedy
            answer = DeviceDown(job.visit, self.name, remedy)
        except Exception:  # all: a dead thread is a screen that waits for ever
            log.exception("%s: a task failed", self.name)
            self._close()
            answer = DeviceDown(job.visit, self.name, Remedy.TECHNICIAN)
        finally:
            if self._look is not None:
                self._close()
        if answer is not None and not job.stopped.is_set():
            self._post(answer)
        with self._publishing:
            self._health.end_task()  # told with the check, or with the next task
        if went_well and self._asked.empty():
            self._check()  # the task may have met a state of its own: no paper

    def _tried(self, task: Task[Tool], job: Job) -> Event | None:
        first_fault_s: float | None = None
        for left in reversed(range(TRIES)):
            try:
                answer = task(self._opened(), job)
            except DeviceError as fault:
                if job.stopped.is_set():
                    return None
                # A line that broke is worth one fresh look: the plug may be in another socket now.
                again = fault.remedy is Remedy.RETRY or isinstance(fault, DeviceAbsentError)
                first_fault_s = first_fault_s or monotonic()
                if not again or left == 0 or monotonic() - first_fault_s > TRIES_S:
                    raise
                log.info("%s: once more after: %s", self.name, fault)
                self._close()
            else:
                return answer
        raise AssertionError("the last try returns or raises")

    # The device

    def _opened(self) -> Tool:
        if self._tool is None:
            self._nodes_seen = self._nodes()
            self._tool = self._held.enter_context(self._open_tool())
        return self._tool

    def _close(self) -> None:
        self._tool = None
        try:
            self._held.close()
        except (DeviceError, OSError) as fault:
            log.info("%s: closing: %s", self.name, fault)

    def _check(self) -> None:
        try:
            status = self._look() if self._look else self._asked_status()
        except DeviceError as fault:
            self._missed(fault)
        except Exception:  # all: see _do
            log.exception("%s: the check failed", self.name)
            self._close()
            self._due_s = monotonic() + self._check_every_s
            self._note(Health.lost_sight, "the check failed")
        else:
            self._backoff.reset()
            self._lost = False
            now_s = monotonic()
            self._due_s = now_s + self._check_every_s
            self._note(Health.heard, status, now_s, from_afar=self._look is not None)

    def _asked_status(self) -> Status:
        held = self._tool is not None
        try:
            return self._status(self._opened())
        except DeviceAbsentError as fault:
            self._close()
            if not held:
                raise
            log.info("%s: opening it again after: %s", self.name, fault)
            return self._status(self._opened())

    def _missed(self, fault: DeviceError) -> None:
        self._note(Health.missed, fault)
        misses = self._health.misses
        if isinstance(fault, DeviceAbsentError) or misses % MISSES_TO_REOPEN == 0:
            self._close()
        if misses < MISSES and self._tool is not None:
            self._due_s = monotonic() + DOUBT_S
        else:
            self._plan(fault)

    def _plan(self, fault: DeviceError) -> None:
        self._lost = True
        self._due_s = monotonic() + self._backoff.failed(lasting=fault.lasting)

    def _rest_s(self) -> float:
        left_s = max(0.0, self._due_s - monotonic())
        return min(left_s, ABROAD_S) if self._lost else left_s

    def _something_changed(self) -> bool:
        """Whether what is plugged in changed since the device was last opened or looked for."""
        if not self._lost or self._nodes() == self._nodes_seen:
            return False
        self._close()  # what is open is no longer what is there
        self._backoff.reset()
        return True

    # What is published

    def _note(self, what: Callable[..., None], *about: object, **more: object) -> None:
        with self._publishing:
            what(self._health, *about, **more)
            self._publish()

    def _age(self) -> None:
        """The second thread. The moment at which a status is too old only ever moves away, so
        nobody has to wake it; while there is none it looks often enough to meet the next.
        """
        left_s = self._fresh_s
        while not self._ending.wait(left_s):
            with self._publishing:
                self._publish()
                left_s = min(max(0.0, self._health.stale_s - monotonic()), self._fresh_s)

    def _publish(self) -> None:
        status = self._health.status(monotonic())
        if status != self._told:
            self._told = status
            self._log(status)
            self._post(StatusChanged(0, self.name, status))

    def _log(self, status: Status) -> None:
        """Once when it goes and once when it is back, in the driver's words; not that it is busy,
        nor a doubt that passes.
        """
        if status.condition in (self._logged, Condition.BUSY, Condition.UNKNOWN):
            return
        self._logged = status.condition
        level = logging.INFO if status.usable else logging.WARNING
        log.log(level, "%s: %s %s", self.name, status.condition, status.detail)
