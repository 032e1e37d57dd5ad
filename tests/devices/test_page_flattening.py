"""Flat, straight, evenly lit, the right way up: against the paper that was drawn."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.page_flattening import (
    A4_PX,
    ID_CARD_PX,
    Paper,
    aspect,
    bilevel,
    deskewed,
    even_light,
    flatten,
    grey,
    paper_of,
    skew_deg,
)
from devices.page_upright import CardSide, card_side, turned, upright
from sandbox.page_papers import paper
from tests.page_kit import FONT, HD, picture

PAPERS = {
    "certificate": Paper.A4,
    "id_portrait": Paper.ID_CARD,
    "id_emblem": Paper.ID_CARD,
    "receipt": Paper.OTHER,
}


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize("tilt_deg", [0.0, 12.0, 25.0])
def test_proportions_tell_the_paper_however_it_is_seen(name, tilt_deg):
    drawn = picture(3, paper=name, desk="dark", tilt_deg=tilt_deg, tilt_to_deg=40.0, fill=0.6)
    assert paper_of(drawn.corners, HD) is PAPERS[name]


def seen_by(lens, ratio, tilt, way, turn, size):
    """Corners of a rectangle before a pinhole camera."""
    axis = np.array([np.cos(way), np.sin(way), 0]) * tilt
    place = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, turn]))[0]
    flat = np.array([[-ratio, -1], [ratio, -1], [ratio, 1], [-ratio, 1]]) * 0.3
    seen = (place[:, :2] @ flat.T + [[0.0], [0.0], [2.5]]).T
    return lens * max(size) * seen[:, :2] / seen[:, 2:] + (np.array(size) - 1) / 2


ANY = {
    "ratio": st.floats(0.5, 2.0),
    "tilt": st.floats(-0.5, 0.5),
    "way": st.floats(0, 6.28),
    "turn": st.floats(0, 6.28),
    "lens": st.floats(0.7, 2.0),
}


@given(**ANY)
def test_through_a_known_lens_the_aspect_of_any_rectangle_is_its_own(ratio, tilt, way, turn, lens):
    points = seen_by(lens, ratio, tilt, way, turn, (1600, 1200))
    assert aspect(points, (1600, 1200), lens) == pytest.approx(ratio, rel=1e-6)


@given(**ANY | {"turn": st.floats(0.6, 0.9), "way": st.just(0.0), "tilt": st.floats(0.25, 0.5)})
def test_a_rectangle_seen_over_its_corner_tells_the_lens(ratio, tilt, way, turn, lens):
    points = seen_by(lens, ratio, tilt, way, turn, (1600, 1200))
    assert aspect(points, (1600, 1200)) == pytest.approx(ratio, rel=0.03)


@given(**ANY | {"tilt": st.floats(-0.15, 0.15), "lens": st.floats(0.8, 1.2)})
def test_the_aspect_of_a_page_seen_nearly_from_above_is_good_enough(ratio, tilt, way, turn, lens):
    """A4 and an ID card differ by 12 percent."""
    points = seen_by(lens, ratio, tilt, way, turn, (1600, 1200))
    assert aspect(points, (1600, 1200)) == pytest.approx(ratio, rel=0.04)


def test_a_flattened_page_is_the_page_that_was_laid():
    drawn = picture(6, (4000, 3000), paper="certificate", desk="wood", turn_deg=5.0, noise=1.0)
    flat = flatten(drawn.frame, drawn.corners)
    assert flat.shape == (A4_PX[1], A4_PX[0], 3)
    laid = paper("certificate", FONT, 0).image
    small = [
        grey(cv2.resize(one, (620, 877), interpolation=cv2.INTER_AREA)) for one in (laid, flat)
    ]
    assert np.corrcoef(small[0].ravel(), small[1].ravel())[0, 1] > 0.9


def test_the_caller_may_force_the_paper():
    drawn = picture(3, paper="receipt", desk="dark", turn_deg=0.0)
    assert flatten(drawn.frame, drawn.corners, Paper.A4).shape == (A4_PX[1], A4_PX[0], 3)
    card = flatten(drawn.frame, drawn.corners, Paper.ID_CARD)
    assert card.shape == (ID_CARD_PX[0], ID_CARD_PX[1], 3)


def test_a_shadow_goes_and_the_stamp_stays_red():
    laid = paper("certificate", FONT, 1).image
    lamp = np.linspace(0.45, 1.0, laid.shape[1])[None, :, None] * np.array([0.8, 0.95, 1.0])
    even = even_light((laid * lamp).astype(np.uint8))
    ground = even[(laid.min(axis=2) > 240)].astype(np.int16)
    assert np.percentile(ground, 2) > 225
    stamp = (laid[..., 2] > 180) & (laid[..., 1] < 60)
    blue, green, red = np.median(even[stamp], axis=0)
    assert red > 140 > 90 > max(blue, green)
    ink = laid.max(axis=2) < 60
    assert np.median(even[ink]) < 80


def test_letters_survive_in_black_and_white_under_half_a_shadow():
    laid = paper("certificate", FONT, 1).image
    lamp = np.linspace(0.4, 1.0, laid.shape[0])[:, None, None]
    black = bilevel(even_light((laid * lamp).astype(np.uint8)))
    assert set(np.unique(black)) == {0, 255}
    agree = (black == 0) == (grey(laid) < 140)
    assert agree.mean() > 0.985


@settings(max_examples=6, deadline=None)
@given(st.floats(-5, 5))
def test_a_crooked_scan_is_straightened(angle):
    laid = cv2.resize(paper("certificate", FONT, 1).image, None, fx=0.5, fy=0.5)
    height, width = laid.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle, 1.0)
    crooked = cv2.warpAffine(laid, turn, (width, height), borderValue=(245, 245, 245))
    assert skew_deg(crooked) == pytest.approx(angle, abs=0.15)
    assert skew_deg(deskewed(crooked)) == pytest.approx(0, abs=0.15)


def test_an_empty_scan_is_left_as_it_is():
    empty = paper("empty", FONT).image
    assert skew_deg(empty) is None
    assert deskewed(empty) is empty


@pytest.mark.parametrize("name", ["certificate", "receipt"])
@pytest.mark.parametrize("turns", range(4))
def test_a_page_of_text_is_put_the_right_way_up(name, turns):
    found = upright(turned(paper(name, FONT, 2).image, turns))
    assert found.sure
    assert (found.turns + turns) % 4 == 0


def test_where_nothing_tells_it_does_not_pretend_to_know():
    centred = np.full((1200, 850, 3), 245, np.uint8)
    for row in range(12):
        half = 60 + 23 * (row * 5 % 12)
        cv2.rectangle(
            centred, (425 - half, 100 + 70 * row), (425 + half, 120 + 70 * row), (30,) * 3, -1
        )
    assert not upright(centred).sure
    assert not upright(paper("empty", FONT).image).sure


@pytest.mark.parametrize("side", CardSide)
@pytest.mark.parametrize("turns", range(4))
def test_a_card_tells_its_side_and_which_way_up_it_lies(side, turns):
    card = turned(paper(f"id_{side.value}", FONT, 1).image, turns)
    assert card_side(card) == (side, -turns % 4)


def test_a_page_that_is_no_card_has_no_side():
    assert card_side(np.full((638, 1011, 3), 230, np.uint8)) is None
