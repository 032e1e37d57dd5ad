"""What the terminal does for a fee: opens an order, looks whether it is paid, calls it off."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform, PlatformError, PlatformRefusedError
from kiosk.platform.payment_messages import Payment, PaymentOrder, PaymentState
from kiosk.services.questions import intake_of
from kiosk.visits.events import Event, PlatformAway
from kiosk.visits.fees import due_here_fen
from kiosk.visits.payment_events import (
    FeePaid,
    FeeReturned,
    OrderClosed,
    OrderExpired,
    OrderNotOpened,
    OrderOpened,
)
from kiosk.visits.terminal import Work as Conducted
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task, Worker
from kiosk.works.base import Work
from kiosk.works.order_closing import OpenOrders, close
from offline_cache.errors import StoreError
from offline_cache.payment_orders import Owed

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.5
SILENT_S: Final = 12.0  # nobody is left before a code without being told for longer than this
# A code lives for minutes; what lives shorter or longer by our clock is told by none.
LIVES: Final = (timedelta(seconds=20), timedelta(minutes=20))


def open_order(
    open_orders: OpenOrders, now: Callable[[], datetime]
) -> Callable[[Visit], Task[Platform]]:
    """Answers OrderOpened or OrderNotOpened. It is on the disk before the platform is asked."""

    def work(visit: Visit) -> Task[Platform]:
        intake, number = intake_of(visit), visit.number
        order = PaymentOrder(visit.paying.key, intake.item.code, visit.key, due_here_fen(intake))

        def task(platform: Platform, job: Job) -> Event:
            try:
                with open_orders() as orders:
                    orders.begin(
                        Owed(order.key, order.item, order.submission, order.amount_fen), number
                    )
                    try:
                        told = Enquiries(platform).pay(order)
                    except PlatformError as fault:
                        log.warning("no order was opened: %s", fault)
                        if isinstance(fault, PlatformRefusedError) and fault.poison:
                            orders.close(order.key)
                            return OrderNotOpened(job.visit, "changed")
                        orders.give_up(order.key)
                        return OrderNotOpened(job.visit, "away")
                    orders.number(order.key, told.order)
            except StoreError as fault:
                log.error("an order cannot be kept account of: %s", fault)
                return OrderNotOpened(job.visit, "disk")
            return OrderOpened(job.visit, told, _end_of(told, now()))

        return task

    return work


def _end_of(told: Payment, now: datetime) -> datetime | None:
    shortest, longest = LIVES
    return told.expires_at if shortest <= told.expires_at - now <= longest else None


def await_payment(open_orders: OpenOrders) -> Callable[[Visit], Task[Platform]]:
    """Answers FeePaid or OrderExpired, and PlatformAway when nothing was heard for `SILENT_S`."""

    def work(visit: Visit) -> Task[Platform]:
        key, payment = visit.paying.key, visit.paying.payment

        def task(platform: Platform, job: Job) -> Event | None:
            heard_s = time.monotonic()
            while payment is not None and not job.stopped.is_set():
                try:
                    told = Enquiries(platform).payment(payment.order)
                except PlatformError as fault:
                    if time.monotonic() - heard_s > SILENT_S:
                        log.warning("whether it is paid is not known: %s", fault)
                        return PlatformAway(job.visit)
                else:
                    job.answered()
                    heard_s = time.monotonic()
                    if told.state is PaymentState.PAID:
                        return FeePaid(job.visit, told)
                    if told.state is not PaymentState.WAITING:
                        _forget(open_orders, key)
                        return OrderExpired(job.visit)
                job.stopped.wait(LOOK_EVERY_S)
            return None

        return task

    return work


def _forget(open_orders: OpenOrders, key: str) -> None:
    """Where the disk refuses it is closed once more, later; that does no harm."""
    try:
        with open_orders() as orders:
            orders.close(key)
    except StoreError as fault:
        log.error("an order is still on the disk: %s", fault)


def close_order(open_orders: OpenOrders) -> Callable[[Visit], Task[Platform]]:
    """The resident stays and pays another time. Answers OrderClosed; FeePaid where it was paid in
    this very moment: then it is, and counts; PlatformAway when nobody can tell.
    """

    def work(visit: Visit) -> Task[Platform]:
        key, payment = visit.paying.key, visit.paying.payment

        def task(platform: Platform, job: Job) -> Event:
            try:
                with open_orders() as orders:
                    try:
                        told = Enquiries(platform).cancel_payment(payment.order if payment else "")
                    except PlatformError as fault:
                        log.warning("an order was not called off: %s", fault)
                        orders.give_up(key)
                        return PlatformAway(job.visit)
                    if told.state is PaymentState.PAID and orders.is_open(key):
                        return FeePaid(job.visit, told)
                    if told.state in (PaymentState.PAID, PaymentState.WAITING):
                        orders.give_up(key)
                        return PlatformAway(job.visit)
                    orders.close(key)
            except StoreError as fault:
                log.error("an order was not called off: %s", fault)
                return PlatformAway(job.visit)
            return OrderClosed(job.visit)

        return task

    return work


def call_off_order(open_orders: OpenOrders) -> Callable[[Visit], Task[Platform]]:
    """The resident goes, or nothing can be kept. Answers OrderClosed, FeeReturned, or PlatformAway:
    then it is closed and paid back as soon as the platform is there.
    """

    def work(visit: Visit) -> Task[Platform]:
        key = visit.paying.key

        def task(platform: Platform, job: Job) -> Event:
            try:
                with open_orders() as orders:
                    owed = orders.give_up(key)
                    returned = owed is not None and close(Enquiries(platform), orders, owed)
            except (PlatformError, StoreError) as fault:
                log.warning("an order is not called off yet: %s", fault)
                return PlatformAway(job.visit)
            return (FeeReturned if returned else OrderClosed)(job.visit)

        return task

    return work


def paying_works(
    online: Worker[Platform], open_orders: OpenOrders, now: Callable[[], datetime]
) -> dict[str, Conducted]:
    """By the names the tables use."""
    return {
        "open order": Work(online, open_order(open_orders, now)),
        "await payment": Work(online, await_payment(open_orders)),
        "close order": Work(online, close_order(open_orders)),
        "call off order": Work(online, call_off_order(open_orders)),
    }
