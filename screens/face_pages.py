"""The face: whether it may be taken, then the camera's picture with one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.visits.events import Confirmed, Declined
from kiosk.visits.pages import Action, FacePage
from screens.content import Content
from screens.moving import Moving


class FaceConsentScreen(Content):
    """Two answers of the same weight: nobody is led to the camera (GB/T 41819)."""

    equal_actions = True

    def actions(self) -> tuple[Action, ...]:
        return Action("action.take_face", Confirmed), Action("action.no_face", Declined)


class FaceSign(AnchorLayout):
    """A face in a ring."""

    span = NumericProperty(0)


class FaceScreen(Content):
    main_action = False

    def actions(self) -> tuple[Action, ...]:
        return (Action("action.ask_staff", Declined),)

    def update(self, page: FacePage) -> None:
        self.ids.prompt.words = self.say(page.prompt)
        mirror: Mirror = self.ids.mirror
        mirror.newest, mirror.share = page.newest, page.share


class Mirror(Moving):
    """The newest camera picture in an oval, as in a mirror, with a ring that fills.

    Asks for pictures only while it is on the screen.
    """

    every_s = 1 / 15
    newest = ObjectProperty(lambda: None)
    share = NumericProperty(0)
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._last: object = None
        self._whole: Texture | None = None

    def step(self, _: float) -> None:
        frame = self.newest()
        if frame is None or frame is self._last:
            return
        self._last = frame
        height, width = frame.shape[:2]
        if self._whole is None or self._whole.size != (width, height):
            self._whole = Texture.create(size=(width, height), colorfmt="bgr")
            self.texture = mirrored_middle(self._whole, self.width / self.height)
        data = frame.data if frame.flags.c_contiguous else bytearray(frame.tobytes())
        self._whole.blit_buffer(memoryview(data).cast("B"), colorfmt="bgr")
        self.canvas.ask_update()


def mirrored_middle(whole: Texture, aspect: float) -> Texture:
    """The middle of a camera's picture, in the shape of `aspect`, as in a mirror."""
    width, height = whole.size
    across, up = min(width, height * aspect), min(height, width / aspect)
    middle = whole.get_region((width - across) / 2, (height - up) / 2, across, up)
    middle.flip_vertical()
    middle.flip_horizontal()
    return middle


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
