"""What a recording may hold of an ID-card reader's line: frames that stay frames, about nobody.

A frame of a known kind keeps its status and structure and gets an invented person's text, an empty
picture and a checksum that fits again. Of anything damaged only the length and the damage are kept.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import xor
from typing import Final

from devices import stand_ins
from devices.idcard_frames import ADDRESS_BYTES, LONGEST, PREAMBLE, SHORTEST, Command
from devices.idcard_text import TEXT_BYTES, places
from devices.recording import Redacted, Rules, nothing_known

_SYNC: Final = PREAMBLE[1:]  # the first AA is lost by some bridges
_HEAD: Final = len(PREAMBLE) + 2
_BRIDGE_SILENT: Final = bytes.fromhex("0005050505")
_KIND: Final = slice(248, 250)
_LONG_TERM: Final = "长期"
_SAM: Final = bytes.fromhex("05000300 A53A3401 01000000 FFFFFFFF")  # 05.03-20200101-…
_COMMANDS: Final = {command.value for command in Command}

_PERSON: Final = {
    "name": stand_ins.NAME,
    "english_name": stand_ins.ENGLISH_NAME,
    "sex": "1",
    "nation_code": "01",
    "birth": stand_ins.BIRTH,
    "address": stand_ins.ADDRESS,
    "number": stand_ins.NUMBER,
    "issuer": stand_ins.ISSUER,
    "valid_from": stand_ins.VALID_FROM,
    "valid_to": stand_ins.VALID_TO,
    "pass_number": "H00000000",
    "issue_count": "01",
    "nationality": "ZZZ",
    "related": "001",
}
_DATES: Final = ("birth", "valid_from", "valid_to")


def redact_request(frame: bytes) -> Redacted:
    """A request holds nothing of anybody, if it is one."""
    known = frame.startswith(PREAMBLE) and frame[_HEAD : _HEAD + 2] in _COMMANDS
    return Redacted(frame) if known else nothing_known(frame)


def redact_reply(request: bytes, raw: bytes) -> Redacted:
    """`raw` is all that came after `request`."""
    told, faults, at = bytearray(), [], 0
    while at < len(raw):
        start = raw.find(_SYNC, at)
        if start < 0:
            told += bytes(len(raw) - at)
            faults.append("noise")
            break
        lead = int(start > at and raw[start - 1] == PREAMBLE[0])
        if start - lead > at:
            faults.append("noise")
        told += bytes(start - lead - at) + PREAMBLE[:lead] + _SYNC
        frame, fault = _frame(request[_HEAD : _HEAD + 2], raw[start + len(_SYNC) :])
        told += frame
        if fault:
            faults.append(fault)
        at = len(told)
    return Redacted(bytes(told), ", ".join(dict.fromkeys(faults)))


def _frame(command: bytes, raw: bytes) -> tuple[bytes, str]:
    """As much of `raw` as belongs to the frame that it begins with, without its preamble."""
    length = int.from_bytes(raw[:2], "big")
    if len(raw) < 2:
        return raw, "cut short"
    if not SHORTEST <= length <= LONGEST:
        return raw[:2], "length"
    if raw.startswith(_BRIDGE_SILENT):
        return _BRIDGE_SILENT, "bridge"
    counted = raw[: 2 + length]
    if len(counted) < 2 + length:
        return counted[:2] + bytes(len(counted) - 2), "cut short"
    status, data = counted[2:5], counted[5:-1]
    if reduce(xor, counted):
        spoilt = counted[:2] + bytes(length - 1)
        return spoilt + bytes([reduce(xor, spoilt) ^ 1]), "checksum"
    whole = counted[:2] + status + _data(command, data)
    return whole + bytes([reduce(xor, whole)]), ""


def _data(command: bytes, data: bytes) -> bytes:
    if command in (Command.READ.value, Command.READ_WITH_FINGERPRINTS.value):
        return _card(data, 4 if command == Command.READ.value else 6)
    if command == Command.READ_ADDRESS.value and len(data) % ADDRESS_BYTES == 0:
        return _filled(stand_ins.ADDRESS, ADDRESS_BYTES) * (len(data) // ADDRESS_BYTES)
    if command == Command.SAM_NUMBER.value and len(data) == len(_SAM):
        return _SAM
    return bytes(len(data))


def _card(data: bytes, head: int) -> bytes:
    """The announced lengths stay, right or wrong; picture and fingerprints are emptied."""
    sizes = [int.from_bytes(data[at : at + 2], "big") for at in range(0, head, 2)]
    rest = len(data) - head
    if rest < 0 or sum(sizes) != rest or sizes[0] != TEXT_BYTES:
        return data[:head] + bytes(max(0, rest))
    return data[:head] + _text(data[head : head + TEXT_BYTES]) + bytes(rest - TEXT_BYTES)


def _text(text: bytes) -> bytes:
    told = bytearray(_filled("", TEXT_BYTES))
    fields = places(text)
    told[_KIND] = text[_KIND] if fields else _filled("?", 2)
    for field, pieces in fields.items():
        given = b"".join(text[at : at + size] for at, size in pieces)
        other = _field(field, given.decode("utf-16-le", "replace").strip(" \u3000\0"))
        raw = _filled(other, len(given))
        for at, size in pieces:
            told[at : at + size], raw = raw[:size], raw[size:]
    return bytes(told)


def _field(field: str, given: str) -> str:
    """Blank stays blank; a date that is none becomes another that is none."""
    if not given or (field == "valid_to" and given == _LONG_TERM):
        return given
    if field in _DATES and not _is_date(given):
        return "????????"
    return _PERSON[field]


def _is_date(given: str) -> bool:
    try:
        datetime.strptime(given, "%Y%m%d")
    except ValueError:
        return False
    return len(given) == 8


def _filled(text: str, size: int) -> bytes:
    return text.ljust(size // 2).encode("utf-16-le")[:size]


RULES: Final = Rules(redact_request, redact_reply)
