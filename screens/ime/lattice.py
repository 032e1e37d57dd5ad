"""Cells in rows and columns, placed by one widget: boxes in boxes are slow to build."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kivy.clock import Clock
from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.label import Label
from kivy.uix.widget import Widget

from screens import theme
from screens.touch import Control, Within

GAP_MM: Final = 3.0


class Lattice(Widget):
    """`cols` columns of the same width and rows of `row_mm`; as high as its rows."""

    cols = NumericProperty(1)
    rows = NumericProperty(1)
    row_mm = NumericProperty(24)

    def __init__(self, **kwargs: Any) -> None:
        self._places: dict[Widget, tuple[float, float, float]] = {}
        super().__init__(**kwargs)
        self._lay = Clock.create_trigger(lambda _: self._lay_out(), -1)
        for name in ("pos", "size", "cols", "row_mm"):
            self.fbind(name, lambda *_: self._lay())

    def put(self, widget: Widget, col: float, row: float, wide: float = 1) -> None:
        """In columns and rows from the top left; `wide`: how many columns it takes. Again for a
        widget that is there: it moves.
        """
        if widget.parent is None:
            self.add_widget(widget)
        self._places[widget] = (col, row, wide)
        self._lay()

    def take_out(self, widget: Widget) -> None:
        if self._places.pop(widget, None):
            self.remove_widget(widget)

    def empty(self) -> None:
        self.clear_widgets()
        self._places.clear()

    def _lay_out(self) -> None:
        gap, height = mm(GAP_MM), mm(self.row_mm)
        unit = (self.width - (self.cols - 1) * gap) / self.cols
        for widget, (col, row, wide) in self._places.items():
            widget.size = wide * unit + (wide - 1) * gap, height
            widget.pos = self.x + col * (unit + gap), self.top - row * (height + gap) - height


class Key(Within, Label):
    """A key of a keyboard, struck as fast as somebody types.

    types: what takes the key.
    """

    key = StringProperty("")
    label = StringProperty("")
    sign = StringProperty("")
    types = ObjectProperty(lambda _: None)
    fill = ColorProperty(theme.CARD)
    hurried = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.called = self.called or f"Key:{self.key}"
        self.does = lambda: self.types(self.key)


class BaseCell(Control, AnchorLayout):
    """Words to touch, with a mark before them or without. Empty, it is not there."""

    words = StringProperty("")
    hint = StringProperty("")
    kind = StringProperty("lead")
    lines = NumericProperty(1)
    strong = BooleanProperty(True)
    align = StringProperty("center")
    chosen = BooleanProperty(False)
    mark = StringProperty("")
    fill = ColorProperty(theme.CARD)
    ink = ColorProperty(theme.INK)
    edge = ColorProperty(theme.BLUE_LINE)

    def show(self, words: str) -> None:
        self.words = words
        self.enabled = bool(words)
        self.opacity = 1 if words else 0


class AnswerCell(BaseCell):
    """It is the answer."""


class TouchCell(Within, BaseCell):
    """A candidate, a place, a tick, a leaf: it changes the page."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
