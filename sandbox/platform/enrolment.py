"""Which terminals are enrolled, on the disk: an import may find no platform running."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

_FILE = "enrolled.json"


def keep_enrolled(directory: Path, enrolled: Mapping[str, bytes]) -> None:
    """`enrolled`: terminal → its public key (Ed25519, 32 bytes)."""
    told = {terminal: key.hex() for terminal, key in sorted(enrolled.items())}
    new = directory / f".{_FILE}.{secrets.token_hex(4)}"
    new.write_text(json.dumps(told) + "\n", encoding="ascii")
    new.replace(directory / _FILE)  # whoever reads has the old one or the new one


def read_enrolled(directory: Path) -> dict[str, bytes]:
    """Raises: OSError: the platform was never started on this directory."""
    told = json.loads((directory / _FILE).read_text(encoding="ascii"))
    return {terminal: bytes.fromhex(key) for terminal, key in told.items()}
