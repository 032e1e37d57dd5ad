"""Cables to a receipt printer. Every call returns in bounded time.

The connections of python-escpos 3.1 do not serve here: they read for up to a minute or for ever, do
not bound a write, and over USB they reset the printer. Its commands do serve: see `escpos`.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import serial

from devices.base import DeviceAbsentError
from devices.opening import not_opened


class LinkBrokenError(DeviceAbsentError):
    """Nothing gets through any more; what was under way may have arrived or not."""


class Link(Protocol):
    answers: bool  # whether anything can come back

    @property
    def lag_s(self) -> float:
        """How long what was written will still be on the wire."""
        ...

    def write(self, data: bytes, timeout_s: float) -> None:
        """Raises LinkBrokenError, also when not all was taken in time."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """The first that comes within `timeout_s`, b"" for nothing; raises LinkBrokenError."""
        ...

    def close(self) -> None: ...


class LinkSettings(Protocol):
    def open(self, timeout_s: float) -> Link:
        """Raises DeviceAbsentError."""
        ...


@dataclass(frozen=True, slots=True)
class TcpLink:
    host: str
    port: int = 9100

    def open(self, timeout_s: float) -> Link:
        try:
            line = socket.create_connection((self.host, self.port), timeout_s)
        except OSError as fault:
            raise DeviceAbsentError(f"no printer at {self.host}:{self.port}: {fault}") from fault
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Tcp(line)


@dataclass(frozen=True, slots=True)
class SerialLink:
    """`port` may be a pattern, such as /dev/serial/by-id/*; the first that fits is taken."""

    port: str
    baud: int = 115_200

    def open(self, timeout_s: float) -> Link:
        root = Path("/")
        found = sorted(str(path) for path in root.glob(self.port.lstrip("/")))
        if not found:
            raise DeviceAbsentError(f"no serial line {self.port}")
        try:
            line = serial.Serial(found[0], self.baud, timeout=timeout_s, exclusive=True)
        except (serial.SerialException, ValueError) as fault:
            raise not_opened(found[0], fault) from fault
        return _Serial(line)


@dataclass(frozen=True, slots=True)
class FileLink:
    """A device file that takes and never answers, or a plain file, to which slips are added."""

    path: Path

    def open(self, timeout_s: float) -> Link:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            return _File(os.open(self.path, flags, 0o600))
        except OSError as fault:
            raise not_opened(str(self.path), fault) from fault


class _Tcp:
    answers = True
    lag_s = 0.0

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def write(self, data: bytes, timeout_s: float) -> None:
        self._line.settimeout(timeout_s)
        try:
            self._line.sendall(data)
        except OSError as fault:
            raise LinkBrokenError(f"the printer takes nothing: {fault}") from fault

    def read(self, timeout_s: float) -> bytes:
        self._line.settimeout(timeout_s)
        try:
            data = self._line.recv(256)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as fault:
            raise LinkBrokenError(f"the printer is gone: {fault}") from fault
        if not data:
            raise LinkBrokenError("the printer closed the connection")
        return data

    def close(self) -> None:
        self._line.close()


class _Serial:
    answers = True

    def __init__(self, line: serial.Serial) -> None:
        self._line = line
        self._sent_at = 0.0  # when the last bit will have left, on the monotonic clock

    @property
    def lag_s(self) -> float:
        return max(0.0, self._sent_at - time.monotonic())

    def write(self, data: bytes, timeout_s: float) -> None:
        wire_s = len(data) * 10 / self._line.baudrate
        self._sent_at = max(self._sent_at, time.monotonic()) + wire_s
        self._line.write_timeout = timeout_s + wire_s
        try:
            self._line.write(data)
        except (OSError, serial.SerialException) as fault:
            raise LinkBrokenError(f"the printer takes nothing: {fault}") from fault

    def read(self, timeout_s: float) -> bytes:
        self._line.timeout = timeout_s
        try:
            first = bytes(self._line.read(1))
            return first + bytes(self._line.read(self._line.in_waiting)) if first else first
        except (OSError, serial.SerialException) as fault:
            raise LinkBrokenError(f"the printer is gone: {fault}") from fault

    def close(self) -> None:
        with contextlib.suppress(OSError, serial.SerialException):
            self._line.reset_output_buffer()  # else closing waits for a printer that is gone
        self._line.close()


class _File:
    answers = False
    lag_s = 0.0

    def __init__(self, file: int) -> None:
        self._file = file

    def write(self, data: bytes, timeout_s: float) -> None:
        until = time.monotonic() + timeout_s
        while data:
            _, takes, _ = select.select([], [self._file], [], max(0.0, until - time.monotonic()))
            if not takes:
                raise LinkBrokenError("the printer takes nothing")
            try:
                data = data[os.write(self._file, data) :]
            except BlockingIOError:
                continue
            except OSError as fault:
                raise LinkBrokenError(f"the printer is gone: {fault}") from fault

    def read(self, timeout_s: float) -> bytes:
        return b""

    def close(self) -> None:
        os.close(self._file)
