"""What the platform and the seals answer while something is looked up. See `events.py`.

What they bring is kept by the visit's `lookup` (`lookup.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.platform.affairs_messages import Affairs, Progress
from kiosk.platform.certificates import SealState
from kiosk.platform.query_messages import QueryAnswer, Verified
from kiosk.visits.events import Event
from kiosk.visits.standing import StandingHere


@dataclass(frozen=True, slots=True)
class QueryAnswered(Event):
    """The base of the four that follow: which of them decides where it goes on."""

    told: QueryAnswer = field(repr=False)


class Found(QueryAnswered):
    """There is something to read."""


class Several(QueryAnswered):
    """One of `choices` is to be chosen."""


class FaceDoubted(QueryAnswered):
    """Another picture, or somebody who knows the person."""


class NotHad(QueryAnswered):
    """Nothing on file, or not to be had here: the code says which."""


@dataclass(frozen=True, slots=True)
class PaperFetched(Event):
    """A document of the answer is here, and its seal was looked at. `pdf` is empty when it came
    too late for it.
    """

    pdf: bytes = field(repr=False)
    seal: SealState


@dataclass(frozen=True, slots=True)
class CodeRead(Event):
    """A code was read that is one of ours: a receipt number or a verification code."""

    code: str


class CodeStrange(Event):
    """A code was read, and it is none of ours."""


@dataclass(frozen=True, slots=True)
class PaperJudged(Event):
    verified: Verified = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProgressTold(Event):
    """`told_at`: when, where the platform is away and it is an old one; None when it is new."""

    progress: Progress
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StandsHere(Event):
    """It is not with the platform, and this terminal knows where it is."""

    whereabouts: StandingHere


class NumberUnknown(Event):
    """The platform has no such number, and neither has this terminal."""


@dataclass(frozen=True, slots=True)
class CaseChosen(Event):
    """One of a person's own cases, by the number of its receipt."""

    row: str


@dataclass(frozen=True, slots=True)
class AffairsTold(Event):
    affairs: Affairs = field(repr=False)
