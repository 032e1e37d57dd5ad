"""A page under the document camera: its picture, its outline, one sentence about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.metrics import mm
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty

from kiosk.visits.events import Declined
from kiosk.visits.pages import Action, ScanPage
from screens.content import Content
from screens.moving import Moving

UNSEEN_ASPECT = 16 / 9  # until the first picture tells
RIM_MM = 2.0  # the outline stays this far inside the picture, so that all of its stroke is seen
TICK_MM = 34
TICK_SHARE = 0.4  # of the paper, where that is small: a card is still to be seen under it


class ScanScreen(Content):
    main_action = False
    good = BooleanProperty(False)

    def actions(self) -> tuple[Action, ...]:
        return (Action("scan.without", Declined),)

    def update(self, page: ScanPage) -> None:
        self.good = page.good
        self.ids.name.words = page.name
        self.ids.prompt.words = self.say(page.prompt)
        desk: DeskPicture = self.ids.desk
        desk.newest, desk.outline, desk.good = page.newest, page.outline, page.good


class DeskPicture(Moving):
    """The newest picture as the camera sees it, whole, with the outline of the paper on it.

    Asks for pictures only while it is on the screen. `outline` is that of `ScanPage`.
    """

    every_s = 1 / 15
    newest = ObjectProperty(lambda: None)
    outline = ObjectProperty(())
    good = BooleanProperty(False)
    texture = ObjectProperty(None, allownone=True)
    aspect = NumericProperty(UNSEEN_ASPECT)
    line = ListProperty()  # the outline in the window: x, y, x, y …
    middle = ListProperty([0, 0])  # of the outline, in the window
    span = NumericProperty(0)  # of the tick in it

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._last: object = None
        for name in ("outline", "pos", "size"):
            self.fbind(name, self._place)

    def _place(self, *_: object) -> None:
        rim = mm(RIM_MM)
        places = [
            (
                self.x + min(max(x * self.width, rim), self.width - rim),
                self.top - min(max(y * self.height, rim), self.height - rim),
            )
            for x, y in self.outline
        ]
        self.line = [part for place in places for part in place]
        if places:
            across, up = zip(*places, strict=True)
            self.middle = [sum(across) / len(places), sum(up) / len(places)]
            room = min(max(across) - min(across), max(up) - min(up))
            self.span = min(mm(TICK_MM), TICK_SHARE * room)

    def step(self, _: float) -> None:
        frame = self.newest()
        if frame is None or frame is self._last:
            return
        self._last = frame
        # More dots than the window has are left out before they are carried to it.
        fewer = max(1, int(frame.shape[1] / max(1, self.width)))
        shown = np.ascontiguousarray(frame[::fewer, ::fewer])
        height, width = shown.shape[:2]
        if self.texture is None or self.texture.size != (width, height):
            texture = Texture.create(size=(width, height), colorfmt="bgr")
            texture.flip_vertical()
            self.texture, self.aspect = texture, frame.shape[1] / frame.shape[0]
        self.texture.blit_buffer(shown.data.cast("B"), colorfmt="bgr")
        self.canvas.ask_update()


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
