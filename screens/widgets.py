"""What the pages are made of. The drawing is in widgets.kv; the numbers are in theme.py."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.lang import Builder
from kivy.metrics import Metrics, mm
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from screens import fonts, text, theme
from screens.icons import ICONS
from screens.touch import Control

REGULAR, BOLD, SIGNS = "kiosk-regular", "kiosk-bold", "kiosk-icons"


def register(faces: fonts.Fonts) -> None:
    """Before the first page; the files of rare characters are opened only when one is met."""
    for name, file in ((REGULAR, faces.regular), (BOLD, faces.bold), (SIGNS, faces.icons)):
        LabelBase.register(name, str(file))
    Text.chain = fonts.Chain([faces.regular, *faces.rare])


@cache
def measure_for(font: str, size: float) -> text.Measure:
    label = CoreLabel(font_name=font, font_size=size)
    one = cache(lambda character: label.get_extents(character)[0])
    return lambda piece: one(piece) if len(piece) == 1 else label.get_extents(piece)[0]


@cache
def line_px(font: str, size: float) -> float:
    """How high a line is, with the air that the font wants above and below."""
    return float(CoreLabel(font_name=font, font_size=size).get_extents("国")[1])


def em_px(kind: str) -> float:
    """The em of a kind of text, as large as the page has it now."""
    return float(max(mm(theme.EM_MM[kind]) * Metrics.fontscale, mm(theme.LEAST_MM)))


def width_of(words: str, kind: str = "body", *, strong: bool = False) -> float:
    """Pixels of the longest of its lines."""
    measure = measure_for(BOLD if strong else REGULAR, em_px(kind))
    return max(measure(line) for line in words.split("\n"))


def lines_of(words: str, width: float, kind: str = "body", *, strong: bool = False) -> list[str]:
    """As a `Text` of that width would break them."""
    measure = measure_for(BOLD if strong else REGULAR, em_px(kind))
    return text.broken(words, width, measure).split("\n")


def height_of(words: str, width: float, kind: str = "body", *, strong: bool = False) -> float:
    """How high a `Text` of that width is."""
    lines = lines_of(words, width, kind, strong=strong)
    return len(lines) * line_px(BOLD if strong else REGULAR, em_px(kind))


class Text(Label):
    """Words in lines that break where Chinese may; as high as it needs, as wide as it is given.

    kind: a key of theme.EM_MM. backdrop: the colour it stands on, for whoever checks the contrast.
    hug: as wide as its longest line, at most `room`. at_most: with more lines than that it steps
    down to smaller kinds, as far as there are any; 0 for no limit.
    """

    chain = fonts.Chain([])
    words = StringProperty("")
    kind = StringProperty("body")
    strong = BooleanProperty(False)
    backdrop = ColorProperty(theme.PAGE)
    hug = BooleanProperty(False)
    room = NumericProperty(0)
    at_most = NumericProperty(0)

    def on_kv_post(self, _: object) -> None:
        """Only now: while its rules are read, each would break the lines once more."""
        for name in ("words", "kind", "strong", "width", "room", "hug", "at_most"):
            self.fbind(name, self._set_lines)
        self._set_lines()

    @property
    def em_px(self) -> float:
        return self.font_size

    def _sizes(self) -> Iterator[float]:
        most = theme.EM_MM[self.kind]
        yield from (em for em in sorted(theme.EM_MM.values(), reverse=True) if em <= most)
        yield theme.LEAST_MM / Metrics.fontscale

    def _set_lines(self, *_: object) -> None:
        self.font_name = BOLD if self.strong else REGULAR
        width = self.room if self.hug else self.width
        for em in self._sizes():
            self.font_size = max(mm(em) * Metrics.fontscale, mm(theme.LEAST_MM))
            measure = measure_for(self.font_name, self.font_size)
            lines = text.broken(self.words, width, measure)
            if not self.at_most or lines.count("\n") < self.at_most:
                break
        if self.hug:
            self.width = max(measure(line) for line in lines.split("\n")) + 2
        self.text_size = (self.width + 2, None)
        runs = self.chain.runs(lines)
        self.markup = any(font for font, _ in runs)
        self.text = fonts.markup(runs) if self.markup else "".join(part for _, part in runs)


class Icon(Label):
    """A sign out of the icon font; `sign` is a key of ICONS."""

    sign = StringProperty("info")
    size_mm = NumericProperty(12)
    backdrop = ColorProperty(theme.PAGE)
    glyphs = ICONS


class BaseButton(Control, AnchorLayout):
    """A word, with a sign before it or without."""

    label = StringProperty("")
    sign_mm = NumericProperty(12)
    sign = StringProperty("")
    kind = StringProperty("label")
    fill = ColorProperty(theme.CARD)
    fill_pressed = ColorProperty(theme.BLUE_PALE)
    ink = ColorProperty(theme.BLUE)
    ink_pressed = ColorProperty(theme.BLUE)
    edge = ColorProperty(theme.BLUE)


class PrimaryButton(BaseButton):
    """The one that most people want; one a page."""


class SecondaryButton(BaseButton):
    pass


class HeaderButton(BaseButton):
    """On the blue band at the top."""


class QuietButton(BaseButton):
    """In the foot line: always there, never in the way."""


class Notice(BoxLayout):
    """A bar that says one thing: a sign, a sentence, a colour; never the colour alone."""

    words = StringProperty("")
    sign = StringProperty("warning")
    ink = ColorProperty(theme.AMBER)
    fill = ColorProperty(theme.AMBER_PALE)
    edge = ColorProperty(theme.AMBER_LINE)


class Card(BoxLayout):
    """White, with round corners: what belongs together."""


class Disc(AnchorLayout):
    """A sign in a circle."""

    sign = StringProperty("check")
    size_mm = NumericProperty(36)
    fill = ColorProperty(theme.GREEN)
    ink = ColorProperty(theme.WHITE)


class NumberGroup(BoxLayout):
    """A long number in groups with air between them, so that it can be read aloud."""

    number = StringProperty("")
    kind = StringProperty("lead")
    align = StringProperty("left")

    def on_number(self, *_: object) -> None:
        self.clear_widgets()
        for group in text.grouped(self.number):
            self.add_widget(Digits(words=group, kind=self.kind))


class Digits(Text):
    pass


class Fact(BoxLayout):
    """A small heading with what it says underneath, a sign before both."""

    sign = StringProperty("info")
    heading = StringProperty("")
    words = StringProperty("")
    kind = StringProperty("body")


class Halves(BoxLayout):
    """Two parts: one above the other on an upright panel, side by side on a lying one."""

    wide = BooleanProperty(False)


class Spacer(BoxLayout):
    pass


MOST_WORDS = 3  # of stages beside each other; of more only the one that is on has its word


class Steps(BoxLayout):
    """How far along: a disc and a word for each stage, joined by a line."""

    stages = ListProperty()
    at = NumericProperty(0)

    def on_kv_post(self, _: object) -> None:
        for place, stage in enumerate(self.stages, 1):
            if place > 1:
                self.add_widget(StepLine(done=place <= self.at))
            state = "done" if place < self.at else "now" if place == self.at else "ahead"
            told = state == "now" or len(self.stages) <= MOST_WORDS
            self.add_widget(StepMark(place=place, words=stage if told else "", state=state))


class StepMark(BoxLayout):
    place = NumericProperty(1)
    words = StringProperty("")
    state = StringProperty("ahead")


class StepLine(AnchorLayout):
    done = BooleanProperty(False)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
