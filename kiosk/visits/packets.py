"""The packet that is handed in, format 2: bytes from values. See `docs/api/packet.md`."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kiosk.visits.wording import in_groups

FORMAT: Final = 2
INLINE_BYTES: Final = 65_536  # half of what may be: 64 kbit/s carry it in 15 s, sealed and encoded
CHUNK_BYTES: Final = 49_152
CONTENT_KEY_BYTES: Final = 32
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


@dataclass(frozen=True, slots=True)
class Apart:
    """A material that travels beside the manifest. `number`: its place in `materials`."""

    number: int
    content_key: bytes = field(repr=False)  # 32, made for it alone
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Packet:
    manifest: bytes = field(repr=False)
    apart: tuple[Apart, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, 64 hexadecimal digits."""
        return hashlib.sha256(self.manifest).hexdigest()


def packet(
    head: Mapping[str, object], pieces: Sequence[Piece], inline_bytes: int = INLINE_BYTES
) -> Packet:
    """`head`: all fields but `format` and `materials`. What comes first is inline first."""
    apart, entries, left = list[Apart](), list[dict[str, object]](), inline_bytes
    for number, piece in enumerate(pieces):
        entry: dict[str, object] = {"slot": piece.slot, "name": piece.name, "how": piece.how}
        size = len(piece.content)
        if piece.media_type:
            entry |= {
                "media_type": piece.media_type,
                "bytes": size,
                "sha256": hashlib.sha256(piece.content).hexdigest(),
            }
            if size <= left:
                entry["inline"] = _base64(piece.content)
                left -= size
            else:
                own = Apart(number, secrets.token_bytes(CONTENT_KEY_BYTES), piece.content)
                entry |= {
                    "chunks": -(-size // CHUNK_BYTES),
                    "content_key": _base64(own.content_key),
                }
                apart.append(own)
        entries.append(entry)
    return Packet(canonical({"format": FORMAT, **head, "materials": entries}), tuple(apart))


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


def shown(digest: str) -> str:
    """As the receipt bears it."""
    return in_groups(digest[:DIGEST_SHOWN])


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


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
