"""What happens on a page that can be read aloud. See `kiosk/visits/events.py`."""

from __future__ import annotations

from kiosk.visits.events import Event


class ReadAloudAsked(Event):
    """Wants to hear what the page says."""


class HushAsked(Event):
    """Has heard enough of it."""


class ReadOut(Event):
    """All was said, or the headset is gone from which it was."""
