"""The 26 letters to touch: for pinyin, initials and English. What is typed lies in the visit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.events import Event
from screens.content import Content
from screens.widgets import BaseButton

MOST = 24  # letters
LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class LetterKey(BaseButton):
    """`called`: its name, which says nothing of what has been typed."""

    hurried = True
    called = StringProperty("")

    @property
    def name(self) -> str:
        return str(self.called)


class LetterPad(BoxLayout):
    """Rows of ten, nine and seven, with erasing and clearing beside the last.

    text: what stands there. event: told with the whole text that a key makes of it.
    """

    text = StringProperty("")
    event: type[Event] = ObjectProperty(Event)

    def __init__(self, content: Content, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for letters in LETTERS:
            row = LetterRow()
            row.padding = [mm(11) if len(letters) == 9 else 0, 0]
            for letter in letters:
                row.add_widget(self._letter(letter))
            self.add_widget(row)
        clear = self._key("LettersCleared", lambda _: "", label=content.say("search.clear"))
        erase = self._key("LetterErased", lambda text: text[:-1], sign="erase")
        for key, at in ((clear, len(row.children)), (erase, 0)):
            key.size_hint_x, key.kind, key.sign_mm = 1.6, "small", 12
            row.add_widget(key, at)

    def _letter(self, letter: str) -> LetterKey:
        return self._key(
            f"Letter:{letter}", lambda text: (text + letter)[:MOST], label=letter.upper()
        )

    def _key(self, called: str, becomes: Callable[[str], str], **kwargs: Any) -> LetterKey:
        return LetterKey(
            called=called,
            tells=(self.event,),
            carries=lambda: (becomes(self.text),),
            **kwargs,
        )


class LetterRow(BoxLayout):
    pass


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
