"""What the document camera of the sandbox shows."""

import cv2
import numpy as np
import pytest

from sandbox.document_films import EMPTY, FILMS, HELD, LYING, Desk, corners, draw


@pytest.mark.parametrize("name", sorted(FILMS))
def test_every_film_can_be_shown(name):
    film = FILMS[name](lambda: None)
    for _ in range(3):
        picture = cv2.imdecode(np.frombuffer(next(film), np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (720, 1280, 3)


def test_the_page_lies_where_its_corners_are():
    inside = np.zeros((720, 1280), np.uint8)
    cv2.fillPoly(inside, [corners(LYING).astype(np.int32)], 255)
    page, desk = draw(LYING), draw(EMPTY)
    changed = np.abs(page.astype(int) - desk).max(axis=2) > 40
    assert changed[cv2.erode(inside, np.ones((7, 7))) > 0].mean() > 0.8  # the words are dark too
    assert changed[cv2.dilate(inside, np.ones((7, 7))) == 0].mean() < 0.001


def test_the_corners_begin_at_the_page_s_own_top_left_and_go_clockwise():
    place = corners(LYING)
    top, side = place[1] - place[0], place[3] - place[0]
    assert top[0] * side[1] - top[1] * side[0] > 0, "clockwise, y pointing down"
    assert np.linalg.norm(side) / np.linalg.norm(top) == pytest.approx(2**0.5, abs=0.01)
    assert corners(EMPTY) is None


def test_a_hand_hides_some_of_the_page_and_not_all():
    hidden = np.abs(draw(HELD).astype(int) - draw(LYING)).max(axis=2) > 30
    assert 0.02 < hidden.mean() < 0.3


def test_no_two_frames_of_a_page_lying_still_are_the_same_to_the_last_bit():
    film = FILMS["page"](lambda: None)
    assert next(film) != next(film)


def test_a_page_out_of_the_picture_is_an_empty_desk():
    assert np.array_equal(draw(Desk(page=(5000.0, 0.0))), draw(EMPTY))
