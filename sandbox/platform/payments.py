"""Orders that are paid by telephone: opened, paid by whoever is told to, closed, given back.

A telephone is played by `telephone`, by `pay` or by the control port. Fees: `records/fees.toml`.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sandbox.platform.record_tables import rows

OPEN_FOR = timedelta(minutes=3)
FEES = {row["item"]: frozenset(row["fen"]) for row in rows("fees", "fee")}
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Telephone(StrEnum):
    """What whoever stands before the code does."""

    WAITS = "waits"  # until somebody at the bench pays
    PAYS = "pays"  # at the second look
    PAYS_LATE = "pays_late"  # in the very moment in which the order is called off
    LETS_EXPIRE = "lets_expire"  # at the second look the time is up
    FEE_CHANGED = "fee_changed"  # no order is opened: the fee is another one since today


class AmountChangedError(Exception):
    """The fee is not what was shown."""


class KeyReusedError(Exception):
    """The key was used for another order."""


@dataclass(frozen=True, slots=True)
class Order:
    number: str
    terminal: str
    item: str
    submission: str
    amount_fen: int
    state: str
    expires_at: datetime

    def told(self) -> dict[str, Any]:
        return {
            "order": self.number,
            "state": self.state,
            "amount_fen": self.amount_fen,
            "pay_url": f"https://pay.example.gov.cn/o/{self.number}",
            "expires_at": self.expires_at.isoformat(),
        }


class Payments:
    """Kept while the platform runs. `refunds`: orders by number, one entry each time money went
    back: two for one order would be wrong. `counted`: order → the submission that was taken in with
    it; what counts is not given back to a terminal that asks.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._orders: dict[str, Order] = {}
        self._keys: dict[str, tuple[bytes, str]] = {}
        self._looks: dict[str, int] = {}
        self.telephone = Telephone.WAITS
        self.refunds: list[str] = []
        self.counted: dict[str, str] = {}

    def open(
        self, key: str, fingerprint: bytes, terminal: str, item: str, submission: str, fen: int
    ) -> tuple[Order, bool]:
        """The order of this key, and whether it is new.

        Raises:
            KeyReusedError, AmountChangedError
        """
        with self._lock:
            if key in self._keys:
                before, number = self._keys[key]
                if before != fingerprint:
                    raise KeyReusedError
                return self._seen(number), False
            if fen not in FEES.get(item, ()) or self.telephone is Telephone.FEE_CHANGED:
                raise AmountChangedError
            number = f"{self._now():%Y%m%d%H%M%S}" + "".join(
                secrets.choice(_SIGNS) for _ in range(6)
            )
            until = self._now() + OPEN_FOR
            self._orders[number] = Order(number, terminal, item, submission, fen, "WAITING", until)
            self._keys[key] = (fingerprint, number)
            return self._orders[number], True

    def find(self, number: str) -> Order | None:
        with self._lock:
            return self._seen(number) if number in self._orders else None

    def opened(self, submission: str) -> int:
        """How many orders there are for it: more than one would be wrong."""
        with self._lock:
            return sum(order.submission == submission for order in self._orders.values())

    def look(self, number: str) -> Order | None:
        """As a terminal that shows the code asks."""
        with self._lock:
            if number not in self._orders:
                return None
            self._looks[number] = self._looks.get(number, 0) + 1
            if self._looks[number] > 1 and self.telephone is Telephone.PAYS:
                self._turn(number, "WAITING", "PAID")
            if self._looks[number] > 1 and self.telephone is Telephone.LETS_EXPIRE:
                self._turn(number, "WAITING", "EXPIRED")
            return self._seen(number)

    def orders(self) -> list[Order]:
        """In the order of opening."""
        with self._lock:
            return [self._seen(number) for number in self._orders]

    def count(self, number: str, terminal: str, submission: str, fen: int) -> bool:
        """Takes the order for this submission; False where it is none for it. One that was given
        back is: what it was for is taken in, and the fee is open.
        """
        with self._lock:
            order = self._orders.get(number)
            named = (terminal, submission, fen)
            if order is None or (order.terminal, order.submission, order.amount_fen) != named:
                return False
            if order.state == "PAID":
                self.counted[number] = submission
            return order.state in ("PAID", "REFUNDED")

    def expire(self) -> int:
        """The time of all that wait is up; how many."""
        with self._lock:
            return sum(self._turn(each, "WAITING", "EXPIRED") for each in self._orders)

    def pay(self, number: str | None = None) -> int:
        """The telephone: pays this order, or all that wait; how many."""
        with self._lock:
            wanted = [number] if number else list(self._orders)
            return sum(self._turn(each, "WAITING", "PAID") for each in wanted)

    def cancel(self, number: str) -> Order:
        with self._lock:
            late = self.telephone is Telephone.PAYS_LATE
            self._turn(number, "WAITING", "PAID" if late else "CANCELLED")
            return self._orders[number]

    def refund(self, number: str) -> Order:
        with self._lock:
            if number not in self.counted and self._turn(number, "PAID", "REFUNDED"):
                self.refunds.append(number)
            return self._orders[number]

    def _turn(self, number: str, here: str, there: str) -> bool:
        if self._seen(number).state != here:
            return False
        self._orders[number] = replace(self._orders[number], state=there)
        return True

    def _seen(self, number: str) -> Order:
        order = self._orders[number]
        if order.state == "WAITING" and order.expires_at < self._now():
            order = self._orders[number] = replace(order, state="EXPIRED")
        return order
