"""The drawn pictures themselves: exact, the same every time, and as bad as they say."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from sandbox.page_papers import PAPERS, paper
from sandbox.page_pictures import DESKS, Scene, draw, some_scene
from tests.page_kit import FONT, HD

PLAIN = Scene(desk="dark", size=HD, edge_shadow=0.0, noise=0.0, paper="empty", turn_deg=7.0)


def test_a_seed_is_the_same_picture_every_time():
    one, two = (draw(some_scene(17, HD), FONT) for _ in range(2))
    assert (one.frame == two.frame).all()
    assert (one.corners == two.corners).all()


def test_corners_are_exact_to_a_fraction_of_a_pixel():
    """Sheet against dark desk: the area of what is light is the area between the corners."""
    drawn = draw(PLAIN, FONT)
    level = drawn.frame.astype(np.float64).mean(axis=2)
    dark, light = np.quantile(level, [0.02, 0.98])
    share = np.clip((level - dark) / (light - dark), 0, 1)
    share[share < 0.1] = 0
    area = cv2.contourArea(drawn.corners.astype(np.float32))
    assert share.sum() == pytest.approx(area, rel=0.004)
    down, across = np.indices(share.shape)
    middle = [(share * axis).sum() / share.sum() for axis in (across, down)]
    assert np.allclose(middle, drawn.corners.mean(axis=0), atol=0.15)


@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_lies_on_every_desk(desk, name):
    drawn = draw(Scene(paper=name, desk=desk, size=(480, 270)), FONT)
    assert drawn.frame.shape == (270, 480, 3)
    assert drawn.frame.std() > 2


def test_glare_burns_out_and_shadow_darkens():
    plain, burnt, shaded = (
        draw(Scene(desk="wood", size=HD, **change), FONT).frame
        for change in ({}, {"glare": 1.0}, {"shadow": 0.8})
    )
    assert (burnt.min(axis=2) == 255).mean() > 0.02 > (plain.min(axis=2) == 255).mean()
    assert shaded.mean() < plain.mean() - 10


def test_a_card_has_round_corners():
    card = paper("id_emblem", FONT)
    assert card.shares[0, 0] == 0
    assert card.shares[60, 60] == 255
