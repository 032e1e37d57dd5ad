"""Scanned papers are closed in chunks as docs/api/packet.md says."""

from __future__ import annotations

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.materials import (
    CHUNK_BYTES,
    chunks_of,
    new_content_key,
    seal_material,
)

KEY = str(uuid4())


def opened(box: bytes, content_key: bytes, bound_to: str, at: int) -> bytes:
    """Written from the document, not from the module."""
    nonce = b"\0\0\0\0" + at.to_bytes(8, "big")
    return AESGCM(content_key).decrypt(nonce, box, bound_to.encode("ascii"))


@pytest.mark.parametrize("length", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 150_000])
def test_what_was_closed_is_opened_by_the_document_alone(length: int) -> None:
    content, content_key = bytes(i % 251 for i in range(length)), new_content_key()
    sealed = seal_material(content, content_key, KEY, 3)
    count = len(sealed.chunks)
    assert count == chunks_of(length) == -(-length // 49_152)
    assert sealed.size == length + 16 * count
    found = b"".join(
        opened(box, content_key, f"village-kiosk material v1|{KEY}|3|{at}|{count}", at)
        for at, box in enumerate(sealed.chunks)
    )
    assert found == content


@pytest.mark.parametrize(
    ("bound_to", "at"),
    [
        ("village-kiosk material v1|{other}|0|0|2", 0),
        ("village-kiosk material v1|{key}|1|0|2", 0),
        ("village-kiosk material v1|{key}|0|1|2", 1),
        ("village-kiosk material v1|{key}|0|0|3", 0),
    ],
)
def test_a_chunk_that_was_moved_does_not_open(bound_to: str, at: int) -> None:
    content_key = new_content_key()
    box = seal_material(bytes(CHUNK_BYTES + 1), content_key, KEY, 0).chunks[0]
    with pytest.raises(InvalidTag):
        opened(box, content_key, bound_to.format(other=uuid4(), key=KEY), at)


def test_nothing_of_a_paper_shows_in_its_chunks_or_in_what_is_said_of_them() -> None:
    sealed = seal_material(b"MARKER" * 20_000, new_content_key(), KEY, 0)
    assert not any(b"MARKER" in box for box in sealed.chunks)
    assert "chunks" not in repr(sealed)


def test_a_paper_without_content_and_a_key_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="no length"):
        seal_material(b"", new_content_key(), KEY, 0)
    with pytest.raises(ValueError, match="32 bytes"):
        seal_material(b"x", bytes(16), KEY, 0)
