"""What a recording may hold of the talk with a social security card: records of nobody.

A record keeps its tag and length and gets an invented person's value; of a file's description only
the application's name stays.
"""

from __future__ import annotations

from typing import Final

from devices import stand_ins
from devices.apdu import GET_RESPONSE, READ_RECORD, SELECT
from devices.recording import Redacted, Rules, nothing_known
from devices.social_card_text import (
    BIRTH,
    CARD_ID,
    CITIZEN_NUMBER,
    EXPIRES,
    ISSUED,
    NAME,
    NAME_EXTENSION,
    NUMBER,
    SEX,
    SIZES,
    VERSION,
)

_READING: Final = (SELECT, READ_RECORD, GET_RESPONSE)
_FCI, _NAME, _CONSTRUCTED = 0x6F, 0x84, 0x20
_STATUS_BYTES: Final = 2

_PERSON: Final = {
    CARD_ID: bytes.fromhex("110101D1560000050123456789ABCDEF"),
    ISSUED: bytes.fromhex(stand_ins.VALID_FROM),
    EXPIRES: bytes.fromhex(stand_ins.VALID_TO),
    NUMBER: b"A00000000",
    CITIZEN_NUMBER: stand_ins.NUMBER.encode(),
    NAME: stand_ins.NAME.encode("gb18030").ljust(SIZES[NAME], b"\0"),
    NAME_EXTENSION: bytes(SIZES[NAME_EXTENSION]),
    SEX: b"1",
    BIRTH: bytes.fromhex(stand_ins.BIRTH),
}


def redact_command(command: bytes) -> Redacted:
    known = command[:1] == b"\0" and len(command) > 1 and command[1] in _READING
    return Redacted(command) if known else nothing_known(command)


def redact_answer(_command: bytes, raw: bytes) -> Redacted:
    data, status = raw[:-_STATUS_BYTES], raw[-_STATUS_BYTES:]
    if not data or len(status) < _STATUS_BYTES:
        return Redacted(status if not data else bytes(len(raw)))
    if data[0] in SIZES and len(data) == 2 + data[1]:
        return Redacted(data[:2] + _value(data[0], data[2:]) + status)
    if data[0] == _FCI:
        return Redacted(_description(data) + status)
    return Redacted(bytes(len(data)) + status, "unknown")


def _value(tag: int, value: bytes) -> bytes:
    """What is all filling says nothing, and stays."""
    other = _PERSON.get(tag, b"")
    if tag == VERSION or not value.strip(b"\0 ") or not value.strip(b"\xff"):
        return value
    return other if len(other) == len(value) else bytes(len(value))


def _description(data: bytes) -> bytes:
    """ISO/IEC 7816-4, 5.3.3: values but the name become 00, as far as tags and lengths fit."""
    told = bytearray()
    while len(told) < len(data):
        at = len(told)
        head = 3 if data[at] & 0x1F == 0x1F else 2
        size = data[at + head - 1] if at + head <= len(data) else 0x80
        if size >= 0x80 or at + head + size > len(data):
            return bytes(told) + bytes(len(data) - at)
        told += data[at : at + head]
        if data[at] & _CONSTRUCTED:
            continue  # what is inside comes next
        value = data[at + head : at + head + size]
        told += value if data[at] == _NAME else bytes(size)
    return bytes(told)


RULES: Final = Rules(redact_command, redact_answer)
