"""How a submission stands: what of it is missing, what was decided, and what came of that.

Asked within the lock and the transaction of the store (`store.py`), which alone begins and ends
them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox.platform.outcomes import Decision

Decide = Callable[[bytes, Mapping[int, bytes]], Decision]
"""From the manifest and the contents of its materials; what it raises leaves nothing behind."""


class Standing:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def decide_if_whole(self, number: str, decide: Decide, now: datetime) -> None:
        """Nothing while a material is missing; with the last of them it is decided and counts."""
        if self._missing(number):
            return
        ((manifest,),) = self._db.execute(
            "SELECT manifest FROM packets WHERE number = ?", (number,)
        )
        decision = decide(manifest, self.contents(number))
        answer = accepted(number) if decision.later else decided(number, decision, now)
        self._db.execute(
            "UPDATE submissions SET answer = ?, state = ?, code = ?, valid_to = ?, record_ids = ?,"
            " decided_at = ? WHERE number = ?",
            (
                json.dumps(answer),
                answer["state"],
                decision.code,
                decision.valid_to.isoformat() if decision.valid_to else None,
                json.dumps(decision.record_ids),
                answer.get("decided_at"),
                number,
            ),
        )
        if decision.code == "TAKEN_IN":
            self._db.execute("INSERT INTO applications (number) VALUES (?)", (number,))
        elif not decision.later:
            self.take_effect(number, decision.code, decision.valid_to, decision.record_ids)

    def told_before(self, key: str) -> dict[str, Any]:
        """As it was told when everything was there; until then, what is missing now."""
        ((number, state, answer),) = self._db.execute(
            "SELECT number, state, answer FROM submissions WHERE key = ?", (key,)
        )
        if state == "awaiting":
            return self.awaiting(number)
        told: dict[str, Any] = json.loads(answer)
        return told

    def awaiting(self, number: str) -> dict[str, Any]:
        missing = self._missing(number)
        return {
            "number": number,
            "state": "awaiting",
            "missing": [{"material": at, "next": first} for at, first in missing.items()],
        }

    def _missing(self, number: str) -> dict[int, int]:
        """Material → the first chunk that is not there."""
        rows = self._db.execute(
            "SELECT material, chunks FROM awaited WHERE number = ? ORDER BY material", (number,)
        ).fetchall()
        missing = {}
        for material, chunks in rows:
            there = self._db.execute(
                "SELECT chunk FROM chunks WHERE number = ? AND material = ?", (number, material)
            ).fetchall()
            left = set(range(chunks)) - {chunk for (chunk,) in there}
            if left:
                missing[material] = min(left)
        return missing

    def contents(self, number: str) -> dict[int, bytes]:
        rows = self._db.execute(
            "SELECT material, content FROM chunks WHERE number = ? ORDER BY material, chunk",
            (number,),
        ).fetchall()
        contents: dict[int, bytes] = {}
        for material, content in rows:
            contents[material] = contents.get(material, b"") + content
        return contents

    def take_effect(
        self, number: str, code: str, valid_to: date | None, record_ids: tuple[str, ...]
    ) -> None:
        """Of what passed, and of nothing else."""
        if code != "PASS" or valid_to is None:
            return
        self._db.execute("INSERT INTO certifications (number) VALUES (?)", (number,))
        self._db.executemany(
            "INSERT OR REPLACE INTO deadlines VALUES (?, ?)",
            [(record_id, valid_to.isoformat()) for record_id in record_ids],
        )


# As the platform tells it (docs/api/platform.yaml, Answer).


def accepted(number: str) -> dict[str, Any]:
    return {"number": number, "state": "accepted"}


def decided(number: str, decision: Decision, at: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": number,
        "state": "decided",
        "code": decision.code,
        "decided_at": at.isoformat(),
    }
    if decision.valid_to is not None:
        told["valid_to"] = decision.valid_to.isoformat()
    if decision.record_ids:
        told["record_ids"] = list(decision.record_ids)
    return told
