"""What begins when its page is shown and ends when it is left; nothing of it stays behind."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget


class Resting(Widget):
    """Holds something that is to be gone at once when its page is left: a picture, a signature."""

    def rest(self) -> None:
        raise NotImplementedError


class Moving(Resting):
    """`step` is called every `every_s` seconds, from when it gets a parent until `rest`."""

    every_s = 1.0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._clock = None

    def on_parent(self, _: object, parent: Widget | None) -> None:
        self.rest()
        if parent:
            self._clock = Clock.schedule_interval(self.step, self.every_s)

    def rest(self) -> None:
        if self._clock:
            self._clock.cancel()
            self._clock = None

    def step(self, passed_s: float) -> None:
        raise NotImplementedError


def put_to_rest(top: Widget) -> None:
    """Everything in it, when it is left."""
    for widget in top.walk(restrict=True):
        if isinstance(widget, Resting):
            widget.rest()
