"""From the touch to the changed picture, while everything else in the terminal is at work."""

from __future__ import annotations

import os
import random
from contextlib import closing
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Final
from uuid import uuid4

from benchmarks.measured import CannotMeasureError, Goal, Measured, percentile, spread
from benchmarks.screen import Screen, changed, moment_when, still
from benchmarks.terminal import PRESS_S, SETTLED_S, Terminal, display_of, screen_of, stage
from offline_cache import database
from offline_cache.outbox import Outbox
from offline_cache.submission import Submission
from sandbox.visits import PENSION
from sandbox.world import TERMINAL

TOUCHES: Final = 200
LIMIT_MS: Final = 100.0
WAITING: Final = 20  # submissions
BODY_BYTES: Final = 110_000  # of one with a portrait
CONTROL: Final = "LargePrintChosen"
TOGGLE_EVERY: Final = 10  # touches; the others slide off the button again
_FACE: Final = "certify/face"
_NO_FACE: Final = "certify/no face"  # until somebody asks for another try
_PAUSE_S: Final = (0.15, 0.45)
_LOOKS: Final = 20
_TIMEOUT_S: Final = 5.0


def measure() -> list[Measured]:
    """On the page with the camera's picture: pictures stream in, are shown and judged, the reader
    is asked, and the forwarder has 20 submissions that the platform, answering a byte at a time,
    never takes. A finger is put on a button of the header 200 times; from the moment before that
    until the first pixel of the button has changed. One touch in ten is carried through and builds
    the page anew in the other print size.
    """
    with stage() as raised:
        display = display_of(raised)
        raised.end_terminal()
        _fill_outbox(raised.directory / "state" / "store.db")
        raised.bench.do("platform/set", fault="drip_body")
        raised.bench.do("camera/show", film="one_person")
        with Terminal(raised, display) as running:
            running.rest()
            _to_the_camera(running)
            samples = _touches(running, screen_of(raised))
    return [
        Measured(
            "touch_to_frame_p99",
            percentile(samples, 0.99),
            "ms",
            spread(samples),
            f"promised; the median is {median(samples):.0f} ms",
            limit=LIMIT_MS,
            goal=Goal(),
        )
    ]


def _fill_outbox(store: Path) -> None:
    with closing(Outbox(database.begin(store).connection, TERMINAL)) as outbox:
        for _ in range(WAITING):
            outbox.keep(
                Submission(
                    key=str(uuid4()),
                    kind="certification",
                    item=PENSION,
                    body=os.urandom(BODY_BYTES),
                    key_id="benchmark",
                    suite="benchmark",
                )
            )


def _to_the_camera(running: Terminal) -> None:
    running.wake()
    running.touch(f"ItemChosen:{PENSION}")
    running.until("certify/about")
    running.touch("Confirmed")
    running.until("certify/card")
    running.bench.do("reader/lay", person="p01")
    running.until("certify/person")
    running.touch("Confirmed")
    running.until("certify/consent")
    running.touch("Confirmed")
    running.until(_FACE)
    sleep(SETTLED_S)


def _touches(running: Terminal, screen: Screen) -> list[float]:
    samples: list[float] = []
    while len(samples) < TOUCHES:
        if _step(running) == _NO_FACE:
            running.touch("Again")
            running.until(_FACE)
            sleep(SETTLED_S)
        try:
            sample = _touch(running, screen, through=len(samples) % TOGGLE_EVERY == 0)
        except CannotMeasureError:
            running.hands.up()
            if _step(running) == _FACE:
                raise
            continue  # it changed under the finger: the session before the camera was over
        if _step(running) == _FACE:
            samples.append(sample)
    return samples


def _step(running: Terminal) -> str:
    return running.until(_FACE, _NO_FACE).step


def _touch(running: Terminal, screen: Screen, through: bool) -> float:
    """Milliseconds. `through`: the finger lifts on the button, not beside it."""
    for _ in range(_LOOKS):
        button = running.find(CONTROL)
        region = screen.part(button.x, button.y, button.w, button.h)
        before = still(region)
        sleep(random.uniform(*_PAUSE_S))
        if not changed(region, before):
            break
    else:
        raise CannotMeasureError("the button does not come to rest")
    touched_s = monotonic()
    running.hands.down(*button.middle)
    seen_s = moment_when(lambda: changed(region, before), "pressed button", _TIMEOUT_S)
    sleep(PRESS_S)
    if through:
        pressed = still(region)
        running.hands.up()
        moment_when(
            lambda: changed(region, before) and changed(region, pressed), "new page", _TIMEOUT_S
        )
    else:
        running.slide_to(0, 0)
        moment_when(lambda: not changed(region, before), "released button", _TIMEOUT_S)
        running.hands.up()
    return (seen_s - touched_s) * 1000
