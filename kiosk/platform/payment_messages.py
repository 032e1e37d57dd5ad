"""Orders that a resident pays by telephone, and what is said of the service; opens nothing.

Contract: `docs/api/platform.yaml`, read as `kiosk/platform/platform_messages.py` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, Field

from kiosk.platform.query_messages import Sealed, Told


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """`key`: made when the resident agrees to pay; the same on every attempt. `submission`: the key
    of what is paid for. `amount_fen`: as it was shown, in 0.01 yuan.
    """

    key: str
    item: str
    submission: str
    amount_fen: int

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "terminal": terminal,
            "item": self.item,
            "submission": self.submission,
            "amount_fen": self.amount_fen,
        }


class PaymentState(StrEnum):
    WAITING = "WAITING"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    REFUNDED = "REFUNDED"


class Payment(Told):
    order: str = Field(pattern=r"^[0-9A-Z]{10,32}$")
    state: PaymentState
    amount_fen: int = Field(ge=1)
    pay_url: str = Field(min_length=8, repr=False)  # what the QR code holds
    expires_at: AwareDatetime


class FeedbackKind(StrEnum):
    COMPLAINT = "COMPLAINT"
    SUGGESTION = "SUGGESTION"


@dataclass(frozen=True, slots=True)
class Feedback:
    kind: FeedbackKind
    item: str | None
    number: str | None
    given_at: datetime  # aware
    packet: Sealed  # a FeedbackPacket; its key is the idempotency key

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "terminal": terminal,
            "item": self.item,
            "number": self.number,
            "kind": self.kind.value,
            "given_at": self.given_at.isoformat(),
            **self.packet.body(),
        }


class FeedbackReceipt(Told):
    key: str
