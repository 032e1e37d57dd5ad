"""The packet that is handed in, format 2: bytes from values. See `docs/api/packet.md`."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kiosk.wording import in_groups

FORMAT: Final = 2
DIGEST_SHOWN: Final = 16  # hexadecimal digits on the receipt

JSON_TYPE: Final = "application/json"
PNG_TYPE: Final = "image/png"
JPEG_TYPE: Final = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of `materials`. `content` is that of what was scanned or made here."""

    slot: str
    name: str
    how: str
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)

    def entry(self) -> dict[str, object]:
        told: dict[str, object] = {"slot": self.slot, "name": self.name, "how": self.how}
        if self.media_type:
            told |= {
                "media_type": self.media_type,
                "bytes": len(self.content),
                "sha256": hashlib.sha256(self.content).hexdigest(),
                "inline": base64.b64encode(self.content).decode("ascii"),
            }
        return told


def manifest(head: Mapping[str, object], pieces: Sequence[Piece]) -> bytes:
    """Canonical. `head`: all fields but `format` and `materials`; whole numbers alone."""
    entries = [piece.entry() for piece in pieces]
    return canonical({"format": FORMAT, **head, "materials": entries})


def canonical(value: object) -> bytes:
    """RFC 8785, for ASCII keys and whole numbers.

    Raises:
        ValueError: a number that is no whole one, or half of a surrogate pair.
    """
    _require_whole(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest_in_groups(packet: bytes) -> str:
    """As the receipt bears it."""
    return in_groups(hashlib.sha256(packet).hexdigest()[:DIGEST_SHOWN])


def _require_whole(value: object) -> None:
    match value:
        case float():
            raise ValueError("a packet holds whole numbers alone")
        case Mapping():
            for inner in value.values():
                _require_whole(inner)
        case list() | tuple():
            for inner in value:
                _require_whole(inner)
