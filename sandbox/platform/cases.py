"""How far something is and on whose desk, and what is due and on file for somebody.

Contract: `Progress` and `Affairs` of docs/api/platform.yaml. Cases: `records/cases.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.platform.credentials import CREDENTIALS, TITLES, WITHDRAWN
from sandbox.platform.outcomes import standing_deadlines
from sandbox.platform.person import ITEMS, Person
from sandbox.platform.record_tables import of_person, rows

CASES = rows("cases", "case")
_AWAITED = {"desk": "待遇发放地经办机构", "idle_working_days": 0}


def progress_of(number: str, kept: dict[str, Any] | None, now: datetime) -> dict[str, Any] | None:
    """`kept`: what the store has under this number. None when nobody knows it."""
    if kept is not None:
        return kept | _AWAITED if kept["state"] == "accepted" else kept
    found = [row for row in CASES if row["number"] == number]
    return _progress(found[0], now) if found else None


def affairs_of(person: Person, deadlines: Mapping[str, date], now: datetime) -> dict[str, Any]:
    return {
        "code": "FOUND",
        "as_of": now.isoformat(),
        "due": [
            {
                "item": ITEMS[record.scheme],
                "title": f"{record.scheme_name}待遇资格认证",
                "due_on": until.isoformat(),
            }
            for record, until in standing_deadlines(person, deadlines, now.date())
        ],
        "cases": [
            {
                "number": row["number"],
                "item": row["item"],
                "title": row["title"],
                "state": "accepted",
                "desk": row["desk"],
                "since": _ago(now, row["days_ago"]),
                "idle_working_days": row["idle_days"],
            }
            for row in of_person(CASES, person.ref)
        ],
        "certificates": [
            {
                "item": item,
                "title": f"{TITLES[item]} {row['label']}",
                "issuer": row["issuer"],
                "valid_to": None,
            }
            for item, table in CREDENTIALS.items()
            for row in of_person(table, person.ref)
            if row["state"] != WITHDRAWN
        ],
    }


def nothing_of(code: str, now: datetime) -> dict[str, Any]:
    """For somebody whom nobody knows, or whose card or face is not taken."""
    return {"code": code, "as_of": now.isoformat(), "due": [], "cases": [], "certificates": []}


def _progress(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    told = {
        "number": row["number"],
        "state": "accepted",
        "desk": row["desk"],
        "since": _ago(now, row["days_ago"]),
        "idle_working_days": row["idle_days"],
        "steps": [_dated(step, "at", now) for step in row["steps"]],
    }
    if "waybill" in row:
        told["waybill"] = row["waybill"]
    if "branches" in row:
        told["branches"] = [_dated(branch, "since", now) for branch in row["branches"]]
    return told


def _dated(row: dict[str, Any], name: str, now: datetime) -> dict[str, Any]:
    rest = {key: value for key, value in row.items() if key != "days_ago"}
    return rest | ({name: _ago(now, row["days_ago"])} if "days_ago" in row else {})


def _ago(now: datetime, days: int) -> str:
    return (now - timedelta(days=days)).replace(hour=9, minute=30, microsecond=0).isoformat()
