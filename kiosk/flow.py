"""A service as a table: steps, and which event leads where. Knows nothing of screens or devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.events import Event

# Exits that every flow may name as a next step.
END = "(end)"  # the visit is over: wipe
HOME = "(home)"  # back to the choice of items, in the same visit
SERVICE = "(service)"  # into the flow of the item that was chosen
EXITS = frozenset({END, HOME, SERVICE})


class FlowError(ValueError):
    """A table that cannot be walked; found when it is built, so at the start of the program."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page with what may happen on it.

    page: the name of the page that is shown.
    on: event type → next step or exit. An event that is not named here or in `anywhere` changes
        nothing.
    work: what the machine begins to do on entering; it is called off on leaving.
    patience_s: seconds without a touch until the countdown begins; None while it is the machine's
        turn.
    limit_s: seconds until TimedOut happens, touched or not.
    stage: which part of the visit this is, for the resident's sense of how far along.
    """

    page: str
    on: Mapping[type[Event], str]
    work: str | None = None
    patience_s: float | None = 90
    limit_s: float | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """The first step is where it begins.

    resting: a step where a terminal may wait for ever, because no visit is under way.

    Raises:
        FlowError: a step leads nowhere that exists, cannot be reached, or could hold a resident
            for ever.
    """

    name: str
    steps: Mapping[str, Step]
    anywhere: Mapping[type[Event], str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    resting: str | None = None

    def __post_init__(self) -> None:
        targets = {
            step: {*rows.on.values(), *self.anywhere.values()} for step, rows in self.steps.items()
        }
        for step, rows in self.steps.items():
            for target in targets[step] - set(self.steps) - EXITS:
                raise FlowError(
                    f"{self.name}: step {step!r} leads to {target!r}, which is not there"
                )
            if rows.patience_s is None and rows.limit_s is None and step != self.resting:
                raise FlowError(f"{self.name}: step {step!r} has neither patience nor limit")
            if rows.stage is not None and rows.stage not in self.stages:
                raise FlowError(f"{self.name}: step {step!r} is of no known stage {rows.stage!r}")
        reached, open_ends = set[str](), [self.first]
        while open_ends:
            step = open_ends.pop()
            if step not in reached and step in self.steps:
                reached.add(step)
                open_ends.extend(targets[step])
        for step in set(self.steps) - reached:
            raise FlowError(f"{self.name}: no way leads to step {step!r}")

    @property
    def first(self) -> str:
        return next(iter(self.steps))

    def after(self, here: str, event: Event) -> str | None:
        """The step or exit that follows; None when nobody listens for the event."""
        return self.steps[here].on.get(type(event), self.anywhere.get(type(event)))
