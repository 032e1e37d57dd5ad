"""Closes what a resident hands in so that only the platform can open it.

HPKE, RFC 9180, base mode, one shot, with the library's implementation; or the national algorithms
(`gm_suite`). The terminal holds the platform's public key and nothing that opens a box: a stolen
disk gives away nothing.

A box is `enc || ciphertext`, byte by byte in docs/api/packet.md. Its `info` is "village-kiosk
submission v1|<key_id>|<key>": a box moved to another submission, or claimed for another key, does
not open.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from offline_cache import gm_suite, sm2

PURPOSE = "village-kiosk submission v1"

_MLKEM768_BYTES = 1184  # FIPS 203, table 3
_X25519_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class SealingKeyError(Exception):
    """The platform's public key cannot be used; without it nothing can be taken in."""

    remedy = "technician"


@dataclass(frozen=True, slots=True)
class Sealed:
    key_id: str
    suite: str
    box: bytes


def _hybrid_key(raw: bytes) -> MLKEM768X25519PublicKey:
    """ML-KEM first, then X25519, as draft-ietf-hpke-pq writes it."""
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM768_BYTES]),
        X25519PublicKey.from_public_bytes(raw[_MLKEM768_BYTES:]),
    )


Close = Callable[[bytes, bytes], bytes]  # plain bytes and info → box


class Seals(Protocol):
    def seal(self, plain: bytes, key: str) -> Sealed: ...


@dataclass(frozen=True, slots=True)
class _Recipe:
    """`closer`: from a raw public key; it raises ValueError for one that is none."""

    public_key_bytes: int
    closer: Callable[[bytes], Close]


def _hpke(
    kem: KEM, public_key: Callable[[bytes], MLKEM768X25519PublicKey | X25519PublicKey]
) -> Callable[[bytes], Close]:
    suite = Suite(kem, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def closer(raw: bytes) -> Close:
        key = public_key(raw)
        suite.encrypt(b"", key)  # some bad keys show only in use
        return lambda plain, info: suite.encrypt(plain, key, info)

    return closer


DEFAULT_SUITE = "HPKE-MLKEM768X25519-HKDF-SHA256-AES-256-GCM"

_SUITES: dict[str, _Recipe] = {
    DEFAULT_SUITE: _Recipe(
        _MLKEM768_BYTES + _X25519_BYTES, _hpke(KEM.MLKEM768_X25519, _hybrid_key)
    ),
    "HPKE-X25519-HKDF-SHA256-AES-256-GCM": _Recipe(
        _X25519_BYTES, _hpke(KEM.X25519, X25519PublicKey.from_public_bytes)
    ),
    gm_suite.NAME: _Recipe(sm2.POINT_BYTES, gm_suite.closer),
}

SUITES = frozenset(_SUITES)


class Sealer:
    """Seals to one public key. May be used by several threads."""

    def __init__(self, public_key_bytes: bytes, key_id: str, suite: str = DEFAULT_SUITE) -> None:
        """Raises SealingKeyError at once for a key that would fail when a resident confirms."""
        if not _KEY_ID.fullmatch(key_id):
            raise SealingKeyError("key_id: 1 to 64 letters, digits, '.', '_' or '-' are expected")
        if suite not in _SUITES:
            raise SealingKeyError(f"suite: one of {sorted(_SUITES)} is expected")
        recipe = _SUITES[suite]
        if len(public_key_bytes) != recipe.public_key_bytes:
            raise SealingKeyError(
                f"public_key: {recipe.public_key_bytes} bytes are expected for {suite},"
                f" {len(public_key_bytes)} were given"
            )
        self.key_id, self.suite = key_id, suite
        try:
            self._close = recipe.closer(public_key_bytes)
        except ValueError as fault:
            raise SealingKeyError("public_key: it is not a point or key of its suite") from fault

    def seal(self, plain: bytes, key: str) -> Sealed:
        """`key` is the idempotency key of the submission, a UUID; it is bound into the box."""
        return Sealed(self.key_id, self.suite, self._close(plain, info_for(self.key_id, key)))


def info_for(key_id: str, key: str) -> bytes:
    """What a box is bound to, besides the public key.

    Raises:
        ValueError: `key` is not a UUID in its usual form.
    """
    if str(UUID(key)) != key:
        raise ValueError("the key of a submission is a UUID, in lower case and with its hyphens")
    return f"{PURPOSE}|{key_id}|{key}".encode()


def load_sealer(path: Path) -> Sealer:
    """The sealer for the one key in a JSON file; `sealing_keys` reads several, with their times.

    Raises:
        SealingKeyError: says which field of the file is wrong.
    """
    return sealer_of(read_json(path), path)


def read_json(path: Path) -> object:
    """Raises: SealingKeyError."""
    try:
        return json.loads(path.read_bytes())
    except OSError as fault:
        raise SealingKeyError(f"{path}: {fault.strerror}") from fault
    except (ValueError, RecursionError) as fault:
        raise SealingKeyError(f"{path}: not a JSON file") from fault


def sealer_of(fields: object, path: Path) -> Sealer:
    """From {"key_id", "suite", "public_key" (base64)}; `path` is only named in the error.

    Raises:
        SealingKeyError: says which field is wrong.
    """
    names = ("key_id", "suite", "public_key")
    if not isinstance(fields, dict) or set(fields) != set(names):
        raise SealingKeyError(f"{path}: exactly the fields {', '.join(names)} are expected")
    key_id, suite, public_key = (fields[name] for name in names)
    if not (isinstance(key_id, str) and isinstance(suite, str) and isinstance(public_key, str)):
        raise SealingKeyError(f"{path}: every field is a text")
    try:
        raw = base64.b64decode(public_key, validate=True)
    except ValueError as fault:
        raise SealingKeyError(f"{path}: public_key is not base64") from fault
    try:
        return Sealer(raw, key_id, suite)
    except SealingKeyError as fault:
        raise SealingKeyError(f"{path}: {fault}") from fault
