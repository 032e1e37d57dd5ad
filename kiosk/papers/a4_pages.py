"""What is shown in sections, as A4 pages: a result, a certificate's finding, the form of an item.

Millimetres from the top left. The same content and moment make the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from devices.page_output import group4, pdf_a
from devices.page_text import with_text
from kiosk.papers import qr_code
from kiosk.papers.a4_ink import LINE, Sheet, Typeface, pieces
from kiosk.papers.leafing import Piece, leaves
from kiosk.papers.table_columns import is_number, widths
from kiosk.visits.form_pages import Fact, Section
from kiosk.visits.place import Place
from kiosk.visits.wording import in_groups, moment_in_words

WIDE, HIGH = 210.0, 297.0
SIDE, TOP, FOOT = 20.0, 18.0, 10.0  # margins; nothing is printed in them
ROOM = WIDE - 2 * SIDE
BODY, SMALL, TITLE, HEADING = 4.2, 3.4, 7.0, 4.8  # ems
CODE_MM = 30.0
FOOT_AIR = 4.0  # above the foot line
LABEL_SHARE = 0.28
CELL_GAP = 3.5
AIR = 1.2  # above and below a fact or a line of a table
SIGNED_MM = (70.0, 26.0)
PEN_MM = 0.6

Strokes = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class A4:
    """What is to stand on the pages; all words ready.

    number: of the receipt or case, in one piece; it stands in groups. code: what the QR code holds,
        nothing personal. purpose: what the paper is good for; on every page.
    whole: values as they are; otherwise masked where they have a mask.
    statement, strokes: a commitment and its signature, as `Signed` has it.
    sample: marked as a specimen, good for nothing.
    """

    heading: str
    sections: tuple[Section, ...]
    number: str = ""
    code: str = field(default="", repr=False)
    purpose: str = ""
    note: str = ""
    whole: bool = False
    statement: str = ""
    strokes: Strokes = field(default=(), repr=False)
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Fonts:
    """`rare`: where a character is looked for that the others have not."""

    regular: Path
    bold: Path
    rare: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Strip:
    """Something that is not parted between pages. `draw`: given the page and its top."""

    height: float
    draw: Callable[[Sheet, float], None]
    leads: bool = False
    under: tuple[int, ...] = ()


class A4Maker:
    """Makes PDF/A-2b. `words`: language → texts.

    Raises:
        OSError: a font is missing.
    """

    def __init__(self, fonts: Fonts, place: Place, words: Mapping[str, Mapping[str, str]]) -> None:
        self._plain = Typeface((fonts.regular, *fonts.rare))
        self._bold = Typeface((fonts.bold, fonts.regular, *fonts.rare))
        self._place, self._words = place, words

    def document(self, content: A4, made: datetime, language: str) -> bytes:
        """`made`: the moment on the pages; has a time zone. The title tells nothing personal."""
        sheets = self.sheets(content, made, language)
        pictures = [group4(sheet.bilevel()) for sheet in sheets]
        return with_text(pdf_a(pictures, content.heading, made), [one.words for one in sheets])

    def sheets(self, content: A4, made: datetime, language: str) -> list[Sheet]:
        """The pages before they become a document."""
        words = self._words[language]
        strips = [*self._head(content, words), *self._body(content, words)]
        pieces_ = [Piece(one.height, one.leads, one.under) for one in strips]
        purpose = self._bold.broken(content.purpose, SMALL, ROOM) if content.purpose else []
        foot = HIGH - FOOT - (len(purpose) + 1) * SMALL * LINE
        planned = leaves(pieces_, foot - FOOT_AIR - TOP)
        where = words["a4.foot"].format(
            terminal=self._place.terminal, time=moment_in_words(made, language)
        )
        sheets = []
        for at, (column,) in enumerate(planned, 1):
            sheet, y = Sheet(), TOP
            for which in column:
                strips[which].draw(sheet, y)
                y += strips[which].height
            self._foot(sheet, foot, purpose, where)
            page = words["a4.page"].format(at=at, of=len(planned))
            flush = WIDE - SIDE - self._plain.width_mm(page, SMALL)
            sheet.write(flush, HIGH - FOOT - SMALL * LINE, page, SMALL, self._plain)
            if content.sample:
                sheet.mark(words["a4.sample"], self._bold)
            sheets.append(sheet)
        return sheets

    def _head(self, content: A4, words: Mapping[str, str]) -> list[_Strip]:
        """Name of the place, heading, number, and the code at the right of them."""
        room = ROOM - (CODE_MM + 6 if content.code else 0)
        title = self._bold.broken(content.heading, TITLE, room)
        number = words["a4.number"].format(number=in_groups(content.number.replace(" ", "")))
        lines = [
            (SMALL, self._plain, self._place.name),
            *((TITLE, self._bold, line) for line in title),
            *(((BODY, self._plain, number),) if content.number else ()),
        ]
        high = sum(em * LINE for em, _, _ in lines)
        caption = SMALL * LINE if content.code else 0
        height = max(high, CODE_MM + caption if content.code else 0) + 4

        def draw(sheet: Sheet, y: float) -> None:
            if content.code:
                left = WIDE - SIDE - CODE_MM
                sheet.code(left, y, CODE_MM, qr_code.modules(content.code))
                said = words["a4.scan"]
                middle = left + (CODE_MM - self._plain.width_mm(said, SMALL)) / 2
                sheet.write(middle, y + CODE_MM - 3, said, SMALL, self._plain)
            for em, face, line in lines:
                sheet.write(SIDE, y, line, em, face)
                y += em * LINE

        return [_Strip(height, draw)]

    def _body(self, content: A4, words: Mapping[str, str]) -> list[_Strip]:
        strips: list[_Strip] = []
        for section in content.sections:
            first = 1 + len(strips)  # the head is number 0
            if section.heading:
                strips.append(self._section_head(section.heading))
            under = (first,) if section.heading else ()
            for fact in section.facts:
                strips += self._fact(fact, content.whole, under)
            if section.columns:
                strips += self._table(section, under, 1 + len(strips))
        if content.note:
            strips += self._prose(content.note, SMALL, ())
        if content.statement:
            first = 1 + len(strips)
            strips.append(self._section_head(words["a4.statement"]))
            lines = self._prose(content.statement, BODY, (first,))
            # A signature never stands on a page without some of what was signed.
            held = 2 if content.strokes else 0
            keep = len(lines) - held
            strips += [replace(one, leads=at >= keep) for at, one in enumerate(lines)]
        if content.strokes:
            strips.append(self._signature(content.strokes, words["a4.signed"]))
        return strips

    def _section_head(self, heading: str) -> _Strip:
        lines = self._bold.broken(heading, HEADING, ROOM)

        def draw(sheet: Sheet, y: float) -> None:
            _write_all(sheet, SIDE, y + 3, lines, HEADING, self._bold)
            sheet.rule(SIDE, y + 3.6 + len(lines) * HEADING * LINE, ROOM, 0.4)

        return _Strip(len(lines) * HEADING * LINE + 5.5, draw, leads=True)

    def _fact(self, fact: Fact, whole: bool, under: tuple[int, ...]) -> list[_Strip]:
        value = fact.masked if fact.masked and not whole else fact.value
        if not fact.label:
            return self._prose(value, BODY, under)
        beside = LABEL_SHARE * ROOM
        labels = self._plain.broken(fact.label, BODY, beside - 4)
        lines = self._bold.broken(value, BODY, ROOM - beside)
        height = max(len(labels), len(lines)) * BODY * LINE + 2 * AIR

        def draw(sheet: Sheet, y: float) -> None:
            _write_all(sheet, SIDE, y + AIR, labels, BODY, self._plain)
            _write_all(sheet, SIDE + beside, y + AIR, lines, BODY, self._bold)
            sheet.rule(SIDE, y + height - 0.1, ROOM, 0.1)

        return [_Strip(height, draw, under=under)]

    def _prose(self, words: str, em: float, under: tuple[int, ...]) -> list[_Strip]:
        """Line by line, so that it can be parted between pages anywhere."""
        first, *rest = self._plain.broken(words, em, ROOM)
        lines = [(1.5, first), *((0.0, line) for line in rest)]

        def strip(air: float, line: str) -> _Strip:
            def draw(sheet: Sheet, y: float) -> None:
                sheet.write(SIDE, y + air, line, em, self._plain)

            return _Strip(em * LINE + air, draw, under=under)

        return [strip(air, line) for air, line in lines]

    def _table(self, section: Section, under: tuple[int, ...], first: int) -> list[_Strip]:
        for em in (BODY, SMALL, 2.8, 2.4):
            wide = widths(
                section.columns,
                section.lines,
                ROOM,
                em,
                partial(self._plain.width_mm, em_mm=em),
                pieces,
            )
            if wide:
                break
        else:
            wide = tuple(ROOM / len(section.columns) for _ in section.columns)
        right = [all(is_number(line[at]) for line in section.lines) for at in range(len(wide))]

        def row(cells: Sequence[str], face: Typeface, head: bool) -> _Strip:
            broken = [
                face.broken(cell, em, one - CELL_GAP) for cell, one in zip(cells, wide, strict=True)
            ]
            height = max(map(len, broken)) * em * LINE + 2 * AIR

            def draw(sheet: Sheet, y: float) -> None:
                x = SIDE
                for lines, one, flush in zip(broken, wide, right, strict=True):
                    for at, line in enumerate(lines):
                        spare = one - CELL_GAP - face.width_mm(line, em) if flush else 0
                        sheet.write(x + spare, y + AIR + at * em * LINE, line, em, face)
                    x += one
                sheet.rule(SIDE, y + height - 0.15, ROOM, 0.3 if head else 0.1)

            return _Strip(height, draw, leads=head, under=under if head else (*under, first))

        return [
            row(section.columns, self._bold, True),
            *(row(line, self._plain, False) for line in section.lines),
        ]

    def _signature(self, strokes: Strokes, said: str) -> _Strip:
        wide, high = SIGNED_MM
        left = WIDE - SIDE - wide

        def draw(sheet: Sheet, y: float) -> None:
            label = self._plain.width_mm(said, BODY)
            sheet.write(left - label - 3, y + 4 + high - BODY * LINE, said, BODY, self._plain)
            sheet.rule(left, y + 4 + high, wide, 0.2)
            for stroke in strokes:
                points = [(left + px * wide, y + 4 + py * high) for px, py in stroke]
                sheet.stroke(points, PEN_MM)

        return _Strip(high + 8, draw)

    def _foot(self, sheet: Sheet, y: float, purpose: Sequence[str], where: str) -> None:
        sheet.rule(SIDE, y - 1, ROOM, 0.2)
        _write_all(sheet, SIDE, y, purpose, SMALL, self._bold)
        sheet.write(SIDE, y + len(purpose) * SMALL * LINE, where, SMALL, self._plain)


def _write_all(
    sheet: Sheet, x: float, y: float, lines: Sequence[str], em: float, face: Typeface
) -> None:
    for at, line in enumerate(lines):
        sheet.write(x, y + at * em * LINE, line, em, face)
