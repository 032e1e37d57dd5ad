"""What happens to a parcel of originals. See `kiosk/visits/events.py`."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.platform.affairs_messages import Parcel
from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class ParcelsTold(Event):
    """Where the originals go of what was just handed in: number → parcel, as far as it is known."""

    parcels: tuple[tuple[str, Parcel], ...]


class HandOnAsked(Event):
    """A member of staff wants to record that the parcel goes into the next hand."""


class HandedOn(Event):
    """The platform has recorded it."""


class NotItsTurn(Event):
    """The parcel is somewhere else than this terminal was told: nothing was recorded."""
