"""The terminal's own key: Ed25519 (RFC 8032), made on the terminal, never leaving it.

It signs the journal and the requests to the platform (docs/adr/0010). A file of 32 bytes, readable
by its owner alone; whoever can read it can sign in the terminal's name, so that it lies on the
terminal's own disk and in no backup. `kiosk/machines/key_custody.py` knows where.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

KEY_BYTES: Final = 32


class TerminalKeyError(Exception):
    """The key can be neither read nor made."""

    remedy = "technician"


@dataclass(frozen=True, slots=True, repr=False)
class TerminalKey:
    """`made`: it was not there before, so that what was signed until now bears another."""

    _private: Ed25519PrivateKey
    made: bool

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


def load_or_make(path: Path) -> TerminalKey:
    """A file that is no key (a disk that lost it) is put aside, and a new key made.

    Raises:
        TerminalKeyError: says what the file system refused.
    """
    try:
        seed = path.read_bytes() if path.exists() else b""
        if len(seed) == KEY_BYTES:
            return TerminalKey(Ed25519PrivateKey.from_private_bytes(seed), made=False)
        if path.exists():
            path.rename(path.with_name(f"{path.name}.damaged-{secrets.token_hex(4)}"))
        private = Ed25519PrivateKey.generate()
        _write(path, private.private_bytes_raw())
    except OSError as fault:
        raise TerminalKeyError(f"{path}: {fault.strerror}") from fault
    return TerminalKey(private, made=True)


def load(path: Path) -> TerminalKey:
    """One that somebody else keeps: nothing is made and nothing put aside.

    Raises:
        TerminalKeyError: it is not there, may not be read, or is no key.
    """
    try:
        seed = path.read_bytes()
    except OSError as fault:
        raise TerminalKeyError(f"{path}: {fault.strerror}") from fault
    if len(seed) != KEY_BYTES:
        raise TerminalKeyError(f"{path}: {KEY_BYTES} bytes are expected, {len(seed)} are there")
    return TerminalKey(Ed25519PrivateKey.from_private_bytes(seed), made=False)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _write(path: Path, seed: bytes) -> None:
    """Under another name first: a power cut leaves the whole key or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, seed)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.rename(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
