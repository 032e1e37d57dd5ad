"""Who may act for whom: of age, somebody else, and for a child a parent or guardian."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.visits.events import Back, CardRead, Confirmed, FaceTaken, ItemChosen, Touched
from kiosk.visits.form_events import RowChosen
from kiosk.visits.form_pages import ListPage
from kiosk.visits.forms import subject
from kiosk.visits.pages import MessagePage
from tests.kiosk.forwarding import FIRM, LOSS, Walk
from tests.kiosk.looking import RIGHTS
from tests.kiosk.looking import Walk as Looking
from tests.kiosk.people import ZHANG

CHILD = "43012120140321028X"  # born in March 2014
GROWN = "430121198803260644"
TODAY = date(2026, 11, 21)


@pytest.fixture
def walk():
    return Walk()


def aged(years, **more):
    return replace(ZHANG, birth=date(TODAY.year - years, 1, 1), **more)


def acting(walk, relation):
    walk.begin(LOSS, whom="on_behalf")
    assert walk.answer(relation, "曾小雨") == "question/for_number"


@pytest.mark.parametrize("relation", ["parent", "guardian"])
def test_for_a_child_a_parent_or_guardian_acts(walk, relation):
    acting(walk, relation)
    assert walk.answer(CHILD) == "question/for_mobile"


@pytest.mark.parametrize("relation", ["child", "spouse", "entrusted"])
def test_for_a_child_nobody_else_does_and_is_told_who(walk, relation):
    acting(walk, relation)
    assert walk.answer(CHILD) == "question/for_number"
    assert walk.page.trouble == "按“本人身份证号”，本人没满16岁。请父母或监护人来办。"
    assert walk.answer(GROWN) == "question/for_mobile"


def test_a_relation_that_is_changed_afterwards_is_looked_at_again(walk):
    acting(walk, "parent")
    walk.answer(CHILD)
    assert walk.happen(Back, Back, Back) == "question/for_relation"
    assert walk.answer("entrusted") == "question/for_relation"
    assert walk.page.trouble == "按“您和本人的关系”，本人没满16岁。请父母或监护人来办。"
    assert walk.answer("guardian") == "question/for_name"


def test_nobody_acts_for_themselves(walk):
    acting(walk, "child")
    assert walk.answer(ZHANG.number) == "question/for_number"
    assert walk.page.trouble == "“本人身份证号”是您自己的号码。请填本人的。"


def test_who_was_entrusted_brings_the_letter(walk):
    acting(walk, "entrusted")
    walk.answer(GROWN)
    assert [one.id for one in walk.intake.papers.wanted()] == ["for_letter"]


@pytest.mark.parametrize(("years", "whom"), [(15, "self"), (17, "on_behalf")])
def test_who_is_too_young_is_told_so_on_the_row(walk, years, whom):
    walk.happen(Touched, (ItemChosen, LOSS), Confirmed, (CardRead, aged(years)), Confirmed)
    (row,) = (one for one in walk.page.rows if one.row == whom)
    assert row.why_not == f"whom.too_young_for_{'self' if whom == 'self' else 'others'}"
    assert walk.happen((RowChosen, whom)) == "for whom"


def test_who_is_too_young_for_an_enterprise_meets_no_empty_form(walk):
    walk.happen(Touched, (ItemChosen, FIRM), Confirmed, (CardRead, aged(17)), Confirmed, Confirmed)
    assert walk.happen((FaceTaken, b"jpeg", "blink")) == "for whom"
    assert isinstance(walk.page, ListPage)
    assert walk.page.rows[0].why_not == "whom.too_young_for_others"


def test_a_child_looks_nothing_up_alone_and_is_sent_to_the_counter():
    walk = Looking(RIGHTS)
    assert walk.happen(Confirmed, (CardRead, aged(12)), Confirmed) == "too young"
    assert isinstance(walk.page, MessagePage)
    assert walk.happen(Confirmed) == "card back"


def test_the_fields_of_a_form_know_a_child_and_who_acts_for_it(walk):
    assert subject.of_words("曾小雨", CHILD, TODAY)["under_16"] == "yes"
    assert subject.of_card(ZHANG, TODAY)["under_16"] == "no"
    assert subject.of_proxy(ZHANG) == {"proxy_name": "张三", "proxy_number": ZHANG.number}
    assert "under_16" not in subject.of_card(replace(ZHANG, birth=None), TODAY)
    acting(walk, "parent")
    walk.answer(CHILD)
    assert walk.intake.walk.fields["under_16"] == "yes"
