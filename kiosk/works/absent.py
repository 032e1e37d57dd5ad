"""The work of a device that a terminal does not have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.base import Remedy
from kiosk.visits.events import DeviceDown, Event
from kiosk.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class NoDevice:
    """Says at once that the device is not there; the table has another way for that."""

    device: str
    post: Callable[[Event], None]

    def __call__(self, visit: Visit) -> Callable[[], None]:
        self.post(DeviceDown(visit.number, self.device, Remedy.TECHNICIAN))
        return lambda: None
