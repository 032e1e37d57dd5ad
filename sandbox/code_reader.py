"""The far ends of code readers: one on a serial line, one that types as a keyboard.

A telephone held before them is a call of `scan`.
"""

from __future__ import annotations

import errno
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from evdev import ecodes

from sandbox.serial_port import SerialPort


class SerialCodeReaderPeer:
    """Plugged in at `link` by `with`. Remembers what the host told it: `told`."""

    def __init__(self, link: Path, terminator: bytes = b"\r") -> None:
        self._terminator = terminator
        self._lock = threading.Lock()
        self._told = b""
        self.port = SerialPort(link, self._hear)

    def __enter__(self) -> Self:
        self.port.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self.port.unplug()

    @property
    def told(self) -> bytes:
        with self._lock:
            return self._told

    def scan(self, text: str | bytes, gap_s: float = 0.0) -> None:
        """The whole code and what ends it; `gap_s` between two bytes."""
        data = text.encode() if isinstance(text, str) else text
        self.port.send(data + self._terminator, gap_s)

    def _hear(self, data: bytes) -> None:
        with self._lock:
            self._told += data


_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))
_KEY_NAMES = {
    "-": "MINUS",
    "=": "EQUAL",
    "[": "LEFTBRACE",
    "]": "RIGHTBRACE",
    ";": "SEMICOLON",
    "'": "APOSTROPHE",
    "`": "GRAVE",
    "\\": "BACKSLASH",
    ",": "COMMA",
    ".": "DOT",
    "/": "SLASH",
    " ": "SPACE",
}
_TABLE_ROW = """I: Bus=0003 Vendor={vendor} Product={product} Version=0111
N: Name="{name}"
P: Phys=usb-0000:00:14.0-3/input0
S: Sysfs=/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/0003:0000.0003/input/input7
U: Uniq=
H: Handlers=sysrq kbd {node} leds 
B: PROP=0
B: EV=120013
B: KEY={keys}
B: MSC=10
B: LED=7

"""  # noqa: W291, the kernel writes a space there
_WHOLE_KEYBOARD = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
_FEW_KEYS = "3e000b 0 0 0"  # volume and such: no Enter


class WedgePeer:
    """A keyboard in a kernel's place: the table of devices, and records in the kernel's own form
    in a pipe where the event node would be.

    A machine with /dev/uinput could have a true one; most that build software have none. What a
    pipe cannot do is to be grabbed: `grab` stands for that one call, and says what the kernel would
    say. `make machine` grabs a USB keyboard of a kernel's own.
    """

    def __init__(self, root: Path, usb: str = "1eab:0022", name: str = "NLS-FM430 Barcode") -> None:
        self.table, self.nodes = root / "devices", root / "input"
        self._vendor, self._product = usb.split(":")
        self._name = name
        self._pipe = -1
        self._node: Path | None = None
        self.taken = False  # another program has grabbed it
        self.grabbed: list[int] = []  # file descriptors, as the driver gave them
        self.nodes.mkdir()
        self.table.write_text(self._other_devices())

    def __enter__(self) -> Self:
        self.plug("event3")
        return self

    def __exit__(self, *exc: object) -> None:
        self.unplug()

    def plug(self, node: str) -> None:
        self.unplug()
        self._node = self.nodes / node
        os.mkfifo(self._node)
        self._pipe = os.open(self._node, os.O_RDWR | os.O_NONBLOCK)
        ids = {"vendor": self._vendor, "product": self._product, "name": self._name}
        keyboard = _TABLE_ROW.format(node=node, keys=_WHOLE_KEYBOARD, **ids)
        few_keys = _TABLE_ROW.format(node="event90", keys=_FEW_KEYS, **ids)
        self.table.write_text(self._other_devices() + few_keys + keyboard)

    def unplug(self) -> None:
        if self._node is not None:
            self._node.unlink()
            os.close(self._pipe)
            self._node = None
            self.table.write_text(self._other_devices())

    def grab(self, node: int) -> None:
        """In place of the ioctl EVIOCGRAB."""
        if self.taken:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        self.grabbed.append(node)

    def scan(self, text: str, *, enter: bool = True) -> None:
        for character in text:
            self._type(character)
        if enter:
            self.press(ecodes.KEY_ENTER)

    def press(self, key: int, *, repeats: int = 0) -> None:
        self._record(ecodes.EV_MSC, ecodes.MSC_SCAN, 0x7_0000 + key)
        for value in (1, *repeats * [2], 0):
            self._record(ecodes.EV_KEY, key, value)
            self.report()

    def hold(self, key: int) -> None:
        """Down, and not up again."""
        self._record(ecodes.EV_KEY, key, 1)
        self.report()

    def lose_records(self) -> None:
        """The kernel's buffer ran over: a remnant of a report follows, which means nothing."""
        self._record(ecodes.EV_SYN, ecodes.SYN_DROPPED, 0)
        self._record(ecodes.EV_KEY, ecodes.KEY_9, 1)
        self.report()

    def report(self) -> None:
        self._record(ecodes.EV_SYN, ecodes.SYN_REPORT, 0)

    @contextmanager
    def flooding(self) -> Iterator[None]:
        """Meanwhile a key is hammered, as fast as the host takes it."""
        enough = threading.Event()

        def hammer() -> None:
            while not enough.is_set():
                try:
                    self.press(ecodes.KEY_8)
                except BlockingIOError:
                    enough.wait(0.001)

        thread = threading.Thread(target=hammer, name="hammer", daemon=True)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()

    def write(self, data: bytes) -> None:
        os.write(self._pipe, data)

    def _type(self, character: str) -> None:
        base = _SHIFTED.get(character, character.lower())
        shifted = base != character
        key = ecodes.ecodes[f"KEY_{_KEY_NAMES.get(base, base.upper())}"]
        if shifted:
            self._record(ecodes.EV_KEY, ecodes.KEY_LEFTSHIFT, 1)
            self.report()
        self.press(key)
        if shifted:
            self._record(ecodes.EV_KEY, ecodes.KEY_LEFTSHIFT, 0)
            self.report()

    def _record(self, kind: int, code: int, value: int) -> None:
        now_us = time.time_ns() // 1000
        self.write(struct.pack("@llHHi", *divmod(now_us, 1_000_000), kind, code, value))

    def _other_devices(self) -> str:
        """The attendant's keyboard, and a button."""
        keyboard = {"vendor": "046d", "product": "c31c", "name": "Logitech USB Keyboard"}
        button = 'I: Bus=0019 Vendor=0000 Product=0001 Version=0000\nN: Name="Power Button"\n\n'
        return _TABLE_ROW.format(node="event1", keys=_WHOLE_KEYBOARD, **keyboard) + button
