"""What may lie over any page: the countdown, who helps, and whether one really wants to go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.pages import Overlay, View
from screens.content import Content


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
    pass


OVERLAYS: dict[Overlay, type[Sheet]] = {
    Overlay.COUNTDOWN: CountdownSheet,
    Overlay.HELP: HelpSheet,
    Overlay.LEAVE: LeaveSheet,
}

Builder.load_file(str(Path(__file__).with_suffix(".kv")))
