"""What the tests of this room share: invented submissions and a store in a temporary directory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from offline_cache.database import begin, connect
from offline_cache.materials import SealedMaterial
from offline_cache.outbox import LIMITS, Limits, Outbox
from offline_cache.submission import Outcome, Submission

TERMINAL = "370112"
MORNING = datetime(2026, 3, 8, 8, 30, tzinfo=UTC)
PATIENCE_S = 30.0  # how long a test waits for what must come


class Clock:
    """A wall clock that the test sets."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def a_submission(
    body: bytes = b"sealed", kind: str = "certification", case: str = ""
) -> Submission:
    return Submission(str(uuid4()), kind, "residence-certificate", body, "k1", "a-suite", case)


def some_materials(*chunks: int, mark: bytes = b"chunk") -> list[SealedMaterial]:
    """One of so many chunks each, told apart by what is in them."""
    return [
        SealedMaterial(number, tuple(mark + b" %d %d." % (number, at) for at in range(count)))
        for number, count in enumerate(chunks)
    ]


def an_outbox(path: Path, clock: Clock | None = None, limits: Limits = LIMITS) -> Outbox:
    """On a store that is there or begins."""
    begin(path).connection.close()
    return Outbox(connect(path), TERMINAL, limits, clock or Clock())


def files_of(path: Path) -> bytes:
    """Everything the store has on the disk: the database, its log, its index."""
    return b"".join(part.read_bytes() for part in path.parent.glob(path.name + "*"))


def drained(outbox: Outbox, clock: Clock) -> list[str]:
    """The keys in the order they went; all are delivered."""
    keys = []
    while queued := outbox.peek(clock()):
        keys.append(queued.key)
        outbox.acknowledge(queued.key, Outcome.ACCEPTED)
    return keys
