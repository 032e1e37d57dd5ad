"""Orders for which nothing was handed in: closed at the platform, and paid back.

While the resident waits it is done by a work; whatever a visit, a fault or a power cut has left
open is done here, in a thread of its own, until the platform has said that nothing is owed.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import PlatformError, PlatformGarbledError, PlatformRefusedError
from kiosk.platform.payment_messages import Payment, PaymentOrder, PaymentState
from kiosk.visits.backoff import Backoff
from kiosk.visits.worker import NICENESS
from offline_cache.errors import StoreError
from offline_cache.payment_orders import Owed, PaymentOrders

log = logging.getLogger(__name__)

OpenOrders = Callable[[], AbstractContextManager[PaymentOrders]]
FIRST_S, LONGEST_S = 2.0, 300.0


def close(platform: Enquiries, orders: PaymentOrders, owed: Owed) -> bool:
    """Any number of calls gives the money back once. True: it had been paid, and is given back.

    Raises:
        PlatformError, StoreError: it stays to be closed.
    """
    number = owed.number or _asked_again(platform, orders, owed)
    told = platform.cancel_payment(number) if number else None
    if told is not None and told.state is PaymentState.PAID:
        told = platform.refund_payment(number)
    if told is not None:
        _require_end(told)
    returned = told is not None and told.state is PaymentState.REFUNDED
    orders.close(owed.key, returned=returned)
    return returned


def _asked_again(platform: Enquiries, orders: PaymentOrders, owed: Owed) -> str:
    """The platform may have opened it and the answer was lost: the same key finds it again. "": it
    was not, and will not be.
    """
    order = PaymentOrder(owed.key, owed.item, owed.submission, owed.amount_fen)
    try:
        number = platform.pay(order).order
    except PlatformRefusedError as fault:
        if fault.poison:
            return ""
        raise
    orders.number(owed.key, number)
    return number


def _require_end(told: Payment) -> None:
    if told.state is PaymentState.WAITING:
        raise PlatformGarbledError("an order that was called off waits to be paid")
    if told.state is PaymentState.PAID:
        log.error("order %s is not paid back: the platform has what it was paid for", told.order)


class OrderCloser(threading.Thread):
    """Closes what was given up. `visit_over` and `nudge` may be called from any thread."""

    def __init__(
        self, platform: Enquiries, open_orders: OpenOrders, backoff: Backoff | None = None
    ) -> None:
        super().__init__(name="order closer", daemon=True)
        self._platform, self._open_orders = platform, open_orders
        self._backoff = backoff or Backoff(FIRST_S, LONGEST_S)
        self._over = 0
        self._wake, self._ending = threading.Event(), False

    def visit_over(self, visit: int) -> None:
        """What this visit and those before have left open is nobody's any more."""
        self._over = visit
        self._wake.set()

    def nudge(self) -> None:
        """The platform can be reached again."""
        self._wake.set()

    def stop(self, timeout_s: float = 5.0) -> None:
        self._ending = True
        self._wake.set()
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone
        while not self._ending:
            self._wake.clear()
            if self._all_closed():
                self._backoff.reset()
                self._wake.wait(LONGEST_S)
            else:
                self._wake.wait(self._backoff.failed(lasting=False))

    def _all_closed(self) -> bool:
        """One that cannot be closed holds up no other."""
        done = True
        try:
            with self._open_orders() as orders:
                orders.give_up_until(self._over)
                for owed in orders.given_up():
                    done = self._closed(orders, owed) and done
        except StoreError as fault:
            log.error("orders cannot be looked at: %s", fault)
            return False
        return done

    def _closed(self, orders: PaymentOrders, owed: Owed) -> bool:
        if self._ending:
            return False
        try:
            returned = close(self._platform, orders, owed)
        except PlatformError as fault:
            log.warning("an order is not closed yet: %s", fault)
            return False
        log.info("an order was closed%s", ", and paid back" if returned else "")
        return True
