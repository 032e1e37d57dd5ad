"""What the platform answers to a request; knows no sockets.

Written after docs/api/platform.yaml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from email.utils import format_datetime

from sandbox.platform import messages
from sandbox.platform.answers import AnswerDesk
from sandbox.platform.cases import progress_of
from sandbox.platform.keys import NotOpenableError, SealingKeys, UnknownKeyError
from sandbox.platform.manifest import CHUNK_BYTES, TAG_BYTES, Manifest, WrongChunkError
from sandbox.platform.outcomes import (
    Decision,
    UnknownStaffError,
    decide,
    eligibility,
    recognised,
)
from sandbox.platform.signatures import Gate, NotAdmittedError
from sandbox.platform.store import Conflict, Packet, Store
from sandbox.platform.wire import (
    MAX_BODY_BYTES,
    OCTETS,
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

_UNSIGNED = frozenset({"/v1/sealing-key"})
_PROGRESS = re.compile(r"/v1/submissions/([^/]+)(?:/materials)?")
_CHUNK = re.compile(r"/v1/submissions/([^/]+)/materials/([0-9]{1,3})/chunks/([0-9]{1,5})")


class Application:
    def __init__(
        self,
        store: Store,
        keys: SealingKeys,
        gate: Gate,
        decide_later: Callable[[], bool],
        now: Callable[[], datetime],
        desk: AnswerDesk,
    ) -> None:
        self._store, self._keys, self._gate, self._desk = store, keys, gate, desk
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
        reply = self._answer(request)
        date = format_datetime(self._gate.now(), usegmt=True)
        return replace(reply, headers={**reply.headers, "Date": date})

    def _answer(self, request: Request) -> Reply:
        route = self._routes.get((request.method, request.path))
        if route is None and request.method == "GET" and _PROGRESS.fullmatch(request.path):
            route = self._progress
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
        key = key_of(request)
        kept = self._store.hand_in(
            key,
            submission.number,
            submission.item,
            fingerprint(request),
            lambda: self._packet(key, submission),
            self._decision,
            self._now(),
        )
        if isinstance(kept, Conflict):
            raise Refusal(kept.name)
        if not kept.new:
            return Reply(200, as_json(kept.answer))
        return Reply(201 if kept.answer["state"] == "decided" else 202, as_json(kept.answer))

    def _put_chunk(self, request: Request) -> Reply:
        terminal = terminal_of(request)
        form = TAG_BYTES < len(request.body) <= CHUNK_BYTES + TAG_BYTES
        if request.headers.get("content-type", "") != OCTETS or not form:
            raise Refusal("BAD_REQUEST")
        _, _, _, number, _, one, _, other = request.path.split("/")  # as the route was chosen
        material, chunk = int(one), int(other)
        if self._store.terminal_of(number) not in (terminal, None):
            raise Refusal("FORBIDDEN")

        def opened(manifest: bytes) -> bytes:
            try:
                return Manifest.model_validate_json(manifest).opened(material, chunk, request.body)
            except WrongChunkError:
                raise Refusal("WRONG_CHUNK") from None

        told = self._store.put_chunk(number, material, chunk, opened, self._decision, self._now())
        if told is None:
            raise Refusal("UNKNOWN_NUMBER")
        return Reply(200, as_json(told))

    def _progress(self, request: Request) -> Reply:
        terminal_of(request)
        number = request.path.split("/")[3]
        told = progress_of(number, self._store.progress(number), self._now())
        if told is None:
            raise Refusal("UNKNOWN_NUMBER")
        return Reply(200, as_json(told))

    def _rate(self, request: Request) -> Reply:
        rating = read_message(request, messages.Rating)
        key = key_of(request)
        new = self._store.rate(key, fingerprint(request), rating.number, rating.stars)
        if isinstance(new, Conflict):
            raise Refusal(new.name)
        return Reply(201 if new else 200, as_json({"key": key}))

    def _packet(self, key: str, submission: messages.Submission) -> Packet:
        try:
            plain = self._keys.open(submission.key_id, submission.suite, submission.sealed, key)
        except UnknownKeyError:
            raise Refusal("UNKNOWN_SEALING_KEY") from None
        except NotOpenableError:
            raise Refusal("NOT_OPENABLE") from None
        manifest = parsed(Manifest, plain, "PACKET_INVALID")
        outside = (key, submission.item, submission.terminal)
        if (manifest.key, manifest.item, manifest.terminal) != outside or not manifest.fits():
            raise Refusal("PACKET_INVALID")
        return Packet(submission.terminal, plain, manifest.awaited())

    def _decision(self, plain: bytes, contents: Mapping[int, bytes]) -> Decision:
        manifest = Manifest.model_validate_json(plain)
        if not manifest.is_whole_with(contents):
            raise Refusal("PACKET_INVALID")
        person = recognised(manifest.identity)
        if person is not None and person.outcome == "UPSTREAM_BUSY":
            self._put_off[manifest.key] += 1
            if self._put_off[manifest.key] <= BUSY_ATTEMPTS:
                raise Refusal("BUSY")
        if manifest.kind == "application":
            return Decision("TAKEN_IN", later=True)
        claim = manifest.claim(contents)
        if claim is None:
            raise Refusal("PACKET_INVALID")
        try:
            decision = decide(claim, self._now().date())
        except UnknownStaffError:
            raise Refusal("PACKET_INVALID") from None
        if self._decide_later():
            return Decision(decision.code, decision.valid_to, decision.record_ids, later=True)
        return decision
