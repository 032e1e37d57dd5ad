"""What is to be paid, and the code that a telephone reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from kiosk.papers import qr_code
from kiosk.visits.events import Declined
from kiosk.visits.form_pages import PayPage
from kiosk.visits.pages import Action
from screens.content import Content
from screens.moving import Resting

COUNTED_S = 120  # what is longer is told in minutes


class PayScreen(Content):
    main_action = False

    def actions(self) -> tuple[Action, ...]:
        return (Action("pay.cancel", Declined),)

    def update(self, page: PayPage) -> None:
        self.ids.amount.words = page.amount
        self.ids.purpose.words = page.purpose
        self.ids.seconds.words = self._left(page.seconds)
        self.ids.code.data = page.code

    def _left(self, seconds: int) -> str:
        if seconds > COUNTED_S:
            return self.say("pay.minutes", minutes=-(-seconds // 60))
        return self.say("pay.seconds", seconds=seconds) if seconds else ""


class QrPicture(Resting):
    """A QR code, black on white, each module a whole number of pixels."""

    data = StringProperty("")
    texture = ObjectProperty(None, allownone=True)
    count = NumericProperty(0)  # modules of a side
    side = NumericProperty(0)  # pixels

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("data", self._draw)
        for name in ("size", "count"):
            self.fbind(name, self._place)

    def _draw(self, *_: object) -> None:
        if not self.data:
            self.texture = None
            return
        black = qr_code.modules(self.data)
        texture = Texture.create(size=black.shape[::-1], colorfmt="luminance")
        texture.min_filter = texture.mag_filter = "nearest"
        texture.flip_vertical()
        light = np.where(black, 0, 255).astype(np.uint8)
        texture.blit_buffer(light.tobytes(), colorfmt="luminance")
        self.texture, self.count = texture, len(black)

    def _place(self, *_: object) -> None:
        room = min(self.width, self.height)
        self.side = room // self.count * self.count if self.count else 0

    def rest(self) -> None:
        self.data = ""


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
