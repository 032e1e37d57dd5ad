"""What happens to a visit that pauses. See `kiosk/visits/events.py`.

What they bring is kept by the visit's `pause` (`kiosk/visits/pausing.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.visits.draft_content import DraftContent
from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class DraftKept(Event):
    """Safe on disk. `code`: 8 digits, of the slip. `until`: the last moment."""

    code: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class DraftNotKept(Event):
    trouble: str


@dataclass(frozen=True, slots=True)
class DraftOpened(Event):
    draft: DraftContent = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class DraftsThere(Event):
    """What is kept here for whoever laid the card. `ends`: the last moment of each, in order."""

    ends: tuple[datetime, ...]


class DraftUnknown(Event):
    """No draft opens with the card and the code."""


class DraftPast(Event):
    """There was one, and its days are over."""


class DraftShut(Event):
    """The store, or what is in it, cannot be read now."""
