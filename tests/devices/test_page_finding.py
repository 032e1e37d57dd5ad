"""Corners of drawn pages: where they are found, and where nothing is to be found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.page_finding import find_page
from sandbox.page_pictures import DESKS, FULL_HD, TWELVE_MEGAPIXELS
from tests.page_kit import HD, corner_error_px, everyday, picture

ALONE = sorted(set(DESKS) - {"papers"})


def found_error_px(drawn):
    corners = find_page(drawn.frame)
    assert corners is not None
    return corner_error_px(corners.points, drawn.corners)


@pytest.mark.parametrize("desk", ALONE)
@pytest.mark.parametrize("paper", ["certificate", "id_emblem"])
def test_a_page_is_found_to_a_pixel_on_any_desk(desk, paper):
    drawn = picture(11, desk=desk, paper=paper, fill=0.7, edge_shadow=0.5, light=0.9)
    assert found_error_px(drawn) < 1.0


def test_most_everyday_pictures_are_found_within_two_percent_of_the_diagonal():
    errors = []
    for seed in range(3000, 3020):
        drawn = picture(seed, **everyday(seed))
        corners = find_page(drawn.frame)
        errors.append(corner_error_px(corners.points, drawn.corners) if corners else np.inf)
    assert sum(error > 0.02 * np.hypot(*HD) for error in errors) <= 2
    assert float(np.median(errors)) < 0.3


@pytest.mark.parametrize("size", [FULL_HD, TWELVE_MEGAPIXELS])
def test_a_picture_of_any_size_gives_the_same_page(size):
    drawn = picture(5, size, desk="wood", shadow=0.6)
    assert found_error_px(drawn) < 0.0008 * np.hypot(*size)


def test_the_rounded_corners_of_a_card_are_where_its_sides_meet():
    assert found_error_px(picture(7, paper="id_portrait", desk="dark", fill=0.7)) < 0.7


def test_fingers_on_the_sides_do_not_move_the_corners():
    assert found_error_px(picture(9, desk="wood", paper="certificate", fingers=2)) < 1.5


def test_a_page_that_leaves_the_picture_is_told_as_cut():
    drawn = picture(4, desk="wood", paper="certificate", fill=0.95, shift=(0.0, 0.3), turn_deg=2.0)
    corners = find_page(drawn.frame)
    assert corners is not None
    assert corners.cut
    whole = find_page(picture(4, desk="wood", paper="certificate", turn_deg=2.0).frame)
    assert whole is not None
    assert not whole.cut


def test_a_bare_desk_has_no_page():
    rng = np.random.default_rng(3)
    for level in (30, 120, 230):
        bare = np.clip(level + rng.normal(0, 3, (540, 960, 3)), 0, 255).astype(np.uint8)
        assert find_page(bare) is None


@settings(max_examples=15, deadline=None)
@given(
    x=st.floats(60, 160),
    y=st.floats(50, 110),
    width=st.floats(200, 420),
    height=st.floats(150, 240),
    turn=st.floats(-30, 30),
    paper=st.integers(150, 250),
    desk=st.integers(10, 110),
)
def test_a_plain_sheet_is_found_wherever_it_lies(x, y, width, height, turn, paper, desk):
    frame = np.full((480, 720, 3), desk, np.uint8)
    box = cv2.boxPoints(((x + 200, y + 150), (width, height), turn)).astype(np.float64)
    shift = 6  # fractional bits
    cv2.fillConvexPoly(
        frame, np.rint(box * 2**shift).astype(np.int32), (paper,) * 3, cv2.LINE_AA, shift
    )
    inside = ((box > 4) & (box < [715, 475])).all()
    corners = find_page(frame)
    if inside:
        assert corners is not None
        assert corner_error_px(corners.points, box) < 1.5
        assert not corners.cut
        assert corners.points.sum(axis=1).argmin() == 0


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_noise_of_any_seed_is_an_answer_and_never_a_fault(seed):
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(40, 200)), int(rng.integers(40, 260)), 3)
    find_page(rng.integers(0, 256, shape, dtype=np.uint8))
