"""The cards on the bench as the page shows them: what is printed on them, what they are for."""

from __future__ import annotations

from sandbox.bench.cards import CARDS
from sandbox.platform.people import PEOPLE
from sandbox.platform.person import Kind, Person

_COLOURS = {
    Kind.RESIDENT: "resident",
    Kind.HMT: "hmt",
    Kind.FOREIGNER_2017: "foreigner",
    Kind.FOREIGNER_2023: "foreigner",
}


def people_on_show() -> list[dict[str, str | bool]]:
    return [_shown(person) for person in PEOPLE]


def _shown(person: Person) -> dict[str, str | bool]:
    card = CARDS[person.ref]
    return {
        "ref": person.ref,
        "name": person.name or person.english_name,
        "number": card.number,
        "sex": "男" if card.sex == "1" else "女",
        "birth": person.birth.isoformat(),
        "address": card.address,
        "valid_to": person.valid_to.isoformat() if person.valid_to else card.valid_to,
        "kind": _COLOURS[person.kind],
        "staff": bool(person.staff_id),
        "outcome": person.outcome or "",
        "remark": person.remark,
    }
