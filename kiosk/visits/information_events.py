"""What a resident does in the information corner. See `kiosk/visits/events.py`."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class NoticesAsked(Event):
    """`row`: of the corner, which bears the event's own name."""

    row: str = ""


@dataclass(frozen=True, slots=True)
class GuidesAsked(Event):
    row: str = ""


class GuideAsked(Event):
    """From the page of an item to its guide."""
