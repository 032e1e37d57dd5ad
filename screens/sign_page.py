"""A commitment and the field to sign it in. The strokes are gone when the page is left."""

from __future__ import annotations

from functools import partial
from math import dist
from pathlib import Path
from typing import Any

from kivy.graphics import Color, InstructionGroup, SmoothEllipse, SmoothLine
from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import NumericProperty, ObjectProperty

from kiosk.visits.form_events import Signed
from kiosk.visits.form_pages import SignPage
from kiosk.visits.pages import Action
from screens import theme
from screens.content import Content
from screens.leaves import Leaves, prose
from screens.moving import Resting
from screens.strokes import Point, is_real, smooth
from screens.touch import Within
from screens.widgets import Notice, QuietButton

PEN_MM = 0.9  # half of the stroke
APART_MM = 0.6  # points nearer to the one before are the tremble of a finger
LEAST_MM = 12  # the longest stroke of a name is not shorter

Strokes = tuple[tuple[Point, ...], ...]


class SignScreen(Content):
    def actions(self) -> tuple[Action, ...]:
        return (Action("sign.done", Signed),)

    def carried(self, action: Action) -> tuple[Strokes] | None:
        field: SignField = self.ids.field
        if field.is_signed:
            return (field.shares(),)
        self._tell_trouble("sign.empty")
        return None

    def update(self, page: SignPage) -> None:
        self.ids.title.words = self.said(page.title)
        self.ids.who.words = self.say("sign.who", name=page.name)
        leaves: Leaves = self.ids.leaves
        leaves.blocks = partial(prose, page.text)
        self._tell_trouble(page.trouble)
        field: SignField = self.ids.field
        field.signed = self._strokes_changed

    def _tell_trouble(self, key: str) -> None:
        self.ids.trouble.put(*((Notice(words=self.say(key)),) if key else ()))

    def _strokes_changed(self) -> None:
        field: SignField = self.ids.field
        self.ids.undo.enabled = self.ids.wipe.enabled = bool(field.count)
        if field.is_signed:
            self._tell_trouble("")


class SignField(Within, Resting):
    """Where a finger writes. One finger at a time; what goes over the edge stays at it."""

    called = "SignField"
    count = NumericProperty(0)
    signed = ObjectProperty(lambda: None)

    def __init__(self, **kwargs: Any) -> None:
        self._strokes: list[list[Point]] = []  # in pixels of the window
        self._ink = InstructionGroup()
        super().__init__(**kwargs)
        self.canvas.add(self._ink)
        for name in ("pos", "size"):
            self.fbind(name, self._moved)
        self._place = (0.0, 0.0, 0.0, 0.0)

    @property
    def is_signed(self) -> bool:
        return is_real(self._strokes, mm(LEAST_MM))

    def shares(self) -> Strokes:
        """As `Signed` has them, smooth."""
        return tuple(
            tuple(
                (
                    round(min(max((x - self.x) / self.width, 0), 1), 4),
                    round(min(max((self.top - y) / self.height, 0), 1), 4),
                )
                for x, y in smooth(stroke, mm(APART_MM))
            )
            for stroke in self._strokes
        )

    def take(self, touch: Any) -> None:
        if not self.pressed:
            super().take(touch)
            self._strokes.append([self._within(touch)])
            self._changed()

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        point = self._within(touch)
        if self._strokes and dist(point, self._strokes[-1][-1]) >= mm(APART_MM):
            self._strokes[-1].append(point)
            self._draw()
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        self._changed()
        return True

    def undo(self) -> None:
        del self._strokes[-1:]
        self._changed()

    def rest(self) -> None:
        """Nothing of a signature stays: not its points, not what was drawn of them."""
        self._strokes.clear()
        self._ink.clear()

    def clear(self) -> None:
        self._strokes.clear()
        self._changed()

    def _within(self, touch: Any) -> Point:
        pen = mm(PEN_MM)
        return (
            min(max(touch.x, self.x + pen), self.right - pen),
            min(max(touch.y, self.y + pen), self.top - pen),
        )

    def _moved(self, *_: object) -> None:
        """The strokes go with the field when the page makes room for something."""
        x, y, width, height = self._place
        if width and height and self._strokes:
            across, up = self.width / width, self.height / height
            self._strokes = [
                [(self.x + (px - x) * across, self.y + (py - y) * up) for px, py in stroke]
                for stroke in self._strokes
            ]
            self._draw()
        self._place = (self.x, self.y, self.width, self.height)

    def _changed(self) -> None:
        self.count = len(self._strokes)
        self._draw()
        self.signed()

    def _draw(self) -> None:
        self._ink.clear()
        self._ink.add(Color(*theme.rgba(theme.INK)))
        pen = mm(PEN_MM)
        for stroke in self._strokes:
            line = smooth(stroke, mm(APART_MM))
            if len(line) > 1:
                flat = [part for point in line for part in point]
                self._ink.add(SmoothLine(points=flat, width=pen, joint="round", cap="round"))
            else:
                x, y = line[0]
                self._ink.add(SmoothEllipse(pos=(x - pen, y - pen), size=(2 * pen, 2 * pen)))


class StrokeButton(Within, QuietButton):
    """Takes strokes away again."""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
