"""What happens while somebody says what they think of the service. See `kiosk/events.py`."""

from __future__ import annotations

from kiosk.events import Event


class FeedbackAsked(Event):
    """Wants to complain or to suggest something."""


class FeedbackKept(Event):
    """Safe on disk, as a submission is."""
