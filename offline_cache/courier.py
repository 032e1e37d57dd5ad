"""What waits, as a file that somebody carries to the platform (docs/api/courier.md).

Nothing is taken out of the store: what was carried still waits for the line, and the platform
counts it once. The bundle holds sealed boxes, so that the stick may be lost.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from offline_cache.errors import MaterialLostError
from offline_cache.outbox import Outbox
from offline_cache.submission import Chunk, Queued
from offline_cache.terminal_key import TerminalKey

VERSION: Final = 1
PURPOSE: Final = "village-kiosk courier v1"


class CourierError(Exception):
    """The stick refused; nothing that could be taken for a bundle is on it."""

    remedy = "attendant"


@dataclass(frozen=True, slots=True)
class Carried:
    """`submissions` are packets and ratings."""

    file: Path
    submissions: int
    size_bytes: int


def write_bundle(
    outbox: Outbox,
    directory: Path,
    terminal: str,
    key: TerminalKey,
    now: datetime,
    lost: Callable[[str], object] = lambda _: None,
) -> Carried | None:
    """None: nothing can be carried. The file is whole and on the stick when this returns.

    lost: told the number of each whose materials are not there any more; the others go.

    Raises:
        CourierError: says what the stick refused.
        StoreError: the store cannot be read.
    """
    lines = _lines(outbox, terminal, now, lost)
    first = next(lines)
    name = f"courier-{terminal}-{now:%Y%m%dT%H%M%S}.jsonl"
    unfinished = directory / f".{name}.{secrets.token_hex(4)}"
    try:
        with unfinished.open("xb") as file:
            count, digest = 0, hashlib.sha256()
            for told in _chain(first, lines):
                line = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
                file.write(line)
                digest.update(line)
                count += 1
            file.write(_seal(count, digest.hexdigest(), terminal, key))
            file.flush()
            os.fsync(file.fileno())
        if count == 1:
            unfinished.unlink()
            return None
        unfinished.rename(directory / name)
        _sync(directory)
        size_bytes = (directory / name).stat().st_size
    except OSError as fault:
        _tidy(unfinished)
        raise CourierError(f"{directory}: {fault.strerror}") from fault
    return Carried(directory / name, count - 1, size_bytes)


def _lines(
    outbox: Outbox, terminal: str, now: datetime, lost: Callable[[str], object]
) -> Iterator[dict[str, Any]]:
    yield {"courier": VERSION, "terminal": terminal, "made_at": now.isoformat(timespec="seconds")}
    for queued in outbox.carry():
        if queued.kind in ("rating", "feedback"):
            yield {queued.kind: json.loads(queued.body), "key": queued.key}
            continue
        whole = outbox.is_whole(queued.key)
        if not whole:
            if whole is False:  # else it went by the line meanwhile
                lost(queued.number)
            continue
        yield {"submission": _submission(queued, terminal), "key": queued.key}
        try:
            for chunk in outbox.chunks_of(queued.key):
                yield {"chunk": _chunk(queued.number, chunk)}
        except MaterialLostError:
            lost(queued.number)


def _submission(queued: Queued, terminal: str) -> dict[str, Any]:
    return {
        "number": queued.number,
        "item": queued.item,
        "terminal": terminal,
        "submitted_at": queued.kept_at.isoformat(),
        "key_id": queued.key_id,
        "suite": queued.suite,
        "sealed": _text(queued.body),
    }


def _chunk(number: str, chunk: Chunk) -> dict[str, Any]:
    return {
        "number": number,
        "material": chunk.material,
        "chunk": chunk.number,
        "box": _text(chunk.box),
    }


def _seal(lines: int, digest: str, terminal: str, key: TerminalKey) -> bytes:
    signature = key.sign(statement(terminal, digest))
    told = {
        "lines": lines,
        "sha256": digest,
        "public_key": _text(key.public),
        "signature": _text(signature),
    }
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def statement(terminal: str, digest: str) -> bytes:
    """What the terminal signs; `digest`: SHA-256 of all lines but the last, in hexadecimal."""
    return f"{PURPOSE}|{terminal}|{digest}".encode("ascii")


def _chain(first: dict[str, Any], rest: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tidy(unfinished: Path) -> None:
    try:
        unfinished.unlink(missing_ok=True)
    except OSError:
        return  # the stick is out: what is on it has no last line, and counts for nothing
