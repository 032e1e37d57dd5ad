"""Ways of answering a question, one for each sort of kind: what is touched, and the answer so far.

Each is built once for a question. It gives the widgets to touch, says what stands in the field, and
calls `changed` after every touch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from config.catalogue_models import Kind
from kiosk.form_events import Answered
from kiosk.form_pages import Choice, QuestionPage
from screens import theme
from screens.content import Means
from screens.ime import pads
from screens.ime.division_choice import DivisionChoice
from screens.ime.division_picker import DivisionPicker
from screens.ime.engine import LexiconEngine, Mode
from screens.ime.keyboards import Candidates, Keyboard
from screens.ime.lattice import GAP_MM, AnswerCell, BaseCell, Lattice, TouchCell
from screens.ime.layouts import BACKSPACE, CAPITALS, CLEAR, LAYER, NAME, PADS, PINYIN, SIGNS
from screens.ime.pads import Remark
from screens.ime.writing import Writing

Value = str | tuple[str, ...]
LEAF: Final = 6  # options on a leaf where there are more than fit
MOST_ROWS: Final = 7
TWO_LINES_MM: Final = 38


@dataclass(frozen=True, slots=True)
class Field:
    """What the field shows: what stands in it, and letters that are no characters yet."""

    words: str
    reading: str = ""
    hint: str = ""  # a text key, while it is empty


@dataclass(frozen=True, slots=True)
class Given:
    """What a way of answering is built from. room_mm: the height that a hand reaches."""

    page: QuestionPage
    means: Means
    say: Callable[..., str]
    changed: Callable[[], None]
    wide: bool
    room_mm: float


class Answering(Protocol):
    """tools: to touch. beside: what stands by the field where there is little height, and above the
    tools otherwise.
    """

    tools: Widget
    beside: Widget | None

    @property
    def value(self) -> Value: ...
    @property
    def field(self) -> Field | None: ...
    @property
    def remark(self) -> Remark | None: ...
    @property
    def pending(self) -> Remark | None:
        """Why it cannot be handed over yet; None when it can."""

    def take_over(self, before: Answering) -> None: ...
    def refused(self) -> None:
        """The last answer was not taken."""


def answering(given: Given) -> Answering:
    return _WAYS[given.page.kind](given)


class _Way:
    beside: Widget | None = None
    tools: Widget
    field: Field | None = None
    remark: Remark | None = None
    pending: Remark | None = None

    def __init__(self, given: Given) -> None:
        self.given = given

    def refused(self) -> None:
        """Most ways stay as they are."""


class ByWriting(_Way):
    """Names and texts: letters, and characters to choose from."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        name = given.page.kind is Kind.NAME
        engine = LexiconEngine(given.means.lexicon, Mode.NAME if name else Mode.TEXT)
        self.writing = Writing(engine, given.page.most)
        self.writing.text = _text(given.page.value)
        self._layers = (NAME,) if name else (PINYIN, SIGNS, CAPITALS)
        self._layer = 0
        self._keyboards: dict[int, Keyboard] = {}
        self._candidates = Candidates(
            self.writing, self._done, self._say, row_mm=20 if given.wide else 24
        )
        self.beside = self._candidates
        self.tools = BoxLayout(size_hint_y=None)
        self._show_layer()

    @property
    def value(self) -> Value:
        return self.writing.text.strip()

    @property
    def field(self) -> Field:
        hint = "typing.hint.name" if self.given.page.kind is Kind.NAME else "typing.hint.text"
        return Field(self.writing.text, self.writing.reading, hint)

    @property
    def remark(self) -> Remark | None:
        if len(self.writing.text) >= self.writing.most:
            return Remark("typing.full", {"count": self.writing.most})
        return None

    @property
    def pending(self) -> Remark | None:
        return Remark("typing.choose_first") if self.writing.reading else None

    def take_over(self, before: Answering) -> None:
        if isinstance(before, ByWriting):
            self.writing.take_over(before.writing)
            self._candidates.show()

    def _types(self, key: str) -> None:
        if key == BACKSPACE:
            self.writing.backspace()
        elif key == LAYER:
            self._layer = (self._layer + 1) % len(self._layers)
            self._show_layer()
        else:
            self.writing.press(key)
        self._done()

    def _done(self) -> None:
        self._candidates.show()
        self.given.changed()

    def _show_layer(self) -> None:
        at = self._layer
        if at not in self._keyboards:
            row_mm = min(25, (self.given.room_mm - 2 * GAP_MM) / 3)
            row_mm = row_mm if self.given.wide else 24
            self._keyboards[at] = Keyboard(self._layers[at], self._types, self._say, row_mm=row_mm)
        self.tools.clear_widgets()
        self.tools.add_widget(self._keyboards[at])
        self.tools.height = self._keyboards[at].height
        self._keyboards[at].fbind("height", lambda _, height: setattr(self.tools, "height", height))

    def _say(self, key: str) -> str:
        if key == LAYER:
            return self.given.say(f"typing.layer.{(self._layer + 1) % len(self._layers)}")
        return self.given.say(f"typing.{key.lower()}")


class ByPad(_Way):
    """Numbers, dates and codes."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.pad = pads.pad_for(given.page.kind, given.page.most)
        self.pad.start(_text(given.page.value))
        layout = PADS[given.page.kind]
        row_mm = (given.room_mm - (layout.rows - 1) * GAP_MM) / layout.rows
        row_mm = max(20.0, min(30.0 if layout.cols == 3 else 24.0, row_mm))
        self.tools = self._keyboard = Keyboard(layout, self._types, self._say, row_mm=row_mm)
        self._keyboard.allow(self.pad.can)

    @property
    def value(self) -> Value:
        return self.pad.value

    @property
    def field(self) -> Field:
        shown = self.pad.shown
        unit = self.given.say("typing.yuan") if self.given.page.kind is Kind.MONEY else ""
        return Field(f"{shown} {unit}".strip() if self.pad.typed else shown, "", "typing.hint.pad")

    @property
    def remark(self) -> Remark | None:
        return self.pad.remark

    def take_over(self, before: Answering) -> None:
        if isinstance(before, ByPad):
            self.pad.typed = before.pad.typed
            self._keyboard.allow(self.pad.can)

    def _types(self, key: str) -> None:
        if key == BACKSPACE:
            self.pad.backspace()
        elif key == CLEAR:
            self.pad.clear()
        else:
            self.pad.press(key)
        self._keyboard.allow(self.pad.can)
        self.given.changed()

    def _say(self, key: str) -> str:
        return self.given.say(f"typing.{key.lower()}")


class ByChoosing(_Way):
    """One of several: touching it is the answer."""

    marks = ("ring", "ring_chosen")
    cell: type[BaseCell] = AnswerCell

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self._chosen = _texts(given.page.value)
        self._options = given.page.choices or _yes_no(given)
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


class ByPlace(_Way):
    def __init__(self, given: Given) -> None:
        super().__init__(given)
        page, means = given.page, given.means
        self.choice = DivisionChoice(
            means.divisions, page.own_division, page.down_to, means.lexicon.initials
        )
        self.choice.start(_text(page.value))
        self.tools = self._picker = DivisionPicker(
            self.choice, given.changed, given.say, wide=given.wide, room_mm=given.room_mm
        )

    @property
    def value(self) -> Value:
        return self.choice.value

    @property
    def field(self) -> Field:
        said = self.choice.said
        lines = (said[:2], said[2:]) if len(said) > 3 else (said,)
        return Field("\n".join(" ".join(one) for one in lines), "", "typing.hint.division")

    def refused(self) -> None:
        self.choice.refuse()
        self._picker.show()

    def take_over(self, before: Answering) -> None:
        if isinstance(before, ByPlace):
            self.choice.take_over(before.choice)
            self._picker.show()


class Locked(_Way):
    """Known from the card, and not to be changed here."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.tools = Widget(size_hint_y=None, height=0)

    @property
    def value(self) -> Value:
        return self.given.page.value

    @property
    def field(self) -> Field:
        page = self.given.page
        return Field("，".join(shown(page, one, self.given) for one in _texts(page.value)))

    def take_over(self, before: Answering) -> None:
        pass


def shown(page: QuestionPage, value: str, given: Given) -> str:
    """A value as it is read, without anything to change it."""
    if page.kind in pads.PADDED:
        pad = pads.pad_for(page.kind, page.most)
        pad.start(value)
        return pad.shown
    if page.kind is Kind.DIVISION and given.means.divisions.knows(value):
        return given.means.divisions.full_name(value)
    options = page.choices or (_yes_no(given) if page.kind is Kind.YES_NO else ())
    return next((one.label for one in options if one.value == value), value)


def _yes_no(given: Given) -> tuple[Choice, ...]:
    return tuple(Choice(one, given.say(f"typing.{one}")) for one in ("yes", "no"))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(filter(None, (value,))) if isinstance(value, str) else value


_WAYS: Final[Mapping[Kind, Callable[[Given], Answering]]] = {
    Kind.YES_NO: ByYesOrNo,
    Kind.CHOICE: ByChoosing,
    Kind.CHOICES: ByTicking,
    Kind.NAME: ByWriting,
    Kind.TEXT: ByWriting,
    Kind.DIVISION: ByPlace,
    **dict.fromkeys(PADS, ByPad),
}
