"""The far end of a light board's cable: relays that can be looked at, and two ways to speak.

`lcus`: A0, channel, state, sum; silent. `letters`: N, F or B, channel as a digit, carriage return;
every command that is understood comes back.
"""

from __future__ import annotations

import re
import threading
from enum import StrEnum
from pathlib import Path
from typing import Self

from sandbox.serial_port import SerialPort

_LETTERS = {b"N": "on", b"F": "off", b"B": "blink"}


class Fault(StrEnum):
    SILENT = "silent"  # carries out and says nothing
    DEAF = "deaf"  # neither
    GARBLED = "garbled"
    HALF = "half"
    DRIP = "drip"  # the answer is right, and a byte every 20 ms
    LATE = "late"  # each answer comes with the next command
    TWICE = "twice"
    FLOOD = "flood"  # a screenful of noise in place of the answer
    NOISE = "noise"  # before the answer


class LightBoardPeer:
    """Plugged in at `link` by `with`."""

    def __init__(self, link: Path, language: str = "letters") -> None:
        self._understand = {"letters": self._letters, "lcus": self._lcus}[language]
        self._lock = threading.Lock()
        self._heard = b""
        self._held = b""
        self._lights: dict[int, str] = {}
        self._faults: list[Fault] = []
        self.port = SerialPort(link, self._hear)

    def __enter__(self) -> Self:
        self.port.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self.port.unplug()

    @property
    def lights(self) -> dict[int, str]:
        """What each channel that was ever switched does: on, off, blink."""
        with self._lock:
            return dict(self._lights)

    def lose_power(self) -> None:
        """For a moment: every light is off, and nobody is told."""
        with self._lock:
            self._lights = dict.fromkeys(self._lights, "off")

    def misbehave(self, fault: Fault, times: int = 1) -> None:
        """At the next `times` commands."""
        with self._lock:
            self._faults += times * [fault]

    def behave(self) -> None:
        with self._lock:
            self._faults.clear()
            self._held = b""

    def _hear(self, data: bytes) -> None:
        with self._lock:
            self._heard += data
            commands = self._understand()
            answers = [self._carry_out(*command) for command in commands]
        for answer, gap_s in answers:
            self.port.send(answer, gap_s)

    def _carry_out(self, channel: int, mode: str, answer: bytes) -> tuple[bytes, float]:
        """What goes back, and the gap between its bytes."""
        fault = self._faults.pop(0) if self._faults else None
        if fault is not Fault.DEAF:
            self._lights[channel] = mode
        if fault in (Fault.SILENT, Fault.DEAF):
            answer = b""
        elif fault is Fault.GARBLED:
            answer = bytes(byte ^ 0x5A for byte in answer)
        elif fault is Fault.HALF:
            answer = answer[: len(answer) // 2]
        elif fault is Fault.TWICE:
            answer += answer
        elif fault is Fault.FLOOD:
            answer = b"\xa5\x5a" * 1024
        elif fault is Fault.NOISE:
            answer = b"\x00\xff\x55" + answer
        elif fault is Fault.LATE:
            answer, self._held = self._held, answer
        return answer, 0.02 if fault is Fault.DRIP else 0.0

    def _letters(self) -> list[tuple[int, str, bytes]]:
        *whole, self._heard = self._heard.split(b"\r")
        return [
            (int(command[1:]), _LETTERS[command[:1]], command + b"\r")
            for command in whole
            if re.fullmatch(rb"[NFB][1-8]", command)
        ]

    def _lcus(self) -> list[tuple[int, str, bytes]]:
        commands = []
        while (start := self._heard.find(0xA0)) >= 0 and len(self._heard) >= start + 4:
            frame, self._heard = self._heard[start : start + 4], self._heard[start + 4 :]
            if sum(frame[:3]) & 0xFF == frame[3] and frame[1] in (1, 2, 3, 4) and frame[2] < 2:
                commands.append((frame[1], ("off", "on")[frame[2]], b""))
        return commands
