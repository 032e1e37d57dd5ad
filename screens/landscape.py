"""Hills: home, for most who come. In full colour while resting, in mist behind a few pages."""

from __future__ import annotations

from math import sin
from typing import Any

from kivy.graphics import Color, Mesh, Rectangle, SmoothLine
from kivy.graphics.texture import Texture
from kivy.metrics import mm
from kivy.uix.widget import Widget

from screens import theme
from screens.content import Content
from screens.drawing import Point

RIDGE_POINTS = 80
SWELL = 1.45  # the highest and the lowest of a wave, in its height
Hills = tuple[tuple[str, float, float, float], ...]


class Landscape(Widget):
    """Drawn once for each size; it never moves. What a nearer hill hides is not painted: without a
    GPU, each layer over the whole window is a hundredth of a second in every frame.

    sky: at the bottom and at the top. hills: from far to near, each a colour, the height of its
    ridge, the height of its waves (both as shares of the whole), and where the waves begin.
    """

    sky = ("#A9CBEF", "#0F4690")
    hills: Hills = (
        ("#7FB0DE", 0.47, 0.030, 0.4),
        ("#4A90BE", 0.405, 0.040, 2.1),
        ("#2F8589", 0.33, 0.035, 4.4),
        ("#1F6B57", 0.25, 0.030, 0.9),
        ("#155241", 0.16, 0.022, 3.2),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(pos=self._draw, size=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        # As shares of the height: below, the sky and each hill are behind the next one.
        hidden = [ridge - SWELL * wave for _, ridge, wave, _ in self.hills] + [0.0]
        with self.canvas:
            Color(1, 1, 1, 1)
            Rectangle(
                pos=(self.x, self.y + hidden[0] * self.height),
                size=(self.width, (1 - hidden[0]) * self.height),
                texture=_gradient(*self.sky),
                tex_coords=(0, hidden[0], 1, hidden[0], 1, 1, 0, 1),
            )
            for (colour, ridge, wave, begin), below in zip(self.hills, hidden[1:], strict=True):
                Color(*theme.rgba(colour))
                points = self._ridge(ridge, wave, begin)
                foot = self.y + below * self.height
                strip = [part for x, y in points for part in (x, y, 0, 0, x, foot, 0, 0)]
                Mesh(mode="triangle_strip", vertices=strip, indices=list(range(2 * len(points))))
                SmoothLine(points=[part for point in points for part in point], width=1)

    def _ridge(self, ridge: float, wave: float, begin: float) -> list[Point]:
        points = []
        for at in range(RIDGE_POINTS + 1):
            share = at / RIDGE_POINTS
            swell = sin(begin + 5.1 * share) + (SWELL - 1) * sin(2.3 * begin + 11.7 * share)
            height = ridge + wave * swell
            points.append((self.x + share * self.width, self.y + self.height * height))
        return points


def _gradient(low: str, high: str) -> Texture:
    texture = Texture.create(size=(1, 2), colorfmt="rgb")
    both = [round(255 * part) for colour in (low, high) for part in theme.rgba(colour)[:3]]
    texture.blit_buffer(bytes(both), colorfmt="rgb")
    texture.wrap = "clamp_to_edge"
    return texture


class Mist(Landscape):
    sky = (theme.PAGE, "#EAF2FB")
    hills = (
        ("#E3EDF8", 0.80, 0.012, 0.4),
        ("#DAE7F5", 0.765, 0.014, 2.1),
        ("#D3E3F3", 0.725, 0.012, 4.4),
    )


class OnHills(Content):
    """A page with the hills in mist behind it, from the foot line to the header."""

    def __init__(self, *given: Any, **kwargs: Any) -> None:
        super().__init__(*given, **kwargs)
        self._mist = Mist(size=(self.window_width, self.window_height))
        self.canvas.before.add(self._mist.canvas)

    def on_top(self, _: object, top: float) -> None:
        self._mist.height = top + mm(8)
