"""What the platform decides about a person; opens nothing.

Codes: docs/api/platform.yaml. Periods: 人社厅发〔2018〕107号, at most one certification in twelve
months, counted to the end of the month as local guides do. Some places have it oftener:
`records/intervals.toml`.
"""

from __future__ import annotations

import calendar
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from PIL import Image

from sandbox.platform.messages import (
    Claim,
    EligibilityQuery,
    FaceEvidence,
    Helper,
    Identity,
    StaffEvidence,
)
from sandbox.platform.people import BY_NUMBER, HELPERS, STAFF
from sandbox.platform.person import (
    ID_TYPES,
    ITEMS,
    Person,
    Record,
    Scheme,
    has_valid_check_digit,
)
from sandbox.platform.record_tables import rows

REMIND_DAYS = 30  # a certification may be renewed from here on before its deadline
INTERVAL_MONTHS = 12
_INTERVALS = {
    (row["area"], Scheme(row["scheme"])): int(row["months"])
    for row in rows("intervals", "interval")
}

# Known before anybody looks into the camera.
HINDRANCES = frozenset(
    {
        "NOT_UNIQUE",
        "NOT_SYNCED",
        "STATUS_ABNORMAL",
        "PAY_ABNORMAL",
        "NOT_ALLOWED",
        "NO_BASE_PHOTO",
        "DAILY_LIMIT",
        "UPSTREAM_BUSY",
    }
)
DECIDED_AT_ONCE = HINDRANCES - {"UPSTREAM_BUSY"}  # busy is no decision
FACE_FAILURES = frozenset({"BASE_PHOTO_POOR", "FACE_QUALITY", "LIVENESS_FAIL", "FACE_MISMATCH"})
# Somebody of the staff who knows the person takes the place of the picture.
_MENDED_BY_STAFF = FACE_FAILURES | {"NO_BASE_PHOTO"}
# Who draws what somebody else left: they say what has changed, and a child does not come alone.
_OF_SURVIVORS = frozenset({ITEMS[Scheme.PENSION_SURVIVOR], ITEMS[Scheme.INJURY_SURVIVOR]})
_OWN_FEET, _OF_AGE = 16, 18
_SAY_NOTHING_OF_RECORDS = frozenset({"NOT_UNIQUE", "UPSTREAM_BUSY"})

_STAFF_IDS = frozenset(person.staff_id for person in STAFF)
_HELPER_IDS = frozenset(person.staff_id for person in HELPERS)
_SIDE_PX = range(240, 4097)

Deadlines = Mapping[str, date]  # record id → deadline, for what was certified here


class UnknownStaffError(Exception):
    """The packet names a staff member whom nobody knows."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`code`: TAKEN_IN of an application: somebody works on it, and tells later."""

    code: str
    valid_to: date | None = None
    record_ids: tuple[str, ...] = ()
    later: bool = False  # somebody has to look at it first


def deadline_after(passed: date, months: int = INTERVAL_MONTHS) -> date:
    """The last day of the month twelve months on: passed in 2023-06, valid to 2024-06-30."""
    return _month_end(passed, months)


def interval(record: Record) -> int:
    """Months between two certifications of this benefit."""
    return _INTERVALS.get((record.pay_area, record.scheme), INTERVAL_MONTHS)


def _month_end(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def eligibility(query: EligibilityQuery, deadlines: Deadlines, today: date) -> dict[str, object]:
    """The body of the answer."""
    if card_invalid(query.id_number, query.valid_to, today):
        return {"code": "CARD_INVALID", "records": []}
    person = _recognised(query.id_type, query.id_number, query.name)
    records = _records(person, query.item)
    if person is None or not records:
        return {"code": "NO_RECORD", "records": []}
    told = [_told(person, record, deadlines, today) for record in records]
    if person.outcome in HINDRANCES:
        hidden = person.outcome in _SAY_NOTHING_OF_RECORDS
        return {"code": person.outcome, "records": [] if hidden else told}
    due = [_deadline(person, record, deadlines, today) for record in records]
    standing = [day for day in due if day is not None and day - today > timedelta(REMIND_DAYS)]
    if len(standing) == len(due):
        return {"code": "NOT_DUE", "valid_to": min(standing).isoformat(), "records": told}
    return {"code": "ELIGIBLE", "records": told}


def decide(packet: Claim, today: date) -> Decision:
    """What is certified, or why not.

    Raises:
        UnknownStaffError
    """
    identity, evidence = packet.identity, packet.evidence
    by_staff = isinstance(evidence, StaffEvidence)
    if isinstance(evidence, StaffEvidence) and evidence.staff_id not in _STAFF_IDS:
        raise UnknownStaffError
    if card_invalid(identity.id_number, identity.valid_to, today):
        return Decision("CARD_INVALID")
    person = recognised(identity)
    known = (
        {person.record_id(record): interval(record) for record in _records(person, packet.item)}
        if person
        else {}
    )
    wanted = set(packet.record_ids) or set(known)
    if person is None or not wanted or not wanted <= set(known):
        return Decision("NO_RECORD")
    if packet.item in _OF_SURVIVORS and not _is_answered_for(person, packet.guardian, today):
        return Decision("NOT_ALLOWED")
    outcome = person.outcome or "NO_RECORD"
    if outcome in DECIDED_AT_ONCE and not (by_staff and outcome in _MENDED_BY_STAFF):
        return Decision(outcome)
    if isinstance(evidence, FaceEvidence):
        if not is_usable_picture(evidence.jpeg):
            return Decision("FACE_QUALITY")
        if not evidence.liveness.passed:
            return Decision("LIVENESS_FAIL")
        if outcome in FACE_FAILURES:
            return Decision(outcome)
    until = deadline_after(today, min(known[record_id] for record_id in wanted))
    later = outcome == "ACCEPTED" or bool(set(packet.changes) - {"none"})
    return Decision("PASS", until, tuple(sorted(wanted)), later=later)


def _is_answered_for(person: Person, guardian: str, today: date) -> bool:
    """Below 16 a guardian has come along: somebody of age, and somebody else."""
    if _years(person.number, today) >= _OWN_FEET:
        return True
    whole = has_valid_check_digit(guardian) and guardian != person.number
    return whole and _years(guardian, today) >= _OF_AGE


def _years(number: str, today: date) -> int:
    """How many its person has lived."""
    return (int(today.strftime("%Y%m%d")) - int(number[6:14])) // 10_000


def may_help(helper: Helper | None, staff: str | None) -> bool:
    """Whether it is a helper whom somebody knows, and who does not vouch for the person as well."""
    return helper is None or (helper.id in _HELPER_IDS and helper.id != staff)


def standing_deadlines(
    person: Person, deadlines: Deadlines, today: date
) -> list[tuple[Record, date]]:
    """What the person draws and by when it is to be certified, the earliest first."""
    told = [(record, _deadline(person, record, deadlines, today)) for record in person.records]
    return sorted(
        ((record, until) for record, until in told if until is not None), key=lambda each: each[1]
    )


def recognised(identity: Identity) -> Person | None:
    return _recognised(identity.id_type, identity.id_number, identity.name)


def is_usable_picture(jpeg: bytes) -> bool:
    """A whole JPEG of a size that a face can be seen in."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            if picture.width not in _SIDE_PX or picture.height not in _SIDE_PX:
                return False
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def card_invalid(number: str, valid_to: date | None, today: date) -> bool:
    return not has_valid_check_digit(number) or (valid_to is not None and valid_to < today)


def _recognised(id_type: str, number: str, name: str) -> Person | None:
    person = BY_NUMBER.get(number)
    if person is None or ID_TYPES.get(person.kind) != id_type:
        return None
    # The chip cuts long names; the agencies have them whole.
    return person if name in (person.name, person.card_name) else None


def _records(person: Person | None, item: str) -> tuple[Record, ...]:
    if person is None:
        return ()
    return tuple(record for record in person.records if ITEMS[record.scheme] == item)


def _deadline(person: Person, record: Record, deadlines: Deadlines, today: date) -> date | None:
    here = deadlines.get(person.record_id(record))
    if here is not None or record.passed_months_ago is None:
        return here
    return _month_end(today, interval(record) - record.passed_months_ago)


def _told(person: Person, record: Record, deadlines: Deadlines, today: date) -> dict[str, object]:
    deadline = _deadline(person, record, deadlines, today)
    return {
        "record_id": person.record_id(record),
        "scheme": record.scheme,
        "scheme_name": record.scheme_name,
        "pay_agency": record.pay_agency,
        "pay_area": record.pay_area,
        "valid_to": deadline.isoformat() if deadline else None,
    }
