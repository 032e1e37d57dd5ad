"""Lights that lead the hand: one at each slot, and one that calls somebody; on a serial board."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from contextlib import ExitStack
from enum import StrEnum
from time import monotonic
from typing import Self

from devices.base import Condition, DeviceError, GarbledReplyError, Status
from devices.light_profiles import LightProfile, Mode
from devices.serial_line import SerialLine

_TRIES = 2  # a command says the same when it arrives twice
_MOST_ANSWER_BYTES = 256


class Light(StrEnum):
    CARD = "card"
    CAMERA = "camera"
    RECEIPT = "receipt"
    SCANNER = "scanner"
    FAULT = "fault"


class Lights:
    """All are off after entering, and off again after leaving.

    Args:
        port: a path or a pattern that fits exactly one port; a board cannot be asked who it is.
        channels: where each light is wired to; one that is not wired is set in vain, silently.
        timeout_s: for a board that answers.

    Raises:
        ValueError: the board has no such channel, or two lights are wired to one.
        DeviceError: on entering: as from `set`; AmbiguousPortError.
    """

    def __init__(
        self,
        port: str,
        profile: LightProfile,
        channels: Mapping[Light, int],
        timeout_s: float = 0.3,
    ) -> None:
        if not profile.channels.issuperset(channels.values()):
            raise ValueError(f"{profile.name} has the channels {sorted(profile.channels)}")
        if len(set(channels.values())) < len(channels):
            raise ValueError("two lights are wired to one channel")
        self._port, self._profile, self._timeout_s = port, profile, timeout_s
        self._channels = dict(channels)

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            self._line = SerialLine(self._port, self._profile.baud)
            undo.callback(self._line.close)
            self._shown = dict.fromkeys(self._channels, Mode.OFF)
            self._show_all()
            undo.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        for light in self._channels:
            with contextlib.suppress(DeviceError):
                self.set(light, Mode.OFF)
        self._line.close()

    def set(self, light: Light, mode: Mode) -> None:
        """A board that cannot blink lets the light shine.

        Raises:
            DeviceAbsentError: the board was unplugged.
            GarbledReplyError: it did not confirm, asked twice; the light may be on or off.
        """
        if light in self._channels:
            self._shown[light] = mode
            self._send(light, mode)

    def status(self) -> Status:
        """Says all states again: a board that lost its power for a moment is right after it."""
        self._line.check()
        self._show_all()
        return Status(Condition.OK, f"{self._profile.name} on {self._line.path}")

    def _show_all(self) -> None:
        for light, mode in self._shown.items():
            self._send(light, mode)

    def _send(self, light: Light, mode: Mode) -> None:
        command = self._profile.command(self._channels[light], mode)
        expected = self._profile.answer_to(command)
        for _ in range(_TRIES):
            if expected:
                self._line.discard()
            self._line.write(command)
            if not expected or self._answered(expected):
                return
        raise GarbledReplyError(f"{self._line.path}: the board did not confirm {light} {mode}")

    def _answered(self, expected: bytes) -> bool:
        """Noise before the answer does no harm; without end it does."""
        deadline_s = monotonic() + self._timeout_s
        answer = b""
        while (left_s := deadline_s - monotonic()) > 0 and len(answer) < _MOST_ANSWER_BYTES:
            answer += self._line.read(left_s)
            if expected in answer:
                return True
        return False
