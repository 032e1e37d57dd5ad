"""Whether a page has room for its words; where it has not, it is built again with smaller ones."""

from __future__ import annotations

from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label
from kivy.uix.widget import Widget

# Rounding to whole pixels is no fault.
SLACK_PX = 1.5
# Share of the em.
AIR = 0.4


def too_full(widget: Widget) -> bool:
    """Whether anything in it is larger than the place it was given. Ask after the layout."""
    return _bursts(widget) or any(too_full(child) for child in widget.children)


def _bursts(widget: Widget) -> bool:
    if not widget.height or not widget.width:
        return False  # put away
    if getattr(widget, "overfull", False):  # it knows of leaves that are not shown
        return True
    if isinstance(widget, BoxLayout):
        if widget.orientation == "vertical":
            return bool(widget.minimum_height > widget.height + SLACK_PX)
        if widget.minimum_width > widget.width + SLACK_PX:
            return True
        inside = widget.height - widget.padding[1] - widget.padding[3]
        return any(_needs(child) > inside + SLACK_PX for child in widget.children)
    if isinstance(widget, AnchorLayout):
        return any(
            _needs(child) > widget.height + SLACK_PX or child.width > widget.width + SLACK_PX
            for child in widget.children
        )
    return False


def _needs(widget: Widget) -> float:
    """Its height; a text may give up the air above and below its signs."""
    air = AIR * widget.font_size if isinstance(widget, Label) else 0
    return float(widget.height - air)
