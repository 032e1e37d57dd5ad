"""What a recording may hold of a receipt printer's line: commands as they are, words of nobody.

Text becomes stand-ins of the same width, pictures white, codes stand-ins of the same class. A slip
is redacted alike before it is written down: a replay prints one that goes over the cable the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from devices import stand_ins
from devices.escpos import in_printer
from devices.printer_profiles import Charset
from devices.printer_status import Answer, answer_of
from devices.recording import Redacted, Rules
from devices.slip import Align, Block, Gap, Line, Pair, Qr, Rule, Slip, Title

# Commands by their first two bytes, and how many bytes follow them.
_FOLLOWING: Final = {
    **dict.fromkeys((b"\x1b@", b"\x1b2", b"\x1c&", b"\x1c."), 0),
    **dict.fromkeys((b"\x1b" + bytes([each]) for each in b"!-3ERJGMVadt{"), 1),
    **dict.fromkeys((b"\x1c!", b"\x1c-", b"\x1cC", b"\x1cW"), 1),
    **dict.fromkeys((b"\x1d!", b"\x1dB", b"\x1db", b"\x1da", b"\x1dr"), 1),
    **dict.fromkeys((b"\x1dL", b"\x1dW", b"\x1dP"), 2),
    **dict.fromkeys((b"\x10\x04", b"\x10\x05"), 1),
}
_CUT, _FEED_AND_CUT = b"\x1dV", (65, 66)
_SYMBOL, _STORE = b"\x1d(k", 80
_PICTURE, _PICTURE_HEAD = b"\x1dv0", 8
_INTRODUCERS: Final = (0x10, 0x1B, 0x1C, 0x1D)
_BLOCKS: Final = {kind.__name__: kind for kind in (Title, Line, Pair, Rule, Qr, Gap)}


def redact_sent(piece: bytes) -> Redacted:
    """`piece` is whole commands."""
    told, at, fault = bytearray(), 0, ""
    while at < len(piece):
        if piece[at] not in _INTRODUCERS:
            end = next(
                (each for each in range(at, len(piece)) if piece[each] in _INTRODUCERS), len(piece)
            )
            told += stand_ins.gb18030(piece[at:end])
            at = end
            continue
        safe = _command(piece[at:])
        if not safe:
            # Nobody knows where it ends, so the rest is nobody's to keep.
            told += bytes(len(piece) - at)
            fault = "unknown"
            break
        told += safe
        at += len(safe)
    return Redacted(bytes(told), fault)


def _command(rest: bytes) -> bytes:
    """What may be kept of the command in front, as long as it is; b"" when it is unknown."""
    size = _size(rest)
    whole = rest[:size]
    if len(whole) < size:
        return b""
    if whole.startswith(_PICTURE):
        return whole[:_PICTURE_HEAD] + bytes(size - _PICTURE_HEAD)
    if whole.startswith(_SYMBOL) and whole[6:7] == bytes([_STORE]):
        return whole[:8] + _symbol(whole[8:])
    return whole


def _size(rest: bytes) -> int:
    """Bytes of the command in front; 0 when it is unknown."""
    if rest.startswith(_SYMBOL):
        return 5 + int.from_bytes(rest[3:5], "little")
    if rest.startswith(_PICTURE):
        across, down = (int.from_bytes(rest[at : at + 2], "little") for at in (4, 6))
        return _PICTURE_HEAD + across * down
    if rest.startswith(_CUT):
        return 4 if rest[2:3] and rest[2] in _FEED_AND_CUT else 3
    following = _FOLLOWING.get(rest[:2])
    return 0 if following is None else 2 + following


def _symbol(data: bytes) -> bytes:
    return bytes(ord(stand_ins.ascii_character(chr(each))) if each < 0x80 else 63 for each in data)


def redact_answer(_request: bytes, raw: bytes) -> Redacted:
    """Answers are states of the machine; what is none keeps only its length."""
    garbage = [answer_of(byte & 0x7F) is Answer.GARBAGE or byte > 0x9F for byte in raw]
    told = bytes(0xFF if bad else byte for byte, bad in zip(raw, garbage, strict=True))
    return Redacted(told, "garbage" if any(garbage) else "")


def redact_slip(slip: Slip, charset: Charset) -> Slip:
    """A slip of stand-ins, laid out alike and drawn alike where the printer lacks a character."""

    def word(given: str) -> str:
        return "".join(
            stand_ins.character(char)
            if char.isascii() or in_printer(char, charset) or not stand_ins.is_wide(char)
            else stand_ins.OUTSIDE
            for char in given
        )

    return Slip(tuple(_other(block, word) for block in slip.blocks), slip.large)


def _other(block: Block, word: Callable[[str], str]) -> Block:
    match block:
        case Title():
            return Title(word(block.text))
        case Line():
            return Line(word(block.text), block.size, block.bold, block.align)
        case Pair():
            return Pair(word(block.label), word(block.value))
        case Qr():
            return Qr(stand_ins.text(block.data))
        case _:
            return block


def slip_to_json(slip: Slip) -> dict[str, Any]:
    blocks = [{"block": type(block).__name__, **asdict(block)} for block in slip.blocks]
    return {"blocks": blocks, "large": slip.large}


def slip_from_json(told: dict[str, Any]) -> Slip:
    """Raises: KeyError, TypeError, ValueError: it was not made by `slip_to_json`."""
    blocks = []
    for each in told["blocks"]:
        given = {field: value for field, value in each.items() if field != "block"}
        if "align" in given:
            given["align"] = Align(given["align"])
        blocks.append(_BLOCKS[each["block"]](**given))
    return Slip(tuple(blocks), told["large"])


RULES: Final = Rules(redact_sent, redact_answer)
