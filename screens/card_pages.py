"""Everything about the card on the reader: lay it, is it you, wait, take it back."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty

from kiosk.visits.events import Confirmed, Declined
from kiosk.visits.pages import (
    Action,
    ConfirmPersonPage,
    PleaseWaitPage,
    PresentCardPage,
    TakeCardPage,
)
from screens.content import Content
from screens.illustrations import SlipComes, StillCard
from screens.moving import Moving
from screens.widgets import Disc, Notice


class PresentCardScreen(Content):
    @property
    def title(self) -> str:
        if self.page.staff:
            return "present_card.staff_title"
        if self.page.helper:
            return "present_card.helper_title"
        return "present_card.resident_title" if self.view.helped else "present_card.title"

    @property
    def body(self) -> str:
        if self.page.staff:
            return "present_card.staff_body"
        return "present_card.helper_body" if self.page.helper else "present_card.body"

    def update(self, page: PresentCardPage) -> None:
        self.ids.trouble.put(
            *(Notice(words=self.tell_all(key)) for key in filter(None, (page.trouble,)))
        )


class ConfirmPersonScreen(Content):
    @property
    def number(self) -> str:
        """As the card has it: where one is from, when born, which one that day."""
        number = self.page.number
        return f"{number[:6]} {number[6:14]} {number[14:]}"

    def actions(self) -> tuple[Action, ...]:
        return Action("action.it_is_me", Confirmed), Action("action.not_me", Declined)

    def update(self, page: ConfirmPersonPage) -> None:
        uncertain = [Notice(words=self.tell_all("confirm_person.uncertain"), sign="info")]
        self.ids.uncertain.put(*(uncertain if page.name_uncertain else ()))


class PleaseWaitScreen(Content):
    def update(self, page: PleaseWaitPage) -> None:
        self.ids.what.words = self.say(page.text)
        keys = filter(None, (page.hands,))
        self.ids.hands.put(*(Notice(words=self.tell_all(key), sign="info") for key in keys))
        kind = (
            StillCard
            if page.hands == "wait.hands.leave_card"
            else WAITING.get(page.text, Hourglass)
        )
        self.ids.picture.clear_widgets()
        self.ids.picture.add_widget(kind())


class Hourglass(Disc):
    """Where there is nothing to be shown but that it takes a moment."""


# What is done → the picture that goes with it.
WAITING = {"wait.printing": SlipComes}


class TakeCardScreen(Content):
    def update(self, page: TakeCardPage) -> None:
        self.ids.seconds.words = self.say("take_card.seconds", seconds=page.seconds)


class Dots(Moving):
    """Three dots that take turns: the machine is at work."""

    every_s = 0.5
    at = NumericProperty(0)
    left = BooleanProperty(False)
    begin = NumericProperty(0)

    def step(self, _: float) -> None:
        self.at = (self.at + 1) % 3


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
