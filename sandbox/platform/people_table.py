"""`python -m sandbox.platform.people_table > docs/sandbox-people.md`."""

from __future__ import annotations

from datetime import date

from sandbox.platform.people import LONG_TERM, PEOPLE
from sandbox.platform.person import PENSION_ITEM, Kind, Person
from sandbox.platform.queries import LOOK_UPS

_HEAD = f"""\
# The people of the stand-in platform

All of them are invented; only the form of their numbers is real. Made from
`sandbox/platform/people.csv` by `python -m sandbox.platform.people_table`.

- **Outcome**: what a certification with a good picture ends in. A person whose outcome is
  `BASE_PHOTO_POOR`, `FACE_QUALITY`, `LIVENESS_FAIL`, `FACE_MISMATCH` or `NO_BASE_PHOTO` passes when
  staff vouch for them. `ACCEPTED` is decided later. `UPSTREAM_BUSY` is put off twice, then passes.
  A query meets the outcomes of face, card, `DAILY_LIMIT` and `UPSTREAM_BUSY` of the same people.
- Survivors (1/14, 2/18): who says that anything has changed is decided later, as `ACCEPTED`; a
  child (p31, p50) without a guardian of age, who is somebody else, is `NOT_ALLOWED`.
- **Item**: `{PENSION_ITEM}` where none is named. After a pass the person is `NOT_DUE`.
- Staff and helper: the two last rows; their number is in the remark. s02 may lead anybody through;
  a packet that names another helper, or the helper as staff too, is refused.

| ref | name | number | born | card valid to | kind | item | draws | outcome | remark |
|---|---|---|---|---|---|---|---|---|---|
"""


_QUERIES = """
## What a query comes to

Without any input; whoever is not named gets `NOTHING`. Face, card and busy platform as above: p10
to p14 (staff mend it), p15, p16, p17.

- With the card alone: `REFUSED`, but for comparing a certificate.
- Certificates, `mode` = `check` and somebody else's `number`: `MISMATCH`; one's own: `FOUND`.
- 2/15 with the `credit_code` of a unit that one may not speak for: `REFUSED`. 1/6 and 2/14 with
  `insured_at`, 1/25 with `fund_centre`, certificates with `number`: p40 has one of several.
- Real estate: `asked` = `unit` with the `index` of somebody else's unit: `REFUSED`; `no_home`:
  everybody, `FOUND`; `estate_at` of a place without a connection (460100): `NOT_ALLOWED`.
- The electronic certificate of 1/20 arrives changed for p52, with the seal of a stranger for p53,
  with a seal whose certificate has expired for p54, and without one for p55.
- Codes on paper: `7K3M Q2XW 9VHT 5NRA` valid, `2C8P DZ4E 6YGJ 0B1F` withdrawn,
  `5T9A S3VN 8RKX 6MHQ` expired.
- Cases: 43012188000019 (p39), 43012188000027 (p40, nobody opened it for 11 days, two branches),
  43012188000035 (p41, papers on their way), 43012188000043 (p42, two originals still with the
  resident: the three hand-overs are recorded from here), 43012188000051 (p43, with the post).

| item | answers |
|---|---|
"""
_ORDERS = """
## What an order comes to

An order names nobody, so that its end does not depend on the person but on the telephone before
the code: `platform/telephone` at the bench, `POST /control/telephone` with `{"does": ...}` at the
platform's control port. Items with a fee: `sandbox/platform/records/fees.toml`; 2/23 with the card
`lost` or `broken` costs 20 yuan, 1/23 and 2/29 80 for a dwelling and 550 otherwise.

| telephone | what the terminal meets |
|---|---|
| `waits` | nothing, for 3 minutes, or until "Pay the code now" or "Let it expire" is pressed |
| `pays` | paid at the second look |
| `pays_late` | paid in the very moment in which the order is called off, so to be given back |
| `lets_expire` | expired at the second look |
| `fee_changed` | no order is opened (`AMOUNT_CHANGED`) |

An order that a submission was taken in with is not given back to a terminal that asks.
"""
_DAY = date(2026, 11, 21)


def table() -> str:
    people = "".join(f"| {' | '.join(_row(person))} |\n" for person in PEOPLE)
    return _HEAD + people + _QUERIES + "".join(map(_answers, LOOK_UPS)) + _ORDERS


def _answers(item: str) -> str:
    found: dict[str, list[str]] = {}
    for person in PEOPLE:
        code = LOOK_UPS[item](person, {}, _DAY).code
        if code != "NOTHING":
            found.setdefault(code, []).append(person.ref)
    told = "; ".join(f"`{code}` {', '.join(refs)}" for code, refs in found.items())
    return f"| {item} | {told} |\n"


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
