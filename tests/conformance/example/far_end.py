"""The far end of the ticket dispenser's cable. Written from the same sheet as the driver, by hand:
it does not use the driver's codec, so that a mistake in one shows against the other.
"""

from __future__ import annotations

import re
import threading
from enum import StrEnum
from pathlib import Path
from typing import Self

from sandbox.serial_port import SerialPort

_QUESTION = re.compile(rb"\x02([TS])00([0-9A-F]{2})\x03")


class Trouble(StrEnum):
    NOISE = "noise in place of every answer"
    HALF = "half of every answer"
    TWICE = "every answer twice"
    LATE = "every answer with the next question"
    DRIP = "a byte every 10 ms"
    FLOOD = "pages of noise before every answer"
    DEAF = "does nothing and says nothing"


class TicketDispenserPeer:
    """Plugged in at `link` by `with`. Any thread may call anything."""

    def __init__(self, link: Path) -> None:
        self._lock = threading.Lock()
        self._heard = self._held = b""
        self._trouble: Trouble | None = None
        self.paper = True
        self.tickets = 0
        self.port = SerialPort(link, self._hear)

    def __enter__(self) -> Self:
        self.port.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self.port.unplug()

    def misbehave(self, trouble: Trouble | None) -> None:
        """From now on; None: well again."""
        with self._lock:
            self._trouble, self._held = trouble, b""

    def _hear(self, data: bytes) -> None:
        with self._lock:
            self._heard += data
            asked = [found.group(1) for found in _QUESTION.finditer(self._heard)]
            if asked:
                self._heard = b""
            answers = (
                [] if self._trouble is Trouble.DEAF else [self._answer(each) for each in asked]
            )
            gap_s = 0.01 if self._trouble is Trouble.DRIP else 0.0
        for answer in answers:
            self.port.send(self._spoilt(answer), gap_s)

    def _answer(self, letter: bytes) -> bytes:
        if not self.paper:
            return self._framed(b"E011")
        if letter == b"S":
            return self._framed(b"S00")
        self.tickets += 1
        return self._framed(b"T03%03d" % self.tickets)

    @staticmethod
    def _framed(body: bytes) -> bytes:
        return b"\x02" + body + b"%02X" % (sum(body) & 0xFF) + b"\x03"

    def _spoilt(self, answer: bytes) -> bytes:
        match self._trouble:
            case Trouble.NOISE:
                return bytes(byte | 0x80 for byte in answer)
            case Trouble.HALF:
                return answer[: len(answer) // 2]
            case Trouble.TWICE:
                return answer + answer
            case Trouble.FLOOD:
                return b"\x02\xff" * 2048 + answer
            case Trouble.LATE:
                answer, self._held = self._held, answer
        return answer
