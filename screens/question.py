"""One question of a form, whatever is asked for: what is asked, the field, the keys.

What was typed stays while the question does: through a refresh with its trouble, and through a
change of the print size or the language.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kivy.lang import Builder
from kivy.metrics import Metrics, mm
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from config.catalogue_models import Kind
from kiosk.visits.form_events import Answered, Skipped
from kiosk.visits.form_pages import QuestionPage
from kiosk.visits.pages import Action
from screens import theme
from screens.answering import Locked, answering
from screens.answering_way import Answering, Given
from screens.content import Content
from screens.ime.pads import Remark
from screens.widgets import Notice

NEXT: Final = Action("typing.next", Answered)
SKIP: Final = Action("typing.skip", Skipped)
# What lies above the middle of an upright page, and what a question takes of it, at the most.
HEADER_MM: Final = 86
QUESTION_MM: Final = 85
REMARK_MM: Final = 13
# Touching one of these is the answer; what was chosen before is kept by the main button.
AT_ONCE: Final = frozenset({Kind.CHOICE, Kind.YES_NO})


@dataclass(frozen=True, slots=True)
class Size:
    """How a field shows up to so many characters."""

    characters: int
    kind: str
    lines: int


ONE_LINE: Final = (Size(40, "question", 1),)
# A sentence, upright and where there is little height.
SENTENCE: Final = (Size(14, "lead", 1), Size(32, "body", 2), Size(60, "least", 3))
SENTENCE_LOW: Final = (Size(12, "lead", 1), Size(42, "least", 2))
PLACE: Final = (Size(12, "lead", 1), Size(36, "body", 2), Size(60, "least", 2))


class FieldBox(BoxLayout):
    """What stands in the field, the letters on their way, and a remark on both."""

    words = StringProperty("")
    kind = StringProperty("lead")
    lines = NumericProperty(1)
    reading = StringProperty("")
    hint = StringProperty("")
    remark = StringProperty("")
    good = BooleanProperty(False)
    source = StringProperty("")
    least_mm = NumericProperty(30)  # reserved, so that nothing moves while it fills

    def show(self, words: str, sizes: tuple[Size, ...]) -> None:
        """In the largest size that is meant for so many characters; the end of more than that."""
        size = next((one for one in sizes if len(words) <= one.characters), sizes[-1])
        self.kind, self.lines = size.kind, size.lines
        over = len(words) - size.characters
        self.words = f"…{words[over + 1 :]}" if over > 0 else words


class QuestionScreen(Content):
    def __init__(self, *given: Any, **kwargs: Any) -> None:
        self._way: Answering | None = None
        self._box = FieldBox()
        super().__init__(*given, **kwargs)

    @property
    def main_action(self) -> bool:
        return self._has_next

    @property
    def _has_next(self) -> bool:
        return self.page.kind not in AT_ONCE or self.page.locked or bool(self.page.value)

    def actions(self) -> tuple[Action, ...]:
        skip = (SKIP,) if self.page.optional and not self.page.locked else ()
        return (NEXT, *skip) if self._has_next else skip

    def carried(self, action: Action) -> tuple[Any, ...] | None:
        """None, and a word about it, while letters wait for their character."""
        if action is not NEXT:
            return ()
        if pending := self._way.pending:
            self._remark(pending)
            return None
        return (self._way.value,)

    def shows(self, page: QuestionPage) -> bool:
        return _question(self.page) == _question(page)

    def take_over(self, before: QuestionScreen) -> None:
        same = before.page.kind is self.page.kind and before.page.at == self.page.at
        if same and before.page.value == self.page.value:  # or a card has filled it in meanwhile
            self._way.take_over(before._way)
            self._refresh()

    def update(self, page: QuestionPage) -> None:
        if self._way is None:
            self._build(page)
        ids = self.ids
        ids.count.words = self.say("typing.count", at=page.at, of=page.of)
        ids.entry.words = page.entry
        ids.ask.words = page.ask
        ids.why.words = page.why
        ids.notices.put(*(Notice(words=one) for one in filter(None, (page.trouble,))))
        if page.trouble:
            self._way.refused()
        self._refresh()

    def _build(self, page: QuestionPage) -> None:
        given = Given(page, self.means, self.say, self._refresh, self.wide, self._room_mm())
        self._way = Locked(given) if page.locked else answering(given)
        if self._way.field:
            self._box.least_mm = self._least_mm(page.kind)
            self.ids.field.put(self._box)
        beside = filter(None, (self._way.beside,))
        if self.wide:
            self.ids.beside.put(*beside)
            self.ids.tools.put(self._way.tools)
        else:
            self.ids.tools.put(*beside, self._way.tools)

    def _least_mm(self, kind: Kind) -> int:
        """Room for what may come to stand in the field."""
        if kind is Kind.DIVISION:
            return 38
        return 30 if kind is not Kind.TEXT else 36 if self.wide else 46

    def _room_mm(self) -> float:
        """From the foot of this page's middle to where a seated hand reaches (screens/frame.kv)."""
        foot = 28 if Metrics.fontscale < 1.1 else 32
        if self.wide:
            buttons, air = 33, 6
        else:
            rows = [32] * self._has_next + [28] * (len(self.actions()) > 1 or not self._has_next)
            buttons, air = sum(rows) + 5 * (len(rows) - 1) + 8, 8
        whole = self.window_height / mm(1)
        reach = whole * (1 - theme.OUT_OF_REACH) - foot - buttons - air
        if self.wide:
            return reach
        question = QUESTION_MM * Metrics.fontscale
        if self.page.kind is Kind.DIVISION:  # its field takes a share of that, its list the rest
            question = 0.65 * question + self._least_mm(Kind.DIVISION) + REMARK_MM
        above = HEADER_MM + 2 * air + question
        return min(reach, whole - above - foot - buttons)

    def _refresh(self) -> None:
        """After every touch."""
        if self._way is None or (field := self._way.field) is None:
            return
        box, page = self._box, self.page
        box.show(field.words, self._sizes())
        box.reading = field.reading
        box.hint = self.say(field.hint) if field.hint and not (field.words or field.reading) else ""
        unchanged = bool(page.source) and self._way.value == page.value
        box.source = self.say(page.source) if unchanged else ""
        self._remark(None if unchanged else self._way.remark)

    def _sizes(self) -> tuple[Size, ...]:
        if self.page.kind is Kind.DIVISION:
            return PLACE
        if self.page.kind in (Kind.NAME, Kind.TEXT):
            return SENTENCE_LOW if self.wide else SENTENCE
        return ONE_LINE

    def _remark(self, remark: Remark | None) -> None:
        values = dict(remark.values) if remark else {}
        if "weekday" in values:
            values["weekday"] = self.say(f"weekday.{values['weekday']}")
        self._box.remark = self.say(remark.key, **values) if remark else ""
        self._box.good = bool(remark and remark.good)


def _question(page: QuestionPage) -> tuple[object, ...]:
    return page.ask, page.kind, page.at, page.entry, page.choices, page.locked, page.source


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
