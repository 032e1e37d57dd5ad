"""What every page has in common: its words, its model, its way to be refreshed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout

from config.divisions import Divisions
from kiosk.visits.pages import Action, View
from screens.ime.lexicon import Lexicon
from screens.text import sentences
from screens.touch import Control


@dataclass(frozen=True, slots=True)
class Contact:
    """Who helps at this service point, and where it is."""

    place: str
    attendant: str
    phone: str


@dataclass(frozen=True, slots=True)
class Means:
    """What pages type and choose with."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    divisions: Divisions = field(default_factory=Divisions)


class Content(BoxLayout):
    """The middle of a page.

    framed: with the header, the stages, the buttons and the foot line.
    main_action: the first action is the main button. equal_actions: the others are of its size.
    """

    framed = True
    main_action = True
    equal_actions = False
    wide = BooleanProperty(False)
    window_width = NumericProperty(0)
    window_height = NumericProperty(0)

    def __init__(
        self,
        view: View,
        words: Mapping[str, str],
        contact: Contact,
        means: Means | None = None,
        **kwargs: Any,
    ) -> None:
        self.view, self.page, self.words, self.contact = view, view.page, words, contact
        self.means = means or Means()
        super().__init__(**kwargs)
        self.update(view.page)

    def say(self, key: str, **values: object) -> str:
        """The words of a key; a trouble without words of its own has those of its page's body."""
        words = self.words.get(key) or self.words.get(f"{key.partition('.')[0]}.body", "")
        return words.format_map(_Blanks(values))

    def tell_all(self, key: str, **values: object) -> str:
        """The same, each sentence on a line of its own."""
        return sentences(self.say(key, **values))

    def said(self, words: str) -> str:
        """Words of a key, or such as come ready to be shown."""
        return self.say(words) if words in self.words else words

    def actions(self) -> tuple[Action, ...]:
        """The buttons at the foot, the main one first."""
        return ()

    def carried(self, action: Action) -> tuple[Any, ...] | None:
        """What the event of a button takes along; None: not yet, and the page says why."""
        return ()

    def shows(self, _: Any) -> bool:
        """Whether a newer model is one of the page that is shown, and not of another one."""
        return True

    def take_over(self, before: Any) -> None:
        """What was done on the same page before it was built anew (another print size)."""

    def update(self, page: Any) -> None:
        """Shows a newer model of the same page."""


class _Blanks(dict[str, object]):
    """A place in a text for which there is no value stays empty."""

    def __missing__(self, _: str) -> str:
        return ""


class Whole(Control, Content):
    """A page that is one button."""

    framed = False
