"""A slip set into lines of a fixed number of columns.

One column is a half-width character; Chinese characters and all that Unicode calls wide, full or
ambiguous (UAX #11) take two, as in the 12 x 24 and 24 x 24 dot fonts of receipt printers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from devices.slip import Align, Block, Gap, Line, Pair, Qr, Rule, Slip, Title

NOT_FIRST = frozenset("，。、；：？！）》」』】〉〕”’…·％℃,.;:?!)]}%")  # never begins a line
NOT_LAST = frozenset("（《「『【〈〔“‘￥([{")  # never ends one
NO_GLYPH = "〓"  # GB 2312 row 2: the mark printers set where a character is missing
TITLE_SIZES = ((2, 2), (1, 2))  # width, height: the first that fits on one line
ORPHAN = 4  # columns: a last line this short looks like a mistake


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line. Its width, `columns(text) * width`, never exceeds the paper's columns."""

    text: str
    width: int = 1  # how many times as wide and as high as the built-in font
    height: int = 1
    bold: bool = False
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code; `large` asks for bigger modules."""

    data: str
    large: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """`lines` empty lines, each `pitch_dots` high; 30 is the pitch of text of normal size."""

    lines: int
    pitch_dots: int = 30


Item = Row | Code | Blank
SEPARATION = Blank(1, 16)  # between the pairs of a large-print slip


def columns(text: str) -> int:
    """The width of a line; a character that combines with the one before it takes none."""
    return sum(map(_char_columns, text))


def lay_out(slip: Slip, paper_columns: int) -> tuple[Item, ...]:
    """The lines of `slip` from the top, for paper of at least 8 columns."""
    items: list[Item] = []
    for kind, run in groupby(slip.blocks, type):
        blocks = tuple(run)
        if kind is Pair:
            items += _pairs([b for b in blocks if isinstance(b, Pair)], slip.large, paper_columns)
        else:
            for block in blocks:
                items += _block(block, slip.large, paper_columns)
    return tuple(items)


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` (2 or more) columns, none ending in a space.

    A word of Latin letters or digits stays whole where it fits. A closing mark goes with the
    character before it, unless a line would hold nothing else. A last line of one or two
    characters gets company where that costs no further line.
    """
    lines: list[str] = []
    for paragraph in _clean(text).split("\n"):
        filled = _fill(paragraph, width)
        if len(filled) > 1 and columns(filled[-1]) <= ORPHAN:
            tighter = (_fill(paragraph, narrow) for narrow in range(width - 1, width // 2, -1))
            better = (f for f in tighter if len(f) == len(filled) and columns(f[-1]) > ORPHAN)
            filled = next(better, filled)
        lines += filled
    return lines


def _fill(paragraph: str, width: int) -> list[str]:
    lines = []
    rest = paragraph.rstrip()
    while columns(rest) > width:
        cut = _cut(rest, width)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip(" ")
    return [*lines, rest]


def _block(block: Block, large: bool, paper: int) -> Iterator[Item]:
    match block:
        case Title(text):
            fits = (s for s in TITLE_SIZES if columns(_clean(text)) * s[0] <= paper)
            wide, high = TITLE_SIZES[0] if large else next(fits, TITLE_SIZES[-1])
            for line in _even(text, paper // wide):
                yield Row(line, wide, high, bold=True, align=Align.CENTER)
        case Line(text, size, bold, align):
            times = 2 if large else size
            for line in wrap(text, paper // times):
                yield Row(line, times, times, bold, align)
        case Rule():
            yield Row("-" * paper)
        case Qr(data):
            yield Code(data, large)
        case Gap(lines):
            yield Blank(lines)


def _pairs(pairs: list[Pair], large: bool, paper: int) -> Iterator[Item]:
    if large:
        for pair in pairs:
            # A number too long for one line is easier to read narrow than broken.
            broken = any(
                columns(word) > paper // 2 for word in pair.value.split() if word.isascii()
            )
            wide = 1 if broken else 2
            yield SEPARATION
            yield from (Row(line, 2, 2) for line in wrap(_label(pair), paper // 2))
            yield from (Row(line, wide, 2, bold=True) for line in wrap(pair.value, paper // wide))
        yield SEPARATION
        return
    labels = [_label(pair) for pair in pairs]
    indent = max((columns(label) for label in labels if columns(label) <= paper // 2), default=2)
    for label, pair in zip(labels, pairs, strict=True):
        hanging = wrap(pair.value, paper - indent)
        if columns(label) <= indent:
            yield Row((label + " " * (indent - columns(label)) + hanging[0]).rstrip())
            yield from (Row(" " * indent + line) for line in hanging[1:])
        elif columns(label + hanging[0]) <= paper and len(hanging) == 1:
            yield Row(label + hanging[0])
        else:
            yield from (Row(line) for line in wrap(label, paper))
            whole = wrap(pair.value, paper)
            if len(whole) == 1:
                yield Row(whole[0], align=Align.RIGHT)
            else:
                yield from (Row(" " * indent + line) for line in hanging)


def _label(pair: Pair) -> str:
    label = _clean(pair.label).replace("\n", " ")
    return f"{label}: " if label.isascii() else f"{label}："


def _even(text: str, width: int) -> list[str]:
    """As few lines as `wrap` needs, but of about the same length."""
    few = len(wrap(text, width))
    return next(lines for w in range(2, width + 1) if len(lines := wrap(text, w)) <= few)


def _cut(text: str, width: int) -> int:
    """Where the first line of `text` (longer than `width`) ends; at least 1."""
    used, room = 0, 0
    for char in text:
        used += _char_columns(char)
        if used > width:
            break
        room += 1
    room = max(room, 1)
    proper = (at for at in range(room, 0, -1) if _may_break(text[at - 1], text[at]))
    hyphens = (at for at in range(room, 0, -1) if text[at - 1] == "-" != text[at])
    forced = (at for at in range(room, 0, -1) if _may_part(text[at - 1], text[at]))
    return next(proper, next(hyphens, next(forced, room)))


def _may_break(before: str, after: str) -> bool:
    in_word = before.isascii() and after.isascii() and " " not in before + after
    return _may_part(before, after) and not in_word


def _may_part(before: str, after: str) -> bool:
    return before not in NOT_LAST and after not in NOT_FIRST and _char_columns(after) > 0


def _char_columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def _clean(text: str) -> str:
    """Without controls (so that no text is a command), joiners and variant selectors."""
    return "".join(_paper_char(char) for char in text)


def _paper_char(char: str) -> str:
    if char == "\n" or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
        return char if char == "\n" else ""
    replaced = {"Zl": "\n", "Zp": "\n", "Cc": "", "Cf": "", "Cs": NO_GLYPH}
    if char in "\t\u00a0\u2007\u202f":
        return " "
    return replaced.get(unicodedata.category(char), char)
