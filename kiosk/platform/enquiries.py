"""What the terminal asks the platform besides handing in: records, papers, cases, payments.

The same line, bounds and faults as `kiosk/platform/gateway.py`.
"""

from __future__ import annotations

import hashlib

from kiosk.platform.affairs_messages import Affairs, AffairsQuery, Progress, parse_progress
from kiosk.platform.gateway import (
    Platform,
    PlatformGarbledError,
    PlatformRefusedError,
    read_answer,
    read_bytes,
)
from kiosk.platform.payment_messages import Feedback, FeedbackReceipt, Payment, PaymentOrder
from kiosk.platform.query_messages import DocumentNamed, Query, QueryAnswer, Verified
from kiosk.platform.relay_messages import HandOver, HandOverReceipt


class Enquiries:
    """Blocks and raises as `Platform` does."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def query(self, query: Query) -> QueryAnswer:
        reply = self._platform.call("POST", "/v1/queries", query.body(self._platform.terminal))
        return read_answer(reply, (200,), QueryAnswer.model_validate_json)

    def document(self, named: DocumentNamed) -> bytes | None:
        """The bytes that the answer has named, and no others. None: it is too late for them."""
        reply = self._platform.call("GET", f"/v1/documents/{named.id}")
        try:
            body = read_bytes(reply, named.media_type)
        except PlatformRefusedError as fault:
            if fault.reason == "UNKNOWN_DOCUMENT":
                return None
            raise
        if len(body) != named.bytes or hashlib.sha256(body).hexdigest() != named.sha256:
            raise PlatformGarbledError("another document than the answer has named")
        return body

    def verify(self, code: str) -> Verified:
        """`code`: 16 signs of a printed verification code, without the spaces between groups."""
        body = {"terminal": self._platform.terminal, "code": code}
        reply = self._platform.call("POST", "/v1/verifications", body)
        return read_answer(reply, (200,), Verified.model_validate_json)

    def affairs(self, query: AffairsQuery) -> Affairs:
        reply = self._platform.call("POST", "/v1/affairs", query.body(self._platform.terminal))
        return read_answer(reply, (200,), Affairs.model_validate_json)

    def progress(self, number: str) -> Progress | None:
        """None: the platform has no such number (yet; it may wait in the outbox)."""
        try:
            reply = self._platform.call("GET", f"/v1/submissions/{number}")
            told = read_answer(reply, (200,), parse_progress)
        except PlatformRefusedError as fault:
            if fault.reason == "UNKNOWN_NUMBER":
                return None
            raise
        if told.answer.number != number:
            raise PlatformGarbledError("an answer about another number")
        return told

    def pay(self, order: PaymentOrder) -> Payment:
        """Any number of calls with the same values opens one order."""
        body = order.body(self._platform.terminal)
        reply = self._platform.call("POST", "/v1/payments", body, order.key)
        told = read_answer(reply, (200, 201), Payment.model_validate_json)
        if told.amount_fen != order.amount_fen:
            raise PlatformGarbledError("an order for another amount")
        return told

    def payment(self, order: str) -> Payment:
        return self._about("GET", order, "")

    def cancel_payment(self, order: str) -> Payment:
        """What was paid meanwhile stays PAID: look at the answer."""
        return self._about("POST", order, "/cancel")

    def refund_payment(self, order: str) -> Payment:
        """Any number of calls gives the money back once."""
        return self._about("POST", order, "/refund")

    def give_feedback(self, feedback: Feedback) -> None:
        """Any number of calls with the same values counts once."""
        body = feedback.body(self._platform.terminal)
        reply = self._platform.call("POST", "/v1/feedback", body, feedback.packet.key)
        receipt = read_answer(reply, (200, 201), FeedbackReceipt.model_validate_json)
        if receipt.key != feedback.packet.key:
            raise PlatformGarbledError("a receipt for other feedback")

    def hand_over(self, handed: HandOver) -> bool:
        """Any number of calls with the same values counts once. False: it is not this one's turn,
        or there is no such parcel.
        """
        body = handed.body(self._platform.terminal)
        try:
            reply = self._platform.call("POST", "/v1/hand-overs", body, handed.key)
            receipt = read_answer(reply, (200, 201), HandOverReceipt.model_validate_json)
        except PlatformRefusedError as fault:
            if fault.reason in ("NOT_NEXT", "UNKNOWN_NUMBER"):
                return False
            raise
        if (receipt.key, receipt.number, receipt.holder) != (handed.key, handed.number, handed.to):
            raise PlatformGarbledError("a receipt for another hand-over")
        return True

    def _about(self, method: str, order: str, what: str) -> Payment:
        reply = self._platform.call(method, f"/v1/payments/{order}{what}")
        told = read_answer(reply, (200,), Payment.model_validate_json)
        if told.order != order:
            raise PlatformGarbledError("an answer about another order")
        return told
