"""Each device has one owner: a thread that opens it, holds it and opens it again after a fault.

`ask` may be called from any thread and returns at once. `post` is called from the worker's thread
and only hands the event over; main.py gives one that ends in the window's thread.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from devices.base import Condition, DeviceAbsentError, DeviceError, Remedy, Status
from kiosk.events import DeviceDown, Event, StatusChanged

log = logging.getLogger(__name__)

# The window comes first: on two cores without a GPU, judging pictures would hold up its frames.
NICENESS = 10
TRIES = 3  # at a task whose fault says that asking again may help

Tool = TypeVar("Tool")


@dataclass(frozen=True, slots=True)
class Job:
    """What a task knows of who asked. One that loops looks at `stopped` every 100 ms or so."""

    visit: int
    post: Callable[[Event], None]
    stopped: threading.Event = field(default_factory=threading.Event)


Task = Callable[[Tool, Job], Event | None]
"""Runs in the worker's thread. Its answer is posted unless the job was stopped meanwhile."""


class Worker(threading.Thread, Generic[Tool]):
    """Owns one tool.

    open_tool: gives a fresh context manager each time; entering it may raise DeviceError.
    status: asks the open tool; may raise DeviceError.
    look: for a tool that is not to be held between tasks (a camera has no business looking while
        nobody
        agreed to it): tells its status without opening it. Such a tool is opened for each task.
    check_every_s: while nothing is asked; a status is never older than this and one check.
    """

    def __init__(
        self,
        name: str,
        open_tool: Callable[[], AbstractContextManager[Tool]],
        status: Callable[[Tool], Status],
        post: Callable[[Event], None],
        look: Callable[[], Status] | None = None,
        check_every_s: float = 2.0,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._open_tool, self._status, self._look, self._post = open_tool, status, look, post
        self._check_every_s = check_every_s
        self._asked: queue.SimpleQueue[tuple[Task[Tool], Job] | None] = queue.SimpleQueue()
        self._told = Status(Condition.UNKNOWN)
        self._ending = threading.Event()
        self._tool: Tool | None = None
        self._held = ExitStack()

    def ask(self, task: Task[Tool], visit: int) -> Callable[[], None]:
        """Returns what calls the task off; its answer then goes nowhere."""
        job = Job(visit, self._post)
        self._asked.put((task, job))
        return job.stopped.set

    def stop(self, timeout_s: float = 5.0) -> None:
        self._ending.set()
        self._asked.put(None)
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone
        self._check()
        while not self._ending.is_set():
            try:
                asked = self._asked.get(timeout=self._check_every_s)
            except queue.Empty:
                self._check()
                continue
            if asked is not None and not asked[1].stopped.is_set():
                self._do(*asked)
        self._close()

    def _do(self, task: Task[Tool], job: Job) -> None:
        answer: Event | None = None
        went_well = False
        try:
            answer = self._tried(task, job)
            went_well = True
        except DeviceError as fault:
            self._lost(fault)
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
        if went_well and self._asked.empty():
            self._check()  # the task may have met a state of its own: no paper

    def _tried(self, task: Task[Tool], job: Job) -> Event | None:
        for left in reversed(range(TRIES)):
            try:
                answer = task(self._opened(), job)
            except DeviceError as fault:
                if job.stopped.is_set():
                    return None
                # A line that broke is worth one fresh look: the plug may be in another socket now.
                again = fault.remedy is Remedy.RETRY or isinstance(fault, DeviceAbsentError)
                if not again or left == 0:
                    raise
                log.info("%s: once more after: %s", self.name, fault)
                self._close()
            else:
                return answer
        raise AssertionError("the last try returns or raises")

    def _opened(self) -> Tool:
        if self._tool is None:
            self._tool = self._held.enter_context(self._open_tool())
        return self._tool

    def _check(self) -> None:
        try:
            self._tell(self._look() if self._look else self._status(self._opened()))
        except DeviceError as fault:
            self._lost(fault)
        except Exception:  # all: see _do
            log.exception("%s: the check failed", self.name)
            self._close()
            self._tell(Status(Condition.UNKNOWN, "the check failed"))

    def _lost(self, fault: DeviceError) -> None:
        self._close()
        absent = isinstance(fault, DeviceAbsentError)
        self._tell(Status(Condition.ABSENT if absent else Condition.FAULT, str(fault)))

    def _close(self) -> None:
        self._tool = None
        try:
            self._held.close()
        except (DeviceError, OSError) as fault:
            log.info("%s: closing: %s", self.name, fault)

    def _tell(self, status: Status) -> None:
        """Says once when it goes and once when it is back, not at every check."""
        if status != self._told:
            if status.condition is not self._told.condition:
                level = logging.INFO if status.usable else logging.WARNING
                log.log(level, "%s: %s %s", self.name, status.condition, status.detail)
            self._told = status
            self._post(StatusChanged(0, self.name, status))
