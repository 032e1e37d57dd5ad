"""Social security cards of invented people, and the records that lie on them.

Files EF05 (card and issuer) and EF06 (holder) after the published tables of LD/T 32-2015: a record
is tag, length, value; text is filled with 00, digits with F. Everything is plain text or bytes, so
that a test can also make a card that is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

EF05: Final = 0xEF05
EF06: Final = 0xEF06
PROVIDER: Final = "D156000005"

_NAME_BYTES: Final = 30
_EXTENSION_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class SocialCardData:
    """What was written to the card when it was issued.

    Args:
        version: 1.00, 2.00 or 3.00; its first digit is the generation.
        region: GB/T 2260, six digits.
        issued, expires, birth: YYYYMMDD.
        sex: GB/T 2261.1 code. nation: GB/T 3304 code.
        refused: tags that this card does not have.
        raw: tag → value, instead of what the table says.
    """

    version: str = "2.00"
    number: str = "A00000001"
    region: str = "110000"
    issued: str = "20200101"
    expires: str = "20300101"
    citizen_number: str = "110101194910019997"
    name: str = "张三"
    sex: str = "1"
    nation: str = "01"
    birth: str = "19491001"
    refused: frozenset[int] = frozenset()
    raw: dict[int, bytes] = field(default_factory=dict)

    @property
    def generation(self) -> int:
        return int(self.version[0])

    def files(self) -> dict[int, list[tuple[int, bytes]]]:
        """File → its records (tag, value) in the order of their numbers."""
        name = self.name.encode("gb18030")
        first, rest = name[:_NAME_BYTES], name[_NAME_BYTES : _NAME_BYTES + _EXTENSION_BYTES]
        card_id = _digits(f"{self.region}{PROVIDER}00000001", 16)
        ef05 = [
            (0x01, card_id),
            (0x02, b"1"),
            (0x03, _text(self.version, 4)),
            (0x04, _digits(self.region + "0" * 17 + "1", 12)),
            (0x05, _digits(self.issued, 4)),
            (0x06, _digits(self.expires, 4)),
            (0x07, _text(self.number, 9)),
        ]
        ef06 = [
            (0x08, _text(self.citizen_number, 18)),
            (0x09, first.ljust(_NAME_BYTES, b"\0")),
            (0x4E, rest.ljust(_EXTENSION_BYTES, b"\0")),
            (0x0A, _text(self.sex, 1)),
            (0x0B, _digits(self.nation, 1)),
            (0x0C, _digits(self.citizen_number[:6], 3)),
            (0x0D, _digits(self.birth, 4)),
        ]
        if self.generation == 1:
            ef06 = [record for record in ef06 if record[0] != 0x4E]
        return {
            file: [
                (tag, self.raw.get(tag, value)) for tag, value in records if tag not in self.refused
            ]
            for file, records in ((EF05, ef05), (EF06, ef06))
        }


def _text(text: str, size: int) -> bytes:
    return text.encode("ascii").ljust(size, b"\0")


def _digits(digits: str, size: int) -> bytes:
    return bytes.fromhex(digits.ljust(size * 2, "F")[: size * 2])


ZHANG_SAN: Final = SocialCardData()

# Whom the tests and the bench put into the reader.
SOCIAL_CARDS: Final = {
    "first_generation": replace(
        ZHANG_SAN, version="1.00", number="B00000002", issued="20080601", expires="00000000"
    ),
    "zhang_san": ZHANG_SAN,
    "long_name": replace(
        ZHANG_SAN,
        name="阿卜杜热依木·麦麦提吐尔逊江·巴拉提",
        citizen_number="653101196201010735",
        region="653101",
        number="C00000003",
        birth="19620101",
        nation="05",
    ),
    "third_generation": replace(ZHANG_SAN, version="3.00", number="D00000004"),
    "li_si": replace(
        ZHANG_SAN,
        name="李四",
        sex="2",
        citizen_number="110101194910019989",
        number="E00000005",
        expires="FFFFFFFF",
    ),
}
