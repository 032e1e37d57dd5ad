"""Answering by choosing: one of several, any number of them, yes or no."""

from __future__ import annotations

from typing import Final

from kiosk.visits.form_events import Answered
from kiosk.visits.form_pages import Choice
from screens import theme
from screens.answering_way import Answering, Given, Value, Way, texts, yes_no
from screens.ime.lattice import GAP_MM, AnswerCell, BaseCell, Lattice, TouchCell

MOST_ROWS: Final = 7
TWO_LINES_MM: Final = 38


class ByChoosing(Way):
    """One of several: touching it is the answer."""

    marks = ("ring", "ring_chosen")
    cell: type[BaseCell] = AnswerCell

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self._chosen = texts(given.page.value)
        self._options = given.page.choices or yes_no(given)
        self._leaf = 0
        many = len(self._options)
        self._columns = 2 if given.wide and many > 4 else 1
        rows = min(-(-many // self._columns), MOST_ROWS if not given.wide else 4)
        self._leaves = many > rows * self._columns
        self._many = many if not self._leaves else (rows - 1) * self._columns
        row_mm = max(20.0, min(40.0, (given.room_mm - (rows - 1) * GAP_MM) / rows))
        self.tools = Lattice(cols=2 * self._columns, rows=rows, row_mm=row_mm)
        self._rows = rows
        self._show()

    @property
    def value(self) -> Value:
        return self._chosen[0] if self._chosen else ""

    def take_over(self, before: Answering) -> None:
        if isinstance(before, ByChoosing):
            self._chosen = before._chosen
            self._show()

    def _show(self) -> None:
        self.tools.empty()
        start = self._leaf * self._many
        for at, option in enumerate(self._options[start : start + self._many]):
            place = (at % self._columns * 2, at // self._columns, 2)
            self.tools.put(self._cell(option), *place)
        if self._leaves:
            pages = -(-len(self._options) // self._many)
            for name, by, enabled in (
                ("less", -1, self._leaf > 0),
                ("more", 1, self._leaf + 1 < pages),
            ):
                cell = TouchCell(
                    called=name,
                    words=self.given.say(f"typing.{name}"),
                    does=lambda by=by: self._turn(by),
                    enabled=enabled,
                    fill=theme.OFF_PALE,
                )
                col = 0 if by < 0 else self._columns
                self.tools.put(cell, col, self._rows - 1, self._columns)

    def _cell(self, option: Choice) -> BaseCell:
        chosen = option.value in self._chosen
        return self.cell(
            words=option.label,
            hint=option.hint,
            kind="body" if option.hint and len(self._options) > 4 else "lead",
            align="left",
            lines=2 if not option.hint and self.tools.row_mm >= TWO_LINES_MM else 1,
            mark=self.marks[chosen],
            chosen=chosen,
            **self._acts(option.value),
        )

    def _acts(self, value: str) -> dict[str, object]:
        return {"tells": (Answered, value)}

    def _turn(self, by: int) -> None:
        self._leaf += by
        self._show()
        self.given.changed()


class ByTicking(ByChoosing):
    """Any number of them; the main button hands them over, in the order of the options."""

    marks = ("box", "box_ticked")
    cell = TouchCell

    @property
    def value(self) -> Value:
        return tuple(one.value for one in self._options if one.value in self._chosen)

    def _acts(self, value: str) -> dict[str, object]:
        return {"called": f"Tick:{value}", "does": lambda: self._tick(value)}

    def _tick(self, value: str) -> None:
        ticked = set(self._chosen) ^ {value}
        self._chosen = tuple(ticked)
        self._show()
        self.given.changed()


class ByYesOrNo(ByChoosing):
    """Two big buttons."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.tools.cols = 2
        self.tools.rows = 1
        self.tools.row_mm = min(60.0, given.room_mm)

    def _show(self) -> None:
        self.tools.empty()
        for at, option in enumerate(self._options):
            cell = self._cell(option)
            cell.kind, cell.align, cell.mark = "question", "center", ""
            self.tools.put(cell, at, 0)
