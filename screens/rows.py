"""Lines to touch, one under the other: as many as there is room for, or leaf by leaf."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.metrics import Metrics, mm
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.visits.form_pages import Row
from screens import theme
from screens.touch import Control, Within
from screens.widgets import QuietButton, Text

# From which height on a row has its plain words, too, and how high it may be; for large print more.
# A low one is what a finger needs.
PLAIN_MM, LOW_MM, MOST_MM = 30.5, 19.8, 42.0
GAP_MM, LOW_GAP_MM, BAR_MM = 4.0, 3.0, 22.0


class ChoiceRow(Control, BoxLayout):
    """A name, plain words where there is room, a mark; or why it cannot be chosen now."""

    title = StringProperty("")
    plain = StringProperty("")
    mark = StringProperty("")
    why_not = StringProperty("")
    paper = ColorProperty(theme.CARD)


class RowMark(Text):
    """A short word at the end of a row."""


class RowsLeafButton(Within, QuietButton):
    """To the leaf before or after."""


class RowGrid(GridLayout):
    pass


class RowList(BoxLayout):
    """Setting `rows` shows the first leaf of them.

    leafed: more than fits is leafed through; otherwise the first are shown.
    low: rows may be as low as a finger needs, without their plain words; they have no mark.
    """

    rows: tuple[Row, ...] = ListProperty()
    columns = NumericProperty(1)
    leafed = BooleanProperty(True)
    low = BooleanProperty(False)
    say: Callable[..., str] = ObjectProperty(lambda key, **_: key)

    def __init__(self, **kwargs: Any) -> None:
        self._at, self._leaves = 0, 1
        self._soon = Clock.create_trigger(lambda _: self._show(), -1)
        super().__init__(**kwargs)
        self.fbind("rows", lambda *_: self._turn(-self._at))
        for name in ("size", "columns"):
            self.fbind(name, self._soon)
        self._soon()

    def _turn(self, by: int) -> None:
        self._at = max(0, min(self._at + by, self._leaves - 1))
        self._soon()

    def _show(self) -> None:
        larger = max(1.0, Metrics.fontscale)
        least = LOW_MM if self.low else PLAIN_MM * larger
        gap = mm(LOW_GAP_MM if self.low else GAP_MM)
        if self.height < mm(LOW_MM):
            return  # not laid out yet
        room, fit = self.height, self._fit(self.height, least, gap)
        leafed = self.leafed and len(self.rows) > fit
        if leafed:
            room -= mm(BAR_MM) + gap
            fit = self._fit(room, least, gap)
        self._leaves = ceil(len(self.rows) / fit) or 1
        self._at = min(self._at, self._leaves - 1)
        shown = self.rows[self._at * fit : self._at * fit + fit]
        lines = ceil((fit if leafed else len(shown)) / self.columns) or 1
        height = min(mm(MOST_MM * larger), (room + gap) / lines - gap)
        self._fill(shown, height, gap)
        self._show_bar(leafed)

    def _fit(self, room: float, least_mm: float, gap: float) -> int:
        return int(self.columns * max(1, (room + gap) // (mm(least_mm) + gap)))

    def _fill(self, shown: tuple[Row, ...], height: float, gap: float) -> None:
        grid: RowGrid = self.ids.grid
        grid.spacing = gap
        grid.cols = self.columns
        buttons = list(reversed(grid.children))
        for extra in buttons[len(shown) :]:
            grid.remove_widget(extra)
        for row, button in zip(shown, buttons, strict=False):
            self._set(button, row, height)
        for row in shown[len(buttons) :]:
            button = ChoiceRow()
            self._set(button, row, height)
            grid.add_widget(button)
        if self.columns > 1 and len(shown) == 1:
            grid.cols = 1

    def _set(self, button: ChoiceRow, row: Row, height: float) -> None:
        roomy = height >= mm(PLAIN_MM) * max(1.0, Metrics.fontscale) - 1
        button.height = height
        button.title = row.title
        button.plain = row.plain if roomy else ""
        button.why_not = self.say(row.why_not) if row.why_not else ""
        marked = row.mark and not (row.why_not or self.low)
        button.mark = self.say(row.mark) if marked else ""
        button.enabled = not row.why_not
        button.tells = (row.tells, row.row)

    def _show_bar(self, leafed: bool) -> None:
        bar = self.ids.bar
        bar.clear_widgets()
        bar.height = mm(BAR_MM) if leafed else 0
        if not leafed:
            return
        for by, key, called, sign in (
            (-1, "list.back", "RowsBack", "back"),
            (1, "list.on", "RowsOn", "forward"),
        ):
            button = RowsLeafButton(
                label=self.say(key), sign=sign, called=called, does=lambda by=by: self._turn(by)
            )
            button.enabled = 0 <= self._at + by < self._leaves
            button.size_hint_x, button.width = None, mm(74)
            bar.add_widget(button)
            if by < 0:
                where = self.say("list.where", at=self._at + 1, of=self._leaves)
                bar.add_widget(LeafWhere(words=where))


class LeafWhere(Text):
    """`第 1 页，共 3 页`."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
