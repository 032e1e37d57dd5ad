"""A work binds a task, made from the visit in the window's thread, to the worker that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.visits.visit import Visit
from kiosk.visits.worker import Task, Worker


@dataclass(frozen=True, slots=True)
class Work:
    """`task` copies what it needs out of the visit: the worker's thread never sees the visit
    itself.
    """

    worker: Worker[Any]
    task: Callable[[Visit], Task[Any]]

    @property
    def device(self) -> str:
        return self.worker.name

    def __call__(self, visit: Visit) -> Callable[[], None]:
        return self.worker.ask(self.task(visit), visit.number)
