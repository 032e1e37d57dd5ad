"""Values hidden until the resident asks to see them. See also `kiosk/visits/identity.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.platform.query_messages import Mask
from kiosk.visits.identity import mask_name, mask_number

_STAR = "*"


def mask_account(number: str) -> str:
    """The last four characters show, and of a short one none; the rest is four stars, whatever its
    length.
    """
    return _STAR * 4 + number[-4:] if len(number) > 6 else _STAR * len(number)


def mask_phone(number: str) -> str:
    """139****0139: the first three and the last four."""
    hidden = len(number) - 7
    return number[:3] + _STAR * hidden + number[-4:] if hidden > 0 else _STAR * len(number)


_HIDE: Mapping[Mask, Callable[[str], str]] = {
    Mask.NONE: lambda _: "",
    Mask.NAME: mask_name,
    Mask.NUMBER: mask_number,
    Mask.ACCOUNT: mask_account,
    Mask.PHONE: mask_phone,
}


def hidden(value: str, mask: Mask) -> str:
    """What is shown in its place; "" when it is no secret."""
    return _HIDE[mask](value)
