"""Closes a scanned paper in chunks, so that a poor line can carry it piece by piece.

AES-256-GCM under a key that is made for one material of one packet and travels inside the sealed
manifest (docs/api/packet.md, Materials). A chunk moved to another packet, material or place does
not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK_BYTES = 49_152
CONTENT_KEY_BYTES = 32
PURPOSE = "village-kiosk material v1"


@dataclass(frozen=True, slots=True)
class SealedMaterial:
    """`number`: its place among the materials of the manifest."""

    number: int
    chunks: tuple[bytes, ...] = field(repr=False)

    @property
    def size(self) -> int:
        return sum(len(box) for box in self.chunks)


def new_content_key() -> bytes:
    return secrets.token_bytes(CONTENT_KEY_BYTES)


def chunks_of(length: int) -> int:
    """How many chunks `length` bytes are.

    Raises:
        ValueError: there is nothing to divide.
    """
    if length < 1:
        raise ValueError("a material of no length is not sent in chunks")
    return -(-length // CHUNK_BYTES)


def seal_material(content: bytes, content_key: bytes, key: str, number: int) -> SealedMaterial:
    """`key`: of the submission. A content key is used for one material and never again: the nonce
    is the number of the chunk.

    Raises:
        ValueError: no content, or a content key of another length.
    """
    if len(content_key) != CONTENT_KEY_BYTES:
        raise ValueError("content_key: 32 bytes are expected")
    return SealedMaterial(number, tuple(_boxes(content, AESGCM(content_key), key, number)))


def _boxes(content: bytes, cipher: AESGCM, key: str, number: int) -> Iterator[bytes]:
    count, whole = chunks_of(len(content)), memoryview(content)
    for at in range(count):
        nonce = bytes(4) + at.to_bytes(8, "big")
        bound_to = f"{PURPOSE}|{key}|{number}|{at}|{count}".encode("ascii")
        yield cipher.encrypt(nonce, whole[at * CHUNK_BYTES : (at + 1) * CHUNK_BYTES], bound_to)
