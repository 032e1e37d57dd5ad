"""What the platform answers to a request; knows no sockets.

Written after docs/api/platform.yaml.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sandbox.platform import messages
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

MAX_BODY_BYTES = 8 * 1024 * 1024
RETRY_AFTER_S = 2
BUSY_ATTEMPTS = 2  # so often a submission for somebody whose outcome is UPSTREAM_BUSY is put off

JSON = "application/json"
OCTETS = "application/octet-stream"
PROBLEM = "application/problem+json"

STATUSES = {
    "BAD_REQUEST": (400, "The request is not of this form"),
    "UNAUTHORIZED": (401, "Not signed, or by nobody who is enrolled"),
    "SIGNATURE_INVALID": (401, "The signature does not fit the request"),
    "REPLAYED": (401, "This very request was taken before"),
    "CLOCK_SKEW": (401, "Signed too long ago, or in the future"),
    "FORBIDDEN": (403, "Signed by another terminal"),
    "NOT_FOUND": (404, "There is nothing here"),
    "UNKNOWN_NUMBER": (404, "No submission has this number"),
    "KEY_REUSED": (409, "The key was used with another body"),
    "NUMBER_TAKEN": (409, "The number was used with another key"),
    "TOO_LARGE": (413, "The body is too large"),
    "UNKNOWN_SEALING_KEY": (422, "Sealed to an unknown key"),
    "NOT_OPENABLE": (422, "The packet cannot be opened"),
    "WRONG_CHUNK": (422, "This is not that chunk of that material"),
    "PACKET_INVALID": (422, "The packet does not hold what it should"),
    "BUSY": (503, "Not now; nothing was kept"),
}
_SIGN = {"WWW-Authenticate": 'Signature realm="platform"'}
_HEADERS = {
    **dict.fromkeys(("UNAUTHORIZED", "SIGNATURE_INVALID", "REPLAYED", "CLOCK_SKEW"), _SIGN),
    "BUSY": {"Retry-After": str(RETRY_AFTER_S)},
}
_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNSIGNED = frozenset({"/v1/sealing-key"})
_PROGRESS = re.compile(r"/v1/submissions/([^/]+)(?:/materials)?")
_CHUNK = re.compile(r"/v1/submissions/([^/]+)/materials/([0-9]{1,3})/chunks/([0-9]{1,5})")

_Message = TypeVar("_Message", bound=messages.Request)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)
    target_uri: str = ""
    certificate: str | None = None  # the name in the client's, over TLS
    terminal: str | None = None  # once it is known who signed


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = field(repr=False)
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 (an everyday answer, raised to leave a transaction)
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def problem(reason: str, status: int | None = None) -> Reply:
    usual, title = STATUSES[reason]
    told = {
        "type": f"urn:village-kiosk:problem:{reason.lower().replace('_', '-')}",
        "title": title,
        "status": status or usual,
        "reason": reason,
    }
    return Reply(status or usual, _json(told), PROBLEM, _HEADERS.get(reason, {}))


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8")


class Application:
    def __init__(
        self,
        store: Store,
        keys: SealingKeys,
        gate: Gate,
        decide_later: Callable[[], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._keys, self._gate = store, keys, gate
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
            if route is None:
                raise Refusal("NOT_FOUND")
            if len(request.body) > MAX_BODY_BYTES:
                raise Refusal("TOO_LARGE")
            if request.path not in _UNSIGNED:
                request = replace(request, terminal=self._gate.admit(request))
            return route(request)
        except NotAdmittedError as refusal:
            return problem(refusal.reason)
        except Refusal as refusal:
            return problem(refusal.reason)

    def _health(self, _: Request) -> Reply:
        return Reply(200, _json({"status": "ok", "time": self._now().isoformat()}))

    def _sealing_key(self, _: Request) -> Reply:
        return Reply(200, _json({"keys": [asdict(key) for key in self._keys.public]}))

    def _eligibility(self, request: Request) -> Reply:
        query = self._read(request, messages.EligibilityQuery)
        told = eligibility(query, self._store.deadlines(), self._now().date())
        return Reply(200, _json(told))

    def _submit(self, request: Request) -> Reply:
        submission = self._read(request, messages.Submission)
        key = _key(request)
        kept = self._store.hand_in(
            key,
            submission.number,
            submission.item,
            _fingerprint(request),
            lambda: self._packet(key, submission),
            self._decision,
            self._now(),
        )
        if isinstance(kept, Conflict):
            raise Refusal(kept.name)
        if not kept.new:
            return Reply(200, _json(kept.answer))
        return Reply(201 if kept.answer["state"] == "decided" else 202, _json(kept.answer))

    def _put_chunk(self, request: Request) -> Reply:
        terminal = self._terminal(request)
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
        return Reply(200, _json(told))

    def _progress(self, request: Request) -> Reply:
        self._terminal(request)
        told = self._store.progress(request.path.split("/")[3])
        if told is None:
            raise Refusal("UNKNOWN_NUMBER")
        return Reply(200, _json(told))

    def _rate(self, request: Request) -> Reply:
        rating = self._read(request, messages.Rating)
        key = _key(request)
        new = self._store.rate(key, _fingerprint(request), rating.number, rating.stars)
        if isinstance(new, Conflict):
            raise Refusal(new.name)
        return Reply(201 if new else 200, _json({"key": key}))

    def _terminal(self, request: Request) -> str:
        """Raises: Refusal: nobody signed."""
        if request.terminal is None:
            raise Refusal("UNAUTHORIZED")
        return request.terminal

    def _read(self, request: Request, model: type[_Message]) -> _Message:
        terminal = self._terminal(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise Refusal("BAD_REQUEST")
        message = _parsed(model, request.body, "BAD_REQUEST")
        if message.terminal != terminal:
            raise Refusal("FORBIDDEN")
        return message

    def _packet(self, key: str, submission: messages.Submission) -> Packet:
        try:
            plain = self._keys.open(submission.key_id, submission.suite, submission.sealed, key)
        except UnknownKeyError:
            raise Refusal("UNKNOWN_SEALING_KEY") from None
        except NotOpenableError:
            raise Refusal("NOT_OPENABLE") from None
        manifest = _parsed(Manifest, plain, "PACKET_INVALID")
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


_Model = TypeVar("_Model", bound=BaseModel)


def _parsed(model: type[_Model], body: bytes, otherwise: str) -> _Model:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise Refusal(otherwise) from None


def _key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Refusal("BAD_REQUEST")
    return key


def _fingerprint(request: Request) -> bytes:
    """The same for the same values, however they are spaced and ordered."""
    values: Any = json.loads(request.body)
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).digest()
