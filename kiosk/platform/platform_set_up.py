"""The platform's client and the keys that are sealed to, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from config.settings import Settings
from kiosk.platform.drivers import SetUpError
from kiosk.platform.gateway import Platform
from kiosk.platform.tls_line import Papers
from offline_cache.moments import utc_now
from offline_cache.sealing import SealingKeyError
from offline_cache.sealing_keys import KeyRing, load_ring
from offline_cache.steady_clock import SteadyClock


def papers_of(given: Settings) -> Papers:
    way = given.platform
    return Papers(way.ca_file, way.certificate_file, way.certificate_key_file)


def sealer_of(given: Settings, clock: Callable[[], datetime] = utc_now) -> KeyRing:
    """Raises: SetUpError."""
    try:
        return load_ring(given.platform.sealing_key_file, clock)
    except SealingKeyError as fault:
        raise SetUpError(str(fault)) from None


def publisher_of(given: Settings) -> bytes | None:
    """The key of who signs notices, 32 bytes; None where the settings name nobody.

    Raises: SetUpError.
    """
    file = given.platform.publisher_key_file
    if file is None:
        return None
    try:
        raw = _ed25519(file)
    except OSError as fault:
        raise SetUpError(f"{file}: {fault.strerror}") from None
    except (ValueError, UnsupportedAlgorithm):
        raw = b""
    if len(raw) != 32:
        raise SetUpError(f"{file}: an Ed25519 key in PEM, or its 64 hexadecimal digits")
    return raw


def _ed25519(file: Path) -> bytes:
    """Raises: OSError, ValueError, UnsupportedAlgorithm."""
    text = file.read_text("ascii").strip()
    if not text.startswith("-----BEGIN"):
        return bytes.fromhex(text)
    key = load_pem_public_key(text.encode("ascii"))
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else b""


def platform_of(
    given: Settings,
    sign: Callable[[bytes], bytes | None],
    clock: SteadyClock | None = None,
    dated: Callable[[datetime], None] | None = None,
) -> Platform:
    """`dated` is told instead of the clock. Raises: SetUpError."""
    way, clock = given.platform, clock or SteadyClock()
    try:
        return Platform(
            way.url,
            given.terminal.id,
            sign,
            way.connect_timeout_s,
            way.read_timeout_s,
            way.total_timeout_s,
            papers=papers_of(given),
            clock=clock,
            dated=dated or clock.confirm,
        )
    except ValueError as fault:
        raise SetUpError(f"platform: {fault}") from None
