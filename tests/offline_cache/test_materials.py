"""Scanned papers are closed in chunks as docs/api/packet.md says."""

from __future__ import annotations

from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from offline_cache.gm_suite import Sm4Gcm
from offline_cache.materials import (
    CHUNK_BYTES,
    chunks_of,
    new_content_key,
    seal_material,
)

KEY = str(uuid4())
NATIONAL = "GM-SM2-SM3-SM4-GCM"


def opened_nationally(box: bytes, content_key: bytes, bound_to: str, at: int) -> bytes:
    """Written from the document, not from the module."""
    nonce = b"\0\0\0\0" + at.to_bytes(8, "big")
    opener = Cipher(SM4(content_key[:16]), GCM(nonce, box[-16:])).decryptor()
    opener.authenticate_additional_data(bound_to.encode("ascii"))
    return opener.update(box[:-16]) + opener.finalize()


def opened(box: bytes, content_key: bytes, bound_to: str, at: int) -> bytes:
    """Written from the document, not from the module."""
    nonce = b"\0\0\0\0" + at.to_bytes(8, "big")
    return AESGCM(content_key).decrypt(nonce, box, bound_to.encode("ascii"))


@pytest.mark.parametrize("length", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 150_000])
def test_what_was_closed_is_opened_by_the_document_alone(length: int) -> None:
    content, content_key = bytes(i % 251 for i in range(length)), new_content_key()
    sealed = seal_material(content, content_key, KEY, 3)
    count = len(sealed.chunks)
    assert sealed.lengths == tuple(map(len, sealed.chunks))
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


def test_national_algorithms_close_the_papers_too() -> None:
    content, content_key = bytes(i % 251 for i in range(CHUNK_BYTES + 5)), new_content_key()
    sealed = seal_material(content, content_key, KEY, 3, NATIONAL)
    bound_to = f"village-kiosk material v1|{KEY}|3|{{}}|2"
    boxes = list(enumerate(sealed.chunks))
    found = [opened_nationally(box, content_key, bound_to.format(at), at) for at, box in boxes]
    assert b"".join(found) == content
    assert sealed.lengths == (CHUNK_BYTES + 16, 5 + 16) == tuple(map(len, sealed.chunks))
    with pytest.raises(InvalidTag):
        opened(boxes[0][1], content_key, bound_to.format(0), 0)


def test_sm4_gcm_is_that_of_the_rfc() -> None:
    """RFC 8998, A.1."""
    plain = b"".join(bytes([each] * 8) for each in bytes.fromhex("AABBCCDDEEFFEEAA"))
    box = Sm4Gcm(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")).encrypt(
        bytes.fromhex("00001234567800000000ABCD"),
        plain,
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    )
    assert box == bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )


def test_a_chunk_that_is_asked_for_again_is_the_same() -> None:
    """Nothing else is ever closed under the nonce of its place."""
    chunks = seal_material(bytes(100_000), new_content_key(), KEY, 0).chunks
    assert [*chunks] == [*chunks] == [chunks[at] for at in range(3)] == [*chunks[:2], chunks[-1]]
    with pytest.raises(IndexError):
        chunks[3]
