"""A conversation with an ESC/POS printer: what is sent, and which answer belongs to what.

Two kinds of answer share the line. DLE EOT is answered at once, ahead of all that waits in the
printer. GS r 1 stands among the data and is answered in its turn: everything before it is done.
"""

from __future__ import annotations

import time
from collections import deque

from devices.printer_links import Link
from devices.printer_status import (
    STATUS_REQUESTS,
    Answer,
    PrinterState,
    StatusBit,
    answer_of,
    parse_state,
)

BARRIER = b"\x1dr\x01"  # GS r 1
NO_STATUS_BACK = b"\x1da\x00"  # GS a 0: say nothing unasked
RESTART = b"\x10\x05\x01"  # DLE ENQ 1: after a mended error, go on from the line where it was
CLEAR = b"\x10\x05\x02"  # DLE ENQ 2: after a mended error, forget what was to be printed


class SilenceError(Exception):
    """No answer in time."""


class Talk:
    """`doubtful`: something came that answers nothing, so no confirmation can be trusted."""

    def __init__(
        self,
        link: Link,
        answer_timeout_s: float,
        write_timeout_s: float,
        status_ignored: int = 0,
        slip_in_mouth: StatusBit | None = None,
    ) -> None:
        """The last two as for `parse_state`."""
        self._link = link
        self._ignored, self._slip_in_mouth = status_ignored, slip_in_mouth
        self._answer_timeout_s, self._write_timeout_s = answer_timeout_s, write_timeout_s
        self._unconfirmed: deque[int] = deque()  # bytes of each piece, oldest first
        self._states: deque[int] = deque()
        self.doubtful = False

    @property
    def unconfirmed(self) -> int:
        """Pieces sent and not confirmed."""
        return len(self._unconfirmed)

    @property
    def unconfirmed_bytes(self) -> int:
        return sum(self._unconfirmed)

    def start_over(self) -> None:
        """Nothing sent so far counts any more."""
        self.listen(0.0)
        self._unconfirmed.clear()
        self.doubtful = False

    def write(self, data: bytes) -> None:
        """Raises LinkBrokenError, as all that follow do."""
        self._link.write(data, self._write_timeout_s)

    def send(self, piece: bytes) -> None:
        """Sends a piece of a slip with a barrier behind it; an empty one is the barrier alone."""
        self._unconfirmed.append(len(piece))
        self.write(piece + BARRIER)

    def listen(self, timeout_s: float) -> None:
        """Takes in what comes first within `timeout_s`, and what came with it."""
        for byte in self._link.read(timeout_s):
            match answer_of(byte & ~self._ignored):
                case Answer.BARRIER if self._unconfirmed:
                    self._unconfirmed.popleft()
                case Answer.STATE:
                    self._states.append(byte)
                case Answer.FLOW:
                    pass
                case Answer.BARRIER:
                    self.doubtful = True  # nobody asked for it; nor is it an answer to DLE EOT
                case _:
                    self.doubtful = True
                    self._states.append(byte)

    def ask_state(self) -> PrinterState:
        """Asks for all four kinds of status, one after the other.

        Raises:
            SilenceError: an answer did not come within `answer_timeout_s`.
            GarbledReplyError: what came is no answer.
        """
        until = time.monotonic() + self._answer_timeout_s + self._link.lag_s
        answers = []
        for request in STATUS_REQUESTS:
            self.listen(0.0)
            self._states.clear()  # late answers to earlier questions, or one that came twice
            self.write(request)
            while not self._states:
                remaining_s = until - time.monotonic()
                if remaining_s <= 0:
                    raise SilenceError
                self.listen(remaining_s)
            answers.append(self._states.popleft())
        return parse_state(answers, self._ignored, self._slip_in_mouth)
