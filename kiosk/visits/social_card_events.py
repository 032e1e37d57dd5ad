"""What happens with a social security card laid in place of typing. See `events.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class SocialCardRead(Event):
    """`number`: 卡号, of the card of whom it is about, as far as a card says whose it is."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SocialCardUnread(Event):
    """`why`: the key of what the resident can do; another card is waited for."""

    why: str
