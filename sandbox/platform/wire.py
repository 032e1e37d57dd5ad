"""Requests and replies of the platform, and how a request is read; knows no sockets.

Written after docs/api/platform.yaml.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

MAX_BODY_BYTES = 8 * 1024 * 1024
RETRY_AFTER_S = 2

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
    "UNKNOWN_DOCUMENT": (404, "No document has this name any more"),
    "UNKNOWN_ORDER": (404, "No order has this number"),
    "KEY_REUSED": (409, "The key was used with another body"),
    "NOT_NEXT": (409, "The parcel is somewhere else"),
    "AMOUNT_CHANGED": (409, "The fee is another one"),
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
    return Reply(status or usual, as_json(told), PROBLEM, _HEADERS.get(reason, {}))


def as_json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8")


def json_reply(status: int, told: object) -> Reply:
    return Reply(status, as_json(told))


def terminal_of(request: Request) -> str:
    """Raises: Refusal: nobody signed."""
    if request.terminal is None:
        raise Refusal("UNAUTHORIZED")
    return request.terminal


class _FromTerminal(Protocol):
    @property
    def terminal(self) -> str: ...


_Message = TypeVar("_Message", bound=_FromTerminal)
_Model = TypeVar("_Model", bound=BaseModel)


def read_message(request: Request, model: type[_Message]) -> _Message:
    """Raises: Refusal."""
    terminal = terminal_of(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Refusal("BAD_REQUEST")
    message: _Message = parsed(model, request.body, "BAD_REQUEST")  # type: ignore[type-var]
    if message.terminal != terminal:
        raise Refusal("FORBIDDEN")
    return message


def parsed(model: type[_Model], body: bytes, otherwise: str) -> _Model:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise Refusal(otherwise) from None


def key_of(request: Request) -> str:
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Refusal("BAD_REQUEST")
    return key


def fingerprint(body: bytes) -> bytes:
    """The same for the same values, however they are spaced and ordered."""
    values: Any = json.loads(body)
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).digest()
