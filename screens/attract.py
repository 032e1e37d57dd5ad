"""The resting page: where one is, what it is for, and that a touch begins. Nothing on it moves."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ColorProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.visits.events import Touched
from kiosk.visits.pages import AttractPage
from screens import theme
from screens.content import Whole


class AttractScreen(Whole):
    tells = (Touched,)

    def update(self, page: AttractPage) -> None:
        self.ids.what.words = self.say(page.notice or "attract.what")
        self.ids.notice.words = page.words


class Invitation(FloatLayout):
    """Looks like a button, because that is what people look for; the whole window is one."""

    fill = ColorProperty(theme.WHITE)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
