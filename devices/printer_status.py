"""What an ESC/POS printer says of itself: bytes in, states, status words and faults out.

DLE EOT 1 to 4 and GS r 1 after the Epson ESC/POS command reference. The answers tell apart by their
fixed bits (Citizen command reference, "Identification of send status"): 0··1··10 to DLE EOT,
0··0···· to GS r. GS r 2 tells of a cash drawer; a kiosk has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    DeviceFailedError,
    GarbledReplyError,
    Remedy,
    Status,
)

STATUS_REQUESTS = tuple(bytes((0x10, 0x04, n)) for n in (1, 2, 3, 4))
XON, XOFF = 0x11, 0x13


class PrintError(DeviceError):
    """`started`: some of the slip was sent; call `resume` when the fault is mended.

    When it is False, not one byte was sent: printing the same slip again is safe.
    """

    def __init__(self, message: str, *, started: bool = False) -> None:
        super().__init__(message)
        self.started = started


class PaperEndError(PrintError):
    """The roll is used up."""

    remedy = Remedy.ATTENDANT


class CoverOpenError(PrintError):
    """The cover is open, or not quite shut."""

    remedy = Remedy.ATTENDANT


class CutterError(PrintError):
    """The knife is stuck."""

    remedy = Remedy.ATTENDANT


class PrinterOfflineError(PrintError):
    """It is there, but does not answer, or does not print and does not say why."""

    remedy = Remedy.ATTENDANT


class PrinterBrokenError(PrintError, DeviceFailedError):
    """It reports an error that switching off and on does not end."""


class PrinterGarbledError(PrintError, GarbledReplyError):
    """Its answers make no sense. Within a slip they make it `PrintUnsure` instead."""


class PrinterAbsentError(PrintError, DeviceAbsentError):
    """The line is broken; `started` is always False: a slip lost with the line is `PrintUnsure`."""


class Answer(StrEnum):
    """What a byte from the printer answers."""

    STATE = "state"  # DLE EOT, out of turn
    BARRIER = "barrier"  # GS r, in its turn among the data
    FLOW = "flow"  # XON, XOFF
    GARBAGE = "garbage"


@dataclass(frozen=True, slots=True)
class StatusBit:
    """Bit 0 to 7 of the answer to DLE EOT 1 to 4."""

    answer: int
    bit: int

    def among(self, answers: Sequence[int]) -> bool:
        """Whether it is set in the answers to `STATUS_REQUESTS`, in their order."""
        return bool(answers[self.answer - 1] >> self.bit & 1)


@dataclass(frozen=True, slots=True)
class PrinterState:
    online: bool
    cover_open: bool
    feeding: bool  # somebody holds the feed button
    paper_end: bool
    paper_near_end: bool
    cutter_error: bool
    unrecoverable: bool
    recoverable: bool  # by waiting: the print head is too hot
    slip_in_mouth: bool | None = None  # None: this model cannot tell

    @property
    def busy(self) -> bool:
        """Not printing now, but will without anybody's help."""
        return self.recoverable or self.feeding


def answer_of(byte: int) -> Answer:
    if byte in (XON, XOFF):
        return Answer.FLOW
    if byte & 0b1001_0011 == 0b0001_0010:
        return Answer.STATE
    if byte & 0b1001_0000 == 0:
        return Answer.BARRIER
    return Answer.GARBAGE


def parse_state(
    told: Sequence[int], ignored: int = 0, slip_in_mouth: StatusBit | None = None
) -> PrinterState:
    """The state from the four answers to `STATUS_REQUESTS`, in their order.

    Args:
        told: the answers as they came.
        ignored: bits in which the maker tells his own news; they are taken to be 0.
        slip_in_mouth: where he tells of a slip that was not taken; looked at all the same.

    Raises:
        GarbledReplyError: one of them is no answer to DLE EOT.
    """
    answers = [byte & ~ignored for byte in told]
    if len(answers) != 4 or any(answer_of(byte) is not Answer.STATE for byte in answers):
        raise GarbledReplyError(f"no printer status: {bytes(told).hex(' ')}")
    general, off_line, error, paper = answers
    return PrinterState(
        online=not general & 0x08,
        cover_open=bool(off_line & 0x04),
        feeding=bool(off_line & 0x08),
        paper_end=bool(off_line & 0x20 or paper & 0x60),
        paper_near_end=bool(paper & 0x0C),
        cutter_error=bool(error & 0x08),
        unrecoverable=bool(error & 0x20),
        recoverable=bool(error & 0x40),
        slip_in_mouth=slip_in_mouth.among(told) if slip_in_mouth else None,
    )


def fault_of(state: PrinterState) -> PrintError | None:
    """What keeps the printer from printing, the first that has to be mended; None while it is busy.

    An open cover comes before the end of the paper: the paper sensor sees nothing then.
    """
    faults: tuple[tuple[bool, type[PrintError], str], ...] = (
        (state.unrecoverable, PrinterBrokenError, "unrecoverable error"),
        (state.cover_open, CoverOpenError, "cover open"),
        (state.paper_end, PaperEndError, "paper end"),
        (state.cutter_error, CutterError, "cutter error"),
        (not state.online and not state.busy, PrinterOfflineError, "off line"),
    )
    return next((error(words) for applies, error, words in faults if applies), None)


def status_of(state: PrinterState) -> Status:
    if fault := fault_of(state):
        return Status(Condition.FAULT, str(fault))
    if state.busy:
        return Status(Condition.BUSY, "paper is being fed" if state.feeding else "recovering")
    if state.paper_near_end:
        return Status(Condition.ATTENTION, "paper near end")
    return Status(Condition.OK)
