"""Who asks: the signature of a request, checked after RFC 9421 (and RFC 9530 for its body).

A request is taken once: its nonce is remembered for as long as its time would let it pass.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WINDOW = timedelta(minutes=5)
TAG = "village-kiosk"

# What of RFC 8941 a terminal writes: one dictionary member, an inner list of strings, parameters.
_INPUT = re.compile(
    r'(?P<label>[a-z][a-z0-9_.-]*)=(?P<params>\((?P<covered>"[a-z@-]+"(?: "[a-z@-]+")*)\)'
    r'(?P<said>(?:;[a-z]+=(?:\d{1,15}|"[!#-\[\]-~ ]*"))+))'
)
_SAID = re.compile(r';([a-z]+)=(?:(\d+)|"([^"]*)")')
_SIGNATURE = re.compile(r"(?P<label>[a-z][a-z0-9_.-]*)=:(?P<value>[A-Za-z0-9+/]{86}==):")
_DIGEST = re.compile(r"sha-256=:(?P<value>[A-Za-z0-9+/]{43}=):")
_WITH_BODY = ("content-digest", "content-type")
_TABLE = """
CREATE TABLE IF NOT EXISTS nonces (
    terminal TEXT NOT NULL,
    nonce    TEXT NOT NULL,
    created  INTEGER NOT NULL,
    PRIMARY KEY (terminal, nonce)
) STRICT
"""


class Signed(Protocol):
    """A request, as far as its signature goes. `certificate`: the name in the client's one, where
    the line is TLS.
    """

    @property
    def method(self) -> str: ...
    @property
    def target_uri(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def certificate(self) -> str | None: ...


class NotAdmittedError(Exception):
    """`reason` as in docs/api/platform.yaml."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Gate:
    """`enrolled`: terminal → its public key, 32 bytes; may grow while the gate stands."""

    def __init__(
        self,
        enrolled: Mapping[str, bytes],
        file: Path,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._enrolled, self.now = enrolled, now
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")  # outlives the process; that is enough here
        self._db.execute(_TABLE)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def admit(self, request: Signed) -> str:
        """The terminal that signed it. Raises: NotAdmittedError."""
        signed = _INPUT.fullmatch(request.headers.get("signature-input", ""))
        signature = _SIGNATURE.fullmatch(request.headers.get("signature", ""))
        if signed is None or signature is None or signed["label"] != signature["label"]:
            raise NotAdmittedError("UNAUTHORIZED")
        said: dict[str, str] = {
            name: number or text for name, number, text in _SAID.findall(signed["said"])
        }
        terminal: str = said.get("keyid", "")
        nonce: str = said.get("nonce", "")
        key = self._enrolled.get(terminal)
        if key is None:
            raise NotAdmittedError("UNAUTHORIZED")
        covered = re.findall(r'"([^"]+)"', signed["covered"])
        if not self._is_whole(request, covered, said) or not _is_by(
            key, signature["value"], _base(request, covered, signed["params"])
        ):
            raise NotAdmittedError("SIGNATURE_INVALID")
        if request.certificate not in (None, terminal):
            raise NotAdmittedError("FORBIDDEN")
        self._take_once(terminal, nonce, int(said["created"]))
        return terminal

    @staticmethod
    def _is_whole(request: Signed, covered: list[str], said: Mapping[str, str]) -> bool:
        """Whether all that matters is covered, and the body is the one that was signed."""
        needed = {"@method", "@target-uri"}
        needed |= set(_WITH_BODY) if request.body else set()
        needed |= {"idempotency-key"} & set(request.headers)
        if len(set(covered)) != len(covered) or not needed <= set(covered):
            return False
        if not said.get("created", "").isdigit() or not said.get("nonce"):
            return False
        if said.get("alg", "ed25519") != "ed25519" or said.get("tag") != TAG:
            return False
        if "content-digest" not in covered:
            return True
        digest = _DIGEST.fullmatch(request.headers.get("content-digest", ""))
        sha256 = hashlib.sha256(request.body).digest()
        return digest is not None and base64.b64decode(digest["value"]) == sha256

    def _take_once(self, terminal: str, nonce: str, created: int) -> None:
        now = self.now()
        if abs(now.timestamp() - created) > WINDOW.total_seconds():
            raise NotAdmittedError("CLOCK_SKEW")
        oldest = int((now - 2 * WINDOW).timestamp())
        with self._lock:
            self._db.execute("DELETE FROM nonces WHERE created < ?", (oldest,))
            new = self._db.execute(
                "INSERT OR IGNORE INTO nonces VALUES (?, ?, ?)", (terminal, nonce, created)
            )
            if new.rowcount == 0:
                raise NotAdmittedError("REPLAYED")


def _base(request: Signed, covered: list[str], params: str) -> bytes | None:
    """RFC 9421, 2.5; None when something is covered that the request does not have."""
    derived = {"@method": request.method, "@target-uri": request.target_uri}
    values = {**request.headers, **derived}
    if not set(covered) <= set(values):
        return None
    lines = [f'"{name}": {values[name].strip()}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("latin-1", "replace")


def _is_by(key: bytes, signature: str, base: bytes | None) -> bool:
    if base is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature), base)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
