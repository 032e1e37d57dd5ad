"""What can go wrong between a card and its reader, by name."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class CardFault(StrEnum):
    REMOVED = "card pulled out instead of an answer"
    SWAPPED = "another card put in soon, instead of an answer"
    SILENCE = "card falls silent, until the reader gives it up"
    SLOW = "answer after a long time"
    HALF = "card pulled out in the middle of its answer"
    ONE_BYTE = "answer of one byte"
    WRONG_TAG = "record with another tag"
    LENGTH_TOO_BIG = "record with a length beyond its end"
    LENGTH_TOO_SMALL = "record with bytes after its end"
    GARBAGE = "noise with a good status"
    SW_6283 = "file invalidated"
    SW_6581 = "memory failure"
    SW_63C5 = "counter lowered"
    SW_6900 = "a word that is in no table"
    SW_6982 = "security status not satisfied"
    SW_6983 = "locked"
    SW_6986 = "no current file"
    SW_6A81 = "application blocked"
    SW_9303 = "application permanently locked"


# Strikes the reading of a record unless something else is said.
READ_RECORD = b"\x00\xb2"
SELECT = b"\x00\xa4"

WORDS = {fault: bytes.fromhex(fault.name[3:]) for fault in CardFault if fault.name[:3] == "SW_"}

# What becomes of the bytes of an answer; its last two are the status.
DAMAGES: dict[CardFault, Callable[[bytes], bytes]] = {
    CardFault.ONE_BYTE: lambda answer: answer[:1],
    CardFault.WRONG_TAG: lambda answer: b"\x7d" + answer[1:],
    CardFault.LENGTH_TOO_BIG: lambda answer: answer[:1] + b"\x7f" + answer[2:],
    CardFault.LENGTH_TOO_SMALL: lambda answer: answer[:1] + b"\x01" + answer[2:],
    CardFault.GARBAGE: lambda answer: bytes.fromhex("DEADBEEF0102039000"),
}
