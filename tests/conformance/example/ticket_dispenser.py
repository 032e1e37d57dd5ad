"""The queue-ticket dispenser: prints a number for whoever has to wait at the counter."""

from __future__ import annotations

from time import monotonic
from typing import Final, Self

from devices.base import Condition, DeviceError, GarbledReplyError, Remedy, Status
from devices.serial_line import SerialLine
from tests.conformance.example.ticket_frames import (
    LONGEST,
    REFUSED,
    STATE,
    TICKET,
    Frame,
    decode,
    encode,
)

_BAUD: Final = 9600
_NO_PAPER: Final = "1"


class TicketPaperEndError(DeviceError):
    """The roll is used up."""


class TicketRefusedError(DeviceError):
    """It did not print, for a reason that its sheet does not name."""

    remedy = Remedy.TECHNICIAN


class TicketUnsureError(GarbledReplyError):
    """A ticket was asked for, and whether it came out is not known."""


class TicketDispenser:
    """Opened by `with`, used by one thread.

    Args:
        port: a path or a pattern that fits exactly one port.
        timeout_s: for each answer; a ticket takes about 0.3 s.

    Raises:
        DeviceAbsentError: from every method: no port, or it went.
        GarbledReplyError: from every method: no whole answer in time.
    """

    def __init__(self, port: str, timeout_s: float = 2.0) -> None:
        self._port, self._timeout_s = port, timeout_s

    def __enter__(self) -> Self:
        self._line = SerialLine(self._port, _BAUD)
        return self

    def __exit__(self, *exc: object) -> None:
        self._line.close()

    def ticket(self) -> int:
        """Prints one; its number.

        Raises:
            TicketPaperEndError, TicketRefusedError: nothing was printed.
            TicketUnsureError: look whether it came out. It is not asked for again: that would print
                a second one.
        """
        try:
            answer = self._ask(Frame(TICKET))
        except GarbledReplyError as fault:
            raise TicketUnsureError(str(fault)) from fault
        if answer.letter == REFUSED:
            raise _refusal(answer)
        if not answer.text.isdecimal():
            raise TicketUnsureError("a ticket without a number")
        return int(answer.text)

    def status(self) -> Status:
        answer = self._ask(Frame(STATE))
        if answer.letter == REFUSED:
            return Status(Condition.FAULT, str(_refusal(answer)))
        return Status(Condition.OK, f"ticket dispenser on {self._line.path}")

    def _ask(self, question: Frame) -> Frame:
        """Frames with another letter are late answers to an earlier question, and passed over."""
        self._line.discard()
        self._line.write(encode(question))
        until, data = monotonic() + self._timeout_s, b""
        while (left_s := until - monotonic()) > 0 and len(data) < 4 * LONGEST:
            data += self._line.read(left_s)
            answer = decode(data)
            if answer is not None and answer.letter in (question.letter, REFUSED):
                return answer
            if answer is not None:
                data = data[data.index(encode(answer)) + len(encode(answer)) :]
        raise GarbledReplyError(f"{self._line.path}: no whole answer")


def _refusal(answer: Frame) -> DeviceError:
    kind = TicketPaperEndError if answer.text == _NO_PAPER else TicketRefusedError
    return kind(f"the dispenser refuses with {answer.text or 'no number'}")
