"""What to do better before the camera, in three pictures, and who confirms in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kivy.lang import Builder
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.visits.pages import Action, CoachPage
from screens.content import Content

SIGNS: Final = {
    "coach.light": "light",
    "coach.glasses": "eye",
    "coach.closer": "closer",
    "coach.still": "still",
    "coach.alone": "person",
}


class Tip(BoxLayout):
    """One thing to do; the first is what stood in the way this time."""

    sign = StringProperty("info")
    words = StringProperty("")
    first = BooleanProperty(False)


class CoachScreen(Content):
    equal_actions = True

    def actions(self) -> tuple[Action, ...]:
        return self.page.actions

    def update(self, page: CoachPage) -> None:
        self.ids.title.words = self.say(page.title)
        self.ids.body.words = self.tell_all(page.body) if page.body else ""
        tips: BoxLayout = self.ids.tips
        tips.clear_widgets()
        for at, tip in enumerate(page.tips):
            tips.add_widget(Tip(sign=SIGNS[tip], words=self.say(tip), first=at == 0))
        kind = self.tell_all(page.kind) + "\n" if page.kind else ""
        self.ids.note.words = kind + self.tell_all("coach.staff")


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
