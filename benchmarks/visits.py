"""How long a resident stands there: from the card on the reader to the paper in the hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median
from time import monotonic, sleep
from typing import Final

from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from benchmarks.terminal import SETTLED_S, Terminal, display_of, stage
from sandbox.visits import PENSION

PEOPLE: Final = ("p01", "p19", "p22", "p27", "p29")  # each due, each for the first time
OWNER: Final = "p39"  # has a certificate with a seal that is good
CERTIFICATE: Final = "2020-35/1/20"
INITIALS: Final = "zyjs"  # 专业技术
ROUNDS: Final = 5
REACTION_S: Final = 1.0  # from seeing to touching
CERTIFICATION_S: Final = 60.0
CERTIFICATE_S: Final = 45.0
CERTIFICATE_TOUCHES: Final = 4
TOUCHED: Final[Mapping[str, str]] = {
    "verify/person": "Confirmed",
    "verify/consent": "Confirmed",
    "verify/question/mode": "Answered:own",
    "verify/shown": "Confirmed",
}
DEAD_ENDS: Final = frozenset({"verify/not had", "verify/away", "verify/no face", "verify/no paper"})
_SLOW_S: Final = 120.0


def certification() -> list[Measured]:
    """From the moment before the bench is asked to lay the card until the receipt is cut, of a
    whole certification: card, platform, the movements that the face is asked for, submission, the
    card taken back, receipt. Whoever walks needs a second for each touch. The median of five.
    """
    with _terminal() as running:
        samples = [_certified(running, person) for person in PEOPLE]
    return [_measured("certification", "s", samples, CERTIFICATION_S)]


def certificate() -> list[Measured]:
    """From the moment before the bench is asked to lay the card until the page printer says that
    the page is out: card, face, look-up, the seal verified, the card taken back, an A4 page.
    Whoever walks needs a second for each touch. The median of five; the touches are those after
    the card.
    """
    with _terminal("page_printer") as running:
        times, touches = zip(*(_printed(running) for _ in range(ROUNDS)), strict=True)
    return [
        _measured("certificate_on_paper", "s", times, CERTIFICATE_S),
        _measured("certificate_touches", "touches", touches, CERTIFICATE_TOUCHES),
    ]


def _measured(name: str, unit: str, samples: Sequence[float], limit: float) -> Measured:
    return Measured(
        name, median(samples), unit, spread(samples), "promised", limit=limit, goal=Goal()
    )


@contextmanager
def _terminal(devices: str = "") -> Iterator[Terminal]:
    with stage(devices) as raised:
        display = display_of(raised)
        raised.end_terminal()
        with Terminal(raised, display, apart_s=0.0) as running:
            running.until("lobby/attract", timeout_s=_SLOW_S)
            sleep(SETTLED_S)
            running.bench.do("camera/show", film="obliging")
            yield running


def _touch(running: Terminal, control: str) -> None:
    running.find(control)
    sleep(REACTION_S)
    running.touch(control)


def _certified(running: Terminal, person: str) -> float:
    running.wake()
    _touch(running, f"ItemChosen:{PENSION}")
    running.until("certify/about")
    _touch(running, "Confirmed")
    running.until("certify/card")
    laid_s, cut = monotonic(), _slips(running)
    running.bench.do("reader/lay", person=person)
    for step in ("certify/person", "certify/consent"):
        running.until(step)
        _touch(running, "Confirmed")
    running.until("certify/take card", timeout_s=_SLOW_S)
    running.bench.do("reader/lift")
    running.until("certify/result")
    _touch(running, "Confirmed")
    running.until("certify/receipt", timeout_s=_SLOW_S)
    if _slips(running) != cut + 1:
        raise CannotMeasureError("the receipt was not cut")
    took_s = monotonic() - laid_s
    _leave(running, "certify")
    return took_s


def _printed(running: Terminal) -> tuple[float, float]:
    running.wake()
    _touch(running, "OfferChosen:search")
    for letter in INITIALS:
        _touch(running, f"Letter:{letter}")
    _touch(running, f"ItemChosen:{CERTIFICATE}")
    running.until("verify/about")
    _touch(running, "Confirmed")
    running.until("verify/card")
    laid_s, step, touches = monotonic(), "verify/card", 0
    running.bench.do("reader/lay", person=OWNER)
    while step != "verify/on paper":
        step = _next(running, step)
        if step == "verify/take card":
            running.bench.do("reader/lift")
        elif step in TOUCHED:
            _touch(running, TOUCHED[step])
            touches += 1
    took_s = monotonic() - laid_s
    _leave(running, "verify")
    return took_s, touches


def _next(running: Terminal, step: str) -> str:
    seen = running.eyes.until(lambda now: now.step != step, f"a step after {step}", _SLOW_S)
    if seen.step.startswith("lobby/") or seen.step in DEAD_ENDS:
        raise CannotMeasureError(f"it came to {seen}")
    return seen.step


def _slips(running: Terminal) -> int:
    return len([one for one in running.bench.state()["printer"]["slips"] if one["complete"]])


def _leave(running: Terminal, service: str) -> None:
    _touch(running, "Confirmed")
    running.until(f"{service}/rating")
    _touch(running, "Rated:5")
    running.until("lobby/attract")
