"""The calls of a terminal, made by hand."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.platform.person import Person
from sandbox.platform.server import PlatformPeer
from tests.platform_kit import KEY, new_key, signed_headers, submission_body

ROOT = Path(__file__).parents[2]
NUMBER = "20261120000017"
ALIVE = {"kind": "blink", "passed": True}


@dataclass(frozen=True)
class Told:
    status: int
    headers: Mapping[str, str]
    body: Any


def call(
    url: str,
    body: object = None,
    key: str | None = None,
    signer: Ed25519PrivateKey = KEY,
    method: str | None = None,
) -> Told:
    named = {} if key is None else {"Idempotency_Key": key}
    data = None if body is None else json.dumps(body).encode()
    usual = "GET" if body is None else "POST"
    headers = signed_headers(method or usual, url, data, signer, **named)
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
            return Told(reply.status, reply.headers, json.loads(reply.read()))
    except urllib.error.HTTPError as reply:
        with reply:
            return Told(reply.code, reply.headers, json.loads(reply.read()))


def hand_in(
    peer: PlatformPeer, person: Person, number: str = NUMBER, key: str = "", **changes: Any
) -> Told:
    """`changes` are made inside the packet."""
    key = key or new_key()
    body = submission_body(peer.public_key, person, key, number, **changes)
    return call(f"{peer.url}/v1/submissions", body, key)
