"""A pack is signed as a whole: an Ed25519 signature (RFC 8032) of its SHA-256, in a file beside it.

The digest is signed, not the file: so the file is read once, a piece at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config.catalogue_pack import Catalogue, PackError, open_pack

_CONTEXT = b"village-kiosk catalogue v1\0"


class SigningKeyError(Exception):
    """One line: why nothing is signed."""


def signature_file(file: Path) -> Path:
    return file.with_name(file.name + ".sig")


def sign(file: Path, key_file: Path) -> bytes:
    """Writes the signature, 64 bytes, beside the file; answers the public key, 32 bytes.

    key_file: PEM, as `openssl genpkey -algorithm ed25519` makes it.

    Raises:
        SigningKeyError: the key is none, or a file cannot be read or written.
    """
    try:
        key = load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyError(f"{key_file}: is no Ed25519 key")
        signature_file(file).write_bytes(key.sign(_signed(file)))
    except OSError as fault:
        raise SigningKeyError(f"{fault.filename}: {fault.strerror}") from None
    except (ValueError, TypeError):  # TypeError: it wants a password
        raise SigningKeyError(f"{key_file}: is no private key in PEM without a password") from None
    return key.public_key().public_bytes_raw()


def open_signed_pack(
    file: Path, public_key: bytes, today: Callable[[], date] = date.today
) -> Catalogue:
    """As `open_pack`, once the signature beside the file holds: the whole file is read for it.

    public_key: Ed25519, 32 bytes.

    Raises:
        PackError: also when it is not signed with this key, as it is now.
    """
    if file.is_file() and (why := check_signature(file, public_key)):
        raise PackError(f"{file}: {why}")
    return open_pack(file, today)


def check_signature(file: Path, public_key: bytes) -> str:
    """Why it does not hold; "" when it does."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature_file(file).read_bytes(), _signed(file))
    except FileNotFoundError:
        return "nobody has signed it"
    except OSError as fault:
        return f"the signature cannot be checked: {fault.strerror}"
    except ValueError:
        return "the public key has to be 32 bytes"
    except InvalidSignature:
        return "the signature does not hold: it was changed, or signed with another key"
    return ""


def _signed(file: Path) -> bytes:
    with file.open("rb") as pack:
        return _CONTEXT + hashlib.file_digest(pack, "sha256").digest()
