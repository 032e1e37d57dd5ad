"""What can be seen to be wrong with a page without eyes: too small, cut, hidden, unreadable.

Each finding is a sentence; a page without findings may still be ugly.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from kivy.metrics import mm
from kivy.uix.widget import Widget

from screens import theme
from screens.touch import Control, Desk, controls
from screens.widgets import HeaderButton, Icon, PrimaryButton, Text

# Rounding to whole pixels is no fault.
PIXEL = 1.5
CONTRAST = 4.5
CONTRAST_OF_SIGNS = 3.0


def findings(desk: Desk) -> list[str]:
    """Looks at the topmost page or sheet of the window as it is laid out now."""
    top = desk.children[0]
    touchable = [control for control in controls(desk) if control.width > 0]
    return [
        *_targets(touchable, desk),
        *_gaps(touchable),
        *(found for text in _seen(top, Text) for found in _text(text, desk)),
        *(found for icon in _seen(top, Icon) for found in _sign(icon)),
        *_collisions(list(_seen(top, Text))),
    ]


def _targets(touchable: list[Control], desk: Desk) -> Iterator[str]:
    least = mm(theme.TARGET_MM) - PIXEL
    reach = desk.height * (1 - theme.OUT_OF_REACH)
    for control in touchable:
        if control.width < least or control.height < least:
            yield f"{control.name}: {_size(control)} is too small a target"
        if isinstance(control, PrimaryButton):
            width, height = (mm(side) - PIXEL for side in theme.PRIMARY_MM)
            if control.width < width or control.height < height:
                yield f"{control.name}: {_size(control)} is too small for the main button"
        whole = control.size == desk.size
        if not (whole or isinstance(control, HeaderButton)) and control.top > reach + PIXEL:
            above = (control.top - reach) / mm(1)
            yield f"{control.name}: {above:.0f} mm above what a hand reaches"
        if not _inside(control, desk):
            yield f"{control.name}: reaches out of the window"


def _gaps(touchable: list[Control]) -> Iterator[str]:
    for one, other in combinations(touchable, 2):
        across = max(one.x - other.right, other.x - one.right)
        up = max(one.y - other.top, other.y - one.top)
        if max(across, up) < mm(theme.GAP_MM) - PIXEL:
            yield f"{one.name} and {other.name}: {max(across, up) / mm(1):.1f} mm apart"


def _text(text: Text, desk: Desk) -> Iterator[str]:
    words = text.words.replace("\n", " ")
    width, height = text.texture_size
    leading = 0.2 * text.em_px
    if width > text.width + 3 or height > text.height + PIXEL or not _inside(text, desk, leading):
        yield f"{words!r}: cut, {width}×{height} in {text.width:.0f}×{text.height:.0f}"
    holder = text.parent
    if holder and (text.top > holder.top + leading or text.y < holder.y - leading):
        yield f"{words!r}: higher than its place"
    button = _button_of(text)
    if button and (text.top > button.top + leading or text.y < button.y - leading):
        yield f"{words!r}: higher than its button"
    for character in text.text:
        if not text.markup and not text.chain.has(character):
            yield f"{words!r}: no font has U+{ord(character):04X}"
    if text.em_px < mm(theme.LEAST_MM) - 0.1:
        yield f"{words!r}: under 8 mm"
    ratio = theme.contrast(tuple(text.color), tuple(text.backdrop))
    if ratio < CONTRAST:
        yield f"{words!r}: contrast {ratio:.1f}"


def _button_of(widget: Widget) -> Control | None:
    while widget is not None and not isinstance(widget, Desk):
        if isinstance(widget, Control):
            return widget
        widget = widget.parent
    return None


def _sign(icon: Icon) -> Iterator[str]:
    ratio = theme.contrast(tuple(icon.color), tuple(icon.backdrop))
    if ratio < CONTRAST_OF_SIGNS:
        yield f"sign {icon.sign}: contrast {ratio:.1f}"


def _collisions(texts: list[Text]) -> Iterator[str]:
    for one, other in combinations(texts, 2):
        across = min(one.right, other.right) - max(one.x, other.x)
        up = min(one.top, other.top) - max(one.y, other.y)
        if across > PIXEL and up > mm(1):
            yield f"{one.words!r} lies over {other.words!r}"


def _seen(widget: Widget, kind: type) -> Iterator[Widget]:
    if widget.opacity == 0 or (isinstance(widget, Widget) and min(widget.size) <= 0):
        return
    if isinstance(widget, kind) and (not isinstance(widget, Text) or widget.words):
        yield widget
    for child in widget.children:
        yield from _seen(child, kind)


def _inside(widget: Widget, desk: Desk, air: float = 0) -> bool:
    return (
        widget.x >= -PIXEL
        and widget.y >= -PIXEL - air
        and widget.right <= desk.width + PIXEL
        and widget.top <= desk.height + PIXEL + air
    )


def _size(widget: Widget) -> str:
    return f"{widget.width / mm(1):.0f}×{widget.height / mm(1):.0f} mm"
