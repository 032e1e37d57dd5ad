"""What happens by itself on a page: it begins when the page is shown and ends when it is left."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.uix.widget import Widget


class Moving(Widget):
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
        if isinstance(widget, Moving):
            widget.rest()
