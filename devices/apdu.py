"""Commands and answers of a smart card: bytes in, values out; opens nothing.

Commands, answers and BER-TLV: ISO/IEC 7816-4. Status words: the published tables of LD/T 32-2015,
with what this terminal does about each.

Only what reads may reach a citizen's card. A wrong PIN or cryptogram lowers a counter in the card,
and at zero the card is locked; so `checked` stands in front of the one place where bytes are sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

# The name of the social security system environment, `sx1.sh.社会保障` in GB 2312.
SSSE: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")

SELECT: Final = 0xA4
READ_RECORD: Final = 0xB2
GET_RESPONSE: Final = 0xC0

_CLASS: Final = 0x00
_BY_NAME: Final = 0x04
_BY_NUMBER: Final = (0x00, 0x02)  # of a file
_READS: Final = (bytes([_CLASS, READ_RECORD]), bytes([_CLASS, GET_RESPONSE]))
_HEADER_BYTES: Final = 4
_DEEPEST: Final = 4  # templates within templates; an FCI has two
_TAG_BYTES: Final = 3
_LENGTH_BYTES: Final = 2


class ForbiddenCommandError(RuntimeError):
    """A mistake in the program: it was about to send a card what must never be sent, or a card
    says that it was. Not a fault of any device, so nothing is tried again.
    """


class TlvError(ValueError):
    """The bytes are no BER-TLV."""


class Handling(Enum):
    """What an answer asks of the terminal."""

    DONE = "go on"
    MORE_DATA = "fetch the rest"
    WRONG_LE = "repeat with the length that it names"
    OTHER_LENGTH = "repeat with another form of the length"
    OTHER_FORM = "repeat with other parameters"
    CHOOSE_AGAIN = "select environment and file again, once"
    ITEM_ABSENT = "the card does not have it"
    CLOSED = "needs a key; go without"
    BLOCKED = "the card is blocked: to the counter"
    DEFECTIVE = "the card is defective: to the counter"
    NOT_THIS_CARD = "some other kind of card"
    NEVER = "a mistake in the program"
    UNKNOWN = "report the four digits"


_WORDS: Final[dict[int, tuple[str, Handling]]] = {
    0x9000: ("done", Handling.DONE),
    0x6283: ("file invalidated", Handling.BLOCKED),
    0x6581: ("memory failure", Handling.DEFECTIVE),
    0x6700: ("wrong length", Handling.OTHER_LENGTH),
    0x6981: ("wrong type of file", Handling.OTHER_FORM),
    0x6982: ("security status not satisfied", Handling.CLOSED),
    0x6983: ("authentication method locked", Handling.BLOCKED),
    0x6984: ("no challenge", Handling.CHOOSE_AGAIN),
    0x6985: ("conditions not satisfied", Handling.CHOOSE_AGAIN),
    0x6986: ("no current file", Handling.CHOOSE_AGAIN),
    0x6988: ("wrong secure messaging data", Handling.NEVER),
    0x6A80: ("wrong data", Handling.OTHER_FORM),
    0x6A81: ("card or application blocked", Handling.BLOCKED),
    0x6A82: ("file not found", Handling.ITEM_ABSENT),
    0x6A83: ("record not found", Handling.ITEM_ABSENT),
    0x6A86: ("wrong parameters", Handling.OTHER_FORM),
    0x6A88: ("key or data not found", Handling.ITEM_ABSENT),
    0x6B00: ("wrong parameters", Handling.OTHER_FORM),
    0x6D00: ("unknown instruction", Handling.NOT_THIS_CARD),
    0x6E00: ("unknown class", Handling.NOT_THIS_CARD),
    0x9302: ("wrong message code", Handling.BLOCKED),
    0x9303: ("application permanently locked", Handling.BLOCKED),
}
# Those whose second byte is a number.
_FAMILIES: Final[dict[int, tuple[str, Handling]]] = {
    0x61: ("more data", Handling.MORE_DATA),
    0x6C: ("wrong expected length", Handling.WRONG_LE),
    0x63: ("verification failed, a counter was lowered", Handling.NEVER),
}


@dataclass(frozen=True, slots=True)
class Command:
    """A short command of class 00.

    Args:
        expected: Le: bytes of data awaited, 0 for all there are; None leaves it out.
    """

    instruction: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int | None = None

    def __bytes__(self) -> bytes:
        body = bytes([len(self.data)]) + self.data if self.data else b""
        tail = b"" if self.expected is None else bytes([self.expected])
        return bytes([_CLASS, self.instruction, self.p1, self.p2]) + body + tail


@dataclass(frozen=True, slots=True)
class Answer:
    """`data` can be personal: `describe` leaves it out."""

    data: bytes
    status: int

    @property
    def handling(self) -> Handling:
        return self._entry[1]

    @property
    def count(self) -> int:
        """Of 61xx and 6Cxx: how many bytes; 0 is 256."""
        return self.status & 0xFF

    def describe(self) -> str:
        return f"{self.status:04X} {self._entry[0]}"

    @property
    def _entry(self) -> tuple[str, Handling]:
        family = _FAMILIES.get(self.status >> 8, ("unknown", Handling.UNKNOWN))
        return _WORDS.get(self.status, family)


def parse_answer(raw: bytes) -> Answer | None:
    """None when there is not even a status."""
    if len(raw) < 2:
        return None
    return Answer(raw[:-2], int.from_bytes(raw[-2:], "big"))


def checked(raw: bytes) -> bytes:
    """`raw`, when it may be sent to a card: SELECT, READ RECORD or GET RESPONSE of class 00, whole,
    and by name only of the social security environment, never of a bank's application.

    Raises:
        ForbiddenCommandError: anything else; its bytes are not repeated in the message.
    """
    if raw[:2] == bytes([_CLASS, SELECT]) and len(raw) > _HEADER_BYTES:
        size = raw[_HEADER_BYTES]
        name, tail = raw[5 : 5 + size], raw[5 + size :]
        known = name == SSSE if raw[2] == _BY_NAME else size == 2 and raw[2] in _BY_NUMBER
        if len(name) == size and len(tail) <= 1 and known:
            return raw
    elif raw[:2] in _READS and len(raw) == _HEADER_BYTES + 1:
        return raw
    raise ForbiddenCommandError("a command that is not on the list of those that only read")


@dataclass(frozen=True, slots=True)
class Tlv:
    """One object. `tag` has all its bytes (0x9F0C); `inside` is what a template holds."""

    tag: int
    value: bytes
    inside: tuple[Tlv, ...] = ()

    def find(self, tag: int) -> bytes | None:
        """The value of the first object with this tag, at any depth."""
        if self.tag == tag:
            return self.value
        return next((value for each in self.inside if (value := each.find(tag)) is not None), None)


def parse_tlv(data: bytes, deepest: int = _DEEPEST) -> tuple[Tlv, ...]:
    """The objects in `data`; filling of 00 or FF between them is passed over.

    Raises:
        TlvError: an object is cut short, of indefinite length, or nested deeper than `deepest`.
    """
    return tuple(_objects(data, deepest))


def _objects(data: bytes, deepest: int) -> Iterator[Tlv]:
    if deepest == 0:
        raise TlvError("nested too deep")
    at = 0
    while at < len(data):
        if data[at] in (0x00, 0xFF):
            at += 1
            continue
        first = data[at]
        tag_end = _tag_end(data, at)
        size, value_at = _length(data, tag_end)
        value = data[value_at : value_at + size]
        if len(value) != size:
            raise TlvError("an object reaches beyond the end")
        inside = parse_tlv(value, deepest - 1) if first & 0x20 else ()
        yield Tlv(int.from_bytes(data[at:tag_end], "big"), value, inside)
        at = value_at + size


def _tag_end(data: bytes, at: int) -> int:
    if data[at] & 0x1F != 0x1F:
        return at + 1
    for end in range(at + 1, min(at + _TAG_BYTES, len(data))):
        if not data[end] & 0x80:
            return end + 1
    raise TlvError("a tag without an end")


def _length(data: bytes, at: int) -> tuple[int, int]:
    """The length, and where the value begins."""
    if at >= len(data):
        raise TlvError("an object without a length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    end = at + 1 + count
    if not 0 < count <= _LENGTH_BYTES or end > len(data):
        raise TlvError("a length of an unknown form")
    return int.from_bytes(data[at + 1 : end], "big"), end
