"""How far the journals of the terminals are, as they report it; and what contradicts what.

Written after docs/api/platform.yaml, `/v1/journal-heads`. What a courier brings is kept here, too:
one SQLite file, used by several processes.
"""

from __future__ import annotations

import base64
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field

from sandbox.platform import messages
from sandbox.platform.wire import (
    Refusal,
    Reply,
    Request,
    fingerprint,
    json_reply,
    key_of,
    read_message,
)

_TABLE = """
CREATE TABLE IF NOT EXISTS journal_heads (
    key         TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    terminal    TEXT NOT NULL,
    lines       INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    at          TEXT NOT NULL,
    contradicts TEXT
) STRICT
"""
_IN_USE = """
CREATE TABLE IF NOT EXISTS catalogues (
    terminal  TEXT PRIMARY KEY,
    version   TEXT NOT NULL,
    set_aside INTEGER NOT NULL
) STRICT
"""


class Message(messages.Request):
    lines: int = Field(ge=1)
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$")]
    signature: Annotated[str, Field(pattern=r"^[0-9A-Za-z+/]{86}==$")]
    catalogue: Annotated[str, Field(pattern=r"^([0-9A-Za-z][0-9A-Za-z.-]{0,31})?$")] = ""
    set_aside: int = Field(0, ge=0)


@dataclass(frozen=True, slots=True)
class Reported:
    terminal: str
    lines: int
    contradicts: str | None


class JournalHeads:
    """`enrolled`: terminal → its public key, as it is when a report comes."""

    def __init__(self, file: Path, enrolled: Mapping[str, bytes]) -> None:
        self._enrolled, self._lock = enrolled, threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(_TABLE)
        self._db.execute(_IN_USE)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def report(self, request: Request) -> Reply:
        """Raises: Refusal."""
        head, key = read_message(request, Message), key_of(request)
        new, contradicts = self.keep(key, head, request.body)
        return json_reply(201 if new else 200, {"key": key, "contradicts": contradicts})

    def keep(self, key: str, head: Message, body: bytes) -> tuple[bool, str | None]:
        """Whether it is new, and what it contradicts. `body`: as it was sent.

        Raises: Refusal.
        """
        self._require_signature(head)
        mark = fingerprint(body)
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                return self._kept(key, head, mark)
            finally:
                self._db.execute("COMMIT")

    def in_use(self) -> dict[str, tuple[str, int]]:
        """Terminal → the catalogue it last said it uses, and how much it has set aside."""
        with self._lock:
            rows = self._db.execute(
                "SELECT terminal, version, set_aside FROM catalogues ORDER BY terminal"
            ).fetchall()
        return {terminal: (version, aside) for terminal, version, aside in rows}

    def reported(self) -> list[Reported]:
        with self._lock:
            rows = self._db.execute(
                "SELECT terminal, lines, contradicts FROM journal_heads ORDER BY rowid"
            ).fetchall()
        return [Reported(*row) for row in rows]

    def _kept(self, key: str, head: Message, mark: bytes) -> tuple[bool, str | None]:
        before = self._db.execute(
            "SELECT fingerprint, contradicts FROM journal_heads WHERE key = ?", (key,)
        ).fetchone()
        if before is not None:
            if before[0] != mark:
                raise Refusal("KEY_REUSED")
            return False, before[1]
        contradicts = self._contradicted(head)
        if head.catalogue:
            self._db.execute(
                "INSERT OR REPLACE INTO catalogues VALUES (?, ?, ?)",
                (head.terminal, head.catalogue, head.set_aside),
            )
        self._db.execute(
            "INSERT INTO journal_heads VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, mark, head.terminal, head.lines, head.hash, head.at, contradicts),
        )
        return True, contradicts

    def _contradicted(self, head: Message) -> str | None:
        """By when it was signed, not by when it came: a stick brings old ones late."""
        others = self._db.execute(
            "SELECT lines, hash, at FROM journal_heads WHERE terminal = ?", (head.terminal,)
        ).fetchall()
        for lines, told, _ in others:
            if lines == head.lines and told != head.hash:
                return "OTHER_LINES"
        for lines, _, at in others:
            if (at < head.at and lines > head.lines) or (at > head.at and lines < head.lines):
                return "FEWER_LINES"
        return None

    def _require_signature(self, head: Message) -> None:
        known = self._enrolled.get(head.terminal)
        if known is None:
            raise Refusal("FORBIDDEN")
        said = f"village-kiosk journal head v1|{head.lines}|{head.hash}|{head.at}".encode("ascii")
        try:
            Ed25519PublicKey.from_public_bytes(known).verify(base64.b64decode(head.signature), said)
        except InvalidSignature:
            raise Refusal("PACKET_INVALID") from None
