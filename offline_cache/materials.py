"""Closes a scanned paper in chunks, so that a poor line can carry it piece by piece.

AES-256-GCM, or SM4-GCM where the manifest is sealed with the national algorithms, under a key that
is made for one material of one packet and travels inside the sealed manifest (docs/api/packet.md,
Materials). A chunk moved to another packet, material or place does not open.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, overload

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache import gm_suite

CHUNK_BYTES = 49_152
CONTENT_KEY_BYTES = 32
TAG_BYTES = 16
PURPOSE = "village-kiosk material v1"


class _Cipher(Protocol):
    def encrypt(self, nonce: bytes, data: memoryview, associated_data: bytes) -> bytes: ...


@dataclass(frozen=True, slots=True)
class SealedMaterial:
    """`number`: its place among the materials of the manifest. `lengths`: of the chunks, in bytes;
    a chunk may be closed only when it is asked for.
    """

    number: int
    chunks: Sequence[bytes] = field(repr=False)
    lengths: tuple[int, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if not self.lengths:
            object.__setattr__(self, "lengths", tuple(len(box) for box in self.chunks))

    @property
    def size(self) -> int:
        return sum(self.lengths)

    def close(self, number: int, into: memoryview) -> None:
        """The chunk `number` into memory of its length."""
        if isinstance(self.chunks, _Boxes):
            self.chunks.close(number, into)
        else:
            into[:] = self.chunks[number]


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


def seal_material(
    content: bytes, content_key: bytes, key: str, number: int, suite: str = ""
) -> SealedMaterial:
    """`key`: of the submission; `suite`: of its manifest. A content key is used for one material
    and never again: the nonce is the number of the chunk. A chunk is closed when it is asked for,
    so that the disk writes one while the next is closed.

    Raises:
        ValueError: no content, or a content key of another length.
    """
    if len(content_key) != CONTENT_KEY_BYTES:
        raise ValueError("content_key: 32 bytes are expected")
    count = chunks_of(len(content))
    cipher = gm_suite.Sm4Gcm(content_key) if suite == gm_suite.NAME else AESGCM(content_key)
    last = len(content) - (count - 1) * CHUNK_BYTES
    lengths = (CHUNK_BYTES + TAG_BYTES,) * (count - 1) + (last + TAG_BYTES,)
    return SealedMaterial(number, _Boxes(content, cipher, key, number, count), lengths)


class _Boxes(Sequence[bytes]):
    """The same box each time: its plaintext, its key and its nonce are."""

    def __init__(self, content: bytes, cipher: _Cipher, key: str, number: int, count: int) -> None:
        self._content, self._cipher, self._count = memoryview(content), cipher, count
        self._bound_to = f"{PURPOSE}|{key}|{number}"

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(at, slice):
            return [self._box(each) for each in range(*at.indices(self._count))]
        return self._box(range(self._count)[at])

    def __iter__(self) -> Iterator[bytes]:
        return map(self._box, range(self._count))

    def close(self, at: int, into: memoryview) -> None:
        if isinstance(self._cipher, AESGCM):
            self._cipher.encrypt_into(*self._parts(at), into)
        else:
            into[:] = self._box(at)

    def _box(self, at: int) -> bytes:
        return self._cipher.encrypt(*self._parts(at))

    def _parts(self, at: int) -> tuple[bytes, memoryview, bytes]:
        nonce = bytes(4) + at.to_bytes(8, "big")
        bound_to = f"{self._bound_to}|{at}|{self._count}".encode("ascii")
        return nonce, self._content[at * CHUNK_BYTES : (at + 1) * CHUNK_BYTES], bound_to
