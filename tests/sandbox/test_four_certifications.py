"""Each of the four certifications in every outcome, by people of docs/sandbox-people.md."""

from __future__ import annotations

from datetime import date

import pytest

from sandbox.platform.messages import (
    Claim,
    EligibilityQuery,
    FaceEvidence,
    Identity,
    Liveness,
    StaffEvidence,
)
from sandbox.platform.outcomes import deadline_after, decide, eligibility, interval
from sandbox.platform.people import BY_REF, STAFF
from sandbox.platform.person import ID_TYPES, ITEMS
from sandbox.platform.server import TERMINAL
from tests.platform_kit import jpeg

TODAY = date(2026, 11, 21)
FOUR = sorted(set(ITEMS.values()))
PASSES = {
    "2020-35/1/13": "p01",
    "2020-35/1/14": "p30",
    "2020-35/2/17": "p32",
    "2020-35/2/18": "p33",
}
BY_OUTCOME = {
    "NO_RECORD": "p38",
    "NOT_UNIQUE": "p05",
    "NOT_SYNCED": "p06",
    "STATUS_ABNORMAL": "p07",
    "PAY_ABNORMAL": "p08",
    "NOT_ALLOWED": "p09",
    "NO_BASE_PHOTO": "p10",
    "BASE_PHOTO_POOR": "p11",
    "FACE_QUALITY": "p12",
    "LIVENESS_FAIL": "p13",
    "FACE_MISMATCH": "p14",
    "DAILY_LIMIT": "p15",
    "CARD_INVALID": "p16",
}


FACE = FaceEvidence(jpeg(), Liveness(kind="blink", passed=True))
BY_STAFF = StaffEvidence(STAFF[0].staff_id)


def decided(ref, item, evidence=FACE, **more):
    person = BY_REF[ref]
    identity = Identity(
        id_type=ID_TYPES[person.kind],
        id_number=person.number,
        name=person.card_name,
        valid_to=person.valid_to,
    )
    return decide(Claim(item, identity, (), evidence, **more), TODAY)


def known(ref, item):
    person = BY_REF[ref]
    query = EligibilityQuery(
        terminal=TERMINAL,
        item=item,
        id_type=ID_TYPES[person.kind],
        id_number=person.number,
        name=person.card_name,
        valid_to=person.valid_to,
    )
    return eligibility(query, {}, TODAY)


@pytest.mark.parametrize("item", FOUR)
@pytest.mark.parametrize(("code", "ref"), BY_OUTCOME.items())
def test_every_outcome_is_met_under_every_item(item, code, ref):
    assert decided(ref, item).code == code


@pytest.mark.parametrize("item", FOUR)
def test_somebody_passes_under_every_item(item):
    decision = decided(PASSES[item], item)
    assert (decision.code, decision.valid_to) == ("PASS", date(2027, 11, 30))


@pytest.mark.parametrize("item", FOUR)
def test_somebody_is_not_due_under_every_item(item):
    assert known("p03", item)["code"] == "NOT_DUE"


@pytest.mark.parametrize("item", FOUR)
def test_somebody_has_to_wait_under_every_item(item):
    assert decided("p18", item).later


@pytest.mark.parametrize("item", FOUR)
def test_the_platform_is_busy_for_somebody_under_every_item(item):
    assert known("p17", item)["code"] == "UPSTREAM_BUSY"


@pytest.mark.parametrize("item", FOUR)
@pytest.mark.parametrize("ref", ["p10", "p11", "p14"])
def test_staff_who_vouch_mend_a_picture_under_every_item(item, ref):
    assert decided(ref, item, BY_STAFF).code == "PASS"


@pytest.mark.parametrize("ref", ["p31", "p50"])
def test_a_child_whose_picture_is_old_passes_by_the_staff(ref):
    item, guardian = BY_REF[ref].item, STAFF[0].number
    assert decided(ref, item, guardian=guardian).code == "FACE_MISMATCH"
    assert decided(ref, item, BY_STAFF, guardian=guardian).code == "PASS"


@pytest.mark.parametrize("guardian", ["", BY_REF["p50"].number, BY_REF["p31"].number])
def test_a_child_comes_with_somebody_else_who_is_of_age(guardian):
    item = BY_REF["p31"].item
    assert decided("p31", item, BY_STAFF, guardian=guardian).code == "NOT_ALLOWED"


@pytest.mark.parametrize(
    ("changes", "later"), [((), False), (("none",), False), (("employed",), True)]
)
def test_a_survivor_who_says_that_something_changed_is_looked_at(changes, later):
    decision = decided("p30", BY_REF["p30"].item, changes=changes)
    assert (decision.code, decision.later) == ("PASS", later)


def test_a_survivor_who_came_of_age_goes_to_the_paying_office():
    assert known("p47", "2020-35/1/14")["code"] == "PAY_ABNORMAL"


@pytest.mark.parametrize("ref", ["p48", "p49"])
def test_what_has_changed_is_looked_at_by_somebody_first(ref):
    decision = decided(ref, BY_REF[ref].item)
    assert (decision.code, decision.later) == ("PASS", True)


def test_a_place_that_certifies_twice_a_year_is_due_after_six_months():
    person = BY_REF["p51"]
    assert interval(person.records[0]) == 6
    assert known("p51", person.item)["code"] == "ELIGIBLE"
    assert decided("p51", person.item).valid_to == deadline_after(TODAY, 6) == date(2027, 5, 31)
