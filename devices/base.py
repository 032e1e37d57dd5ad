"""What every driver shares: its shape, its status words, and who can mend what.

Status words after CEN XFS4IoT (CWA 17852), `devicestatus`: the words are the same for every device,
so that one screen, one log line and one alarm serve them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self


class Remedy(StrEnum):
    """Who can put a fault right. It is all that a screen needs to know of it."""

    RETRY = "retry"  # nobody: the program asks again
    RESIDENT = "resident"  # the person in front of the screen
    ATTENDANT = "attendant"  # somebody of the service point: paper, a plug, a key
    TECHNICIAN = "technician"  # somebody with tools or the settings file


class DeviceError(Exception):
    """A device did not do what was asked.

    The message is for the technician: it never contains anything read from a card, a face or a
    form.
    """

    remedy = Remedy.ATTENDANT
    lasting = False  # whether asking again is useless until somebody has done something about it


class DeviceAbsentError(DeviceError):
    """Nothing answers where the device should be: not plugged in, gone, or not to be opened."""


class NotToBeOpenedError(DeviceAbsentError):
    """Something is there and not for this program: no permission, or another one has it."""

    remedy = Remedy.TECHNICIAN
    lasting = True


class GarbledReplyError(DeviceError):
    """The device answered, but not whole or not in its protocol; asking again may help."""

    remedy = Remedy.RETRY


class DeviceFailedError(DeviceError):
    """The device says itself that it is broken."""

    remedy = Remedy.TECHNICIAN


class Condition(StrEnum):
    """The state of a device in one word."""

    OK = "ok"
    BUSY = "busy"
    ATTENTION = "attention"  # works, but somebody should come soon: paper low
    FAULT = "fault"
    ABSENT = "absent"
    UNKNOWN = "unknown"  # not asked yet, or it cannot tell; never shown as ready


@dataclass(frozen=True, slots=True)
class Status:
    """`detail` is the technician's line, in the device's own words where it has any."""

    condition: Condition
    detail: str = ""

    @property
    def usable(self) -> bool:
        return self.condition in (Condition.OK, Condition.BUSY, Condition.ATTENTION)


class Device(Protocol):
    """Opened by `with`, used by one thread, closed on every way out."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def status(self) -> Status:
        """Asks the device; returns within about a second.

        Raises:
            DeviceAbsentError: the line is broken; the caller closes the device and opens it again.
            DeviceError: no answer, or none that makes sense; the caller may ask again as it is.
        """
        ...
