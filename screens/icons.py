"""Signs by name: code points of Material Icons (Apache-2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ICONS: Final[Mapping[str, str]] = {
    name: chr(code)
    for name, code in {
        "back": 0xE5C4,
        "badge": 0xEA67,
        "call": 0xE0CD,
        "camera": 0xE3B0,
        "card": 0xEA67,
        "care": 0xEA70,
        "check": 0xE5CA,
        "clock": 0xE8B5,
        "close": 0xE5CD,
        "elder": 0xF21A,
        "exit": 0xE9BA,
        "face": 0xE87C,
        "folder": 0xE2C7,
        "forward": 0xE5CC,
        "hall": 0xE84F,
        "healing": 0xE3F3,
        "helper": 0xF0E2,
        "info": 0xE88E,
        "language": 0xE8E2,
        "large": 0xE245,
        "medal": 0xEA3F,
        "money": 0xEF63,
        "offline": 0xE648,
        "on": 0xE5C8,
        "page": 0xE873,
        "person": 0xE7FD,
        "place": 0xE55F,
        "print": 0xE8AD,
        "refresh": 0xE5D5,
        "sign": 0xE22B,
        "slip": 0xE8B0,
        "stop": 0xE000,
        "touch": 0xE913,
        "undo": 0xE166,
        "verified": 0xE8E8,
        "warning": 0xE002,
        "wave": 0xE766,
        "wheelchair": 0xE914,
        "work": 0xE8F9,
        "very_good": 0xE815,
        "good": 0xE813,
        "fair": 0xE812,
        "bad": 0xE811,
        "very_bad": 0xE814,
    }.items()
}
