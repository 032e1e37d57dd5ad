"""What a code on a paper says: a receipt number, a verification code, or the post's waybill.

Receipts hold the status address and 14 digits, papers that can be verified the platform's address,
`/v/` and 16 signs (`VerifyCode` of docs/api/platform.yaml). Both may also be typed by hand.
"""

from __future__ import annotations

import re
import unicodedata

_RECEIPT = re.compile(r"(?:^|/)(\d{14})$", re.ASCII)
_VERIFY = re.compile(r"(?:^|/v/)([0-9A-HJKMNP-TV-Z]{16})$")
_WAYBILL = re.compile(r"[0-9A-Z]{6,32}")
_LOOK_ALIKE = str.maketrans("OIL", "011")  # Crockford: read as the digits they look like


def receipt_number(text: str) -> str | None:
    found = _RECEIPT.search(_plain(text))
    return found[1] if found else None


def verify_code(text: str) -> str | None:
    """Letters that look like digits are taken for them; small letters for capitals."""
    plain = _plain(text)
    head, slash, last = plain.rpartition("/")
    found = _VERIFY.search(f"{head}{slash}{last.upper().translate(_LOOK_ALIKE)}")
    return found[1] if found else None


def waybill_number(text: str) -> str | None:
    """Small letters for capitals; the number of a case is none, lest its own label is scanned."""
    plain = _plain(text).upper()
    return plain if _WAYBILL.fullmatch(plain) and receipt_number(text) is None else None


def _plain(text: str) -> str:
    """Full-width digits as digits, without the spaces and hyphens between groups."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)) if "/" not in text else text
