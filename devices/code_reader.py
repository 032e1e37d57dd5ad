"""Readers of QR codes: on a serial line, or typing as a keyboard.

Both hand out the text of one code; what it means is for `code_text` to say. Nothing that was
scanned is ever logged or put into an error.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import fnmatch
import os
import select
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol, Self

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    GarbledReplyError,
    NotToBeOpenedError,
    Remedy,
    Status,
)
from devices.code_framing import CodeFramer
from devices.code_reader_profiles import CodeReaderProfile
from devices.serial_line import SerialLine
from devices.wedge_keys import TERMINATOR, KeyDecoder, parse_devices

_MOST_WAITING = 4  # codes scanned and not yet asked for; more is nobody with a telephone
_FLOOD_BYTES = 16_384  # without the end of a code
_CHUNK_BYTES = 4096
_CLEARING_READS = 64  # the kernel keeps fewer records than these would take
_EVIOCGRAB = 0x40044590  # linux/input.h: _IOW('E', 0x90, int)


class CodeReader(Protocol):
    """Opened by `with`, used by one thread."""

    def read(self, wait_s: float = 0.0) -> str | None:
        """The next code as it was scanned; None when none came within `wait_s`.

        Raises:
            DeviceAbsentError: it was unplugged.
            GarbledReplyError: it sends without end and none of it is a code.
        """
        ...

    def clear(self) -> None:
        """Forgets what was scanned so far: the former resident's codes are not the next one's."""
        ...

    def trigger(self, *, on: bool) -> None:
        """Look for codes, or stop looking, where the reader can be told; else nothing."""
        ...

    def status(self) -> Status: ...


class NotGrabbedError(DeviceError):
    """What is scanned would be typed into the window: the node is no keyboard of the kernel's."""

    remedy = Remedy.TECHNICIAN


class _Codes:
    """Codes out of pieces, whoever carries them. `arrive`: as `SerialLine.read`."""

    def __init__(
        self, what: str, arrive: Callable[[float], bytes], terminators: bytes, gap_s: float
    ) -> None:
        self._what, self._arrive, self._gap_s = what, arrive, gap_s
        self._framer = CodeFramer(terminators)
        self._waiting: list[str] = []
        self._last_s = 0.0  # when something came last
        self._unended_bytes = 0

    def read(self, wait_s: float) -> str | None:
        deadline_s = monotonic() + wait_s
        while not self._waiting:
            now_s = monotonic()
            pause_s = self._last_s + self._gap_s if self._framer.in_doubt else deadline_s
            arrived = self._arrive(max(0.0, min(deadline_s, pause_s) - now_s))
            if arrived:
                self._take(arrived)
            elif self._framer.in_doubt and monotonic() >= self._last_s + self._gap_s:
                self._waiting = self._framer.pause()
            if monotonic() >= deadline_s:
                break
        return self._waiting.pop(0) if self._waiting else None

    def clear(self) -> None:
        self._framer.forget()
        self._waiting, self._unended_bytes = [], 0

    def _take(self, arrived: bytes) -> None:
        self._last_s = monotonic()
        codes = self._framer.feed(arrived)
        self._waiting = (self._waiting + codes)[:_MOST_WAITING]
        self._unended_bytes = 0 if codes else self._unended_bytes + len(arrived)
        if self._unended_bytes > _FLOOD_BYTES:
            raise GarbledReplyError(f"{self._what} sends without end, and no code")


class SerialCodeReader:
    """port: a path or a pattern that fits exactly one port; it cannot be asked who it is.
    open_line: one that records is put in here.

    Raises:
        DeviceAbsentError: on entering: no port, no permission, taken.
        AmbiguousPortError: on entering.
    """

    def __init__(
        self,
        port: str,
        profile: CodeReaderProfile,
        open_line: Callable[[str, int], SerialLine] = SerialLine,
    ) -> None:
        self._port, self._profile, self._open_line = port, profile, open_line

    def __enter__(self) -> Self:
        self._line = self._open_line(self._port, self._profile.baud)
        self._codes = _Codes(
            self._line.path, self._line.read, self._profile.terminators, self._profile.gap_s
        )
        return self

    def __exit__(self, *exc: object) -> None:
        with contextlib.suppress(DeviceError):
            self.trigger(on=False)
        self._line.close()

    def read(self, wait_s: float = 0.0) -> str | None:
        return self._codes.read(wait_s)

    def clear(self) -> None:
        self._line.discard()
        self._codes.clear()

    def trigger(self, *, on: bool) -> None:
        command = self._profile.trigger_on if on else self._profile.trigger_off
        if command:
            self._line.write(command)

    def status(self) -> Status:
        """Only the port is looked at: most readers answer no question."""
        self._line.check()
        return Status(Condition.OK, f"{self._profile.name} on {self._line.path}")


def grab(node: int) -> None:
    """Takes the keyboard away from everybody else, the window too, until `node` is closed.

    Raises:
        OSError: EBUSY: another program did so before.
    """
    fcntl.ioctl(node, _EVIOCGRAB, 1)


@dataclass(frozen=True, slots=True)
class InputSystem:
    """Where the kernel shows its keyboards. Tests without one put files and pipes here."""

    table: Path = Path("/proc/bus/input/devices")
    nodes: Path = Path("/dev/input")
    grab: Callable[[int], None] = grab


class WedgeCodeReader:
    """A reader that types as a keyboard. Nothing of what it types reaches the window.

    It is found again under whatever event node it has; a reader that shows as several keyboards is
    grabbed whole.

    Args:
        usb: vendor and product as lsusb writes them, 1eab:0022; None takes any with the name.
        name: as in /proc/bus/input/devices, a pattern with * and ?; at least one of them is needed,
            or the attendant's keyboard would be grabbed too.
        gap_s: a pause this long within a code means that the rest is lost.

    Raises:
        DeviceAbsentError: on entering: no such keyboard, no permission, grabbed by another.
        NotGrabbedError: on entering.
    """

    def __init__(
        self,
        usb: str | None = None,
        name: str | None = None,
        gap_s: float = 0.25,
        system: InputSystem = InputSystem(),
    ) -> None:
        if not (usb or name):
            raise ValueError("a code reader that types is named by its USB numbers or its name")
        self._usb, self._name, self._gap_s, self._system = usb, name, gap_s, system

    def __enter__(self) -> Self:
        self._paths = self._found()
        with ExitStack() as undo:
            self._nodes = {self._opened(path, undo): KeyDecoder() for path in self._paths}
            self._held = undo.pop_all()
        self._codes = _Codes(self._wanted, self._typed, TERMINATOR, self._gap_s)
        return self

    def __exit__(self, *exc: object) -> None:
        self._held.close()

    def read(self, wait_s: float = 0.0) -> str | None:
        return self._codes.read(wait_s)

    def clear(self) -> None:
        for _ in range(_CLEARING_READS):
            ready, _, _ = select.select(list(self._nodes), [], [], 0)
            for node in ready:
                self._nodes[node].feed(self._records(node))  # keeps count of what is held down
            if not ready:
                break
        self._codes.clear()

    def trigger(self, *, on: bool) -> None:
        """A keyboard takes no orders: such a reader looks by itself."""

    def status(self) -> Status:
        if self._found() != self._paths:
            raise DeviceAbsentError(f"{self._wanted} was plugged in anew")
        return Status(Condition.OK, f"{self._wanted} as {', '.join(map(str, self._paths))}")

    @property
    def _wanted(self) -> str:
        return " ".join(part for part in (self._usb, self._name) if part)

    def _found(self) -> list[Path]:
        try:
            table = self._system.table.read_text("utf-8", errors="replace")
        except OSError as fault:
            raise DeviceAbsentError(f"{self._system.table}: {fault.strerror}") from fault
        found = [
            self._system.nodes / device.node
            for device in parse_devices(table)
            if device.types_enter
            and self._usb in (None, device.usb)
            and fnmatch.fnmatchcase(device.name, self._name or "*")
        ]
        if not found:
            raise DeviceAbsentError(f"no keyboard is {self._wanted}")
        return found

    def _opened(self, path: Path, undo: ExitStack) -> int:
        try:
            node = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except PermissionError as fault:
            raise NotToBeOpenedError(
                f"{path} may not be opened: no permission (is the program in the group input?)"
            ) from fault
        except OSError as fault:
            raise DeviceAbsentError(f"{path}: {fault.strerror}") from fault
        undo.callback(os.close, node)  # which gives the keyboard back
        try:
            self._system.grab(node)
        except OSError as fault:
            if fault.errno == errno.EBUSY:
                raise NotToBeOpenedError(f"{path} is taken by another program") from fault
            raise NotGrabbedError(f"{path} cannot be grabbed: {fault.strerror}") from fault
        return node

    def _typed(self, wait_s: float) -> bytes:
        deadline_s = monotonic() + wait_s
        while True:
            ready, _, _ = select.select(
                list(self._nodes), [], [], max(0.0, deadline_s - monotonic())
            )
            typed = b"".join(self._nodes[node].feed(self._records(node)) for node in ready)
            if typed or not ready or monotonic() >= deadline_s:
                return typed

    def _records(self, node: int) -> bytes:
        try:
            records = os.read(node, _CHUNK_BYTES)
        except BlockingIOError:
            return b""
        except OSError as fault:  # ENODEV: unplugged
            raise DeviceAbsentError(f"{self._wanted} is gone: {fault.strerror}") from fault
        if not records:
            raise DeviceAbsentError(f"{self._wanted} is gone")
        return records
