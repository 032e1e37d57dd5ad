"""What the platform answers besides taking in: look-ups, papers, cases, payments, feedback.

Written after docs/api/platform.yaml; knows no sockets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sandbox.platform import answer_messages as messages
from sandbox.platform.boxes import opened
from sandbox.platform.cases import affairs_of, nothing_of
from sandbox.platform.feedback import FeedbackBook, Said
from sandbox.platform.keys import SealingKeys
from sandbox.platform.outcomes import UnknownStaffError, may_help
from sandbox.platform.papers import Papers
from sandbox.platform.payments import AmountChangedError, KeyReusedError, Order, Payments
from sandbox.platform.people import BY_NUMBER
from sandbox.platform.queries import admitted, answer
from sandbox.platform.seals import Seals
from sandbox.platform.telling import Told
from sandbox.platform.wire import (
    Refusal,
    Reply,
    Request,
    fingerprint,
    json_reply,
    key_of,
    read_message,
    terminal_of,
)

_DOCUMENT = re.compile(r"/v1/documents/([0-9A-Za-z_-]{16,64})")
_ORDER = re.compile(r"/v1/payments/([0-9A-Z]{10,32})(/cancel|/refund)?")


class AnswerDesk:
    """`answer` gives None for what is not its affair."""

    def __init__(
        self,
        directory: Path,
        keys: SealingKeys,
        deadlines: Callable[[], Mapping[str, date]],
        now: Callable[[], datetime],
    ) -> None:
        self._keys, self._deadlines, self._now = keys, deadlines, now
        self.seals = Seals(directory)
        self.papers = Papers(directory, self.seals, now)
        self.payments = Payments(now)
        self._book = FeedbackBook(directory / "feedback.db", keys)
        self._routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("POST", "/v1/queries"): self._query,
            ("POST", "/v1/verifications"): self._verify,
            ("POST", "/v1/affairs"): self._affairs,
            ("POST", "/v1/payments"): self._pay,
            ("POST", "/v1/feedback"): self._feedback,
        }

    def close(self) -> None:
        self.papers.close()
        self._book.close()

    @property
    def said(self) -> list[Said]:
        """Complaints and suggestions, whichever way they came."""
        return self._book.said()

    def answer(self, request: Request) -> Reply | None:
        """Raises: Refusal."""
        route = self._routes.get((request.method, request.path))
        if route is not None:
            return route(request)
        if request.method == "GET" and (found := _DOCUMENT.fullmatch(request.path)):
            return self._document(request, found[1])
        found = _ORDER.fullmatch(request.path)
        if found and (request.method == "GET") == (found[2] is None):
            return self._order(request, found[1], found[2])
        return None

    def _query(self, request: Request) -> Reply:
        outside = read_message(request, messages.Query)
        packet = opened(self._keys, outside, outside.key, messages.QueryPacket)
        if packet.item != outside.item:
            raise Refusal("PACKET_INVALID")
        _require_helper(packet)
        try:
            told = answer(packet, self._now().date())
        except UnknownStaffError:
            raise Refusal("PACKET_INVALID") from None
        return json_reply(200, self._laid_out(told, outside.terminal, packet.identity.id_number))

    def _laid_out(self, told: Told, terminal: str, number: str) -> dict[str, Any]:
        body: dict[str, Any] = {"code": told.code}
        if told.sections:
            body |= {
                "title": told.title,
                "as_of": self._now().replace(hour=0, minute=0, second=0, microsecond=0).isoformat(),
                "sections": list(told.sections),
                "note": told.note,
            }
        if told.sealed:
            ref = BY_NUMBER[number].ref
            body["documents"] = [self.papers.issue(told, terminal, ref)]
        if told.choices:
            options = [{"value": value, "label": label} for value, label in told.choices]
            body["choices"] = {"question": told.question, "options": options}
        return body

    def _document(self, request: Request, named: str) -> Reply:
        terminal = terminal_of(request)
        found = self.papers.document(named)
        if found is None:
            raise Refusal("UNKNOWN_DOCUMENT")
        if found.terminal != terminal:
            raise Refusal("FORBIDDEN")
        return Reply(200, found.body, "application/pdf")

    def _verify(self, request: Request) -> Reply:
        asked = read_message(request, messages.Verification)
        return json_reply(200, self.papers.verified(asked.code, self._now().date()))

    def _affairs(self, request: Request) -> Reply:
        outside = read_message(request, messages.AffairsQuery)
        packet = opened(self._keys, outside, outside.key, messages.AffairsPacket)
        _require_helper(packet)
        now = self._now()
        try:
            known = admitted(packet.identity, packet.evidence, now.date())
        except UnknownStaffError:
            raise Refusal("PACKET_INVALID") from None
        if known is None or isinstance(known, str):
            return json_reply(200, nothing_of(known or "NOTHING", now))
        return json_reply(200, affairs_of(known, self._deadlines(), now))

    def _pay(self, request: Request) -> Reply:
        wanted = read_message(request, messages.PaymentOrder)
        try:
            order, new = self.payments.open(
                key_of(request),
                fingerprint(request.body),
                *(wanted.terminal, wanted.item, wanted.submission, wanted.amount_fen),
            )
        except KeyReusedError:
            raise Refusal("KEY_REUSED") from None
        except AmountChangedError:
            raise Refusal("AMOUNT_CHANGED") from None
        return json_reply(201 if new else 200, order.told())

    def _order(self, request: Request, number: str, what: str | None) -> Reply:
        terminal = terminal_of(request)
        find = self.payments.look if what is None else self.payments.find
        order: Order | None = find(number)
        if order is None:
            raise Refusal("UNKNOWN_ORDER")
        if order.terminal != terminal:
            raise Refusal("FORBIDDEN")
        if what is not None:
            turn = {"/cancel": self.payments.cancel, "/refund": self.payments.refund}
            order = turn[what](number)
        return json_reply(200, order.told())

    def _feedback(self, request: Request) -> Reply:
        key = key_of(request)
        new = self._book.give(key, read_message(request, messages.Feedback), request.body)
        return json_reply(201 if new else 200, {"key": key})


def _require_helper(packet: messages.QueryPacket | messages.AffairsPacket) -> None:
    evidence = packet.evidence
    staff = evidence.staff_id if isinstance(evidence, messages.StaffEvidence) else None
    if not may_help(packet.helper, staff):
        raise Refusal("PACKET_INVALID")
