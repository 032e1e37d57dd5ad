from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from offline_cache.sealing import (
    DEFAULT_SUITE,
    SUITES,
    Sealer,
    SealingKeyError,
    load_sealer,
)
from sandbox.platform import sm2

CLASSICAL = "HPKE-X25519-HKDF-SHA256-AES-256-GCM"
NATIONAL = "GM-SM2-SM3-SM4-GCM"
KEY = "0197a1b2-0000-7000-8000-00000000cafe"
PLAIN = "申请人：张三，住址：清泉镇石桥村 12 号".encode()


class Platform:
    """The far side: holds the private key, opens with the library directly."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        x25519 = X25519PrivateKey.generate()
        raw = x25519.public_key().public_bytes_raw()
        if suite == NATIONAL:
            self.number = secrets.randbelow(sm2.N - 2) + 1
            self.public = sm2.public_of(self.number)
        elif suite == CLASSICAL:
            self.private, self.public = x25519, raw
            self.hpke = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
        else:
            mlkem = MLKEM768PrivateKey.generate()
            self.private = MLKEM768X25519PrivateKey(mlkem, x25519)
            self.public = mlkem.public_key().public_bytes_raw() + raw
            self.hpke = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def open(self, box: bytes, key_id: str, key: str) -> bytes:
        info = b"village-kiosk submission v1|" + key_id.encode() + b"|" + key.encode()
        if self.suite == NATIONAL:
            return self._open_national(box, info)
        return self.hpke.decrypt(box, self.private, info)

    def _open_national(self, box: bytes, info: bytes) -> bytes:
        """As docs/api/packet.md has it: 65 + 32 + 28 bytes of SM2, the ciphertext, its tag."""
        try:
            carried = sm2.decrypt(box[:125], self.number)
        except sm2.NotSm2Error:
            raise InvalidTag from None
        key, nonce, tag = carried[:16], carried[16:], box[125:][-16:]
        if len(tag) < 16:
            raise InvalidTag
        opener = Cipher(SM4(key), GCM(nonce, tag)).decryptor()
        opener.authenticate_additional_data(info)
        return opener.update(box[125:-16]) + opener.finalize()


@pytest.fixture(params=sorted(SUITES))
def suite(request: pytest.FixtureRequest) -> str:
    return request.param


def test_the_default_withstands_a_quantum_computer_of_tomorrow() -> None:
    assert DEFAULT_SUITE == "HPKE-MLKEM768X25519-HKDF-SHA256-AES-256-GCM"
    assert {DEFAULT_SUITE, CLASSICAL, NATIONAL} == SUITES


@pytest.mark.parametrize("plain", [b"", b"x", PLAIN, bytes(2_000_000)])
def test_the_platform_opens_what_the_terminal_sealed(suite: str, plain: bytes) -> None:
    platform = Platform(suite)
    sealed = Sealer(platform.public, "k1", suite).seal(plain, KEY)
    assert (sealed.key_id, sealed.suite) == ("k1", suite)
    assert platform.open(sealed.box, "k1", KEY) == plain


def test_nothing_of_what_was_sealed_can_be_read_in_the_box(suite: str) -> None:
    box = Sealer(Platform(suite).public, "k1", suite).seal(PLAIN * 50, KEY).box
    assert PLAIN[:12] not in box


def test_the_same_words_never_give_the_same_box(suite: str) -> None:
    sealer = Sealer(Platform(suite).public, "k1", suite)
    assert len({sealer.seal(PLAIN, KEY).box for _ in range(20)}) == 20


def test_a_box_opens_for_its_own_submission_only(suite: str) -> None:
    platform = Platform(suite)
    sealed = Sealer(platform.public, "k1", suite).seal(PLAIN, KEY)
    with pytest.raises(InvalidTag):
        platform.open(sealed.box, "k1", str(uuid4()))
    with pytest.raises(InvalidTag):
        platform.open(sealed.box, "k2", KEY)


def test_a_box_opens_with_its_own_key_only(suite: str) -> None:
    sealed = Sealer(Platform(suite).public, "k1", suite).seal(PLAIN, KEY)
    with pytest.raises(InvalidTag):
        Platform(suite).open(sealed.box, "k1", KEY)


def test_any_flipped_bit_and_any_missing_byte_is_noticed(suite: str) -> None:
    platform = Platform(suite)
    box = Sealer(platform.public, "k1", suite).seal(PLAIN, KEY).box
    for position in range(0, len(box), 7):
        changed = bytearray(box)
        changed[position] ^= 1 << position % 8
        with pytest.raises(InvalidTag):
            platform.open(bytes(changed), "k1", KEY)
    for length in (0, 1, 31, 32, len(box) - 17, len(box) - 1):
        with pytest.raises(InvalidTag):
            platform.open(box[:length], "k1", KEY)


@pytest.mark.parametrize("key", ["", "no uuid", KEY.upper(), KEY.replace("-", ""), f"{{{KEY}}}"])
def test_a_key_that_is_not_a_uuid_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        Sealer(Platform(CLASSICAL).public, "k1", CLASSICAL).seal(PLAIN, key)


def test_a_key_file_that_exhausts_the_parser_is_no_json_file(tmp_path: Path) -> None:
    path = tmp_path / "platform-key.json"
    path.write_text("[" * 3000)
    with pytest.raises(SealingKeyError, match="not a JSON file"):
        load_sealer(path)


# The standard itself


def labeled_extract(suite_id: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite_id + label + secret, "sha256")


def labeled_expand(suite_id: bytes, secret: bytes, label: bytes, info: bytes, size: int) -> bytes:
    labeled = size.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + info
    output, block = b"", b""
    while len(output) < size:
        block = hmac.digest(secret, block + labeled + bytes([len(output) // 32 + 1]), "sha256")
        output += block
    return output[:size]


def open_by_the_book(box: bytes, private: bytes, info: bytes, aead_id: int, aad: bytes) -> bytes:
    """RFC 9180, 4.1, 5.1 and 6.1, for DHKEM(X25519, HKDF-SHA256) and AES-GCM: no HPKE library."""
    enc, ciphertext = box[:32], box[32:]
    own = X25519PrivateKey.from_private_bytes(private)
    kem = b"KEM" + (0x0020).to_bytes(2, "big")
    dh = own.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + own.public_key().public_bytes_raw()
    eae_prk = labeled_extract(kem, b"", b"eae_prk", dh)
    shared = labeled_expand(kem, eae_prk, b"shared_secret", context, 32)

    hpke = b"HPKE" + bytes.fromhex("00200001") + aead_id.to_bytes(2, "big")
    schedule = b"\0"  # base mode
    schedule += labeled_extract(hpke, b"", b"psk_id_hash", b"")
    schedule += labeled_extract(hpke, b"", b"info_hash", info)
    secret = labeled_extract(hpke, shared, b"secret", b"")
    key = labeled_expand(hpke, secret, b"key", schedule, {1: 16, 2: 32}[aead_id])
    nonce = labeled_expand(hpke, secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)


# RFC 9180, A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode.
RFC_INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
RFC_PRIVATE = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
RFC_ENC = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
RFC_KEY = bytes.fromhex("4531685d41d65f03dc48f6b8302c05b0")
RFC_BASE_NONCE = bytes.fromhex("56d890e5accaaf011cff4b7d")
RFC_PLAIN = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
RFC_AAD = b"Count-0"
RFC_CIPHERTEXT = bytes.fromhex(
    "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
)


def test_the_book_opens_the_vector_of_the_standard() -> None:
    box = RFC_ENC + RFC_CIPHERTEXT
    assert open_by_the_book(box, RFC_PRIVATE, RFC_INFO, 1, RFC_AAD) == RFC_PLAIN


def test_the_library_comes_to_the_key_and_nonce_of_the_standard() -> None:
    """Its one-shot call takes no associated data, so the published key makes the ciphertext."""
    box = RFC_ENC + AESGCM(RFC_KEY).encrypt(RFC_BASE_NONCE, RFC_PLAIN, b"")
    private = X25519PrivateKey.from_private_bytes(RFC_PRIVATE)
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    assert suite.decrypt(box, private, RFC_INFO) == RFC_PLAIN


def test_the_book_opens_what_the_terminal_sealed() -> None:
    private = X25519PrivateKey.generate()
    sealer = Sealer(private.public_key().public_bytes_raw(), "k1", CLASSICAL)
    info = f"village-kiosk submission v1|k1|{KEY}".encode()
    box = sealer.seal(PLAIN, KEY).box
    assert open_by_the_book(box, private.private_bytes_raw(), info, 2, b"") == PLAIN


def test_the_hybrid_key_is_ml_kem_first_as_the_draft_has_it() -> None:
    platform = Platform(DEFAULT_SUITE)
    raw = platform.public
    swapped = raw[1184:] + raw[:1184]
    Sealer(raw, "k1")
    with pytest.raises(SealingKeyError):
        Sealer(swapped, "k1")


# The key file


def key_file(tmp_path: Path, **changes: object) -> Path:
    public = base64.b64encode(Platform(DEFAULT_SUITE).public).decode()
    fields = {"key_id": "2026-a", "suite": DEFAULT_SUITE, "public_key": public} | changes
    path = tmp_path / "platform-key.json"
    path.write_text(json.dumps(fields))
    return path


def test_the_key_file_of_the_platform_gives_a_sealer(tmp_path: Path) -> None:
    sealer = load_sealer(key_file(tmp_path))
    assert (sealer.key_id, sealer.suite) == ("2026-a", DEFAULT_SUITE)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key_id": "a|b"}, "key_id"),
        ({"key_id": 7}, "text"),
        ({"suite": "ROT13"}, "suite"),
        ({"suite": CLASSICAL}, "32 bytes are expected"),
        ({"public_key": "not base64!"}, "base64"),
        ({"public_key": "AAAA"}, "1216 bytes are expected"),
        ({"public_key": base64.b64encode(b"\xff" * 1216).decode()}, "public_key"),
        ({"suite": CLASSICAL, "public_key": base64.b64encode(bytes(32)).decode()}, "public_key"),
        ({"private_key": "AAAA"}, "exactly the fields"),
    ],
)
def test_a_wrong_key_file_says_what_is_wrong(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(SealingKeyError, match=said) as caught:
        load_sealer(key_file(tmp_path, **changes))
    assert caught.value.remedy == "technician"
    assert "platform-key.json" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_a_key_file_that_is_no_json_object_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "platform-key.json"
    path.write_bytes(content)
    with pytest.raises(SealingKeyError, match=r"JSON|fields"):
        load_sealer(path)


def test_a_missing_key_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SealingKeyError, match="No such file"):
        load_sealer(tmp_path / "platform-key.json")


def test_a_sealed_box_shows_neither_key_nor_content_when_printed_in_a_log() -> None:
    sealer = Sealer(Platform(CLASSICAL).public, "k1", CLASSICAL)
    digest = hashlib.sha256(PLAIN).hexdigest()
    assert digest not in repr(sealer)
    assert PLAIN.decode() not in repr(sealer.seal(PLAIN, KEY))
