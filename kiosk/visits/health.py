"""What may be said of a device, from what was heard of it. Time is an argument.

A usable word is only as good as its age: nobody may read "ready" off a device that has not been
heard for `fresh_s`. A word that it is not usable stays until the device is heard to be well again,
so a page does not offer what failed a moment ago.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    DeviceFailedError,
    Remedy,
    Status,
)

FRESH_S: Final = 2.5  # promised are 3 s: the rest is for a machine that has other things to do
MISSES: Final = 3

# No misunderstanding on the line: the port is gone, or the device has said so itself.
_CERTAIN: Final = (DeviceAbsentError, DeviceFailedError)


class Health:
    """Starts as unknown. Not for two threads at once."""

    def __init__(self, fresh_s: float = FRESH_S) -> None:
        self._fresh_s = fresh_s
        self._told = Status(Condition.UNKNOWN)
        self._heard_s = -math.inf
        self._busy = False
        self._doubt = 0  # whether it works, though it is there
        self.misses = 0  # in a row

    def heard(self, status: Status, now_s: float, *, from_afar: bool = False) -> None:
        """The device's own word.

        from_afar: somebody looked whether it is there, and did not ask whether it works. That
            excuses a device that was missing when it was last used, once. Whether one works that
            showed a fault, or was missing twice, is unknown until it is used or has been away.
        """
        self._heard_s, self.misses = now_s, 0
        if not from_afar or status.condition is Condition.ABSENT:
            self._doubt = 0
        elif status.usable and self._doubt > 1:
            status = replace(self._told, condition=Condition.UNKNOWN)
        self._told = status

    def answered(self, now_s: float) -> None:
        """It did a part of its task: as well as before, or well again."""
        self._heard_s, self.misses, self._doubt = now_s, 0, 0
        if not self._told.usable:
            self._told = Status(Condition.OK)

    def missed(self, fault: DeviceError) -> None:
        """It was asked how it is and gave no status. A passing fault counts from the third time."""
        self.misses += 1
        if isinstance(fault, _CERTAIN) or self.misses >= MISSES:
            self._tell(fault)

    def failed(self, fault: DeviceError) -> None:
        """A task was given up, after all its tries. What the resident can mend is no fault of the
        device.
        """
        if fault.remedy is not Remedy.RESIDENT:
            self.misses = max(self.misses, MISSES)
            self._doubt += 1 if isinstance(fault, DeviceAbsentError) else 2
            self._tell(fault)

    def lost_sight(self, why: str) -> None:
        """The program made a mistake, so nothing is known of the device."""
        self._told = Status(Condition.UNKNOWN, why)

    def begin_task(self) -> None:
        self._busy = True

    def end_task(self) -> None:
        self._busy = False

    def status(self, now_s: float) -> Status:
        """What may be said now. During a task that is `BUSY`, as long as the task is heard of."""
        if not self._told.usable:
            return self._told
        if now_s >= self.stale_s:
            return Status(Condition.UNKNOWN, f"not heard for {self._fresh_s:g} s")
        return replace(self._told, condition=Condition.BUSY) if self._busy else self._told

    @property
    def stale_s(self) -> float:
        """When the status becomes unknown if nothing more is heard; infinite when it is not usable
        anyway.
        """
        return self._heard_s + self._fresh_s if self._told.usable else math.inf

    def _tell(self, fault: DeviceError) -> None:
        absent = isinstance(fault, DeviceAbsentError)
        self._told = Status(Condition.ABSENT if absent else Condition.FAULT, str(fault))
