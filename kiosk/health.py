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
        self._failed_in_use = False
        self.misses = 0  # in a row

    def heard(self, status: Status, now_s: float, *, from_afar: bool = False) -> None:
        """The device's own word.

        from_afar: somebody looked whether it is there, and did not ask whether it works. That does
            not excuse a device that failed when it was last used: whether it would again is
            unknown, until it has been away.
        """
        self._heard_s, self.misses = now_s, 0
        if not status.usable:
            self._failed_in_use = self._failed_in_use and status.condition is not Condition.ABSENT
        elif not from_afar:
            self._failed_in_use = False
        if from_afar and status.usable and self._failed_in_use:
            status = replace(self._told, condition=Condition.UNKNOWN)
        self._told = status

    def answered(self, now_s: float) -> None:
        """It did a part of its task: as well as before, or well again."""
        self._heard_s, self.misses, self._failed_in_use = now_s, 0, False
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
            self._failed_in_use = True
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
