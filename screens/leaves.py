"""More than a page holds, leaf by leaf: big buttons and `第 1 页，共 3 页` in place of scrolling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from screens.leafing import Leaf, Piece, leaves
from screens.touch import Within
from screens.widgets import Card, QuietButton, SecondaryButton, Text, height_of, lines_of

BAR_MM = 22


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
    """To the leaf before or after."""


class Leaves(BoxLayout):
    """Shows one leaf of its blocks, and a bar to leaf with where there are several.

    blocks: see `Blocks`; setting it plans anew and stays on the leaf, as far as there is one.
    columns: side by side on a leaf. carded: each column is a card. offer: a button, shown beside
    the leaf buttons or alone.
    """

    blocks: Blocks = ObjectProperty(lambda width: (), force_dispatch=True)
    columns = NumericProperty(1)
    carded = BooleanProperty(True)
    say: Callable[..., str] = ObjectProperty(lambda key, **_: key)
    offer: SecondaryButton | None = ObjectProperty(None, allownone=True)
    at = NumericProperty(0)
    count = NumericProperty(1)

    def __init__(self, **kwargs: Any) -> None:
        self._soon = Clock.create_trigger(lambda _: self._plan(), -1)
        self._leaves: tuple[Leaf, ...] = ()
        self._blocks: Sequence[Block] = ()
        super().__init__(**kwargs)
        for name in ("blocks", "size", "columns", "offer"):
            self.fbind(name, self._soon)
        self._soon()

    def turn(self, by: int) -> None:
        self.at = min(max(self.at + by, 0), self.count - 1)
        self._show()

    @property
    def _column_px(self) -> float:
        return float((self.width - (self.columns - 1) * mm(8)) / self.columns)

    def _plan(self) -> None:
        if self.width <= mm(40) or self.height <= mm(20):
            return  # not laid out yet
        inside = self._column_px - (2 * mm(10) if self.carded else 0)
        self._blocks = self.blocks(inside)
        pieces = [Piece(one.height(inside), one.leads, one.under) for one in self._blocks]
        room = self.height - (2 * mm(6) if self.carded else 0)
        bar = mm(BAR_MM + 5)
        for taken in (bar if self.offer else 0, bar * (2 if self.offer and self._narrow else 1)):
            self._leaves = leaves(pieces, room - taken, self.columns)
            if len(self._leaves) < 2:
                break
        self.count = max(1, len(self._leaves))
        self.at = min(self.at, self.count - 1)
        self._show()

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
            holder.add_widget(body)
            self.ids.columns.add_widget(holder)
        if 1 == len(leaf) < self.columns and self.count > 1:
            self.ids.columns.add_widget(Widget())
        self._show_bar()

    def _show_bar(self) -> None:
        bar: LeafBar = self.ids.bar
        leafed = self.count > 1
        bar.put(self.offer, self._turners() if leafed else None, stacked=self._narrow)

    def _turners(self) -> BoxLayout:
        row = BoxLayout(spacing=mm(5), size_hint_y=None, height=mm(BAR_MM))
        where = self.say("leaf.where", at=self.at + 1, of=self.count)
        for by, key, called, sign in (
            (-1, "leaf.back", "LeafBack", "back"),
            (1, "leaf.on", "LeafOn", "forward"),
        ):
            button = LeafButton(
                label=self.say(key), sign=sign, called=called, does=lambda by=by: self.turn(by)
            )
            button.enabled = 0 <= self.at + by < self.count
            button.size_hint_x, button.width = None, mm(74)
            row.add_widget(button)
            if by < 0:
                row.add_widget(Where(words=where))
        return row


class LeafBar(BoxLayout):
    """Under the leaf: what else is offered, and the way to the other leaves."""

    def put(
        self, offer: SecondaryButton | None, turners: BoxLayout | None, *, stacked: bool
    ) -> None:
        self.clear_widgets()
        self.orientation = "vertical" if stacked else "horizontal"
        shown = [one for one in (offer, turners) if one is not None]
        for one in shown:
            self.add_widget(one)
        rows = len(shown) if stacked else min(1, len(shown))
        self.height = rows * mm(BAR_MM) + max(0, rows - 1) * mm(5)


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
