"""What a resident types, and which item it finds."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.catalogue_index import MOST, index_rows, load_sayings, write_index
from kiosk.makers.finding import Finder
from tests.catalogue_kit import CARD, FUND, ITEMS, MARRY, PENSION, finder, item

FINDER = finder()


def first(text):
    found = FINDER.find(text)
    return found[0].code if found else None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("养老", PENSION),
        ("资格认证", PENSION),
        ("yanglaojin", PENSION),
        ("yanglaoj", PENSION),  # the last syllable is only begun
        ("YangLao RenZheng", PENSION),
        ("yljzg", PENSION),
        ("ylrz", PENSION),
        ("养老jin", PENSION),
        ("人脸", PENSION),  # what people call it
        ("jiehundengji", MARRY),
        ("jhdj", MARRY),
        ("我想领结婚证，请问怎么办？", MARRY),
        ("woxiangbanjiehunzheng", MARRY),
        ("社保卡丢了", CARD),  # what everybody calls such things
        ("sbk", CARD),
        ("买房取公积金", FUND),
    ],
)
def test_an_item_is_found_by(typed, code):
    assert first(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("yanlaojin", PENSION),  # an for ang
        ("yangnaojin", PENSION),  # n for l
        ("jiefundengji", MARRY),  # fun for hun
        ("jiehundenji", MARRY),  # en for eng
        ("sehuibaozhangka", CARD),  # s for sh
        ("goufangtiqv", FUND),  # the rest is enough
    ],
)
def test_what_sounds_alike_is_found_alike(typed, code):
    assert first(typed) == code


@pytest.mark.parametrize("typed", ["yangloajin", "yangglaojin", "jeihun", "jiehuun"])
def test_a_slip_of_the_finger_is_forgiven(typed):
    assert first(typed) in {PENSION, MARRY}


@pytest.mark.parametrize("typed", ["", "  ", "？！", "13900001234", "火车票", "zhangsan", "王桂兰"])
def test_what_is_not_offered_is_not_found(typed):
    assert FINDER.find(typed) == ()


@pytest.mark.parametrize("typed", ["housing fund", "Housing", "housingfu", "fund"])
def test_english_is_found_by_its_words(typed):
    words = {"en": {**ITEMS[FUND].en.model_dump(), "short": "Housing fund"}}
    fund = item(FUND, "home", "公积金", **words)
    assert finder({FUND: fund}).find(typed)[0].code == FUND


def test_at_most_as_many_as_asked_for_come_the_likeliest_first():
    found = FINDER.find("登记认证公积金", limit=2)
    assert len(found) == 2
    assert found[0].strength >= found[1].strength


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz养老金结婚登记 0'%*\"\u0000", max_size=60))
def test_nothing_that_can_be_typed_is_too_much(typed):
    found = FINDER.find(typed)
    assert len({one.code for one in found}) == len(found) <= 7


def test_a_row_holds_the_strongest_only():
    many = [item(f"2020-35/3/{at}", "home", f"登记第{'一二三四五'[at % 5]}种") for at in range(600)]
    rows = index_rows(many, {})
    assert max(len(items) for _, items, _ in rows.pieces) == 4 * MOST
    assert all(len(items) == len(weights) for _, items, weights in rows.pieces)


def test_the_words_of_the_authorities_are_found_by_those_of_the_people():
    db = sqlite3.connect(":memory:")
    write_index(db, [item(CARD, "pension", "社会保障卡补领")], {"社会保障卡": ("红本本",)})
    assert Finder(db).find("红本本")[0].code == CARD
    assert all(said for said in load_sayings().values())
