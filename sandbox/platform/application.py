"""What the platform answers to a request; knows no sockets.

Written after docs/api/platform.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from email.utils import format_datetime

from sandbox.platform import messages
from sandbox.platform.answers import AnswerDesk
from sandbox.platform.intake import Intake
from sandbox.platform.journal_heads import JournalHeads
from sandbox.platform.keys import SealingKeys
from sandbox.platform.outcomes import eligibility
from sandbox.platform.references import References
from sandbox.platform.relays import Relays
from sandbox.platform.signatures import Gate, NotAdmittedError
from sandbox.platform.store import Store
from sandbox.platform.wire import (
    MAX_BODY_BYTES,
    OCTETS,
    Refusal,
    Reply,
    Request,
    as_json,
    key_of,
    problem,
    read_message,
    terminal_of,
)

_UNSIGNED = frozenset({"/v1/sealing-key"})
_PROGRESS = re.compile(r"/v1/submissions/([^/]+)(?:/materials)?")
_REFERENCE = re.compile(r"/v1/references/[a-z][a-z0-9_]{0,39}(/[0-9]{1,9}/pieces/[0-9]{1,5})?")
_CHUNK = re.compile(r"/v1/submissions/([^/]+)/materials/([0-9]{1,3})/chunks/([0-9]{1,5})")


class Application:
    def __init__(
        self,
        store: Store,
        keys: SealingKeys,
        gate: Gate,
        intake: Intake,
        now: Callable[[], datetime],
        desk: AnswerDesk,
        references: References,
        heads: JournalHeads,
        relays: Relays,
    ) -> None:
        self._store, self._keys, self._gate, self._desk = store, keys, gate, desk
        self._intake, self._now, self._references = intake, now, references
        self._relays = relays
        self._routes: dict[tuple[str, str], Callable[[Request], Reply]] = {
            ("GET", "/v1/health"): self._health,
            ("GET", "/v1/sealing-key"): self._sealing_key,
            ("POST", "/v1/eligibility"): self._eligibility,
            ("POST", "/v1/submissions"): self._submit,
            ("POST", "/v1/ratings"): self._rate,
            ("POST", "/v1/journal-heads"): heads.report,
            ("POST", "/v1/hand-overs"): relays.hand_over,
            ("GET", "/v1/references"): references.answer,
        }

    def answer(self, request: Request) -> Reply:
        reply = self._answer(request)
        date = format_datetime(self._gate.now(), usegmt=True)
        return replace(reply, headers={**reply.headers, "Date": date})

    def _answer(self, request: Request) -> Reply:
        route = self._routes.get((request.method, request.path))
        if route is None and request.method == "GET" and _PROGRESS.fullmatch(request.path):
            route = self._progress
        if route is None and request.method == "GET" and _REFERENCE.fullmatch(request.path):
            route = self._references.answer
        if route is None and request.method == "PUT" and _CHUNK.fullmatch(request.path):
            route = self._put_chunk
        try:
            if len(request.body) > MAX_BODY_BYTES:
                raise Refusal("TOO_LARGE")
            if request.path not in _UNSIGNED:
                request = replace(request, terminal=self._gate.admit(request))
            reply = self._desk.answer(request) if route is None else route(request)
            if reply is None:
                raise Refusal("NOT_FOUND")
            return reply
        except NotAdmittedError as refusal:
            return problem(refusal.reason)
        except Refusal as refusal:
            return problem(refusal.reason)

    def _health(self, _: Request) -> Reply:
        return Reply(200, as_json({"status": "ok", "time": self._now().isoformat()}))

    def _sealing_key(self, _: Request) -> Reply:
        return Reply(200, as_json({"keys": [asdict(key) for key in self._keys.public]}))

    def _eligibility(self, request: Request) -> Reply:
        query = read_message(request, messages.EligibilityQuery)
        told = eligibility(query, self._store.deadlines(), self._now().date())
        return Reply(200, as_json(told))

    def _submit(self, request: Request) -> Reply:
        submission = read_message(request, messages.Submission)
        kept = self._intake.submit(key_of(request), submission, request.body)
        if not kept.new:
            return Reply(200, as_json(kept.answer))
        return Reply(201 if kept.answer["state"] == "decided" else 202, as_json(kept.answer))

    def _put_chunk(self, request: Request) -> Reply:
        terminal = terminal_of(request)
        if request.headers.get("content-type", "") != OCTETS:
            raise Refusal("BAD_REQUEST")
        _, _, _, number, _, one, _, other = request.path.split("/")  # as the route was chosen
        told = self._intake.put_chunk(terminal, number, int(one), int(other), request.body)
        return Reply(200, as_json(told))

    def _progress(self, request: Request) -> Reply:
        terminal_of(request)
        told = self._relays.progress(request.path.split("/")[3])
        if told is None:
            raise Refusal("UNKNOWN_NUMBER")
        return Reply(200, as_json(told))

    def _rate(self, request: Request) -> Reply:
        rating = read_message(request, messages.Rating)
        key = key_of(request)
        new = self._intake.rate(key, rating, request.body)
        return Reply(201 if new else 200, as_json({"key": key}))
