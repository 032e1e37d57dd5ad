"""Sections of facts and tables as blocks to be leafed through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout

from kiosk.papers.table_columns import is_number, widths
from kiosk.visits.form_events import EditAsked
from kiosk.visits.form_pages import Fact, Section
from screens import text
from screens.leaves import Block, prose, together
from screens.widgets import (
    REGULAR,
    SecondaryButton,
    em_px,
    height_of,
    lines_of,
    measure_for,
    width_of,
)

AIR_MM = 2.6  # above and below a row
HEAD_AIR_MM = 3.4
EDIT_MM = (38, 20)  # at the least
BESIDE_EMS = 19  # a column so wide has its labels beside the values, a narrower one above them
LABEL_SHARES = (0.2, 0.4)  # of the column, at the least and at the most
LONG_LINES = 4  # a value with more lines may be parted between leaves
TABLE_KINDS = ("small", "least")


@dataclass(frozen=True, slots=True)
class How:
    """`say`: words by key. `label_px`: width of the labels; 0 where they stand above."""

    say: Callable[..., str]
    revealed: bool
    label_px: float
    edit_px: float


class Ruled(BoxLayout):
    """With a thin line below, unless it is the last of its column."""

    last = BooleanProperty(False)


class FactRow(Ruled):
    label = StringProperty("")
    words = StringProperty("")
    label_px = NumericProperty(0)
    question = StringProperty("")


class StackedFactRow(FactRow):
    """The label above the value."""


class SectionHead(BoxLayout):
    words = StringProperty("")


class TableRow(Ruled):
    """Cells side by side; `right`: which of them are numbers."""

    cells = ListProperty()
    widths = ListProperty()
    kind = StringProperty("body")
    head = BooleanProperty(False)

    def on_kv_post(self, _: object) -> None:
        for cell, (width, right) in zip(self.cells, self.widths, strict=True):
            self.add_widget(TableCell(words=cell, wide_px=width, right=right, of=self))


class TableCell(BoxLayout):
    words = StringProperty("")
    wide_px = NumericProperty(0)
    right = BooleanProperty(False)
    of = ObjectProperty()


class RecordRow(Ruled):
    """A line of a table that is too wide: its first cell, and the others below it in pairs."""

    title = StringProperty("")
    about = StringProperty("")


def blocks(
    sections: tuple[Section, ...], say: Callable[..., str], revealed: bool, width: float
) -> list[Block]:
    """All sections one after the other, for a column of `width` pixels."""
    edit_px = max(mm(EDIT_MM[0]), width_of(say("details.edit"), "label", strong=True) + mm(14))
    how = How(say, revealed, _label_px(sections, width), edit_px)
    made: list[Block] = []
    for section in sections:
        made += _section(section, how, width, len(made))
    return made


def _label_px(sections: tuple[Section, ...], width: float) -> float:
    if width < BESIDE_EMS * em_px("body"):
        return 0
    labels = [fact.label for section in sections for fact in section.facts]
    low, high = LABEL_SHARES
    longest = max((width_of(label) for label in labels), default=0) + mm(6)
    return min(max(longest, low * width), high * width)


def _section(section: Section, how: How, width: float, first: int) -> list[Block]:
    head = [_head(section.heading)] if section.heading else []
    under = (first,) if head else ()
    facts: list[Block] = []
    for fact in section.facts:
        facts += _fact(fact, how, width, under, first + len(head) + len(facts))
    table = _table(section, how, width, under, first + len(head) + len(facts))
    return [*head, *facts, *table]


def _head(words: str) -> Block:
    return Block(
        lambda width: height_of(words, width, "body", strong=True) + 2 * mm(HEAD_AIR_MM),
        partial(SectionHead, words=words),
        leads=True,
    )


def _fact(fact: Fact, how: How, width: float, under: tuple[int, ...], first: int) -> list[Block]:
    words = fact.masked if fact.masked and not how.revealed else fact.value
    beside = how.label_px and fact.label
    edit = how.edit_px + mm(4) if fact.question else 0
    room = width - (how.label_px if beside else 0) - edit
    if not fact.question and len(lines_of(words, room)) > LONG_LINES:
        return _long(fact.label, words, width, under, first)
    row = FactRow if beside else StackedFactRow
    build = partial(
        row, label=fact.label, words=words, label_px=how.label_px, question=fact.question
    )

    def height(_: float) -> float:
        value = height_of(words, room, strong=True)
        if beside:
            high = max(value, height_of(fact.label, how.label_px - mm(6)))
        else:
            high = value + (height_of(fact.label, room, "small") if fact.label else 0)
        return max(high, mm(EDIT_MM[1]) if fact.question else 0) + 2 * mm(AIR_MM)

    return [Block(height, partial(_built, build, how), under=under)]


def _built(build: Callable[[], FactRow], how: How) -> FactRow:
    row = build()
    if row.question:
        edit = EditButton(label=how.say("details.edit"), tells=(EditAsked, row.question))
        edit.width = how.edit_px
        row.add_widget(edit)
    return row


class EditButton(SecondaryButton):
    """Back to the one question."""


def _long(label: str, words: str, width: float, under: tuple[int, ...], first: int) -> list[Block]:
    """A value of many lines: its label above it, said again where it goes on."""
    head = []
    if label:
        head = [
            Block(
                lambda width: height_of(label, width, "small") + mm(AIR_MM),
                partial(LongLabel, words=label),
                leads=True,
                under=under,
            )
        ]
        under = (*under, first)
    end = [Block(lambda _: mm(AIR_MM), LongEnd, under=())]
    return together((head, prose(words, width, under=under), end))


class LongLabel(BoxLayout):
    words = StringProperty("")


class LongEnd(Ruled):
    """The line under a long value."""


def _table(
    section: Section, how: How, width: float, under: tuple[int, ...], first: int
) -> list[Block]:
    if not section.columns:
        return []
    for kind in TABLE_KINDS:
        em = em_px(kind)
        measure = measure_for(REGULAR, em)
        wide = widths(section.columns, section.lines, width, em, measure, text.pieces)
        if wide:
            return _rows(section, wide, kind, under, first)
    return [_record(section.columns, line, how, width) for line in section.lines]


def _rows(
    section: Section, wide: tuple[float, ...], kind: str, under: tuple[int, ...], first: int
) -> list[Block]:
    right = [all(is_number(line[at]) for line in section.lines) for at in range(len(wide))]
    places = list(zip(wide, right, strict=True))

    def row(cells: tuple[str, ...], head: bool) -> Block:
        gap = mm(GAP_MM)

        def height(_: float) -> float:
            high = [
                height_of(cell, one - gap, kind, strong=head)
                for cell, one in zip(cells, wide, strict=True)
            ]
            return max(high) + 2 * mm(1.6)

        build = partial(TableRow, cells=list(cells), widths=places, kind=kind, head=head)
        return Block(height, build, leads=head, under=under if head else (*under, first))

    return [row(section.columns, True), *(row(line, False) for line in section.lines)]


GAP_MM = 5.5  # at the right of each cell


def _record(columns: tuple[str, ...], line: tuple[str, ...], how: How, width: float) -> Block:
    pairs = [
        how.say("details.pair", label=label, value=value)
        for label, value in zip(columns[1:], line[1:], strict=True)
        if value
    ]
    about = _packed(pairs, width)

    def height(width: float) -> float:
        words = height_of(line[0], width, strong=True) + height_of(about, width, "small")
        return words + 2 * mm(AIR_MM)

    return Block(height, partial(RecordRow, title=line[0], about=about))


def _packed(pairs: list[str], width: float) -> str:
    """As many beside each other as a line holds."""
    lines = pairs[:1]
    for pair in pairs[1:]:
        longer = f"{lines[-1]}　{pair}"
        if width_of(longer, "small") <= width:
            lines[-1] = longer
        else:
            lines.append(pair)
    return "\n".join(lines)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
