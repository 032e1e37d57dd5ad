"""`python -m sandbox.platform.people_table > docs/sandbox-people.md`."""

from __future__ import annotations

from sandbox.platform.people import LONG_TERM, PEOPLE
from sandbox.platform.person import PENSION_ITEM, Kind, Person

_HEAD = f"""\
# The people of the stand-in platform

All of them are invented; only the form of their numbers is real. Made from
`sandbox/platform/people.csv` by `python -m sandbox.platform.people_table`.

- **Outcome**: what a certification with a good picture ends in. A person whose outcome is
  `BASE_PHOTO_POOR`, `FACE_QUALITY`, `LIVENESS_FAIL`, `FACE_MISMATCH` or `NO_BASE_PHOTO` passes when
  staff vouch for them. `ACCEPTED` is decided later. `UPSTREAM_BUSY` is put off twice, then passes.
- **Item**: `{PENSION_ITEM}` where none is named. After a pass the person is `NOT_DUE`.
- Staff: the two last rows; `staff_id` is in the remark.

| ref | name | number | born | card valid to | kind | item | draws | outcome | remark |
|---|---|---|---|---|---|---|---|---|---|
"""


def table() -> str:
    return _HEAD + "".join(f"| {' | '.join(_row(person))} |\n" for person in PEOPLE)


def _row(person: Person) -> tuple[str, ...]:
    draws = "、".join(f"{record.scheme_name}（{record.pay_agency}）" for record in person.records)
    return (
        person.ref,
        person.name or person.english_name,
        person.number,
        person.birth.isoformat(),
        person.valid_to.isoformat() if person.valid_to else LONG_TERM,
        "" if person.kind is Kind.RESIDENT else person.kind.name,
        "" if person.item == PENSION_ITEM else person.item,
        draws,
        person.outcome or "",
        " ".join(filter(None, (person.remark, person.staff_id))),
    )


if __name__ == "__main__":
    print(table(), end="")
