"""What a scanned code means: text in, values out. Only what is listed here is understood.

Codes are made by anybody. What is none of ours becomes `UnknownCode`, which keeps nothing of it:
it is never opened, shown, logged or passed on. Everything that is understood is plain ASCII, so
control characters, invisible and right-to-left ones and other encodings fall out by themselves.

Licence codes: GB/T 36904-2018, the identifier of an electronic licence: root 1.2.156.3005.2, kind
of licence (21), issuer (18, GB 32100, or a division code of 6), serial, version (3), check
character (GB/T 17710, ISO 7064 MOD 37,36, over the parts behind the root without their dots).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST_CODE_BYTES = 512

_LICENCE = re.compile(
    r"1\.2\.156\.3005\.2"
    r"\.([0-9A-Z]{21})\.([0-9A-Z]{18}|[0-9]{6})\.([0-9A-Z]{1,64})\.([0-9]{3})\.([0-9A-Z])"
)
_TOKEN = re.compile(r"[A-Z2-7]{26}")  # 16 bytes in base32, RFC 4648, without the padding
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """The code of one of our receipts; whether the number was ever given, others know."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LicenceCode:
    """An electronic licence, named and not shown: only its issuer can say what is in it."""

    identifier: str = field(repr=False)
    kind: str  # 21 characters: who defined this kind of licence, and its number there


@dataclass(frozen=True, slots=True)
class HandOverCode:
    """A telephone asks to go on with what was begun on it. Who has the token has the papers."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """None of ours, or damaged."""


ScannedCode = ReceiptCode | LicenceCode | HandOverCode | UnknownCode


def parse(text: str, status_url: str, is_receipt_number: Callable[[str], bool]) -> ScannedCode:
    """Never raises, whatever `text` is.

    status_url: what a receipt's code consists of, before a slash and the number. Hand-over codes
        are https addresses of the same host: /h/ and the token.
    """
    if len(text) > LONGEST_CODE_BYTES:
        return UnknownCode()
    number = text.removeprefix(f"{status_url.rstrip('/')}/")
    if number.isascii() and is_receipt_number(number):
        return ReceiptCode(number)
    hand_over = f"https://{urlsplit(status_url).netloc}/h/"
    if text.startswith(hand_over) and _TOKEN.fullmatch(token := text[len(hand_over) :]):
        return HandOverCode(token)
    licence = _LICENCE.fullmatch(text)
    if licence and _check_character("".join(licence.groups()[:-1])) == licence[5]:
        return LicenceCode(text, kind=licence[1])
    return UnknownCode()


def _check_character(characters: str) -> str:
    """GB/T 17710: the hybrid system MOD 37,36, which catches every single wrong character."""
    product = 36
    for character in characters:
        total = (product + _ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _ALPHABET[(37 - product) % 36]
