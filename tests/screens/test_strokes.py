"""Signatures as lines, without a window."""

from itertools import pairwise
from math import dist

from hypothesis import given
from hypothesis import strategies as st

from screens.strokes import is_real, length, smooth

POINT = st.tuples(st.floats(0, 500), st.floats(0, 500))


def test_a_dot_is_no_signature_and_a_line_is_one():
    assert not is_real([[(5, 5)], [(9, 9), (10, 9)]], 12)
    assert is_real([[(5, 5)], [(0, 0), (0, 20)]], 12)


@given(st.lists(POINT, min_size=2, max_size=30))
def test_a_smooth_line_begins_and_ends_where_the_finger_did(stroke):
    line = smooth(stroke, 2)
    assert (line[0], line[-1]) == (stroke[0], stroke[-1])
    assert length(line) <= length(stroke) + 1e-6


@given(st.lists(POINT, min_size=3, max_size=30))
def test_a_smooth_line_stays_within_what_the_finger_enclosed(stroke):
    for axis in (0, 1):
        low, high = (pick(point[axis] for point in stroke) for pick in (min, max))
        assert all(low - 1e-6 <= point[axis] <= high + 1e-6 for point in smooth(stroke, 2))


def test_a_corner_is_rounded():
    line = smooth([(0, 0), (100, 0), (100, 100)], 2)
    assert (100, 0) not in line
    assert max(dist(one, other) for one, other in pairwise(line[1:-1])) < 4


def test_a_point_stays_a_point():
    assert smooth([(3, 4)], 2) == ((3, 4),)
