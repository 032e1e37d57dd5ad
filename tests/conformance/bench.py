"""What a device has to say of itself to be put through the suite: a bench, and rows of faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceError, Remedy


class Kind(StrEnum):
    """What happens to devices of a terminal. A device has a row for each, or says why not."""

    UNPLUGGED = "unplugged"
    ELSEWHERE = "plugged in elsewhere"
    POWER_LOSS = "power lost mid-operation"
    GARBAGE = "garbage"
    HALF = "half a reply"
    LATE = "late reply"
    DUPLICATE = "duplicate reply"
    STALE = "reply of an earlier command"
    DRIP = "slow drip"
    FLOOD = "flood"
    FORBIDDEN = "permission denied"
    TAKEN = "port taken by another program"
    HANGS = "firmware hangs until reset"
    PAPER_END = "paper end mid-line"
    COVER = "cover opened"
    CUTTER = "cutter jam"
    LIFTED = "card lifted"
    SWAPPED = "card swapped between find and read"
    TWO_CARDS = "two cards"
    FROZEN = "camera frozen on one frame"
    BLACK = "camera black"
    DOUBLE_FEED = "scanner double feed"
    CUPS_STOPPED = "CUPS stopped"
    DISK_FULL = "disk full while spooling"


ANY_DEVICE = tuple(Kind)[: tuple(Kind).index(Kind.PAPER_END)]  # may happen to whatever has a cable


class Recovery(StrEnum):
    ITSELF = "by itself"
    REOPENED = "closed and opened again"


Act = Callable[[Any], object]  # upon the far end


def nothing(far: Any) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Value:
    """An answer that is no error: `said` names it in the matrix."""

    said: str
    fits: Callable[[Any], bool]


class Borne(StrEnum):
    """The operation is done all the same."""

    BORNE = "nothing: it is done all the same"


BORNE = Borne.BORNE


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One row: what is done to a device, and what has to become of it.

    Args:
        how: what is done at the far end, in a few words; with `kind` unique for a device.
        inject, heal: done to the far end before the operation, and before it has to work again.
        meanwhile: done in a thread of its own while the operation runs; bounds its own waiting.
        ends: the very class that is raised, the value that comes back, or `BORNE`.
        remedy: of the error; with a value, of whoever has to do something.
        status: what a status says while the fault lasts, an error of it counting as `ABSENT` or
            `FAULT`; None: no status can see it, because of `unseen`.
        within: how many operations it may take until the fault shows.
        unprepared: nothing is laid or scanned before; the fault comes in its place.
        opening: the fault is met on opening, and nothing comes after it.
        words: key of the sentence that a resident reads; "" when there is nothing to say.
        short: also tried without --all-faults.
    """

    kind: Kind
    how: str
    inject: Act = nothing
    heal: Act = nothing
    meanwhile: Act | None = None
    ends: type[DeviceError] | Value | Borne
    remedy: Remedy | None = None
    status: Condition | None = Condition.OK
    unseen: str = ""
    within: int = 1
    unprepared: bool = False
    opening: bool = False
    words: str = ""
    recovers: Recovery = Recovery.ITSELF
    short: bool = False

    def __str__(self) -> str:
        return f"{self.kind} ({self.how})"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A device in the suite.

    Args:
        far: raises the far end in a folder, for `with`; any object.
        driver: for the far end, not opened. One object serves a whole test.
        real: for what `--real` was given; `port_is` says what that has to be.
        prepare: lays a card, scans a code, before each operation. Not with a real device.
        operate: one thing that the device is for; may return anything.
        fits: whether that came back whole. Not asked of a real device.
        secrets: what stands on the cards and papers of the far end and may be said nowhere.
        not_tried: kind → why no row can be made of it, here.
    """

    name: str
    far: Callable[[Path], AbstractContextManager[Any]]
    driver: Callable[[Any], Any]
    real: Callable[[str], Any]
    port_is: str
    operate: Callable[[Any], Any]
    fits: Callable[[Any], bool]
    prepare: Act = nothing
    secrets: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    not_tried: Mapping[Kind, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name
