"""Which characters a font file has, and which font of a chain shows a character.

OpenType 1.9, `cmap`, format 12 (segmented coverage): every font of the chain carries one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby
from pathlib import Path
from struct import iter_unpack, unpack, unpack_from
from unicodedata import category

# Made by deploy/fonts.py, and from the package fonts-material-design-icons-iconfont.
REGULAR, BOLD = "NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"
ICONS = Path("/usr/share/fonts/truetype/material-design-icons-iconfont/MaterialIcons-Regular.ttf")
# Whole in Noto Sans SC (a test looks): no file needs to be read for a text inside them.
PLAIN = ((0x20, 0x7E), (0xB7, 0xB7), (0x3001, 0x3011), (0x4E00, 0x9FA5), (0xFF01, 0xFF5E))
# What stands for a character that no font has; the paper forms of registries use it too.
MISSING = "□"


class FontError(ValueError):
    """Not a font file with a character map of format 12."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Paths of font files. `rare`: where a character is looked for that `regular` has not."""

    regular: Path
    bold: Path
    icons: Path
    rare: tuple[Path, ...] = ()


class Coverage:
    """The characters of one font file; the file is read when first asked."""

    def __init__(self, font: Path) -> None:
        self._font = font

    @cached_property
    def _ranges(self) -> tuple[list[int], list[int]]:
        return character_ranges(self._font)

    def __contains__(self, character: str) -> bool:
        starts, ends = self._ranges
        at = bisect_right(starts, ord(character)) - 1
        return at >= 0 and ord(character) <= ends[at]


def character_ranges(font: Path) -> tuple[list[int], list[int]]:
    """First and last code points of the runs that the font has, both in rising order.

    Raises:
        FontError: no character map of format 12.
    """
    with font.open("rb") as file:
        count = unpack(">4xH6x", file.read(12))[0]
        tables = dict(iter_unpack(">4s4xI4x", file.read(16 * count)))
        if b"cmap" not in tables:
            raise FontError(f"{font.name} has no character map")
        file.seek(tables[b"cmap"])
        for offset in _subtables(file.read(4096)):
            file.seek(tables[b"cmap"] + offset)
            layout, groups = unpack_from(">H10xI", file.read(16))
            if layout == 12:
                rows = list(iter_unpack(">III", file.read(12 * groups)))
                return [row[0] for row in rows], [row[1] for row in rows]
    raise FontError(f"{font.name} has no character map of format 12")


def _subtables(cmap: bytes) -> list[int]:
    count = unpack_from(">2xH", cmap)[0]
    return sorted({unpack_from(">4xI", cmap, 4 + 8 * at)[0] for at in range(count)})


class Chain:
    """The main font and, for what it has not, the others in their order."""

    def __init__(self, fonts: Sequence[Path]) -> None:
        self._links = [(font, Coverage(font)) for font in fonts]
        self._find = cache(self._look_for)

    def runs(self, text: str) -> list[tuple[Path | None, str]]:
        """Parts of `text` with the font of each; None stands for the main font.

        A character that no font has becomes MISSING.
        """
        if all(_plain(character) for character in text):
            return [(None, text)]
        placed = [(self._find(character), character) for character in text]
        known = [
            (font, character) if found else (None, MISSING) for (found, font), character in placed
        ]
        return [
            (font, "".join(character for _, character in run))
            for font, run in groupby(known, key=lambda pair: pair[0])
        ]

    def has(self, character: str) -> bool:
        return _plain(character) or self._find(character)[0]

    def _look_for(self, character: str) -> tuple[bool, Path | None]:
        if _plain(character):
            return True, None
        if category(character) == "Co":  # each font has something else there: never to be guessed
            return False, None
        for at, (font, coverage) in enumerate(self._links):
            if character in coverage:
                return True, font if at else None
        return False, None


def _plain(character: str) -> bool:
    return character == "\n" or any(low <= ord(character) <= high for low, high in PLAIN)


def markup(runs: Sequence[tuple[Path | None, str]]) -> str:
    """The runs as Kivy's markup, with what markup would take for itself escaped."""
    parts = []
    for font, text in runs:
        safe = text.replace("&", "&amp;").replace("[", "&bl;").replace("]", "&br;")
        parts.append(f"[font={font}]{safe}[/font]" if font else safe)
    return "".join(parts)
