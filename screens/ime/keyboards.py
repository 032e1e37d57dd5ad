"""Keyboards and candidates as widgets. Which keys: `layouts`; what they make: `pads`, `writing`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.metrics import mm
from kivy.uix.label import Label

from screens import theme
from screens.ime.lattice import Key, Lattice, TouchCell
from screens.ime.layouts import BACKSPACE, Layout
from screens.ime.writing import COLUMNS, ROWS, Writing, span


class Bubble(Label):
    """The letter above the finger that hides it."""


class Keyboard(Lattice):
    """say: the words of a key that is no sign of its own."""

    def __init__(
        self,
        layout: Layout,
        types: Callable[[str], None],
        say: Callable[[str], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(cols=layout.cols, rows=layout.rows, **kwargs)
        self.keys = {}
        for place in layout.places:
            special = len(place.key) > 1
            key = Key(
                key=place.key,
                called=place.key if special else "",
                label=say(place.key) if special and place.key != BACKSPACE else "",
                sign="backspace" if place.key == BACKSPACE else "",
                types=types,
                fill=theme.OFF_PALE if special else theme.CARD,
            )
            self.keys[place.key] = key
            self.put(key, place.col, place.row, place.wide)
            if layout.cols == 10 and not special:
                key.fbind("pressed", self._pop)
        self._bubble = Bubble()
        self.add_widget(self._bubble)

    def allow(self, can: Callable[[str], bool]) -> None:
        """Dims the keys that make no sense now."""
        for key, shown in self.keys.items():
            shown.enabled = len(key) > 1 or can(key)

    def _pop(self, key: Key, pressed: bool) -> None:
        bubble = self._bubble
        bubble.opacity = 1 if pressed else 0
        if pressed:
            bubble.text = key.text
            left = min(max(key.center_x - bubble.width / 2, self.x), self.right - bubble.width)
            bubble.pos = left, key.top + mm(2)


class Candidates(Lattice):
    """Two rows of what the letters may stand for, and two keys to leaf."""

    def __init__(
        self,
        writing: Writing,
        done: Callable[[], None],
        say: Callable[[str], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(cols=COLUMNS + 1, rows=ROWS, **kwargs)
        self._writing, self._done = writing, done
        self._cells = [
            TouchCell(called=f"Candidate:{at}", does=lambda at=at: self._choose(at))
            for at in range(ROWS * COLUMNS)
        ]
        self._more, self._less = (
            TouchCell(
                called=name, does=lambda go=go: self._leaf(go), kind="body", fill=theme.OFF_PALE
            )
            for name, go in (("More", writing.more), ("Less", writing.less))
        )
        self._words = say("more"), say("less")
        self.put(self._more, COLUMNS, 1)
        self.put(self._less, COLUMNS, 0)
        self.show()

    def show(self) -> None:
        at_row, at_col = 0, 0
        offered = self._writing.candidates
        for at, cell in enumerate(self._cells):
            cell.show(offered[at] if at < len(offered) else "")
            if not cell.enabled:
                self.take_out(cell)
                continue
            wide = span(cell.words)
            if at_col + wide > COLUMNS:
                at_row, at_col = at_row + 1, 0
            self.put(cell, at_col, at_row, wide)
            at_col += wide
        self._more.show(self._words[0] if self._writing.has_more else "")
        self._less.show(self._words[1] if self._writing.has_less else "")

    def _choose(self, at: int) -> None:
        self._writing.choose(at)
        self._done()

    def _leaf(self, go: Callable[[], None]) -> None:
        go()
        self._done()
