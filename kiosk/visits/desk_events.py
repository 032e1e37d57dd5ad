"""What the document camera sees of its desk when papers are to be taken home. See
`kiosk/visits/events.py`.
"""

from __future__ import annotations

from kiosk.visits.events import Event


class PageLies(Event):
    """Something that was laid there still lies there."""


class DeskEmpty(Event):
    """Nothing lies there any more."""
