"""What becomes of a case beyond its decision: originals from hand to hand, branches, bundles.

Contract: `Progress` and `HandOver` of docs/api/platform.yaml. What was handed in is read from the
store; cases of `records/cases.toml` have a parcel where their row says so. What happened since is
one SQLite file.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from sandbox.platform import messages
from sandbox.platform.cases import CASES, progress_of
from sandbox.platform.manifest import Manifest
from sandbox.platform.offices import address_of, deciding, office_of
from sandbox.platform.store import Store
from sandbox.platform.wire import (
    Refusal,
    Reply,
    Request,
    fingerprint,
    json_reply,
    key_of,
    read_message,
)

CARRIER = "邮政特快专递（样张）"
WAY = ("resident", "helper", "post", "office")  # of a parcel, from hand to hand
STATES = ("waiting", "working", "done")  # of a branch

_TABLES = """
CREATE TABLE IF NOT EXISTS hand_overs (
    key         TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    number      TEXT NOT NULL,
    taken_by    TEXT NOT NULL,
    staff       TEXT NOT NULL,
    terminal    TEXT NOT NULL,
    at          TEXT NOT NULL,
    waybill     TEXT,
    UNIQUE (number, taken_by)
) STRICT;
CREATE TABLE IF NOT EXISTS branches (
    number      TEXT NOT NULL,
    place       TEXT NOT NULL,
    state       TEXT NOT NULL,
    since       TEXT NOT NULL,
    PRIMARY KEY (number, place)
) STRICT;
"""


class HandOver(messages.Request):
    number: messages.Number
    to: Literal["helper", "post", "office"]
    staff: messages.Terminal
    waybill: Annotated[str, Field(pattern=r"^[0-9A-Z]{6,32}$")] | None

    @model_validator(mode="after")
    def _has_a_waybill_with_the_post_alone(self) -> Self:
        if (self.to == "post") != (self.waybill is not None):
            raise ValueError("a waybill is the post's")
        return self


@dataclass(frozen=True, slots=True)
class Recorded:
    """One hand-over. `staff`: who recorded it."""

    number: str
    taken_by: str
    staff: str
    waybill: str | None


class Relays:
    def __init__(self, file: Path, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._lock = threading.Lock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def progress(self, number: str) -> dict[str, Any] | None:
        """`Progress` of the contract; None: nobody knows the number."""
        told = progress_of(number, self._store.progress(number), self._now())
        if told is None:
            return None
        manifest = self._manifest(number)
        if manifest is not None and manifest.kind == "application":
            told = told | self._application(number, manifest, told["state"])
        parcel = self._parcel(number, manifest)
        if parcel is not None:
            told["parcel"] = parcel
            waybill = self._waybill(number)
            told |= {"waybill": {"carrier": CARRIER, "number": waybill}} if waybill else {}
        return told

    def hand_over(self, request: Request) -> Reply:
        """Raises: Refusal."""
        said, key = read_message(request, HandOver), key_of(request)
        mark = fingerprint(request.body)
        with self._lock:
            before = self._one("SELECT fingerprint FROM hand_overs WHERE key = ?", key)
        if before is not None:
            if before[0] != mark:
                raise Refusal("KEY_REUSED")
            return json_reply(200, {"key": key, "number": said.number, "holder": said.to})
        parcel = self._parcel(said.number, self._manifest(said.number))
        if parcel is None:
            raise Refusal("UNKNOWN_NUMBER")
        if parcel["next"] != said.to:
            raise Refusal("NOT_NEXT")
        self._record(key, mark, said)
        return json_reply(201, {"key": key, "number": said.number, "holder": said.to})

    def recorded(self) -> list[Recorded]:
        """The oldest first."""
        return [
            Recorded(*row)
            for row in self._rows(
                "SELECT number, taken_by, staff, waybill FROM hand_overs ORDER BY rowid"
            )
        ]

    def advance(self, number: str) -> bool:
        """The world goes on by a step: a parcel that the post has arrives, else the first branch
        that is not done goes on. False: there is nothing to go on.
        """
        manifest = self._manifest(number)
        parcel = self._parcel(number, manifest)
        if parcel is not None and parcel["next"] == "office":
            self._arrive(number)
            return True
        for branch in self._branches(number, manifest) if manifest else []:
            if branch["state"] != STATES[-1]:
                after = STATES[STATES.index(branch["state"]) + 1]
                self._set_branch(number, branch["place"], after)
                return True
        return False

    # What was handed in

    def _application(self, number: str, manifest: Manifest, state: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if state == "accepted":
            told["desk"] = office_of(deciding(manifest.answers))["name"]
        if branches := self._branches(number, manifest):
            told["branches"] = branches
        if manifest.bundle is not None:
            told["bundle"] = [
                {"number": one, "item": item, "state": how}
                for one, item, how in self._store.of_case(manifest.case)
            ]
        return told

    def _branches(self, number: str, manifest: Manifest) -> list[dict[str, Any]]:
        known = {
            place: (state, since)
            for place, state, since in self._rows(
                "SELECT place, state, since FROM branches WHERE number = ?", number
            )
        }
        begun = manifest.confirmed_at.isoformat()
        told = []
        for branch in manifest.branches:
            state, since = known.get(branch.place, (STATES[0], begun))
            desk = office_of(branch.division or "")["name"]
            told.append({"place": branch.place, "desk": desk, "state": state, "since": since})
        return told

    def _parcel(self, number: str, manifest: Manifest | None) -> dict[str, Any] | None:
        if manifest is not None and manifest.parcel is not None:
            papers, began = len(manifest.parcel.posted), WAY[0]
            office = office_of(deciding(manifest.answers))
        else:
            found = [row["parcel"] for row in CASES if row["number"] == number and "parcel" in row]
            if not found:
                return None
            papers, began = found[0]["papers"], found[0]["holder"]
            office = office_of(found[0]["division"])
        rows = self._rows(
            "SELECT taken_by, at FROM hand_overs WHERE number = ? ORDER BY rowid", number
        )
        holder = rows[-1][0] if rows else began
        return {
            "papers": papers,
            "holder": holder,
            "next": WAY[WAY.index(holder) + 1] if holder != WAY[-1] else None,
            "office": address_of(office),
            "hand_overs": [{"to": to, "at": at} for to, at in rows],
        }

    def _manifest(self, number: str) -> Manifest | None:
        plain = self._store.manifest_of(number)
        return None if plain is None else Manifest.model_validate_json(plain)

    # What happened since

    def _record(self, key: str, mark: bytes, said: HandOver) -> None:
        with self._lock:
            try:
                self._db.execute(
                    "INSERT INTO hand_overs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(key, mark, said.number, said.to, said.staff, said.terminal),
                        *(self._now().isoformat(), said.waybill),
                    ),
                )
            except sqlite3.IntegrityError:  # two at once: one of them was first
                raise Refusal("NOT_NEXT") from None

    def _arrive(self, number: str) -> None:
        """At the office, by a terminal that is not ours."""
        with self._lock:
            self._db.execute(
                "INSERT INTO hand_overs VALUES (?, x'', ?, 'office', 'elsewhere', ?, ?, NULL)",
                (f"arrived {number}", number, "elsewhere", self._now().isoformat()),
            )

    def _set_branch(self, number: str, place: str, state: str) -> None:
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO branches VALUES (?, ?, ?, ?)",
                (number, place, state, self._now().isoformat()),
            )

    def _waybill(self, number: str) -> str | None:
        rows = self._rows(
            "SELECT waybill FROM hand_overs WHERE number = ? AND waybill IS NOT NULL", number
        )
        return rows[0][0] if rows else None

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        with closing(self._db.execute(sql, values)) as cursor:
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
