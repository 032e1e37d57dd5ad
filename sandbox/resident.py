"""Somebody at the terminal: eyes that find a control, a finger that touches it, a card in the hand.

The finger is XTEST's, so the terminal's window gets the same events as from a panel. The eyes read
the map of what is drawn; they see where a control is and never press it in another way.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, Self

from sandbox.bench.client import BenchClient

LOOK_EVERY_S: Final = 0.02
PRESS_S: Final = 0.08  # between finger down and finger up
REACTION_S: Final = 0.4  # between seeing and touching
SLIDE_STEPS: Final = 8


class ResidentError(Exception):
    """The screen did not come to where the visit leads."""


@dataclass(frozen=True, slots=True)
class Control:
    """A thing to touch; pixels of the window, from its top left."""

    name: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    enabled: bool

    @property
    def middle(self) -> tuple[int, int]:
        return round(self.x + self.w / 2), round(self.y + self.h / 2)


@dataclass(frozen=True, slots=True)
class Sight:
    """One page as it lies on the screen.

    serial: counts what was drawn. acted: counts the controls that did something. size: of the
        window, width and height in pixels.
    appeared_s: when, in seconds since 1970.
    """

    serial: int
    acted: int
    visit: int
    step: str
    page: str
    overlay: str | None
    size: tuple[int, int]
    controls: tuple[Control, ...]
    appeared_s: float

    def control(self, name: str) -> Control | None:
        return next((one for one in self.controls if one.name == name), None)

    def is_at(self, where: str) -> bool:
        return where in (self.step, self.page)

    def __str__(self) -> str:
        names = ", ".join(one.name for one in self.controls)
        over = f" under {self.overlay}" if self.overlay else ""
        return f"{self.page} ({self.step}{over}) with {names or 'nothing to touch'}"


def sight(text: str, appeared_s: float) -> Sight:
    """Reads a page map.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    told = json.loads(text)
    controls = tuple(
        Control(**{key: one[key] for key in Control.__slots__}) for one in told["controls"]
    )
    keys = ("serial", "acted", "visit", "step", "page", "overlay")
    width, height = told["size"]
    return Sight(
        **{key: told[key] for key in keys},
        size=(int(width), int(height)),
        controls=controls,
        appeared_s=appeared_s,
    )


class Eyes:
    """`check` is called while waiting; it raises when waiting makes no sense any more."""

    def __init__(self, page_map: Path, check: Callable[[], None] = lambda: None) -> None:
        self._page_map, self._check = page_map, check
        self._last: tuple[tuple[int, int], Sight] | None = None  # which file it was, what it said

    def look(self) -> Sight | None:
        """What is on the screen; None while the terminal has not drawn anything."""
        try:
            with self._page_map.open(encoding="utf-8") as file:
                about = os.fstat(file.fileno())
                which = (about.st_ino, about.st_mtime_ns)  # each is a file of its own
                if self._last is None or self._last[0] != which:
                    self._last = which, sight(file.read(), about.st_mtime)
                return self._last[1]
        except FileNotFoundError:
            return None

    def until(self, seen: Callable[[Sight], bool], what: str, timeout_s: float) -> Sight:
        """Raises: ResidentError: `what` is not to be seen in time."""
        end_s = monotonic() + timeout_s
        while True:
            now = self.look()
            if now is not None and seen(now):
                return now
            self._check()
            if monotonic() >= end_s:
                raise ResidentError(f"no {what} within {timeout_s:g} s; the screen shows {now}")
            sleep(LOOK_EVERY_S)


class Hands:
    """One finger on an X display. Every method returns when the display has taken the touch."""

    def __init__(self, display: str) -> None:
        self._display = display

    def __enter__(self) -> Self:
        self._xdotool = subprocess.Popen(
            ["xdotool", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={**os.environ, "DISPLAY": self._display},
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self._xdotool.communicate()

    def touch(self, x: int, y: int, press_s: float = PRESS_S) -> None:
        self.down(x, y)
        sleep(press_s)
        self.up()

    def slide(self, x: int, y: int, to_x: int, to_y: int, press_s: float = PRESS_S) -> None:
        """Puts the finger down at the first point and lifts it at the second."""
        self.down(x, y)
        for step in range(1, SLIDE_STEPS + 1):
            sleep(press_s / SLIDE_STEPS)
            share = step / SLIDE_STEPS
            self._do(f"mousemove {round(x + share * (to_x - x))} {round(y + share * (to_y - y))}")
        self.up()

    def down(self, x: int, y: int) -> None:
        self._do(f"mousemove {x} {y} mousedown 1")

    def up(self) -> None:
        self._do("mouseup 1")

    def _do(self, commands: str) -> None:
        stdin, stdout = self._xdotool.stdin, self._xdotool.stdout
        assert stdin is not None  # noqa: S101 (as it was started)
        assert stdout is not None  # noqa: S101
        try:
            stdin.write(f"{commands}\ngetmouselocation\n")
        except BrokenPipeError:
            raise ResidentError(f"xdotool has left the display {self._display}") from None
        if not stdout.readline():
            raise ResidentError(f"xdotool has left the display {self._display}")


# What a visit is made of


@dataclass(frozen=True, slots=True)
class Until:
    """Waits for a step (`certify/card`) or a page (`PresentCardPage`)."""

    where: str
    timeout_s: float = 30


@dataclass(frozen=True, slots=True)
class Touch:
    control: str


@dataclass(frozen=True, slots=True)
class TouchAt:
    """Somewhere on the screen, where there need not be anything. Shares of its width and height."""

    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class Do:
    """Something at the bench: `Do("reader/lay", person="p01")` is written `lay("p01")`."""

    action: str
    args: tuple[tuple[str, Any], ...] = ()


Act = Until | Touch | TouchAt | Do


def lay(person: str) -> Do:
    return Do("reader/lay", (("person", person),))


def lift() -> Do:
    return Do("reader/lift")


def show(film: str) -> Do:
    return Do("camera/show", (("film", film),))


class Resident:
    """Does what a visit says, in its order. `reaction_s`: between seeing and touching."""

    def __init__(
        self, hands: Hands, eyes: Eyes, bench: BenchClient, reaction_s: float = REACTION_S
    ) -> None:
        self.hands, self.eyes, self.bench = hands, eyes, bench
        self.reaction_s = reaction_s

    def go(self, visit: Iterable[Act]) -> None:
        """Raises: ResidentError: the screen does not follow; BenchError: the bench refuses."""
        for act in visit:
            match act:
                case Until(where, timeout_s):
                    self.until(where, timeout_s)
                case Touch(control):
                    self.touch(control)
                case TouchAt(x, y):
                    self.touch_at(x, y)
                case Do(action, args):
                    self.bench.do(action, **dict(args))

    def until(self, where: str, timeout_s: float = 30) -> Sight:
        return self.eyes.until(lambda now: now.is_at(where), where, timeout_s)

    def touch(self, control: str, timeout_s: float = 10) -> None:
        """Touches the middle of a control once it can be touched and has been seen."""
        self.find(control, timeout_s)
        sleep(self.reaction_s)
        self.hands.touch(*self.find(control, timeout_s).middle)

    def touch_at(self, x: float, y: float) -> None:
        """Shares of the width and the height of the screen, from its top left."""
        sleep(self.reaction_s)
        seen = self.eyes.until(lambda _: True, "page", timeout_s=10)
        self.hands.touch(round(x * seen.size[0]), round(y * seen.size[1]))

    def find(self, control: str, timeout_s: float = 10) -> Control:
        """A control that can be touched now."""

        def touchable(now: Sight) -> Control | None:
            found = now.control(control)
            return found if found is not None and found.enabled else None

        seen = self.eyes.until(lambda now: touchable(now) is not None, control, timeout_s)
        found = touchable(seen)
        assert found is not None  # noqa: S101 (`until` returned what `touchable` let pass)
        return found
