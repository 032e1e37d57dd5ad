"""What stays in memory after many residents."""

from __future__ import annotations

from statistics import median
from typing import Any, Final

from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from benchmarks.terminal import Terminal, terminal
from sandbox.visits import PENSION

VISITS: Final = 500
WARM_UP: Final = 20  # visits: everything that is loaded once has been loaded
WINDOW: Final = 25  # visits, after whose readings the beginning and the end are judged
LIMIT_MB: Final = 5.0
PEOPLE: Final = ("p01", "p02", "p19", "p22", "p29")
_FACE_S: Final = 60.0


def measure(visits: int = VISITS) -> list[Measured]:
    """Growth of the terminal's resident memory over 500 visits: the median reading of the last 25
    less that of the 25 after a warm-up of 20, each read on the resting page. Every visit is a
    whole certification: card, platform, face before the streaming camera, submission, receipt,
    rating. Real touches on the real program, but for its pauses: the goodbye is shortened
    (`benchmarks/hurried.py`) and the face is taken without a movement. It takes about 50 minutes;
    `--visits` takes another number.
    """
    if visits < WARM_UP + 2:
        raise CannotMeasureError(f"fewer visits than the {WARM_UP} of the warm-up")
    settings: dict[str, Any] = {"face": {"movements": []}}
    with terminal(("-m", "benchmarks.hurried"), settings, apart_s=0.0, steady_s=0.15) as (
        running,
        _,
    ):
        running.bench.do("camera/show", film="one_person")
        readings = [_visit(running, place) for place in range(visits)][WARM_UP:]
    window = min(WINDOW, len(readings) // 2)
    before = median(readings[:window])
    growth = [reading - before for reading in readings]
    return [
        Measured(
            "memory_after_visits",
            median(growth[-window:]),
            f"MB in {visits} whole visits",
            spread(growth),
            "promised",
            limit=LIMIT_MB,
            goal=Goal(),
        )
    ]


def _visit(running: Terminal, place: int) -> float:
    """MB of memory once nothing is left of the visit but the resting page."""
    running.wake()
    running.touch(f"ItemChosen:{PENSION}")
    running.until("certify/about")
    _present_card(running, PEOPLE[place % len(PEOPLE)])
    _certify(running)
    running.until("lobby/attract")
    return float(running.process.memory_info().rss) / 1e6


def _present_card(running: Terminal, person: str) -> None:
    running.touch("Confirmed")
    running.until("certify/card")
    running.bench.do("reader/lay", person=person)
    running.until("certify/person")
    running.bench.do("reader/lift")


def _certify(running: Terminal) -> None:
    running.touch("Confirmed")
    if running.until("certify/consent", "certify/not due").step == "certify/not due":
        running.touch("Again")
        running.until("certify/consent")
    running.touch("Confirmed")
    running.until("certify/face")
    seen = running.until("certify/result", "certify/no face", timeout_s=_FACE_S)
    if seen.step != "certify/result":
        raise CannotMeasureError(f"the person on the film was not taken: {seen}")
    running.touch("Confirmed")
    running.until("certify/receipt")
    running.touch("Confirmed")
    running.until("certify/rating")
    running.touch("Rated:5")
