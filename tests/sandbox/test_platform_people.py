"""The people of the sandbox."""

from __future__ import annotations

from datetime import date

import pytest

from sandbox.platform.people import PEOPLE, STAFF
from sandbox.platform.people_table import table
from sandbox.platform.person import Kind, has_valid_check_digit
from tests.sandbox.platform_calls import ROOT


def test_the_people_are_a_few_dozen_and_told_apart():
    assert len(PEOPLE) >= 36
    assert len({person.ref for person in PEOPLE}) == len(PEOPLE)
    assert len({person.number for person in PEOPLE}) == len(PEOPLE)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.ref)
def test_a_persons_card_is_one_that_could_be_issued(person):
    assert person.birth < person.valid_from < (person.valid_to or date.max)
    assert len(person.address) <= 35
    assert len(person.issuer) <= 15
    assert len(person.english_name) <= 60
    if person.kind is Kind.FOREIGNER_2017:
        return
    assert has_valid_check_digit(person.number)
    if person.kind is not Kind.FOREIGNER_2023:
        assert int(person.number[16]) % 2 == int(person.sex) % 2
    assert person.number.startswith({Kind.HMT: "8", Kind.FOREIGNER_2023: "9"}.get(person.kind, ""))
    assert bool(person.nation) == (person.kind is Kind.RESIDENT)


def test_the_names_are_as_varied_as_in_a_county():
    names = [person.name for person in PEOPLE]
    for needle in "䶮㛃𠀋·":
        assert any(needle in name for name in names)
    assert any(person.card_name != person.name for person in PEOPLE if person.name)
    assert {person.kind for person in PEOPLE} == set(Kind)
    assert len(STAFF) == 2


def test_every_item_has_somebody_who_comes_for_it():
    items = {"2020-35/1/13", "2020-35/1/14", "2020-35/2/17", "2020-35/2/18"}
    assert {person.item for person in PEOPLE} == items


def test_the_table_in_the_documents_is_the_table_in_use():
    assert (ROOT / "docs" / "sandbox-people.md").read_text("utf-8") == table()
