"""The serial line to an ID-card reader: opened for one program only, one question at a time."""

from __future__ import annotations

import select
from time import monotonic
from typing import Self

from devices.base import DeviceAbsentError, GarbledReplyError
from devices.idcard_frames import (
    LONGEST,
    Command,
    Reply,
    ReplyParser,
    could_answer,
    encode,
    longest_reply_bytes,
)
from devices.opening import BROKEN, open_port, why

# A module sends a reply in one go. Six times the latency of a USB bridge (16 ms) without a byte in
# the middle of a frame means that the rest is lost.
_QUIET_S = 0.1
_BITS_PER_BYTE = 10  # 8N1


class Line:
    """An open port.

    Raises:
        DeviceAbsentError: from every method: the port cannot be opened or is no longer there.
    """

    def __init__(self, path: str, baud: int) -> None:
        self.path = path
        self._port = open_port(path, baud)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._port.close()

    @property
    def baud(self) -> int:
        return self._port.baudrate

    @baud.setter
    def baud(self, baud: int) -> None:
        try:
            self._port.baudrate = baud
        except BROKEN as fault:
            raise self._broken(fault) from fault

    def ask(self, command: Command, thinking_s: float) -> Reply:
        """The reply to `command`, as soon as its last byte is there.

        What arrived before is thrown away; replies that cannot belong to `command` are late answers
        to an earlier question, and are passed over. The module may take `thinking_s`; the time on
        the wire comes on top.

        Raises:
            GarbledReplyError: no whole reply in time.
        """
        frame = encode(command.value)
        parser = ReplyParser()
        wire_bytes = len(frame) + longest_reply_bytes(command)
        deadline_s = monotonic() + thinking_s + wire_bytes * _BITS_PER_BYTE / self.baud
        try:
            self._port.reset_input_buffer()
            self._port.write(frame)
            while (left_s := deadline_s - monotonic()) > 0:
                arrived = self._arrived(min(left_s, _QUIET_S) if parser.in_doubt else left_s)
                for reply in parser.feed(arrived) if arrived else parser.give_up():
                    if could_answer(command, reply):
                        return reply
                if not arrived:
                    break
        except BROKEN as fault:
            raise self._broken(fault) from fault
        damage = parser.damage or ("cut short" if parser.in_doubt else "no reply")
        raise GarbledReplyError(f"{self.path}: {command.name}: {damage} at {self.baud} baud")

    def _arrived(self, wait_s: float) -> bytes:
        """What is there, after waiting for the first byte of it; empty when none came."""
        ready, _, _ = select.select([self._port.fileno()], [], [], wait_s)
        return self._port.read(LONGEST) if ready else b""

    def _broken(self, fault: Exception) -> DeviceAbsentError:
        return DeviceAbsentError(f"the line to {self.path} broke: {why(fault)}")
