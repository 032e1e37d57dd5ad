"""Fingers: what a touch does to a control, and the layer under everything that hands touches out.

A control acts when the finger lifts inside it; sliding off calls it off (WCAG 2.2, 2.5.2). Old
fingers miss by a few millimetres, so a touch that hits nothing counts for the nearest control.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import dist, hypot
from time import monotonic
from typing import Any

from kivy.metrics import mm
from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from kiosk.visits.events import Event, Touched
from screens import theme

TOUCHED_EVERY_S = 1.0


class Control(Widget):
    """Mixed into whatever can be touched. `tells`: the type of the event and what it carries.

    hurried: a key, that is struck as fast as somebody types.
    carries: asked when it acts, for what the page alone knows by then (what was typed, a
        signature); None when it is not to be told yet.
    """

    tells: tuple[Any, ...] = ObjectProperty((Event,))
    carries: Callable[[], tuple[Any, ...] | None] = ObjectProperty(tuple)
    enabled = BooleanProperty(True)
    pressed = BooleanProperty(False)
    hurried = False

    @property
    def name(self) -> str:
        """`Confirmed`, `ItemChosen:2020-35/1/13`; a switch has the name of its event alone."""
        what, *carried = self.tells
        return ":".join(
            [what.__name__, *(str(one) for one in carried if not isinstance(one, bool))]
        )

    def on_touch_down(self, touch: Any) -> bool:
        if self.collide_point(*touch.pos) and getattr(touch, "button", "left") == "left":
            self.take(touch)
            return True
        return False

    def take(self, touch: Any) -> None:
        if self.enabled:
            touch.grab(self)
            self.pressed = True

    def on_touch_move(self, touch: Any) -> bool:
        if touch.grab_current is self:
            self.pressed = self._near(touch)
            return True
        return False

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.pressed = False
        if self._near(touch) and (desk := desk_of(self)):
            desk.act(self, touch.pos)
        return True

    def _near(self, touch: Any) -> bool:
        return gap(self, touch.x, touch.y) <= mm(theme.SLOP_MM)

    def act(self, tell: Callable[[Event], None], visit: int) -> None:
        what, *carried = self.tells
        more = self.carries()
        if more is not None:
            tell(what(visit, *carried, *more))


class Within(Control):
    """Changes the page it stands on (another leaf, a stroke less); nobody else is told.

    called: its name. does: what it does.
    """

    called = StringProperty("")
    does: Callable[[], None] = ObjectProperty(lambda: None)

    @property
    def name(self) -> str:
        return str(self.called)

    def act(self, tell: Callable[[Event], None], visit: int) -> None:
        self.does()


class Desk(FloatLayout):
    """The root of the window. Tells that somebody is there; lets one action through at a time."""

    def __init__(self, tell: Callable[[Event], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tell = tell
        self.acted: Callable[[], None] = lambda: None  # after a control did something
        self.visit = 0
        self.any_touch_begins = False  # the resting page: a touch wakes, and does nothing else
        self.finger_down = False
        self._last_touched = (0, -TOUCHED_EVERY_S)
        self._last_act_s, self._last_place = -theme.DEBOUNCE_S, (0.0, 0.0)
        self._last_key = ""  # its name

    def on_touch_down(self, touch: Any) -> bool:
        if touch.is_mouse_scrolling:
            return True
        self.finger_down = True
        self._somebody_is_there()
        if self.any_touch_begins or super().on_touch_down(touch):
            return True
        near = [(gap(one, touch.x, touch.y), one) for one in controls(self) if one.enabled]
        distance, nearest = min(near, key=lambda pair: pair[0], default=(0.0, None))
        if nearest and distance <= mm(theme.SLOP_MM):
            nearest.take(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        self.finger_down = False
        return bool(super().on_touch_up(touch))

    def _somebody_is_there(self) -> None:
        visit, when = self._last_touched
        if visit != self.visit or monotonic() - when >= TOUCHED_EVERY_S:
            self._last_touched = (self.visit, monotonic())
            self._tell(Touched(self.visit))

    def act(self, control: Control, place: tuple[float, float]) -> None:
        """Two actions of one trembling finger are one. It trembles about a place, whatever lies
        there by now; elsewhere, however soon, it means another one. Keys stand closer: of them it
        is the same key.
        """
        key = control.name if control.hurried else ""
        if self._last_key:
            again, least_s = key == self._last_key, theme.KEY_DEBOUNCE_S
        else:
            again = dist(place, self._last_place) <= mm(theme.TREMBLE_MM)
            least_s = theme.DEBOUNCE_S
        if again and monotonic() - self._last_act_s < least_s:
            return
        self._last_act_s, self._last_place, self._last_key = monotonic(), place, key
        control.act(self._tell, self.visit)
        self.acted()


def gap(widget: Widget, x: float, y: float) -> float:
    """Pixels from a point to the edge of the widget; 0 inside."""
    return hypot(max(widget.x - x, 0, x - widget.right), max(widget.y - y, 0, y - widget.top))


def desk_of(widget: Widget) -> Desk | None:
    while widget is not None and not isinstance(widget, Desk):
        widget = widget.parent
    return widget


def controls(top: Widget) -> Iterator[Control]:
    """All that can be touched now; what an overlay lies over cannot."""
    shown = top.children[:1] if isinstance(top, Desk) else top.children
    for child in reversed(shown):
        if isinstance(child, Control):
            yield child
        yield from controls(child)
