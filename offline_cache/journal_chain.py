"""How the lines of the journal hang together: pure, so that whoever reads a file needs no store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import Final, NamedTuple, TypeAlias, TypeVar

START: Final = bytes(32)  # what the first line follows
KEPT: Final = "kept"
PURPOSE: Final = "village-kiosk journal head v1"
_ALWAYS: Final = 5  # values of a line that are chained also when they are empty

T = TypeVar("T")

Line: TypeAlias = tuple[int, str, str, str | None, str | None, str | None, int | None, int | None]
"""seq, at, event, number, word, device, count, took in ms: as it is chained and exported."""


class Head(NamedTuple):
    """The last line; `seq` is also the number of lines."""

    seq: int
    hash: bytes


def newer(seq: int | None, told: T, line: int | None, kept: T) -> tuple[int, T]:
    """Of the last line in the journal's own table and the last that is a submission; 0 for none."""
    if line is not None and (seq is None or line > seq):
        return line, kept
    return seq or 0, told


def next_head(
    head: Head,
    at: str,
    event: str,
    number: str | None = None,
    word: str | None = None,
    device: str | None = None,
    count: int | None = None,
    took_ms: int | None = None,
) -> Head:
    """With a line more, written at a moment (see moments.py)."""
    seq = head.seq + 1
    return Head(seq, chained(head.hash, (seq, at, event, number, word, device, count, took_ms)))


@dataclass(frozen=True, slots=True)
class SignedHead:
    """`signature`: Ed25519 over `statement(PURPOSE, ...)`, by the holder of `key` (32 bytes)."""

    seq: int
    hash: bytes
    at: str
    key: bytes
    signature: bytes


def chained(previous: bytes, line: Line) -> bytes:
    """SHA-256 over the previous hash and the line as JSON: a list without spaces, in ASCII.

    Empty values at the end are left out, but never of the first five.
    """
    length = len(line)
    while length > _ALWAYS and line[length - 1] is None:
        length -= 1
    told = f"[{','.join(map(_told, line[:length]))}]"
    return hashlib.sha256(previous + told.encode()).digest()


def _told(value: str | int | None) -> str:
    """As JSON; an encoder is made anew for each line by `json` itself."""
    if value is None:
        return "null"
    return encode_basestring_ascii(value) if isinstance(value, str) else str(value)


def statement(purpose: str, head: Head, at: str) -> bytes:
    """What is signed: "purpose|seq|hash in hex|at"."""
    return f"{purpose}|{head.seq}|{head.hash.hex()}|{at}".encode()
