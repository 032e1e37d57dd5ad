"""What the platform answers to a request; knows no sockets.

Written after docs/api/platform.yaml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime

from sandbox.platform import messages
from sandbox.platform.answers import AnswerDesk
from sandbox.platform.cases import progress_of
from sandbox.platform.keys import NotOpenableError, SealingKeys, UnknownKeyError
from sandbox.platform.outcomes import (
    Decision,
    UnknownStaffError,
    decide,
    eligibility,
    recognised,
)
from sandbox.platform.store import Conflict, Store
from sandbox.platform.wire import (
    MAX_BODY_BYTES,
    Refusal,
    Reply,
    Request,
    as_json,
    fingerprint,
    key_of,
    parsed,
    problem,
    read_message,
    terminal_of,
)

BUSY_ATTEMPTS = 2  # so often a submission for somebody whose outcome is UPSTREAM_BUSY is put off

_PROGRESS = re.compile(r"/v1/submissions/([^/]+)")


class Application:
    """`tokens`: token → the terminal that it belongs to."""

    def __init__(
        self,
        store: Store,
        keys: SealingKeys,
        tokens: Mapping[str, str],
        decide_later: Callable[[], bool],
        now: Callable[[], datetime],
        desk: AnswerDesk,
    ) -> None:
        self._store, self._keys, self._tokens, self._desk = store, keys, tokens, desk
        self._decide_later, self._now = decide_later, now
        self._put_off: Counter[str] = Counter()
        self._routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", "/v1/health"): self._health,
            ("GET", "/v1/sealing-key"): self._sealing_key,
            ("POST", "/v1/eligibility"): self._eligibility,
            ("POST", "/v1/submissions"): self._submit,
            ("POST", "/v1/ratings"): self._rate,
        }

    def answer(self, request: Request) -> Reply:
        route = self._routes.get((request.method, request.path))
        if route is None and request.method == "GET" and _PROGRESS.fullmatch(request.path):
            route = self._progress
        try:
            if len(request.body) > MAX_BODY_BYTES:
                raise Refusal("TOO_LARGE")
            reply = self._desk.answer(request) if route is None else route(request)
            if reply is None:
                raise Refusal("NOT_FOUND")
            return reply
        except Refusal as refusal:
            return problem(refusal.reason)

    def _health(self, _: Request) -> Reply:
        return Reply(200, as_json({"status": "ok", "time": self._now().isoformat()}))

    def _sealing_key(self, _: Request) -> Reply:
        return Reply(200, as_json({"keys": [asdict(key) for key in self._keys.public]}))

    def _eligibility(self, request: Request) -> Reply:
        query = read_message(request, messages.EligibilityQuery, self._tokens)
        told = eligibility(query, self._store.deadlines(), self._now().date())
        return Reply(200, as_json(told))

    def _submit(self, request: Request) -> Reply:
        submission = read_message(request, messages.Submission, self._tokens)
        key = key_of(request)
        kept = self._store.hand_in(
            key,
            submission.number,
            submission.item,
            fingerprint(request),
            lambda: self._decision(key, submission),
            self._now(),
        )
        if isinstance(kept, Conflict):
            raise Refusal(kept.name)
        if not kept.new:
            return Reply(200, as_json(kept.answer))
        return Reply(202 if kept.answer["state"] == "accepted" else 201, as_json(kept.answer))

    def _progress(self, request: Request) -> Reply:
        terminal_of(request, self._tokens)
        number = request.path.rpartition("/")[2]
        told = progress_of(number, self._store.progress(number), self._now())
        if told is None:
            raise Refusal("UNKNOWN_NUMBER")
        return Reply(200, as_json(told))

    def _rate(self, request: Request) -> Reply:
        rating = read_message(request, messages.Rating, self._tokens)
        key = key_of(request)
        new = self._store.rate(key, fingerprint(request), rating.number, rating.stars)
        if isinstance(new, Conflict):
            raise Refusal(new.name)
        return Reply(201 if new else 200, as_json({"key": key}))

    def _decision(self, key: str, submission: messages.Submission) -> Decision:
        try:
            plain = self._keys.open(submission.key_id, submission.suite, submission.sealed, key)
        except UnknownKeyError:
            raise Refusal("UNKNOWN_SEALING_KEY") from None
        except NotOpenableError:
            raise Refusal("NOT_OPENABLE") from None
        packet = parsed(messages.CertificationPacket, plain, "PACKET_INVALID")
        outside = (key, submission.item, submission.terminal)
        if (packet.key, packet.item, packet.terminal) != outside:
            raise Refusal("PACKET_INVALID")
        person = recognised(packet.identity)
        if person is not None and person.outcome == "UPSTREAM_BUSY":
            self._put_off[key] += 1
            if self._put_off[key] <= BUSY_ATTEMPTS:
                raise Refusal("BUSY")
        try:
            decision = decide(packet, self._now().date())
        except UnknownStaffError:
            raise Refusal("PACKET_INVALID") from None
        if self._decide_later():
            return Decision(decision.code, decision.valid_to, decision.record_ids, later=True)
        return decision
