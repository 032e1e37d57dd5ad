"""Ways of answering a question, one for each sort of kind: what is touched, and the answer so far.

Each is built once for a question. It gives the widgets to touch, says what stands in the field, and
calls `changed` after every touch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from config.catalogue_models import Kind
from kiosk.visits.form_pages import QuestionPage
from screens.answering_way import Answering, Field, Given, Value, Way, text, texts, yes_no
from screens.choosing import ByChoosing, ByTicking, ByYesOrNo
from screens.ime import pads
from screens.ime.division_choice import DivisionChoice
from screens.ime.division_picker import DivisionPicker
from screens.ime.engine import LexiconEngine, Mode
from screens.ime.keyboards import Candidates, Keyboard
from screens.ime.lattice import GAP_MM
from screens.ime.layouts import BACKSPACE, CAPITALS, CLEAR, LAYER, NAME, PADS, PINYIN, SIGNS
from screens.ime.pads import Remark
from screens.ime.writing import Writing


def answering(given: Given) -> Answering:
    return _WAYS[given.page.kind](given)


class ByWriting(Way):
    """Names and texts: letters, and characters to choose from."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        name = given.page.kind is Kind.NAME
        engine = LexiconEngine(given.means.lexicon, Mode.NAME if name else Mode.TEXT)
        self.writing = Writing(engine, given.page.most)
        self.writing.text = text(given.page.value)
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


class ByPad(Way):
    """Numbers, dates and codes."""

    def __init__(self, given: Given) -> None:
        super().__init__(given)
        self.pad = pads.pad_for(given.page.kind, given.page.most)
        self.pad.start(text(given.page.value))
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


class ByPlace(Way):
    def __init__(self, given: Given) -> None:
        super().__init__(given)
        page, means = given.page, given.means
        self.choice = DivisionChoice(
            means.divisions, page.own_division, page.down_to, means.lexicon.initials
        )
        self.choice.start(text(page.value))
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


class Locked(Way):
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
        return Field("，".join(shown(page, one, self.given) for one in texts(page.value)))

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
    options = page.choices or (yes_no(given) if page.kind is Kind.YES_NO else ())
    return next((one.label for one in options if one.value == value), value)


_WAYS: Final[Mapping[Kind, Callable[[Given], Answering]]] = {
    Kind.YES_NO: ByYesOrNo,
    Kind.CHOICE: ByChoosing,
    Kind.CHOICES: ByTicking,
    Kind.NAME: ByWriting,
    Kind.TEXT: ByWriting,
    Kind.DIVISION: ByPlace,
    **dict.fromkeys(PADS, ByPad),
}
