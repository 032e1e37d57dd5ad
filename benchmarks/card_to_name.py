"""From the card on the reader to the name on the screen."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Final

from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from benchmarks.screen import Pixels, Screen, alike, moment_when, still
from benchmarks.terminal import SETTLED_S, Terminal, terminal
from devices.idcard_reader import IdCardReader
from sandbox.bench.cards import CARDS
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.visits import PENSION

BAUD: Final = 115_200
ROUNDS: Final = 15
PERSON: Final = "p01"
WIRE_TIMES: Final = 1.15
BESIDES_MS: Final = 150.0
_SAME: Final = 0.995  # of the pixels: the page with the name, all of it
_POLL_S: Final = 0.4


def measure() -> list[Measured]:
    """From the moment before the bench is asked to lay the card until the page with the name is in
    the framebuffer: pseudo terminal, driver, worker, conductor, drawn frame. The median of 15, each
    begun at another moment of the reader's polling. The limit is 1.15 times the wire time of
    one reading (find, select, read, further address) at 115200 baud, which the far end counts, and
    150 ms.
    """
    wire_ms = _wire_time_ms()
    with terminal() as (running, screen):
        samples = _rounds(running, screen)
    return [
        Measured(
            "card_to_name",
            median(samples),
            "ms",
            spread(samples),
            f"1.15 × {wire_ms:.0f} ms on the wire + 150 ms",
            limit=WIRE_TIMES * wire_ms + BESIDES_MS,
            goal=Goal(),
        )
    ]


def _wire_time_ms() -> float:
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as directory:
        link = Path(directory) / "ttyUSB0"
        with IdCardReaderPeer(link, BAUD) as peer, IdCardReader(str(link), BAUD) as reader:
            peer.lay(CARDS[PERSON])
            before_s = peer.wire.seconds
            if reader.read() is None:
                raise CannotMeasureError("the reader does not see the card")
            return (peer.wire.seconds - before_s) * 1000


def _rounds(running: Terminal, screen: Screen) -> list[float]:
    running.wake()
    running.touch(f"ItemChosen:{PENSION}")
    running.until("certify/about")
    running.touch("Confirmed")
    page = _reference(running, screen)
    return [_round(running, screen, page) for _ in range(ROUNDS)]


def _reference(running: Terminal, screen: Screen) -> Pixels:
    """The middle of the page with the name, as it will look each time."""
    running.until("certify/card")
    running.bench.do("reader/lay", person=PERSON)
    running.until("certify/person")
    sleep(SETTLED_S)
    page = still(_middle(screen))
    _away(running)
    if alike(_middle(screen), page) >= _SAME:
        raise CannotMeasureError("the page with the name looks like the one before")
    return page


def _round(running: Terminal, screen: Screen, page: Pixels) -> float:
    sleep(random.uniform(0, _POLL_S))
    laid_s = monotonic()
    running.bench.do("reader/lay", person=PERSON)
    seen_s = moment_when(lambda: alike(_middle(screen), page) >= _SAME, "name", 20)
    running.until("certify/person")
    _away(running)
    return (seen_s - laid_s) * 1000


def _away(running: Terminal) -> None:
    running.bench.do("reader/lift")
    running.touch("Back")
    running.until("certify/card")
    sleep(SETTLED_S)


def _middle(screen: Screen) -> Pixels:
    """Without the clock above and the buttons below."""
    height, width = screen.pixels.shape
    return screen.part(0, height * 0.25, width, height * 0.5)
