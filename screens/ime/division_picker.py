"""The picker of places: big cells, a leaf at a time; what it shows is DivisionChoice's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kivy.uix.boxlayout import BoxLayout

from screens import theme
from screens.ime.division_choice import DivisionChoice, plain_name
from screens.ime.keyboards import Keyboard
from screens.ime.lattice import GAP_MM, Lattice, TouchCell
from screens.ime.layouts import BACKSPACE, LAYER, PINYIN, Layout

ROWS: Final = 4
ROWS_UPRIGHT: Final = 6
INITIALS: Final = Layout(
    10, 3, tuple(place for place in PINYIN.places if place.key not in (LAYER, BACKSPACE))
)


class DivisionPicker(BoxLayout):
    """done: called after each touch. room_mm: how high it may be."""

    def __init__(
        self,
        choice: DivisionChoice,
        done: Callable[[], None],
        say: Callable[..., str],
        *,
        wide: bool,
        room_mm: float,
    ) -> None:
        super().__init__(orientation="vertical", size_hint_y=None)
        self.fbind("minimum_height", self.setter("height"))
        self._choice, self._done, self._say = choice, done, say
        self._leaf, self._spelling = 0, False
        cols, rows = (3, ROWS - 1) if wide else (2, ROWS_UPRIGHT)
        row_mm = max(20.0, min(28.0, (room_mm - rows * GAP_MM) / (rows + 1)))
        self._cols, self._many = cols, cols * rows
        self._ways = Lattice(cols=2 if wide else 1, rows=rows + 1, row_mm=row_mm)
        self._list = Lattice(cols=4 * cols, rows=rows + 1, row_mm=row_mm)
        self._cells = [TouchCell(lines=2) for _ in range(self._many)]
        self._up, self._initial, self._less, self._more = (
            TouchCell(
                called=name,
                does=does,
                words=say(f"typing.{name}"),
                kind="body",
                fill=theme.OFF_PALE,
            )
            for name, does in (
                ("up", lambda: self._go(choice.up)),
                ("initial", self._spell),
                ("less", lambda: self._turn(-1)),
                ("more", lambda: self._turn(1)),
            )
        )
        for at, cell in enumerate((self._up, self._initial, self._less, self._more)):
            self._list.put(cell, at * cols, rows, cols)
        self._letters = Keyboard(INITIALS, self._only, say, row_mm=20)
        self.show()

    def show(self) -> None:
        """As the choice stands now."""
        self.clear_widgets()
        ways = self._choice.ways
        if ways:
            self._show_ways()
        elif self._spelling:
            self._letters.allow(lambda key: key in self._choice.letters)
            self.add_widget(self._letters)
        else:
            self._show_list()

    def _show_ways(self) -> None:
        self._ways.empty()
        cols = self._ways.cols
        for at, way in enumerate(self._choice.ways):
            cell = TouchCell(
                words=self._say(way.key, name=way.name),
                called=f"Division:{way.code}",
                does=lambda code=way.code: self._go(lambda: self._choice.go(code)),
                chosen=at == 0,
            )
            if at == 0:
                self._ways.put(cell, 0, 0, cols)
            else:
                self._ways.put(cell, (at - 1) % cols, 1 + (at - 1) // cols)
        self.add_widget(self._ways)

    def _show_list(self) -> None:
        rows = self._choice.rows
        start = self._leaf * self._many
        width = self._list.cols // self._cols
        for at, cell in enumerate(self._cells):
            shown = rows[start + at] if start + at < len(rows) else None
            if shown is None:
                self._list.take_out(cell)
                continue
            cell.words = plain_name(shown.name)
            cell.called = f"Division:{shown.code}"
            cell.does = lambda code=shown.code: self._go(lambda: self._choice.go(code))
            cell.chosen = shown.code == self._choice.chosen
            self._list.put(cell, at % self._cols * width, at // self._cols, width)
        self._up.enabled = self._choice.can_go_up
        chosen = bool(self._choice.chosen) and not rows
        initial = self._say("typing.all" if self._choice.letter else "typing.initial")
        for cell, words in (
            (self._initial, initial),
            (self._less, self._say("typing.less")),
            (self._more, self._say("typing.more")),
        ):
            cell.show("" if chosen else words)
        self._initial.enabled = bool(self._choice.letters)
        self._less.enabled = start > 0
        self._more.enabled = start + self._many < len(rows)
        self.add_widget(self._list)

    def _go(self, step: Callable[[], None]) -> None:
        step()
        self._leaf, self._spelling = 0, False
        self._changed()

    def _turn(self, by: int) -> None:
        self._leaf += by
        self._changed()

    def _spell(self) -> None:
        if self._choice.letter:
            self._go(lambda: self._choice.only(""))
        else:
            self._spelling = True
            self._changed()

    def _only(self, letter: str) -> None:
        self._go(lambda: self._choice.only(letter))

    def _changed(self) -> None:
        self.show()
        self._done()
