"""What one measurement is, and when its goal is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median
from typing import Any


class CannotMeasureError(Exception):
    """Something needed was not there or did not happen; the message says what."""


@dataclass(frozen=True, slots=True)
class Goal:
    """Of the ratio of the value to its peer or limit: at most `ratio`, or at least."""

    ratio: float = 1.0
    at_least: bool = False

    def met(self, ratio: float) -> bool:
        return ratio >= self.ratio if self.at_least else ratio <= self.ratio


@dataclass(frozen=True, slots=True)
class Spread:
    minimum: float
    median: float
    maximum: float


def spread(samples: Sequence[float]) -> Spread:
    return Spread(min(samples), median(samples), max(samples))


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Measured:
    """One number. All of it in `unit`.

    against: what the peer or the limit is, in a few words.
    peer: what another program needed for the same, on this machine, in the same minutes.
    limit: what was promised.
    """

    name: str
    value: float
    unit: str
    spread: Spread
    against: str = ""
    peer: float | None = None
    limit: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Of the value to the peer, or to the limit where there is none."""
        base = self.limit if self.peer is None else self.peer
        return self.value / base if base else None

    @property
    def met(self) -> bool | None:
        """None where nothing was promised."""
        if self.goal is None or self.ratio is None:
            return None
        return self.goal.met(self.ratio)

    def as_json(self) -> dict[str, Any]:
        """Everything but the name."""
        told = asdict(self) | {"ratio": self.ratio, "met": self.met, "goal": goal_in_words(self)}
        del told["name"]
        return told


def goal_in_words(measured: Measured) -> str | None:
    """`≤ 1.5 × peer`; None where nothing was promised."""
    if measured.goal is None:
        return None
    sign = "≥" if measured.goal.at_least else "≤"
    base = "limit" if measured.peer is None else "peer"
    times = "" if measured.goal.ratio == 1 else f"{measured.goal.ratio:g} × "
    return f"{sign} {times}{base}"
