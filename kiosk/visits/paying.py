"""What a visit pays: one object in it, dropped with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from kiosk.platform.payment_messages import Payment
from kiosk.visits.events import DeviceDown, Event, PlatformAway, TimedOut
from kiosk.visits.form_events import RowChosen
from kiosk.visits.payment_events import (
    FeePaid,
    FeeReturned,
    OrderClosed,
    OrderExpired,
    OrderNotOpened,
    OrderOpened,
)

NOW, LATER = "now", "later"  # rows of the page that asks how to pay
CHOICE_PAGE, OPENING_PAGE = "how_to_pay", "opening_order"


@dataclass(slots=True, repr=False)
class Paying:
    """now: whether it is paid at the terminal. key: of the order under way, "" without one; another
    try is another order. payment: as the platform last told of it. until: when its code ends.
    news: why nothing is paid yet, a text key.
    """

    now: bool = False
    key: str = ""
    payment: Payment | None = None
    until: datetime | None = None
    is_paid: bool = False
    news: str = ""

    @property
    def order(self) -> str:
        """What it was paid with; "" while it is not."""
        return self.payment.order if self.is_paid and self.payment is not None else ""

    def take(self, page: str, event: Event) -> None:
        match event:
            case RowChosen(row=row) if page == CHOICE_PAGE:
                self._begin(now=row == NOW)
            case OrderOpened():
                self.payment, self.until = event.payment, event.until
            case OrderNotOpened():
                self._end(f"pay.{event.why}")
            case PlatformAway() | DeviceDown() | TimedOut() if page == OPENING_PAGE:
                self._end("pay.away")
            case FeePaid():
                self.payment, self.is_paid = event.payment, True
            case OrderExpired():
                self._end("pay.expired")
            case OrderClosed():
                self._end("pay.closed")
            case FeeReturned():
                self.is_paid = False

    def _begin(self, *, now: bool) -> None:
        self.now, self.news, self.payment, self.until = now, "", None, None
        self.key = str(uuid.uuid4()) if now else ""

    def _end(self, news: str) -> None:
        self.now, self.key, self.payment, self.news = False, "", None, news
