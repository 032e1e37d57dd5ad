"""The text file of an ID card: 256 bytes in, a frozen `IdCard` out.

The card of GA 448 and its later kinds for foreigners (2017, 2023) and for residents from Hong Kong,
Macao and Taiwan (2018): UTF-16LE, fields at fixed places, filled at the right with spaces; some
bridges fill with U+0000 instead. Which layout it is stands in the unit at offset 248.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from devices.base import DeviceError
from devices.idcard_frames import ADDRESS_BYTES

TEXT_BYTES = 256
_FILL = " \u3000\0"
_LONG_TERM = "长期"
_REPLACEMENT = "\ufffd"


class UnreadableCardError(DeviceError, ValueError):
    """The reply was whole, but its text is of no known kind of card or holds an impossible date."""


class CardKind(StrEnum):
    RESIDENT = "resident"
    FOREIGNER_2017 = "foreigner_2017"
    FOREIGNER_2023 = "foreigner_2023"
    HMT = "hmt"  # residence permit of Hong Kong, Macao and Taiwan residents


_KIND_AT = slice(248, 250)
_KINDS = {
    " ": CardKind.RESIDENT,
    "\0": CardKind.RESIDENT,
    "I": CardKind.FOREIGNER_2017,
    "J": CardKind.HMT,
    "Y": CardKind.FOREIGNER_2023,
}

# Field: where its pieces begin, and their bytes.
_Layout = dict[str, tuple[tuple[int, int], ...]]
_RESIDENT: _Layout = {
    "name": ((0, 30),),
    "sex": ((30, 2),),
    "nation_code": ((32, 4),),
    "birth": ((36, 16),),
    "address": ((52, 70),),
    "number": ((122, 36),),
    "issuer": ((158, 30),),
    "valid_from": ((188, 16),),
    "valid_to": ((204, 16),),
}
_LAYOUTS: dict[CardKind, _Layout] = {
    CardKind.RESIDENT: _RESIDENT,
    CardKind.HMT: {field: place for field, place in _RESIDENT.items() if field != "nation_code"}
    | {"pass_number": ((220, 18),), "issue_count": ((238, 4),)},
    CardKind.FOREIGNER_2017: {
        "english_name": ((0, 120),),
        "sex": ((120, 2),),
        "number": ((122, 30),),
        "nationality": ((152, 6),),
        "name": ((158, 30),),
        "valid_from": ((188, 16),),
        "valid_to": ((204, 16),),
        "birth": ((220, 16),),
        "issuer": ((240, 8),),
    },
    CardKind.FOREIGNER_2023: {
        "name": ((0, 30),),
        "sex": ((30, 2),),
        "issue_count": ((32, 4),),
        "birth": ((36, 16),),
        "english_name": ((52, 70), (220, 22)),
        "number": ((122, 36),),
        "valid_from": ((188, 16),),
        "valid_to": ((204, 16),),
        "nationality": ((242, 6),),
        "related": ((250, 6),),
    },
}

# GB/T 3304, in the order of the codes from 01.
_NATIONS_FROM_01 = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 "
    "拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 "
    "塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
NATIONS = {f"{at:02d}": nation for at, nation in enumerate(_NATIONS_FROM_01.split(), start=1)} | {
    "97": "其他",
    "98": "外国血统中国籍人士",
}


@dataclass(frozen=True, slots=True, repr=False)
class IdCard:
    """What a card says; a field that its kind of card does not have is empty.

    Args:
        sex: GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated.
        nation_code: GB/T 3304, two digits.
        number: 18 characters (GB 11643); 15 on the foreigner's card of 2017.
        issuer: its name; on the foreigner's card of 2017 its four-digit code.
        valid_to: the last day that counts; None exactly when `long_term`.
        nationality: ISO 3166-1 alpha-3.
        issue_count: two digits: times issued (hmt) or renewed (foreigner 2023).
        related: link to the earlier permit (foreigner 2023), three characters.
        photo: WLT picture, 1024 bytes, still encoded; empty when the reader sent none.
        additional_addresses: newer than the printed one, which they do not replace.
    """

    kind: CardKind
    name: str
    number: str
    birth: date | None
    valid_from: date | None
    valid_to: date | None
    long_term: bool = False
    english_name: str = ""
    sex: str = ""
    nation_code: str = ""
    address: str = ""
    issuer: str = ""
    nationality: str = ""
    pass_number: str = ""
    issue_count: str = ""
    related: str = ""
    photo: bytes = b""
    additional_addresses: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<IdCard: {self.kind}>"

    @property
    def nation(self) -> str:
        """The nation's name; a code outside the standard is shown bare instead of guessed at."""
        return NATIONS.get(self.nation_code, self.nation_code and f"其他({self.nation_code})")

    @property
    def name_uncertain(self) -> bool:
        """A name is damaged, has private code points, or fills its room and may be cut off."""
        layout = _LAYOUTS[self.kind]
        return any(
            _doubtful(getattr(self, name), sum(size for _, size in layout[name]))
            for name in ("name", "english_name")
            if name in layout
        )

    @property
    def previous_number(self) -> str:
        """The 15 characters of the permit before (foreigner 2023); empty when the link has none."""
        if len(self.related) != 3 or self.related == "000":
            return ""
        link, number = self.related, self.number
        old = f"{self.nationality}{number[1:3]}{link[:2]}{number[8:14]}{link[2]}"
        return old + str(_icao_check(old))


def _doubtful(name: str, room_bytes: int) -> bool:
    strange = any(char == _REPLACEMENT or unicodedata.category(char) == "Co" for char in name)
    return strange or len(name.encode("utf-16-le")) >= room_bytes


def _icao_check(text: str) -> int:
    """ICAO Doc 9303 check digit: weights 7 3 1, A = 10 … Z = 35, anything else 0."""
    values = (int(char, 36) if char.isascii() and char.isalnum() else 0 for char in text)
    return sum(value * (7, 3, 1)[at % 3] for at, value in enumerate(values)) % 10


def parse_card(text: bytes, photo: bytes = b"", addresses: bytes = b"") -> IdCard:
    """The card whose text file is `text`; `addresses` are the data of the reply to 30 03.

    Raises:
        UnreadableCardError: wrong size, unknown kind of card, or an impossible date.
    """
    if len(text) != TEXT_BYTES:
        raise UnreadableCardError(f"text file of {len(text)} bytes")
    kind = _KINDS.get(_decode(text[_KIND_AT]))
    if kind is None:
        raise UnreadableCardError("unknown kind of card")
    fields = {
        field: _decode(b"".join(text[at : at + size] for at, size in place)).rstrip(_FILL)
        for field, place in _LAYOUTS[kind].items()
    }
    until = fields.pop("valid_to")
    long_term = until == _LONG_TERM
    if not until:
        raise UnreadableCardError("valid_to is blank")
    return IdCard(
        kind=kind,
        birth=_date(fields.pop("birth"), "birth"),
        valid_from=_date(fields.pop("valid_from"), "valid_from"),
        valid_to=None if long_term else _date(until, "valid_to"),
        long_term=long_term,
        photo=photo,
        additional_addresses=parse_addresses(addresses),
        **fields,
    )


def places(text: bytes) -> dict[str, tuple[tuple[int, int], ...]]:
    """Field → where its pieces begin, and their bytes; empty for an unknown kind of card."""
    kind = _KINDS.get(_decode(text[_KIND_AT])) if len(text) == TEXT_BYTES else None
    return dict(_LAYOUTS[kind]) if kind else {}


def parse_addresses(data: bytes) -> tuple[str, ...]:
    """The additional addresses in the data of a reply to 30 03, blank ones left out."""
    entries = (data[at : at + ADDRESS_BYTES] for at in range(0, len(data), ADDRESS_BYTES))
    texts = (_decode(entry).rstrip(_FILL) for entry in entries)
    return tuple(text for text in texts if text)


def _decode(raw: bytes) -> str:
    """A lone half of a surrogate pair becomes U+FFFD: the rest of the card is still good."""
    return raw.decode("utf-16-le", errors="replace")


def _date(text: str, field: str) -> date | None:
    if not text:
        return None
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        raise UnreadableCardError(f"{field} is not a date")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        # The original message would name the day.
        raise UnreadableCardError(f"{field} is not a date") from None
