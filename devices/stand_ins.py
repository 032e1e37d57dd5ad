"""Invented words in the place of somebody's: of the same class, width and length.

The person is nobody: 张三 of the sample cards, with a number whose check character is right.
"""

from __future__ import annotations

import unicodedata
from typing import Final

NAME: Final = "张三"
ENGLISH_NAME: Final = "ZHENGJIAN, YANGBEN"
NUMBER: Final = "110101194910019997"
BIRTH: Final = "19491001"
ADDRESS: Final = "北京市东城区示例街1号"
ISSUER: Final = "北京市公安局东城分局"
VALID_FROM: Final = "20200101"
VALID_TO: Final = "20400101"

IDEOGRAPH: Final = "示"
FOUR_BYTES: Final = "㐀"  # four bytes in GB 18030
OUTSIDE: Final = "𠀀"  # in no printer's font, as the next
NARROW: Final = "ñ"


def character(char: str) -> str:
    """Digits, letters and ideographs become others; spaces, punctuation and marks stay."""
    if char.isascii():
        return ascii_character(char)
    if unicodedata.category(char)[0] not in "LNC":
        return char
    try:
        wide = len(char.encode("gb18030"))
    except UnicodeEncodeError:
        return OUTSIDE
    if unicodedata.east_asian_width(char) not in "WFA":
        return NARROW
    if ord(char) > 0xFFFF or unicodedata.category(char)[0] == "C":
        return OUTSIDE
    return IDEOGRAPH if wide == 2 else FOUR_BYTES


def ascii_character(char: str) -> str:
    if char.isdigit():
        return "0"
    if char.isalpha():
        return "X" if char.isupper() else "x"
    return char


def text(given: str) -> str:
    return "".join(map(character, given))


def gb18030(raw: bytes) -> bytes:
    """The same for a run of text as printers take it; what is no character becomes `?`."""
    told, at = bytearray(), 0
    while at < len(raw):
        size = 1 if raw[at] < 0x80 else 4 if raw[at + 1 : at + 2].isdigit() else 2
        piece = raw[at : at + size]
        try:
            other = character(piece.decode("gb18030")).encode("gb18030")
        except UnicodeDecodeError:
            other = b""
        told += other if len(other) == len(piece) else b"?" * len(piece)
        at += size
    return bytes(told)


def is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WFA" and unicodedata.category(char)[0] in "LNCS"
