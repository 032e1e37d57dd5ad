"""Choosing a place: the own village first, its neighbours next, the whole country at last."""

import pytest

from config.catalogue_models import Level
from config.divisions import Divisions
from screens.ime.division_choice import DivisionChoice, plain_name
from screens.ime.lexicon import Lexicon
from tests.typist import places

OWN = "520521101007"


@pytest.fixture(scope="module")
def divisions():
    return Divisions()


@pytest.fixture(scope="module")
def initials():
    return Lexicon().initials


def test_the_own_village_is_one_touch_away(divisions):
    choice = DivisionChoice(divisions, OWN)
    first = choice.ways[0]
    assert (first.code, first.name) == (OWN, "幺塘社区")
    choice.go(first.code)
    assert choice.value == OWN
    assert choice.said == ("贵州省", "毕节市", "大方县", "双山镇", "幺塘社区")


def test_the_neighbours_come_next_from_near_to_far(divisions):
    ways = DivisionChoice(divisions, OWN).ways
    assert [way.name for way in ways] == ["幺塘社区", "双山镇", "大方县", "毕节市", "贵州省", ""]


def test_down_to_a_county_the_own_county_is_first_and_villages_are_not_asked_for(divisions):
    choice = DivisionChoice(divisions, OWN, Level.COUNTY)
    assert [way.name for way in choice.ways] == ["大方县", "毕节市", "贵州省", ""]
    choice.go(choice.ways[1].code)
    choice.go(choice.rows[0].code)
    assert choice.chosen == choice.value
    assert len(choice.value.rstrip("0")) <= 6


@pytest.mark.parametrize(
    "code", ["441900003001", "419001001001", "110101001001", "500229102001", OWN]
)
def test_every_place_is_reached_level_by_level(divisions, code):
    choice = DivisionChoice(divisions)
    for step in places(code):
        if step.startswith("Division:"):
            choice.go(step.removeprefix("Division:"))
    assert choice.value == code


def test_one_rung_alone_is_never_asked_about(divisions):
    choice = DivisionChoice(divisions)
    choice.go("110000000000")
    assert "东城区" in [one.name for one in choice.rows]
    choice.up()
    assert choice.said == ()
    choice.go("500000000000")
    assert [plain_name(one.name) for one in choice.rows] == ["各区", "各县"]


def test_going_up_leads_back_to_the_list_it_was_chosen_from(divisions):
    choice = DivisionChoice(divisions, OWN)
    choice.go(OWN)
    choice.up()
    assert OWN in [one.code for one in choice.rows]
    for _ in range(5):
        choice.up()
    assert choice.ways
    assert not choice.can_go_up


def test_a_place_that_is_not_taken_leaves_its_neighbours_to_choose_from(divisions):
    choice = DivisionChoice(divisions, OWN)
    choice.go(OWN)
    assert choice.rows == ()
    choice.refuse()
    codes = [one.code for one in choice.rows]
    assert OWN in codes
    other = next(code for code in codes if code != OWN)
    choice.go(other)
    assert choice.value == other
    choice.go(OWN)  # the same once more: it may be refused once more
    assert [one.code for one in choice.rows] == codes


def test_a_choice_that_is_not_finished_says_how_deep_it_got(divisions):
    choice = DivisionChoice(divisions)
    choice.go("520000000000")
    assert choice.value == "520000000000"


def test_an_initial_narrows_the_list(divisions, initials):
    choice = DivisionChoice(divisions, initials=initials)
    assert {"g", "b"} <= choice.letters
    assert "v" not in choice.letters
    choice.only("g")
    assert {one.name for one in choice.rows} >= {"贵州省", "广东省", "甘肃省"}
    assert all(one.name[0] in "贵广甘" for one in choice.rows)
    choice.go("520000000000")
    assert len(choice.rows) > 3


def test_an_own_division_that_no_table_knows_is_as_none(divisions):
    assert DivisionChoice(divisions, "999999999999").ways == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("石桥村委会", "石桥村"),
        ("石桥村民委员会", "石桥村"),
        ("青山村村民委员会", "青山村"),
        ("幺塘社区居民委员会", "幺塘社区"),
        ("文艺路街道", "文艺路街道"),
    ],
)
def test_a_village_is_called_what_people_call_it(name, said):
    assert plain_name(name) == said
