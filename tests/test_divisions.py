"""The table of divisions: five levels, the irregular places too, a province at a time."""

import pytest

from config.catalogue_models import Level
from config.divisions import AS_OF, LEVELS, Divisions, UnknownDivisionError, parent


@pytest.fixture(scope="module")
def table():
    return Divisions()


def names(table, code):
    return [one.name for one in table.children(code)]


def test_the_country_has_31_provinces_in_the_table(table):
    provinces = table.children()
    assert len(provinces) == 31
    assert {one.level for one in provinces} == {Level.PROVINCE}
    assert provinces[0].code == "110000000000"


def test_a_village_is_reached_level_by_level(table):
    here = ""
    for wanted in ("贵州省", "毕节市", "大方县"):
        here = next(one.code for one in table.children(here) if one.name == wanted)
    township = table.children(here)[0]
    village = table.children(township.code)[0]
    assert (township.level, village.level) == (Level.TOWNSHIP, Level.VILLAGE)
    assert table.full_name(village.code) == f"贵州省毕节市大方县{township.name}{village.name}"
    assert table.children(village.code) == ()


@pytest.mark.parametrize(
    ("code", "full"),
    [
        ("110101000000", "北京市东城区"),  # the rung 市辖区 is never said
        ("500229000000", "重庆市城口县"),  # under 5002 县
        ("419001000000", "河南省济源市"),  # directly under the province
        ("429021000000", "湖北省神农架林区"),
        ("469002000000", "海南省琼海市"),
        ("659001000000", "新疆维吾尔自治区石河子市"),
        ("441900000000", "广东省东莞市"),  # no districts
        ("460400000000", "海南省儋州市"),
        ("620201000000", "甘肃省嘉峪关市"),
        ("350181000000", "福建省福州市福清市"),
    ],
)
def test_an_irregular_place_is_called_what_people_call_it(table, code, full):
    assert table.full_name(code) == full


@pytest.mark.parametrize("code", ["441900000000", "442000000000", "460400000000"])
def test_a_city_without_districts_leads_straight_to_its_townships(table, code):
    townships = table.children(code)
    assert {one.level for one in townships} == {Level.TOWNSHIP}
    assert table.children(townships[0].code)[0].level is Level.VILLAGE


def test_a_place_under_the_province_has_townships(table):
    assert "张金镇" in names(table, "429005")


def test_codes_may_be_given_short_or_whole(table):
    assert table.name("4301") == table.name("430100000000") == "长沙市"
    assert table.children("4301") == table.children("430100000000")


@pytest.mark.parametrize(
    "code", ["990000000000", "430199000000", "43010200199", "x", "43 100", "4" * 13]
)
def test_a_code_that_is_none_is_refused(table, code):
    with pytest.raises(UnknownDivisionError):
        table.children(code)


def test_what_is_known_can_be_asked(table):
    assert table.knows("430102001001")
    assert not table.knows("430102001999")
    assert not table.knows("990102001001")
    assert not table.knows("no code")
    assert table.full_name("990102001001") == "990102001001"


def test_every_division_lies_in_the_one_above_it(table):
    """Of one province whole: no orphan, each code begins with its parent's."""
    seen = 0
    below = list(table.children("64"))
    while below:
        one = below.pop()
        seen += 1
        assert LEVELS.index(one.level) > 0
        assert table.knows(parent(one.code))
        below += table.children(one.code)
    assert seen > 2_500


def test_no_more_than_two_provinces_are_held(table):
    own = Divisions()
    for province in ("43", "64", "54", "46"):
        assert own.knows(f"{province}0000000000")
        for city in own.children(province)[:1]:
            county = own.children(city.code)[0]
            own.children(county.code)
    assert len(own._held) == 2


def test_the_table_says_of_which_day_it_is():
    assert AS_OF.isoformat() == "2023-06-30"
