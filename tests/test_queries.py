"""What residents ask for is found; and the list of it asks for everything."""

from tests import queries

TABLES = queries.load()
ITEMS = queries.installed()


def test_the_right_item_is_among_the_first_five_for_nearly_everything_that_is_asked():
    finder = queries.finder(ITEMS)
    for asked in TABLES.values():
        wrong = queries.missed(asked, finder)
        assert len(wrong) <= (1 - queries.LEAST_SHARE) * len(asked), wrong


def test_the_list_asks_three_hundred_times_and_for_every_item():
    asked = [codes for table in TABLES.values() for codes in table.values()]
    assert len(asked) == 300
    assert frozenset().union(*asked) == {item.code for item in ITEMS}


def test_nothing_is_asked_twice():
    assert not TABLES["asked"].keys() & TABLES["held_out"].keys()
