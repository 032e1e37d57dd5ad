"""A service as a table: steps, and which event leads where. Knows nothing of screens or devices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.visits.events import Event

# Exits that every flow may name as a next step.
END = "(end)"  # the visit is over: wipe
HOME = "(home)"  # back to the choice of items, in the same visit
SERVICE = "(service)"  # into the flow of the item or the offer that was chosen
CHOICE = "(choice)"  # back to where the item was chosen, in the same visit
TAKEN_UP = "(taken up)"  # into the flow of the item, where a visit that paused goes on
SAY = "(say)"  # into what may be said of the service, in the same visit
GUIDE = "(guide)"  # into the guide of the item that was chosen, in the same visit
EXITS = frozenset({END, HOME, SERVICE, CHOICE, TAKEN_UP, SAY, GUIDE})


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
    which: for a step that shows many pages: the name of a pure function of the visit and the
        terminal that tells one from another.
    of: the step whose page it still is: the screen goes on with it as it stands.
    """

    page: str
    on: Mapping[type[Event], str]
    work: str | None = None
    patience_s: float | None = 90
    limit_s: float | None = None
    stage: str | None = None
    which: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """A question about the visit in place of a page: nobody stays here, its answer leads on.

    asks: the name of a pure function of the visit and the terminal.
    ways: answer → next step, fork or exit.
    """

    asks: str
    ways: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """The first step is where it begins. Steps and forks lead to each other by their names.

    resting: a step where a terminal may wait for ever, because no visit is under way.
    taken_up: the step where a visit that paused goes on; None where none can.

    Raises:
        FlowError: a step leads nowhere that exists, cannot be reached, or could hold a resident
            for ever.
    """

    name: str
    steps: Mapping[str, Step]
    anywhere: Mapping[type[Event], str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    resting: str | None = None
    forks: Mapping[str, Fork] = field(default_factory=dict)
    taken_up: str | None = None

    def __post_init__(self) -> None:
        targets = {
            **{
                name: {*step.on.values(), *self.anywhere.values()}
                for name, step in self.steps.items()
            },
            **{name: set(fork.ways.values()) for name, fork in self.forks.items()},
        }
        for name, leads in targets.items():
            for target in leads - set(targets) - EXITS:
                raise FlowError(
                    f"{self.name}: step {name!r} leads to {target!r}, which is not there"
                )
        for name, step in self.steps.items():
            if step.patience_s is None and step.limit_s is None and name != self.resting:
                raise FlowError(f"{self.name}: step {name!r} has neither patience nor limit")
            if step.of is not None and step.of not in self.steps:
                raise FlowError(f"{self.name}: step {name!r} is of {step.of!r}, which is no step")
            if step.stage is not None and step.stage not in self.stages:
                raise FlowError(f"{self.name}: step {name!r} is of no known stage {step.stage!r}")
        entries = [self.first] if self.taken_up is None else [self.first, self.taken_up]
        if not set(entries) <= set(self.steps):
            raise FlowError(f"{self.name}: it is taken up at {self.taken_up!r}, which is no step")
        for name in set(targets) - _reached(entries, targets):
            raise FlowError(f"{self.name}: no way leads to step {name!r}")
        between = {name: targets[name] & set(self.forks) for name in self.forks}
        for name, next_forks in between.items():
            if name in _reached(next_forks, between):
                raise FlowError(f"{self.name}: fork {name!r} leads back to itself without a page")

    @property
    def first(self) -> str:
        return next(iter(self.steps))

    def after(self, here: str, event: Event) -> str | None:
        """The step, fork or exit that follows; None when nobody listens for the event."""
        return self.steps[here].on.get(type(event), self.anywhere.get(type(event)))


def _reached(begin: Iterable[str], targets: Mapping[str, set[str]]) -> set[str]:
    reached, open_ends = set[str](), list(begin)
    while open_ends:
        name = open_ends.pop()
        if name not in reached and name in targets:
            reached.add(name)
            open_ends.extend(targets[name])
    return reached
