"""What may lie over any page: the countdown, who helps, and whether one really wants to go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.visits.form_events import PauseAsked
from kiosk.visits.pages import Overlay, View
from screens.content import Content
from screens.widgets import SecondaryButton


class Sheet(AnchorLayout):
    """Takes every touch: nothing underneath can be pressed."""

    content: Content = ObjectProperty()
    wide = BooleanProperty(False)
    window_height = NumericProperty(0)

    def on_touch_down(self, touch: Any) -> bool:
        super().on_touch_down(touch)
        return True

    def update(self, view: View) -> None:
        """Shows newer values of the same sheet."""


class CountdownSheet(Sheet):
    """Hides the page, and with it whatever is personal."""

    seconds = NumericProperty(0)

    def update(self, view: View) -> None:
        self.seconds = view.seconds


class HelpSheet(Sheet):
    pass


class LeaveSheet(Sheet):
    """Where something was given that can be kept, that is offered before it is thrown away."""

    def on_kv_post(self, _: Any) -> None:
        if self.content.view.can_pause:
            keep = SecondaryButton(label=self.content.say("leave.keep"), tells=(PauseAsked,))
            self.ids.sheet.add_widget(keep, index=1)
            self.ids.body.words = self.content.tell_all("leave.body_keep")


OVERLAYS: dict[Overlay, type[Sheet]] = {
    Overlay.COUNTDOWN: CountdownSheet,
    Overlay.HELP: HelpSheet,
    Overlay.LEAVE: LeaveSheet,
}

Builder.load_file(str(Path(__file__).with_suffix(".kv")))
