"""What a code reader types as a keyboard: the kernel's records in, characters out; opens nothing.

Records and key codes: linux/input.h and linux/input-event-codes.h, which are fixed for good. The
package evdev would give them names, and ask for a compiler on every terminal. Table of devices:
/proc/bus/input/devices, drivers/input/input.c. Keys are those of a US keyboard.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

TERMINATOR = b"\r"
UNTYPABLE = 0xFF  # no UTF-8 has this byte: the code is seen and refused

_RECORD = struct.Struct("@llHHi")  # struct input_event: time (two long), type, code, value
_EV_SYN, _EV_KEY = 0, 1
_SYN_REPORT, _SYN_DROPPED = 0, 3
_RELEASED, _PRESSED = 0, 1  # 2 is a key that repeats itself, which a code never means
_SHIFTS = frozenset({42, 54})
_ENTER, _KEYPAD_ENTER = 28, 96


def _row(first: int, characters: str) -> dict[int, int]:
    return {first + at: ord(character) for at, character in enumerate(characters)}


_KEYPAD = {**_row(71, "789-456+1230."), **_row(55, "*"), **_row(98, "/")}
_ENTERS = {_ENTER: TERMINATOR[0], _KEYPAD_ENTER: TERMINATOR[0]}
_PLAIN = {
    **_row(2, "1234567890-="),
    **_row(16, "qwertyuiop[]"),
    **_row(30, "asdfghjkl;'`"),
    **_row(43, "\\zxcvbnm,./"),
    **_row(57, " "),
    **_KEYPAD,
    **_ENTERS,
}
_SHIFTED = {
    **_row(2, "!@#$%^&*()_+"),
    **_row(16, "QWERTYUIOP{}"),
    **_row(30, 'ASDFGHJKL:"~'),
    **_row(43, "|ZXCVBNM<>?"),
    **_row(57, " "),
    **_KEYPAD,
    **_ENTERS,
}


class KeyDecoder:
    """One keyboard's records; a record may come in pieces."""

    def __init__(self) -> None:
        self._rest = b""
        self._shifts: set[int] = set()
        self._lost = False  # records were lost; what follows up to the next report is a remnant

    def feed(self, data: bytes) -> bytes:
        """What was typed, in ASCII; `TERMINATOR` for Enter, `UNTYPABLE` for any other key.

        Where records were lost stands an `UNTYPABLE`.
        """
        data = self._rest + data
        whole = len(data) // _RECORD.size * _RECORD.size
        self._rest = data[whole:]
        typed = bytearray()
        for _, _, kind, code, value in _RECORD.iter_unpack(data[:whole]):
            if kind == _EV_SYN:
                if code == _SYN_DROPPED:
                    self._lost = True
                    self._shifts.clear()
                    typed.append(UNTYPABLE)
                elif code == _SYN_REPORT:
                    self._lost = False
            elif kind == _EV_KEY and not self._lost:
                typed += self._key(code, value)
        return bytes(typed)

    def _key(self, code: int, value: int) -> bytes:
        if code in _SHIFTS:
            (self._shifts.discard if value == _RELEASED else self._shifts.add)(code)
            return b""
        if value != _PRESSED:
            return b""
        return bytes([(_SHIFTED if self._shifts else _PLAIN).get(code, UNTYPABLE)])


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One row of the table. `usb`: vendor and product as lsusb writes them, 1eab:0022."""

    usb: str
    name: str
    node: str  # event7, in /dev/input
    types_enter: bool  # a whole keyboard, not merely a few keys


_IDS = re.compile(r"^I: .*Vendor=([0-9a-f]{4}) Product=([0-9a-f]{4})", re.MULTILINE)
_NAME = re.compile(r'^N: Name="(.*)"$', re.MULTILINE)
_NODE = re.compile(r"^H: Handlers=.*\b(event[0-9]+)\b", re.MULTILINE)
_LOW_KEYS = re.compile(r"^B: KEY=.*?([0-9a-f]+) *$", re.MULTILINE)


def parse_devices(table: str) -> list[InputDevice]:
    """Every device of the table that has a node; rows that cannot be read are passed over."""
    devices = []
    for row in table.split("\n\n"):
        ids, name, node = _IDS.search(row), _NAME.search(row), _NODE.search(row)
        if ids and name and node:
            keys = _LOW_KEYS.search(row)  # words of the bit map, the lowest last
            types_enter = bool(keys and int(keys[1], 16) >> _ENTER & 1)
            devices.append(InputDevice(f"{ids[1]}:{ids[2]}", name[1], node[1], types_enter))
    return devices
