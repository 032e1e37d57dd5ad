"""Frames of the queue-ticket dispenser: bytes in, values out; opens nothing.

A maker's sheet of two pages, as it were: 02, a letter, two digits of hexadecimal length, so many
characters of ASCII, the sum of all that as two digits, 03. The dispenser answers each question with
a frame of the same letter, or with `E` and a number.
"""

from __future__ import annotations

from dataclasses import dataclass

BEGIN, END = 0x02, 0x03
TICKET, STATE = "T", "S"
REFUSED = "E"
LONGEST = 1 + 1 + 2 + 255 + 2 + 1


@dataclass(frozen=True, slots=True)
class Frame:
    letter: str
    text: str = ""


def encode(frame: Frame) -> bytes:
    body = f"{frame.letter}{len(frame.text):02X}{frame.text}"
    return bytes([BEGIN]) + f"{body}{_sum(body):02X}".encode("ascii") + bytes([END])


def decode(data: bytes) -> Frame | None:
    """The first whole frame in `data`, whatever stands before it; None: there is none yet."""
    for at, byte in enumerate(data):
        if byte == BEGIN and (frame := _frame(data[at + 1 :])) is not None:
            return frame
    return None


def _frame(data: bytes) -> Frame | None:
    try:
        text = data[: LONGEST - 1].decode("ascii", "replace")
        end = 3 + int(text[1:3], 16)
        body, tail = text[:end], data[end : end + 3]
        good = len(tail) == 3 and tail[2] == END and int(tail[:2], 16) == _sum(body)
    except ValueError:
        return None
    return Frame(body[0], body[3:]) if good else None


def _sum(body: str) -> int:
    return sum(map(ord, body)) & 0xFF
