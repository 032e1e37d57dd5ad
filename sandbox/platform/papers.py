"""Documents for five minutes, and the codes by which their prints are known for good."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.platform.record_tables import rows
from sandbox.platform.sample_pages import pages
from sandbox.platform.seals import SealFault, Seals
from sandbox.platform.telling import Told, masked_name, masked_number

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
CODE_SIGNS = 16
KEPT_FOR = timedelta(minutes=5)
ADDRESS = "https://platform.example.gov.cn/v/"

_TABLE = """
CREATE TABLE IF NOT EXISTS papers (
    code      TEXT PRIMARY KEY,
    state     TEXT NOT NULL,        -- VALID, WITHDRAWN
    title     TEXT NOT NULL,
    issuer    TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    valid_to  TEXT,
    facts     TEXT NOT NULL         -- JSON, masked
) STRICT;
"""
_SEAL_FAULTS = {row["person"]: SealFault(row["fault"]) for row in rows("seals", "seal")}


@dataclass(frozen=True, slots=True)
class Document:
    terminal: str
    until: datetime
    body: bytes = field(repr=False)


class Papers:
    def __init__(self, directory: Path, seals: Seals, now: Callable[[], datetime]) -> None:
        self._seals, self._now = seals, now
        self._lock = threading.Lock()
        self._documents: dict[str, Document] = {}
        self._db = sqlite3.connect(
            directory / "papers.db", check_same_thread=False, isolation_level=None
        )
        self._db.executescript(_TABLE)
        for row in rows("papers", "paper"):
            told = (row["title"], row["issuer"], row["issued_at"], row.get("valid_to"))
            self._keep(row["code"], row["state"], *told, row["facts"])

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def issue(self, told: Told, terminal: str, ref: str) -> dict[str, Any]:
        """Makes the document of an answer; how the answer names it."""
        now = self._now()
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_SIGNS))
        until = None if told.valid_days is None else now.date() + timedelta(days=told.valid_days)
        grouped = " ".join(code[at : at + 4] for at in range(0, CODE_SIGNS, 4))
        foot = [
            told.note,
            f"验证码：{grouped}",
            f"出具：{told.issuer}（样张）",
            f"打印时间：{now:%Y-%m-%d %H:%M:%S}",
            f"有效期：{until or '长期'}",
        ]
        drawn = pages(told.title, told.sections, foot, ADDRESS + code)
        body = self._seals.seal(
            drawn, f"{told.issuer}（样张）", now, _SEAL_FAULTS.get(ref, SealFault.RIGHT)
        )
        named = secrets.token_urlsafe(24)
        valid_to = until.isoformat() if until else None
        with self._lock:
            self._documents[named] = Document(terminal, now + KEPT_FOR, body)
        shown = [_masked(fact) for section in told.sections for fact in section.get("facts", [])]
        self._keep(
            code, "VALID", told.title, told.issuer, now.isoformat(), valid_to, json.dumps(shown[:6])
        )
        return {
            "id": named,
            "title": told.title,
            "media_type": "application/pdf",
            "bytes": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "verify_code": code,
            "valid_to": valid_to,
        }

    def document(self, named: str) -> Document | None:
        now = self._now()
        with self._lock:
            for each, kept in list(self._documents.items()):
                if kept.until < now:
                    del self._documents[each]
            return self._documents.get(named)

    def verified(self, code: str, today: date) -> dict[str, Any]:
        with self._lock:
            row = self._db.execute(
                "SELECT state, title, issuer, issued_at, valid_to, facts FROM papers"
                " WHERE code = ?",
                (code,),
            ).fetchone()
        if row is None:
            return {"state": "UNKNOWN"}
        state, title, issuer, issued_at, valid_to, facts = row
        if state == "VALID" and valid_to and date.fromisoformat(valid_to) < today:
            state = "EXPIRED"
        return {
            "state": state,
            "title": title,
            "issuer": issuer,
            "issued_at": issued_at,
            "valid_to": valid_to,
            "facts": json.loads(facts),
        }

    def _keep(self, *row: str | None) -> None:
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO papers VALUES (?, ?, ?, ?, ?, ?, ?)", row)


_HIDDEN: dict[str, Callable[[str], str]] = {
    "name": masked_name,
    "number": masked_number,
    "account": lambda value: "*" * 4 + value[-4:],
    "phone": lambda value: value[:3] + "****" + value[-4:],
}


def _masked(fact: dict[str, str]) -> dict[str, str]:
    """Whoever holds the paper may compare it, and learn nothing that it does not say."""
    hide = _HIDDEN.get(fact["mask"], str)
    return {**fact, "value": hide(fact["value"]), "mask": "none"}
