"""The invented people of the stand-in platform. None of them exists; the check digits are right.

`people.csv` has one for every outcome, and the names, ages and cards that trip programs up. A
benefit is written "scheme area months": months since the last certification, "-" if there was none.
OTHERS as a scheme is one each under the three further items, so that an outcome is met under all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sandbox.platform.person import Kind, Person, Record, Scheme

LONG_TERM = "长期"

_OTHERS = (Scheme.PENSION_SURVIVOR, Scheme.INJURY, Scheme.INJURY_SURVIVOR)
_AGENCIES = {
    "141102": "吕梁市离石区社会保险中心",
    "210102": "沈阳市和平区社会保险事业服务中心",
    "430121": "长沙县社会保险经办服务中心",
    "440106": "广州市天河区社会保险基金管理中心",
    "441900": "东莞市社会保险基金管理中心",
    "510104": "成都市锦江区社会保险事业管理局",
    "520502": "毕节市七星关区社会保险事业局",
    "532901": "大理市社会保险中心",
}


def _records(text: str) -> Iterator[Record]:
    scheme, area, months = text.split()
    passed = None if months == "-" else int(months)
    for each in _OTHERS if scheme == "OTHERS" else (Scheme(scheme),):
        yield Record(each, area, _AGENCIES[area], passed)


def _person(row: dict[str, str]) -> Person:
    return Person(
        ref=row["ref"],
        name=row["name"],
        number=row["number"],
        sex=row["sex"],
        nation=row["nation"],
        address=row["address"],
        issuer=row["issuer"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=None if row["valid_to"] == LONG_TERM else date.fromisoformat(row["valid_to"]),
        outcome=row["outcome"] or None,
        records=tuple(
            record for text in row["records"].split(";") if text for record in _records(text)
        ),
        kind=Kind[row["kind"]],
        remark=row["remark"],
        english_name=row["english_name"],
        nationality=row["nationality"],
        pass_number=row["pass_number"],
        issue_count=row["issue_count"],
        staff_id=row["staff_id"],
    )


with Path(__file__).with_name("people.csv").open(encoding="utf-8", newline="") as _file:
    PEOPLE = tuple(_person(row) for row in csv.DictReader(_file))

HELPER = "帮办代办员"  # in the remark of a helper
STAFF = tuple(person for person in PEOPLE if person.staff_id)
HELPERS = tuple(person for person in STAFF if person.remark == HELPER)
BY_NUMBER = {person.number: person for person in PEOPLE}
BY_REF = {person.ref: person for person in PEOPLE}
