"""More than a page holds, leaf by leaf: big buttons and `第1页，共3页`, no scrolling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.papers.leafing import Leaf, Piece, leaves
from screens.touch import Within
from screens.widgets import Card, QuietButton, SecondaryButton, Text, height_of, lines_of

BAR_MM = 22
BETWEEN_MM = 8  # columns


@dataclass(frozen=True, slots=True)
class Block:
    """A part of what is leafed. See `Piece`.

    height: in pixels at a width, all air around it included. build: made anew for each leaf.
    """

    height: Callable[[float], float]
    build: Callable[[], Widget]
    leads: bool = False
    under: tuple[int, ...] = ()


# Given the width of a column, what is to be leafed.
Blocks = Callable[[float], Sequence[Block]]


class LeafButton(Within, QuietButton):
    """To the leaf before or after. `after`: its sign stands after the word."""

    after = BooleanProperty(False)

    def on_kv_post(self, _: object) -> None:
        if self.after:
            row = self.children[0]
            sign = row.children[-1]
            row.remove_widget(sign)
            row.add_widget(sign)


class Leaves(BoxLayout):
    """Shows one leaf of its blocks, and a bar to leaf with where there are several.

    blocks: see `Blocks`; setting it plans anew and stays at what is shown.
    columns: side by side on a leaf, at the most. carded: each column is a card. offer: a button,
        shown with the leaf buttons or alone. aside: a bar elsewhere, in place of the own one.
    """

    blocks: Blocks = ObjectProperty(lambda width: (), force_dispatch=True)
    columns = NumericProperty(1)
    carded = BooleanProperty(True)
    say: Callable[..., str] = ObjectProperty(lambda key, **_: key)
    offer: SecondaryButton | None = ObjectProperty(None, allownone=True)
    aside: LeafBar | None = ObjectProperty(None, allownone=True)
    at = NumericProperty(0)
    count = NumericProperty(1)
    overfull = BooleanProperty(False)  # something is higher than a leaf
    column_px = NumericProperty(0)  # the width that the blocks were made for

    def __init__(self, **kwargs: Any) -> None:
        self._soon = Clock.create_trigger(lambda _: self._plan(), -1)
        self._leaves: tuple[Leaf, ...] = ()
        self._blocks: Sequence[Block] = ()
        self._anchor = 0  # the piece that stays in sight however often it is planned anew
        super().__init__(**kwargs)
        for name in ("blocks", "size", "columns", "offer", "aside"):
            self.fbind(name, self._soon)
        self._soon()

    def turn(self, by: int) -> None:
        self.at = min(max(self.at + by, 0), self.count - 1)
        self._anchor = self._first_shown
        self._show()

    def take_over(self, before: Leaves) -> None:
        """Goes on where another one of the same blocks was."""
        self._anchor = before._anchor

    def _plan(self) -> None:
        if self.width <= mm(40) or self.height <= mm(20):
            return  # not laid out yet
        bar = mm(BAR_MM + 5)
        alone = bar if self.offer else 0
        both = bar * 2 if self.offer and self._narrow else bar
        ways = [(1, alone), (self.columns, alone), (self.columns, both)]
        for columns, taken in ways:
            self._leaves = self._tried(columns, 0 if self.aside else taken)
            if len(self._leaves) < 2:
                break
        self.count = max(1, len(self._leaves))
        holding = (at for at, leaf in enumerate(self._leaves) if self._anchor in _pieces_of(leaf))
        self.at = next(holding, min(self.at, self.count - 1))
        self._show()

    @property
    def _first_shown(self) -> int:
        """The number of the first piece that the leaves before do not show."""
        before = self._leaves[self.at - 1] if 0 < self.at < len(self._leaves) else ()
        return max(_pieces_of(before), default=-1) + 1

    def _tried(self, columns: int, taken: float) -> tuple[Leaf, ...]:
        inside = (self.width - (columns - 1) * mm(BETWEEN_MM)) / columns
        inside -= 2 * mm(10) if self.carded else 0
        self.column_px = inside
        self._blocks = self.blocks(inside)
        pieces = [Piece(one.height(inside), one.leads, one.under) for one in self._blocks]
        room = self.height - taken - (2 * mm(6) if self.carded else 0)
        self.overfull = any(_as_one(pieces, at) > room + 1.5 for at in range(len(pieces)))
        return leaves(pieces, room, columns)

    @property
    def _narrow(self) -> bool:
        return bool(self.width < mm(300))

    def _show(self) -> None:
        leaf = self._leaves[self.at] if self._leaves else ()
        self.ids.columns.clear_widgets()
        for column in leaf:
            holder = AnchorLayout(anchor_y="top")
            body = ColumnCard() if self.carded else ColumnPlain()
            for at in column:
                body.add_widget(self._blocks[at].build())
            body.children[0].last = True
            holder.add_widget(body)
            self.ids.columns.add_widget(holder)
        if 1 == len(leaf) < self.columns and self.count > 1:
            self.ids.columns.add_widget(Widget())
        self._show_bar()

    def _show_bar(self) -> None:
        bar: LeafBar = self.aside or self.ids.bar
        bar.clear_widgets()
        bar.orientation = "vertical" if self.aside or self._narrow else "horizontal"
        if self.offer:
            bar.add_widget(self.offer)
        if self.count > 1:
            back, where, on = self._turners()
            if self.aside:
                bar.add_widget(where)
            row = BarRow()
            for one in (back, on) if self.aside else (back, where, on):
                row.add_widget(one)
            bar.add_widget(row)
            for button in () if self.aside else (back, on):
                button.size_hint_x, button.width = None, mm(74)

    def _turners(self) -> tuple[LeafButton, Where, LeafButton]:
        back, on = (
            LeafButton(
                label=self.say(key),
                sign="" if self.aside else sign,
                after=by > 0,
                called=called,
                does=partial(self.turn, by),
                enabled=0 <= self.at + by < self.count,
            )
            for by, key, called, sign in (
                (-1, "leaf.back", "LeafBack", "back"),
                (1, "leaf.on", "LeafOn", "on"),
            )
        )
        return back, Where(words=self.say("leaf.where", at=self.at + 1, of=self.count)), on


def _pieces_of(leaf: Leaf) -> list[int]:
    return [at for column in leaf for at in column]


def _as_one(pieces: Sequence[Piece], at: int) -> float:
    """How high a piece is with what is said again above it, as where it begins a leaf."""
    return pieces[at].height + sum(pieces[one].height for one in pieces[at].under)


class LeafBar(BoxLayout):
    """Under the leaf: what else is offered, and the way to the other leaves."""


class BarRow(BoxLayout):
    pass


class ColumnCard(Card):
    pass


class ColumnPlain(BoxLayout):
    pass


class Where(Text):
    """`第 1 页，共 3 页`."""


class Prose(Text):
    """A line that is broken already."""

    kind = StringProperty("body")


def prose(words: str, width: float, kind: str = "body", under: tuple[int, ...] = ()) -> list[Block]:
    """A text as blocks of one line each, so that it can be parted between leaves anywhere."""
    return [
        Block(
            lambda width, line=line: height_of(line, width, kind),
            lambda line=line: Prose(words=line, kind=kind),
            under=under,
        )
        for line in lines_of(words, width, kind)
    ]


def together(parts: Iterable[Sequence[Block]]) -> list[Block]:
    return [block for part in parts for block in part]


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
