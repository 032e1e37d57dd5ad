"""A page that was just scanned: is it clear, is there another sheet?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty

from kiosk.visits.events import Again, Confirmed
from kiosk.visits.form_events import MorePages
from kiosk.visits.form_pages import LookAtPage
from kiosk.visits.pages import Action
from screens.content import Content
from screens.moving import Resting

UNSEEN_ASPECT = 210 / 297  # width by height, until there is a picture


class LookAtScreen(Content):
    def actions(self) -> tuple[Action, ...]:
        more = (Action("look_at.more", MorePages),) if self.page.sheet < self.page.sheets else ()
        return (Action("look_at.keep", Confirmed), *more, Action("look_at.again", Again))

    def update(self, page: LookAtPage) -> None:
        self.ids.name.words = page.name
        key = "look_at.sheet_of" if page.sheets > 1 else "look_at.sheet"
        self.ids.sheet.words = self.say(key, sheet=page.sheet, sheets=page.sheets)
        self.ids.picture.show(page.picture())


class StillPicture(Resting):
    """One picture, whole, as large as there is room; its own edges are drawn."""

    texture = ObjectProperty(None, allownone=True)
    aspect = NumericProperty(UNSEEN_ASPECT)
    shown_width = NumericProperty(0)
    shown_height = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._picture: Any = None
        self._soon = Clock.create_trigger(lambda _: self._draw(), -1)
        super().__init__(**kwargs)
        for name in ("size", "aspect"):
            self.fbind(name, self._place)

    def show(self, picture: Any) -> None:
        """(height, width, 3), BGR; None while there is none."""
        if picture is None or picture is self._picture:
            return
        self._picture = picture
        self.aspect = picture.shape[1] / picture.shape[0]
        self._soon()

    def _place(self, *_: object) -> None:
        self.shown_width = min(self.width, self.height * self.aspect)
        self.shown_height = self.shown_width / self.aspect
        self._soon()

    def _draw(self) -> None:
        size = (round(self.shown_width), round(self.shown_height))
        if self._picture is None or min(size) < 8:
            return
        # As many dots as the window has of it, each the mean of those it stands for: thin strokes
        # are still seen, and no scan at 300 dpi is carried to the window.
        small = np.ascontiguousarray(cv2.resize(self._picture, size, interpolation=cv2.INTER_AREA))
        texture = Texture.create(size=size, colorfmt="bgr")
        texture.flip_vertical()
        texture.blit_buffer(small.data.cast("B"), colorfmt="bgr")
        self.texture = texture

    def rest(self) -> None:
        self._soon.cancel()
        self._picture = self.texture = None


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
