"""The terminal beside a browser in kiosk mode with the same page: time to start, and memory."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Any, Final

import psutil

from benchmarks.finding import many_items
from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from benchmarks.screen import Pixels, Screen, alike, moment_when, still
from benchmarks.terminal import PRESS_S, Terminal, display_of, end, pss_mb, screen_of, stage
from config.catalogue_compiler import write_pack
from config.catalogue_index import write_index
from config.catalogue_source import read
from sandbox.resident import ResidentError, Sight
from sandbox.stage import Stage

ROUNDS: Final = 5
ROUNDS_OF_5000: Final = 11
TIMES: Final = 1.5
MORE_MS: Final = 50.0
SHARE_OF_MEMORY: Final = 0.6
PAGE: Final = Path(__file__).with_name("attract.html")
BROWSER: Final = "chromium"
FLAGS: Final = (
    # What an integrator of a kiosk sets.
    "--kiosk",
    "--no-first-run",
    "--disable-features=Translate",
    "--noerrdialogs",
    "--disable-infobars",
    # What a screen without window manager, network and unprivileged user asks for.
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-position=0,0",
)
_SAME: Final = 0.995  # of the pixels: all of the page
_FIRST_S: Final = 6.0  # for the first, unhurried start, from which the picture is taken
_REST_S: Final = 3.0  # from the first picture until memory is read
_TIMEOUT_S: Final = 60.0
_TOUCHES: Final = 10
_PATIENCE_S: Final = 1.0  # with one touch, before it counts as lost and another is made


def measure() -> list[Measured]:
    """From the start of the process until all of the resting page is in the framebuffer; five times
    in turn with Chromium showing a static page of the same picture and words, on the same screen,
    disk cache and browser profile warm. The terminal is then touched at once, and what counts is
    when the touch was made that it follows to its next page: a page that takes touches before it
    can follow them is not touchable. Memory is the proportional set size of the
    process and all its children, three seconds after the first picture; every worker of the
    terminal runs by then.
    """
    with stage() as raised:
        display, screen = display_of(raised), screen_of(raised)
        raised.end_terminal()
        ours, theirs = (
            _Racer(screen, lambda: _terminal(raised, display)),
            _Racer(screen, lambda: _browser(raised, display)),
        )
        for racer in (ours, theirs):
            racer.pose()
        for _ in range(ROUNDS):
            theirs.run()
            ours.run()
    return [
        Measured(
            "start_to_touchable",
            median(ours.times_s),
            "s",
            spread(ours.times_s),
            "chromium --kiosk, the same page",
            peer=median(theirs.times_s),
            goal=Goal(TIMES),
        ),
        Measured(
            "memory_pss",
            median(ours.memory_mb),
            "MB",
            spread(ours.memory_mb),
            "chromium --kiosk, the same page",
            peer=median(theirs.memory_mb),
            goal=Goal(SHARE_OF_MEMORY),
        ),
    ]


def with_5000() -> list[Measured]:
    """From the start of the process until a touch on the resting page is followed, with 5,000 items
    in the catalogue; eleven times in turn with the catalogue as it is. The value is how much longer
    it takes, by the medians. The items are those of `search_keystroke`.
    """
    with stage() as raised:
        display, screen = display_of(raised), screen_of(raised)
        raised.end_terminal()
        many = raised.directory / "many.pack"
        installed = read()
        items = {one.code: one for one in many_items()}
        write_pack(replace(installed, items=items), many, write_index)
        racers = [
            _Racer(screen, partial(_terminal, raised, display, settings))
            for settings in ({}, {"catalogue": str(many)})
        ]
        for racer in racers:
            racer.pose()
        for _ in range(ROUNDS_OF_5000):
            for racer in racers:
                racer.run()
    few, more = (racer.times_s for racer in racers)
    longer = [(one - median(few)) * 1000 for one in more]
    return [
        Measured(
            "start_with_5000",
            median(longer),
            "ms more",
            spread(longer),
            "promised",
            limit=MORE_MS,
            goal=Goal(),
        )
    ]


Started = tuple[psutil.Popen, float, Callable[[], float]]
"""The process, when it was started, and what waits until it can be touched and says when."""


class _Racer:
    """One program that draws the page on `screen`."""

    def __init__(self, screen: Screen, start: Callable[[], Iterator[Started]]) -> None:
        self._screen = screen
        self._start = contextmanager(start)
        self.times_s: list[float] = []
        self.memory_mb: list[float] = []

    def pose(self) -> None:
        """Takes the picture that later starts are compared with."""
        bare = still(self._page())
        with self._start():
            sleep(_FIRST_S)
            self._picture = still(self._page())
        if alike(self._picture, bare) >= _SAME:
            raise CannotMeasureError("a program was started and drew nothing")
        self._wait_until_gone()

    def run(self) -> None:
        with self._start() as (process, started_s, touchable):
            seen_s = moment_when(self._shown, "resting page", _TIMEOUT_S)
            self.times_s.append(max(seen_s, touchable()) - started_s)
            sleep(max(0.0, seen_s + _REST_S - monotonic()))
            self.memory_mb.append(pss_mb(process))
        self._wait_until_gone()

    def _wait_until_gone(self) -> None:
        moment_when(lambda: not self._shown(), "empty screen", _TIMEOUT_S)

    def _shown(self) -> bool:
        return alike(self._page(), self._picture) >= _SAME

    def _page(self) -> Pixels:
        """Without the clock at its foot."""
        height, width = self._screen.pixels.shape
        return self._screen.part(0, 0, width, height * 0.95)


def _terminal(
    raised: Stage, display: str, settings: Mapping[str, Any] | None = None
) -> Iterator[Started]:
    with Terminal(raised, display, settings=settings) as running:

        def touchable() -> float:
            """When the touch was made that the terminal followed."""
            width, height = raised.size_px
            for _ in range(_TOUCHES):
                touched_s = monotonic()
                running.hands.touch(width // 2, height // 2, PRESS_S)
                try:
                    running.eyes.until(_has_gone_on, "page behind the resting one", _PATIENCE_S)
                except ResidentError:
                    continue
                return touched_s
            raise CannotMeasureError("the terminal shows its page and follows no touch")

        yield running.process, running.started_s, touchable


def _has_gone_on(now: Sight) -> bool:
    return now.step != "lobby/attract"


def _browser(raised: Stage, display: str) -> Iterator[Started]:
    width, height = raised.size_px
    started_s = monotonic()
    try:
        process = psutil.Popen(
            [
                *(BROWSER, *FLAGS, f"--window-size={width},{height}"),
                *(f"--user-data-dir={raised.directory / 'browser'}", PAGE.as_uri()),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "DISPLAY": display},
        )
    except FileNotFoundError:
        raise CannotMeasureError(f"{BROWSER} is not installed (make setup-bench)") from None
    try:
        yield process, started_s, lambda: started_s
    finally:
        end(process)
