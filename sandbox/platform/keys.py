"""The platform's sealing keys: made once, kept in the state directory, used to open packets.

HPKE, RFC 9180, base mode, and SM2 with SM4-GCM; layouts as docs/api/packet.md has them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from sandbox.platform import sm2

HYBRID = "HPKE-MLKEM768X25519-HKDF-SHA256-AES-256-GCM"
CLASSIC = "HPKE-X25519-HKDF-SHA256-AES-256-GCM"
NATIONAL = "GM-SM2-SM3-SM4-GCM"

_SUITES = {
    HYBRID: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    CLASSIC: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}


class UnknownKeyError(Exception):
    """Sealed to a key that is not here, or named with another suite than the key's."""


class NotOpenableError(Exception):
    """Sealed to another key, for another submission, or damaged."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    key_id: str
    suite: str
    public_key: str  # base64


class SealingKeys:
    """`directory` gets `private-keys.json` (mode 600) and `sealing-key.json`, the preferred public
    key as a terminal wants it.
    """

    def __init__(self, directory: Path) -> None:
        secrets_file = directory / "private-keys.json"
        if not secrets_file.exists():
            secrets_file.touch(mode=0o600)
            secrets_file.write_text(json.dumps(_new_secrets()), encoding="ascii")
        secrets = {
            name: base64.b64decode(text)
            for name, text in json.loads(secrets_file.read_text(encoding="ascii")).items()
        }
        mlkem = MLKEM768PrivateKey.from_seed_bytes(secrets["hybrid_mlkem768_seed"])
        hybrid_x25519 = X25519PrivateKey.from_private_bytes(secrets["hybrid_x25519"])
        classic = X25519PrivateKey.from_private_bytes(secrets["x25519"])
        hybrid_public = (
            mlkem.public_key().public_bytes_raw() + hybrid_x25519.public_key().public_bytes_raw()
        )
        preferred = _public(HYBRID, hybrid_public)
        other = _public(CLASSIC, classic.public_key().public_bytes_raw())
        gm_private = int.from_bytes(secrets["sm2"], "big") % (sm2.N - 2) + 1
        national = _public(NATIONAL, sm2.public_of(gm_private))
        self._sm2 = {national.key_id: gm_private}
        self.public = (preferred, other, national)
        self._private: dict[tuple[str, str], MLKEM768X25519PrivateKey | X25519PrivateKey] = {
            (preferred.key_id, HYBRID): MLKEM768X25519PrivateKey(mlkem, hybrid_x25519),
            (other.key_id, CLASSIC): classic,
        }
        self.file = directory / "sealing-key.json"
        told = json.dumps(asdict(preferred)) + "\n"
        if not self.file.exists() or self.file.read_text(encoding="ascii") != told:
            self.file.write_text(told, encoding="ascii")

    def open(self, key_id: str, suite: str, sealed: bytes, idempotency_key: str) -> bytes:
        """The plaintext.

        Raises:
            UnknownKeyError, NotOpenableError
        """
        info = f"village-kiosk submission v1|{key_id}|{idempotency_key}".encode("ascii")
        if suite == NATIONAL and key_id in self._sm2:
            return _opened(sealed, self._sm2[key_id], info)
        private = self._private.get((key_id, suite))
        if private is None:
            raise UnknownKeyError
        try:
            return _SUITES[suite].decrypt(sealed, private, info)
        except InvalidTag:
            raise NotOpenableError from None


def _opened(sealed: bytes, private: int, info: bytes) -> bytes:
    """SM2 of key (16) and nonce (12), then SM4-GCM with its tag (16) behind."""
    head = sm2.C1_BYTES + sm2.C3_BYTES + 28
    if len(sealed) < head + 16:
        raise NotOpenableError
    try:
        carried = sm2.decrypt(sealed[:head], private)
        return sm4_opened(carried[:16], carried[16:], sealed[head:], info)
    except (sm2.NotSm2Error, InvalidTag):
        raise NotOpenableError from None


def sm4_opened(key: bytes, nonce: bytes, box: bytes, bound_to: bytes) -> bytes:
    """SM4-GCM (RFC 8998), its tag behind. Raises: InvalidTag."""
    opener = Cipher(SM4(key), GCM(nonce, box[-16:])).decryptor()
    opener.authenticate_additional_data(bound_to)
    return opener.update(box[:-16]) + opener.finalize()


def _public(suite: str, raw: bytes) -> PublicKey:
    key_id = "sandbox-" + hashlib.sha256(raw).hexdigest()[:8]
    return PublicKey(key_id, suite, base64.b64encode(raw).decode("ascii"))


def _new_secrets() -> dict[str, str]:
    secrets = {
        "hybrid_mlkem768_seed": MLKEM768PrivateKey.generate().private_bytes_raw(),
        "hybrid_x25519": X25519PrivateKey.generate().private_bytes_raw(),
        "x25519": X25519PrivateKey.generate().private_bytes_raw(),
        "sm2": token_bytes(32),
    }
    return {name: base64.b64encode(raw).decode("ascii") for name, raw in secrets.items()}
