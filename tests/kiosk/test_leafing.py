"""Leaves and columns, without a window or a page."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.papers.leafing import Piece, leaves
from kiosk.papers.table_columns import is_number, widths

PIECES = st.lists(st.builds(Piece, st.floats(1, 30), st.booleans()), max_size=30)


def flat(planned):
    return [at for leaf in planned for column in leaf for at in column]


@given(PIECES, st.floats(30, 100), st.integers(1, 3))
def test_every_piece_is_shown_once_and_in_its_order(pieces, room, columns):
    planned = leaves(pieces, room, columns)
    assert flat(planned) == list(range(len(pieces)))
    assert all(len(leaf) <= columns for leaf in planned)


@given(PIECES, st.floats(30, 100), st.integers(1, 3))
def test_a_heading_is_never_the_last_of_a_column(pieces, room, columns):
    for leaf in leaves(pieces, room, columns):
        for column in leaf:
            assert not pieces[column[-1]].leads or column[-1] == len(pieces) - 1


@given(st.lists(st.floats(1, 30), max_size=30), st.floats(30, 100), st.integers(1, 3))
def test_nothing_is_higher_than_its_room(heights, room, columns):
    for leaf in leaves([Piece(one) for one in heights], room, columns):
        assert all(sum(heights[at] for at in column) <= room + 1.5 for column in leaf)


def test_the_head_of_a_table_is_said_again_where_a_leaf_begins():
    table = [Piece(10, leads=True), *(Piece(10, under=(0,)) for _ in range(5))]
    assert leaves(table, 40) == (((0, 1, 2, 3),), ((0, 4, 5),))


def test_it_is_not_said_again_beside_itself():
    table = [Piece(10, leads=True), *(Piece(10, under=(0,)) for _ in range(9))]
    assert leaves(table, 40, 2)[0] == ((0, 1, 2, 3), (4, 5, 6, 7))


def test_what_does_not_fill_its_leaf_stands_in_columns_of_like_height():
    assert leaves([Piece(10)] * 6, 50, 2) == (((0, 1, 2), (3, 4, 5)),)


def test_nothing_makes_no_leaf():
    assert leaves([], 50) == ()


def by_signs(words):
    return 10.0 * len(words)


def test_columns_that_fit_share_what_is_left():
    wide = widths(("a", "bb"), (("aa", "bbbb"),), 300, 10, by_signs, list)
    assert sum(wide) == 300
    assert wide[1] > wide[0]


def test_a_long_cell_gives_way_before_a_number_does():
    line = ("4,980.00", "石桥镇供销合作社第三生产组")
    wide = widths(("数", "单位"), (line,), 170, 10, by_signs, list)
    assert wide[0] >= by_signs("4,980.00")
    assert wide[1] < by_signs(line[1])


def test_a_table_that_would_be_torn_is_none():
    assert widths(("a",) * 6, (("4,980.00",) * 6,), 300, 10, by_signs, list) is None


def test_months_and_names_are_no_numbers():
    assert [is_number(cell) for cell in ("4,980.00", "-3", "12%", "10元", "2026-11", "", "三")] == [
        *(True,) * 4,
        *(False,) * 3,
    ]
