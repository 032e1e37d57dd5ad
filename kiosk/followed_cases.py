"""The last that was told of each number here, for when the platform is away. In memory alone, and
without anything that says whose it is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from kiosk.affairs_messages import Progress

MOST = 500


@dataclass(frozen=True, slots=True)
class Remembered:
    progress: Progress
    told_at: datetime


class FollowedCases:
    """May be used by several threads. The oldest is forgotten when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: OrderedDict[str, Remembered] = OrderedDict()

    def note(self, progress: Progress, now: datetime) -> None:
        with self._lock:
            number = progress.answer.number
            self._told[number] = Remembered(progress, now)
            self._told.move_to_end(number)
            while len(self._told) > MOST:
                self._told.popitem(last=False)

    def last(self, number: str) -> Remembered | None:
        with self._lock:
            return self._told.get(number)
