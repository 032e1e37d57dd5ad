"""Devices that were found, as lines for `kiosk.toml`: what is sure as settings, the rest as words.

Only the first of a kind is a setting; whoever has two of them chooses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote

from devices.discovery import Found

# A JSON string is a TOML string.
_LINES: Mapping[str, Callable[[Found], tuple[str, ...]]] = {
    "idcard_reader": lambda found: (f"port = {json.dumps(found.stable)}", f"baud = {found.baud}"),
    "receipt_printer": lambda found: (
        f"link = {json.dumps(f'serial://{_quoted(found.stable)}?baud={found.baud}')}",
    ),
    "camera": lambda found: (f"source = {json.dumps(found.stable)}",),
}


def settings_lines(found: Iterable[Found]) -> Iterator[str]:
    """TOML; a line that begins with # says what was found where, in the device's own words."""
    told = set[str]()
    for each in found:
        yield f"# {each.port}: {each.kind.replace('_', ' ')}: {_one_line(each.identity)}"
        lines = _LINES[each.kind](each) if each.kind in _LINES else ()
        if lines:
            mark = "# " if each.kind in told else ""
            told.add(each.kind)
            yield from (f"{mark}{line}" for line in (f"[{each.kind}]", *lines))
        yield ""
    if not told:
        yield "# no device that the settings know is plugged in"


def _quoted(path: str) -> str:
    return quote(path, safe="/:")


def _one_line(words: str) -> str:
    """What a device says of itself is not to become a setting."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)
