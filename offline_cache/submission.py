"""The words and values in which the terminal speaks of what residents handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"
    HELD = "held"  # waits behind one of its own case that is poison
    POISON = "poison"  # the platform will never take it as it is: an operator has to look
    DELIVERED = "delivered"


class Outcome(StrEnum):
    """What the platform made of a submission; final."""

    ACCEPTED = "accepted"  # taken in, to be worked on
    COMPLETED = "completed"  # finished on the spot
    DECLINED = "declined"  # understood, and refused for a reason the resident was told


class Problem(StrEnum):
    """Why a submission is still here."""

    NO_NETWORK = "no-network"
    TIMEOUT = "timeout"
    REFUSED = "refused"  # no connection, or none that could be trusted
    BUSY = "busy"  # the platform asked to come later
    SERVER_ERROR = "server-error"
    GARBLED_ANSWER = "garbled-answer"
    TERMINAL_FAULT = "terminal-fault"  # the attempt failed inside the terminal
    REJECTED = "rejected"  # malformed or not allowed: trying again cannot help
    KEY_UNKNOWN = "key-unknown"  # the platform has no key that opens the body
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Submission:
    """`key`: UUID, made once, when the resident confirms. `item`: the service in the catalogue.

    `case`: UUID; what bears the same goes in the order of keeping. '' stands alone.
    `digest`: of the manifest in the body, 64 hexadecimal digits; '' where there is none.
    """

    key: str
    kind: str  # "certification", "application", "rating", ...
    item: str
    # sealed.box; or, with an empty key_id and suite, JSON without personal data
    body: bytes = field(repr=False)
    key_id: str = ""
    suite: str = ""
    case: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """How far a material is. `next`: the first chunk that the platform has not confirmed."""

    material: int
    chunks: int
    next: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    material: int
    number: int
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Queued(Submission):
    """A submission in the queue, with what `keep` and its attempts added.

    `announced`: the platform has the body and waits for `chunk`, the next of its materials.
    """

    number: str = ""
    kept_at: datetime = datetime.min
    tries: int = 0
    announced: bool = False
    uploads: tuple[Upload, ...] = ()
    chunk: Chunk | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """`new` is False when the key was there already; number and digest are those of then."""

    number: str
    new: bool
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What can be said about a receipt number."""

    state: State
    kept_at: datetime
    acknowledged_at: datetime | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class PoisonRow:
    """A line of the operator's list. `holds`: how many of its case wait behind it."""

    number: str
    kind: str
    item: str
    reason: Problem
    kept_at: datetime
    holds: int = 0
