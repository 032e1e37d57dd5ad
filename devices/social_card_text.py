"""Records of a social security card: bytes in, a frozen `SocialCard` out.

Files EF05 (card and issuer) and EF06 (holder) of LD/T 32-2015, cards of the specification's
versions 1.00, 2.00 and 3.00. A record is one byte of tag, one of length, and the value; text is
filled at the right with 00, digits (two in a byte) with F.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from devices.base import DeviceError

EF05: Final = 0xEF05
EF06: Final = 0xEF06

CARD_ID: Final = 0x01
VERSION: Final = 0x03
ISSUED: Final = 0x05
EXPIRES: Final = 0x06
NUMBER: Final = 0x07
CITIZEN_NUMBER: Final = 0x08
NAME: Final = 0x09
NAME_EXTENSION: Final = 0x4E
SEX: Final = 0x0A
BIRTH: Final = 0x0D

# Bytes of the value.
SIZES: Final[Mapping[int, int]] = {
    CARD_ID: 16,
    VERSION: 4,
    ISSUED: 4,
    EXPIRES: 4,
    NUMBER: 9,
    CITIZEN_NUMBER: 18,
    NAME: 30,
    NAME_EXTENSION: 20,
    SEX: 1,
    BIRTH: 4,
}

_FILL: Final = " \0"
_NO_LIMIT: Final = ("", "00000000")  # nothing is left of one that is all F
_REPLACEMENT: Final = "\ufffd"


class UnreadableSocialCardError(DeviceError, ValueError):
    """The records came whole, but what stands in them is of no known kind."""


class RecordError(ValueError):
    """The bytes are no record."""


@dataclass(frozen=True, slots=True, repr=False)
class SocialCard:
    """What a card says without any key; an item that it does not have or give is empty.

    Args:
        version: of the specification, such as 2.00.
        card_id: 卡识别码 (AAZ501): six digits of the issuing region, `D156000005`, the card's own.
        number: 卡号 (AAZ500), nine characters.
        valid_to: the last day that counts; None when `unlimited`, or when the card does not say.
        holder_known: whether the card gave its holder away; one of generation 3 does not.
        citizen_number: 社会保障号码, normally that of the ID card (GB 11643); not checked here.
        name: up to 50 bytes of GB 18030.
        sex: GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated.
    """

    version: str
    card_id: str = ""
    number: str = ""
    issued: date | None = None
    valid_to: date | None = None
    unlimited: bool = False
    holder_known: bool = False
    citizen_number: str = ""
    name: str = ""
    sex: str = ""
    birth: date | None = None

    def __repr__(self) -> str:
        return f"<SocialCard: {self.version}>"

    @property
    def generation(self) -> int | None:
        return generation(self.version)

    @property
    def region(self) -> str:
        """GB/T 2260, six digits, of the issuer."""
        return self.card_id[:6]

    @property
    def name_uncertain(self) -> bool:
        """A name is damaged, has private code points, or fills its room and may be cut off."""
        strange = any(
            char == _REPLACEMENT or unicodedata.category(char) == "Co" for char in self.name
        )
        room_bytes = SIZES[NAME] if self.generation == 1 else SIZES[NAME] + SIZES[NAME_EXTENSION]
        return strange or len(self.name.encode("gb18030", "replace")) >= room_bytes


def generation(version: str) -> int | None:
    """1, 2 or 3; only the first character counts."""
    return int(version[0]) if version[:1] in ("1", "2", "3") else None


def parse_record(data: bytes) -> tuple[int, bytes]:
    """Tag and value of the one record that `data` is.

    Raises:
        RecordError: its length is not that of its value.
    """
    if len(data) < 2 or data[1] != len(data) - 2:
        raise RecordError("a record whose length is not its length")
    return data[0], data[2:]


def parse_social_card(records: Mapping[int, bytes]) -> SocialCard:
    """The card with these records, tag → value; any may be missing.

    Raises:
        UnreadableSocialCardError: a number or the version is not plain text.
    """
    return SocialCard(
        version=parse_version(records),
        card_id=_digits(records.get(CARD_ID, b"")),
        # Longer ones have been met; their issuers' own terminals keep nine characters.
        number=_text(records, NUMBER)[: SIZES[NUMBER]],
        issued=_date(records, ISSUED),
        valid_to=_date(records, EXPIRES),
        unlimited=EXPIRES in records and _digits(records[EXPIRES]) in _NO_LIMIT,
        holder_known=CITIZEN_NUMBER in records,
        citizen_number=_text(records, CITIZEN_NUMBER),
        name=_name(records.get(NAME, b""), records.get(NAME_EXTENSION, b"")),
        sex=_text(records, SEX),
        birth=_date(records, BIRTH),
    )


def parse_version(records: Mapping[int, bytes]) -> str:
    """Raises: UnreadableSocialCardError."""
    return _text(records, VERSION)


def _text(records: Mapping[int, bytes], tag: int) -> str:
    text = records.get(tag, b"").decode("latin-1").rstrip(_FILL).lstrip(" ")
    if not (text.isascii() and text.isprintable()):
        raise UnreadableSocialCardError(f"record {tag:02X} is no plain text")
    return text


def _digits(value: bytes) -> str:
    """Two in a byte; the D of a card's identification is one of them."""
    return value.hex().upper().rstrip("F")


def _date(records: Mapping[int, bytes], tag: int) -> date | None:
    """None for a day that there is not: the rest of the card is still good."""
    digits = _digits(records.get(tag, b""))
    if not (len(digits) == 8 and digits.isdecimal()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _name(first: bytes, rest: bytes) -> str:
    """A character may begin in the one record and end in the other, so the bytes are joined."""
    joined = first.rstrip(b"\0") + rest.rstrip(b"\0")
    return joined.decode("gb18030", errors="replace").strip(_FILL + "\u3000")
