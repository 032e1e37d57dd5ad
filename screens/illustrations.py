"""Moving pictures that show a hand what to do: lay the card, take the card, take the slip.

Each is drawn in a space of 240 × 180 units, origin at the bottom left, and fitted into the widget.
"""

from __future__ import annotations

from typing import Any

from kivy.graphics import (
    Color,
    InstructionGroup,
    PopMatrix,
    PushMatrix,
    ScissorPop,
    ScissorPush,
    Translate,
)

from screens import theme
from screens.drawing import Point, fill, oval, rounded, swept
from screens.moving import Moving

WIDTH, HEIGHT = 240.0, 180.0
LOOP_S = 3.0

CASE, CASE_SIDE, CASE_TOP = "#2B3B52", "#1D2A3D", "#3A4D69"
CARD_FACE, CARD_EDGE, CARD_LINE = "#DDEBF6", "#A9C3DC", "#7F9DBD"
PORTRAIT = "#5F7FA3"
LIGHT_OFF, LIGHT_ON = "#5C6B80", "#37D67A"
SHADOW = "#0E2238"


class Illustration(Moving):
    """Loops gently while it is on the screen, and stands still otherwise.

    telling: the moment of the loop, 0 to 1, that tells most when there is only one.
    cut_above: the moving part is not seen above this height.
    """

    every_s = 1 / 15
    telling = 0.5
    cut_above = HEIGHT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._elapsed_s = 0.0
        self._shift = Translate()
        self._paints: list[tuple[Color, float]] = []
        self.bind(pos=self._draw, size=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        self._paints.clear()
        still, moving = InstructionGroup(), InstructionGroup()
        self.draw_still(still)
        self.canvas.add(still)
        around = (PushMatrix(), self._shift, moving, PopMatrix())
        for one in (self._scissors(), *around, ScissorPop()):
            self.canvas.add(one)
        self.draw_moving(moving)
        front = InstructionGroup()
        self.draw_front(front)
        self.canvas.add(front)
        self.step(0)

    def stand_still(self) -> None:
        """For a picture of the picture."""
        self._elapsed_s = self.telling * LOOP_S
        self.rest()
        self.step(0)

    def step(self, passed_s: float) -> None:
        self._elapsed_s = (self._elapsed_s + passed_s) % LOOP_S
        self.pose(self._elapsed_s / LOOP_S)

    def _scissors(self) -> ScissorPush:
        (_, top), *_ = self.place([(0, self.cut_above)])
        return ScissorPush(
            x=int(self.x), y=int(self.y), width=int(self.width), height=max(0, int(top - self.y))
        )

    @property
    def scale(self) -> float:
        return min(self.width / WIDTH, self.height / HEIGHT)

    def place(self, shape: list[Point]) -> list[Point]:
        """From the units of the picture to pixels of the window."""
        scale = self.scale
        left, bottom = self.center_x - WIDTH / 2 * scale, self.center_y - HEIGHT / 2 * scale
        return [(left + x * scale, bottom + y * scale) for x, y in shape]

    def paint(
        self, group: InstructionGroup, shape: list[Point], colour: str, alpha: float = 1
    ) -> Color:
        return fill(group, self.place(shape), theme.rgba(colour, alpha))

    def fading(
        self, group: InstructionGroup, shape: list[Point], colour: str, alpha: float = 1
    ) -> None:
        self._paints.append((self.paint(group, shape, colour, alpha), alpha))

    def move(self, dx: float, dy: float, seen: float) -> None:
        """The moving part: how far from its place, and how much of it is seen, 0 to 1."""
        self._shift.xy = dx * self.scale, dy * self.scale
        for paint, alpha in self._paints:
            paint.a = alpha * seen

    def draw_still(self, group: InstructionGroup) -> None: ...

    def draw_moving(self, group: InstructionGroup) -> None: ...

    def draw_front(self, group: InstructionGroup) -> None: ...

    def pose(self, phase: float) -> None: ...


def eased(phase: float, begin: float, end: float) -> float:
    """0 before `begin`, 1 after `end`, smooth between."""
    share = min(1.0, max(0.0, (phase - begin) / (end - begin)))
    return share * share * (3 - 2 * share)


def lying(shape: list[Point], x: float, y: float) -> list[Point]:
    """A flat shape seen from the front and above, with its origin at (x, y)."""
    return [(x + u + 0.32 * v, y + 0.52 * v) for u, v in shape]


class CardOnReader(Illustration):
    """The reader on the desk, a card, and the light that tells that it was read."""

    top_x, top_y = 32.0, 22.0
    card_x, card_y = 65.0, 36.0

    def draw_still(self, group: InstructionGroup) -> None:
        shade = rounded(-10, -12, 168, 116, 20)
        self.paint(group, lying(shade, self.top_x, self.top_y - 12), SHADOW, 0.07)
        case = lying(rounded(0, 0, 150, 104, 14), self.top_x, self.top_y)
        self.paint(group, swept(case, 0, -13), CASE_SIDE)
        self.paint(group, case, CASE)
        self.paint(group, lying(rounded(5, 5, 140, 94, 10), self.top_x, self.top_y), CASE_TOP)
        self.paint(group, lying(rounded(17, 22, 108, 70, 8), self.top_x, self.top_y), CASE)
        self._light = self.paint(
            group, lying(oval(68, 9.5, 14, 7), self.top_x, self.top_y), LIGHT_OFF
        )
        self._shadow = self.paint(
            group, lying(rounded(0, 0, 96, 60, 6), self.card_x - 3, self.card_y - 3), SHADOW, 0.3
        )

    def draw_moving(self, group: InstructionGroup) -> None:
        def on_card(shape: list[Point]) -> list[Point]:
            return lying(shape, self.card_x, self.card_y)

        face = on_card(rounded(0, 0, 96, 60, 6))
        self.fading(group, swept(face, 0, -1.6), CARD_EDGE)
        self.fading(group, face, CARD_FACE)
        self.fading(group, on_card(rounded(10, 44, 30, 5, 2.4)), CARD_LINE)
        self.fading(group, on_card(rounded(10, 33, 40, 5, 2.4)), CARD_LINE)
        self.fading(group, on_card(rounded(10, 22, 34, 5, 2.4)), CARD_LINE)
        self.fading(group, on_card(rounded(10, 9, 76, 5.4, 2.6)), PORTRAIT)
        self.fading(group, on_card(rounded(62, 20, 24, 32, 3)), theme.WHITE)
        self.fading(group, on_card(oval(68.6, 35, 10.8, 13)), PORTRAIT)
        self.fading(group, on_card(rounded(65, 20.6, 18, 13, 6)), PORTRAIT)


class LayCard(CardOnReader):
    """The card comes down, lies, and the light turns green."""

    telling = 0.29

    def draw_front(self, group: InstructionGroup) -> None:
        _arrow(self, group, 205, 132, -1)

    def pose(self, phase: float) -> None:
        down = eased(phase, 0.12, 0.5)
        seen = eased(phase, 0.0, 0.1) * (1 - eased(phase, 0.93, 1.0))
        self.move(0, 78 * (1 - down), seen)
        _pose_light(self, down * seen, phase > 0.58)


class TakeCard(CardOnReader):
    """The light is green, the card goes up."""

    telling = 0.58

    def draw_front(self, group: InstructionGroup) -> None:
        _arrow(self, group, 205, 126, 1)

    def pose(self, phase: float) -> None:
        up = eased(phase, 0.3, 0.75)
        seen = eased(phase, 0.0, 0.1) * (1 - eased(phase, 0.93, 1.0))
        self.move(0, 78 * up, seen)
        _pose_light(self, (1 - up) * seen, phase < 0.45)


class StillCard(CardOnReader):
    """The card lies where it should while the machine works."""

    def pose(self, phase: float) -> None:
        self.move(0, 0, 1)
        _pose_light(self, 1, phase < 0.5)


class SlipComes(Illustration):
    """The slip comes out of its slot."""

    telling = 0.7
    cut_above = 131

    def draw_still(self, group: InstructionGroup) -> None:
        self.paint(group, rounded(30, 108, 180, 58, 12), CASE_SIDE)
        self.paint(group, rounded(30, 112, 180, 56, 12), CASE)
        self.paint(group, rounded(36, 118, 168, 44, 9), CASE_TOP)
        self.paint(group, rounded(58, 124, 124, 12, 6), "#111B29")
        self.paint(group, oval(186, 146, 8, 8), LIGHT_ON)

    def draw_moving(self, group: InstructionGroup) -> None:
        self.fading(group, rounded(71, 20, 102, 110, 2), SHADOW, 0.10)
        self.fading(group, rounded(70, 24, 100, 106, 1.5), theme.WHITE)
        self.fading(group, rounded(88, 106, 64, 6, 3), theme.BLUE)
        for at, length in enumerate((76, 64, 70, 48)):
            self.fading(group, rounded(82, 90 - 13 * at, length, 4.4, 2.2), CARD_EDGE)
        self.fading(group, rounded(82, 34, 30, 6, 3), theme.GREEN)

    def draw_front(self, group: InstructionGroup) -> None:
        # What is still inside the slot is hidden by the front of the case.
        self.paint(group, rounded(36, 131, 168, 31, 8), CASE_TOP)
        self.paint(group, oval(186, 146, 8, 8), LIGHT_ON)

    def pose(self, phase: float) -> None:
        self.move(0, 96 * (1 - eased(phase, 0.05, 0.7)), 1)


class TakeSlip(SlipComes):
    """The slip is out and can be taken."""

    def draw_front(self, group: InstructionGroup) -> None:
        super().draw_front(group)
        _arrow(self, group, 208, 62, -1)

    def pose(self, phase: float) -> None:
        self.move(0, -8 * (eased(phase, 0.1, 0.5) - eased(phase, 0.6, 1.0)), 1)


def _pose_light(picture: CardOnReader, near: float, on: bool) -> None:
    picture._light.rgba = theme.rgba(LIGHT_ON if on else LIGHT_OFF)
    picture._shadow.a = 0.30 * near + 0.06


def _arrow(picture: Illustration, group: InstructionGroup, x: float, y: float, way: int) -> None:
    """A thick arrow upwards (way 1) or downwards (-1), centred at (x, y)."""
    tip = y + 30 * way
    picture.paint(group, _stroke((x, y - 22 * way), (x, tip - 3 * way), 5), theme.BLUE)
    for side in (-1, 1):
        ends = [(x, tip), (x + 19 * side, tip - 19 * way)]
        picture.paint(group, _stroke(*ends, 5), theme.BLUE)


def _stroke(begin: Point, end: Point, half_width: float) -> list[Point]:
    around = oval(-half_width, -half_width, 2 * half_width, 2 * half_width, 24)
    return swept(
        [(begin[0] + x, begin[1] + y) for x, y in around], end[0] - begin[0], end[1] - begin[1]
    )
