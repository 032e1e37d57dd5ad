"""What is on the screen and where, as a file: how a program that touches the panel finds its way.

It holds nothing personal: names of pages, controls and steps, and places in pixels.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kivy.clock import Clock

from kiosk.visits.pages import View
from screens.touch import Desk, controls


class PageMap:
    """Told of a page once its layout is at rest; the file is whole at every moment."""

    def __init__(self, file: Path, desk: Desk) -> None:
        self._file, self._desk = file, desk
        self._serial = self._acted = 0
        self._view: View | None = None
        # Twice, since a layout may call for another one: then the first frame has been drawn.
        self._soon = Clock.create_trigger(lambda _: self._write_next())
        self._write_next = Clock.create_trigger(lambda _: self._write())

    def show(self, view: View) -> None:
        self._view = view
        self._soon()

    def changed(self) -> None:
        """A control did something: perhaps the same view, with another leaf of it."""
        self._acted += 1
        self._soon()

    def _write(self) -> None:
        if self._view is None:
            return
        self._serial += 1
        told = page_map(self._desk, self._view, self._serial, self._acted)
        unfinished = self._file.with_suffix(".part")
        unfinished.write_text(json.dumps(told))
        unfinished.replace(self._file)


def page_map(desk: Desk, view: View, serial: int, acted: int) -> dict[str, Any]:
    """`acted`: how many controls have done something up to what is drawn."""
    return {
        "serial": serial,
        "acted": acted,
        "visit": view.visit,
        "step": view.step,
        "page": type(view.page).__name__,
        "overlay": view.overlay,
        "language": view.language,
        "large": view.large,
        "size": [round(desk.width), round(desk.height)],
        "controls": [
            {
                "name": control.name,
                "kind": type(control).__name__,
                "x": round(control.x),
                "y": round(desk.height - control.top),
                "w": round(control.width),
                "h": round(control.height),
                "enabled": control.enabled,
            }
            for control in controls(desk)
            if control.width > 0
        ],
    }
