"""What becomes of a fee and of the order it is paid with. See `kiosk/visits/events.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.platform.payment_messages import Payment
from kiosk.visits.events import Event


@dataclass(frozen=True, slots=True)
class OrderOpened(Event):
    """`until`: when the code ends, by this terminal's clock; None where the clocks disagree."""

    payment: Payment
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OrderNotOpened(Event):
    """`why`: `away`, `changed` (the fee is another one here than there) or `disk`."""

    why: str


@dataclass(frozen=True, slots=True)
class FeePaid(Event):
    payment: Payment


class OrderExpired(Event):
    """Nobody has paid, and nobody can any more."""


class OrderClosed(Event):
    """It was called off before anybody paid."""


class FeeReturned(Event):
    """It was paid in the very moment in which it was called off, and the money is back."""
