"""A wall clock that is not led astray by a dead battery or a wrong hand.

Between two looks it goes on by the time since the machine was switched on, whatever the system's
clock says meanwhile. The system's clock is followed as long as it goes along, when the kernel knows
that it follows a time server, or when the platform has said the same. Across starts it begins no
earlier than the last moment that the store has seen, and does not believe that a terminal was off
for longer than `LONGEST_OFF` until somebody confirms it.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from offline_cache.moments import utc_now

TOLERANCE: Final = timedelta(minutes=5)
LONGEST_OFF: Final = timedelta(days=60)
EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)  # this program is not older

_TIME_ERROR: Final = 5  # adjtimex(2): the clock follows nothing
_TIMEX_BYTES: Final = 256  # struct timex has 208


@dataclass(frozen=True, slots=True)
class Jump:
    """How far the system's clock was from what could be believed at the start, in minutes."""

    behind: int = 0
    ahead: int = 0


def since_boot_s() -> float:
    """Goes on while the machine sleeps; nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def is_synchronised() -> bool:
    """Whether the kernel's clock follows a time server. A hand that sets it ends that."""
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: asks, sets nothing
    state = int(ctypes.CDLL(None, use_errno=True).adjtimex(buffer))
    return 0 <= state < _TIME_ERROR


class SteadyClock:
    """Called, it gives the moment, aware, UTC. It goes back only when a confirmed time says so.
    May be used by any thread.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = utc_now,
        elapsed_s: Callable[[], float] = since_boot_s,
        synchronised: Callable[[], bool] = is_synchronised,
    ) -> None:
        self._wall, self._elapsed_s, self._synchronised = wall, elapsed_s, synchronised
        self._lock = threading.Lock()
        self._at_s = elapsed_s()
        self._moment = max(wall(), EPOCH)

    def __call__(self) -> datetime:
        with self._lock:
            return self._look()

    def not_before(self, floor: datetime) -> Jump:
        """Once, at the start: the last moment that the store has seen. Tells what was wrong."""
        with self._lock:
            if self._synchronised():
                return Jump()
            wall = self._wall()
            if wall < floor:
                self._set(floor)
                return Jump(behind=_minutes(floor - wall))
            if wall - floor > LONGEST_OFF:
                self._set(floor)
                return Jump(ahead=_minutes(wall - floor))
            return Jump()

    def confirm(self, told: datetime) -> None:
        """Somebody who knows the time has told it: the platform, in the head of an answer."""
        with self._lock:
            if abs(self._look() - told) > TOLERANCE:
                self._set(told)

    def _look(self) -> datetime:
        elapsed_s = self._elapsed_s()
        expected = self._moment + timedelta(seconds=elapsed_s - self._at_s)
        wall = self._wall()
        if abs(wall - expected) <= TOLERANCE:
            self._set(max(wall, self._moment), elapsed_s)
        elif self._synchronised():
            self._set(wall, elapsed_s)
        else:
            self._set(expected, elapsed_s)
        return self._moment

    def _set(self, moment: datetime, at_s: float | None = None) -> None:
        self._moment, self._at_s = moment, self._elapsed_s() if at_s is None else at_s


def _minutes(gap: timedelta) -> int:
    return round(gap.total_seconds() / 60)
