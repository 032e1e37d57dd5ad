"""What happens while somebody says what they think of the service. See `kiosk/visits/events.py`."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class FeedbackAsked(Event):
    """Wants to complain or to suggest something. `row`: where it was a line of a list."""

    row: str = ""


class FeedbackKept(Event):
    """Safe on disk, as a submission is."""
