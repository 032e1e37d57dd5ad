"""Colours, and sizes in millimetres: the looks as tables. Opens nothing, knows no window.

Colours and their contrast: WCAG 2.2, 1.4.3; a text keeps 4.5:1 at the least, most keep 7:1.
Sizes: EN 301 549, 5.1.4 and 8.3; touch targets after Chen et al. 2013 (20 mm, from 65 years on).
"""

from __future__ import annotations

from typing import Final

INK: Final = "#1B1F24"
QUIET: Final = "#4A5563"
BLUE: Final = "#1453A8"
BLUE_PRESSED: Final = "#0B3B7C"
BLUE_PALE: Final = "#E6EFFA"
BLUE_DISC: Final = "#D6E5F7"
BLUE_LINE: Final = "#B8CDE8"
PAGE: Final = "#F4F7FB"
CARD: Final = "#FFFFFF"
LINE: Final = "#D3DCE8"
WHITE: Final = "#FFFFFF"
ON_BLUE_QUIET: Final = "#DCE8F7"
RED: Final = "#C7000B"
GREEN: Final = "#146C43"
GREEN_PALE: Final = "#E4F3EB"
AMBER: Final = "#8A5A00"
AMBER_PALE: Final = "#FFF6E0"
AMBER_DISC: Final = "#FFE3A8"
AMBER_LINE: Final = "#E8C98A"
AMBER_BRIGHT: Final = "#FFB000"  # on a picture, edged with ink
HELPED: Final = "#FFD54A"  # under ink: over every page that somebody helps with
DANGER: Final = "#B42318"
DANGER_DISC: Final = "#FADBD7"
OFF: Final = "#5B6673"
OFF_PALE: Final = "#E9EDF2"

# The em of each kind of text; large print is a factor on all of them.
EM_MM: Final = {
    "giant": 30.0,
    "display": 20.0,
    "question": 16.0,
    "lead": 12.0,
    "body": 10.0,
    "label": 10.0,
    "small": 8.5,
    "least": 8.0,
}
LEAST_MM: Final = 8.0
LARGE: Final = 1.3

TARGET_MM: Final = 20.0
GAP_MM: Final = 3.0
PRIMARY_MM: Final = (60.0, 28.0)
SLOP_MM: Final = 4.0
TREMBLE_MM: Final = 15.0
# The share of the window, from its top, where only the print size and the language may be chosen.
OUT_OF_REACH: Final = 1 / 3

DEBOUNCE_S: Final = 0.3
KEY_DEBOUNCE_S: Final = 0.15  # of the same key


def rgba(colour: str, alpha: float = 1.0) -> tuple[float, float, float, float]:
    """`#RRGGBB` as Kivy wants it."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, alpha


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The ratio of WCAG 2.2 for two opaque colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
