"""What the operator learns of searches, and what nobody learns."""

from kiosk.visits.search_tally import NOTHING_NEAR, SearchTally
from kiosk.visits.visit import Visit
from tests.catalogue_kit import MARRY, finder

FINDER = finder()


def tally_of(*visits):
    tally = SearchTally(lambda text: [one.code for one in FINDER.find(text)])
    for number, (text, came_from) in enumerate(visits, 1):
        tally.visit_over(Visit(number, text=text, came_from=came_from))
    return tally


def test_a_search_that_is_left_counts_for_the_item_it_came_near():
    tally = tally_of(("jiehun", "home"), ("jiehundeng", "group"), ("wangguilan", "home"))
    assert tally.left == {MARRY: 2, NOTHING_NEAR: 1}
    assert tally.found == 0


def test_a_search_that_led_to_an_item_is_none_that_was_left():
    tally = tally_of(("jiehun", "search"), ("", "home"))
    assert (tally.found, tally.left) == (1, {})


def test_what_was_typed_is_told_to_nobody(caplog):
    caplog.set_level("DEBUG")
    tally = tally_of(("wangguilan", "home"), ("13900001234", "home"), ("王桂兰结婚", "home"))
    told = caplog.text + repr(tally.left) + repr(vars(tally))
    assert "nearest" in caplog.text
    assert not any(text in told for text in ("wangguilan", "13900001234", "王桂兰"))
