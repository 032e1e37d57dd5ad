"""One item of each shape, by touches in the real window; all of them: `make items`."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from devices.page_flattening import A4_PX, ID_CARD_PX
from devices.page_upright import CardSide, card_side
from tests.items.errand import Errand
from tests.items.errands import TELLING, errands
from tests.items.finger import Finger
from tests.items.tour import tour
from tests.packs import catalogue

PATIENCE_S = 60


@pytest.fixture(scope="module")
def led(tmp_path_factory):
    with tour(tmp_path_factory.mktemp("items"), catalogue()) as led:
        yield led


def test_every_item_of_the_list_is_reached_by_leafing_through_its_group(led):
    items, finger = catalogue(), Finger(led.stage.resident)
    seen = finger.until("lobby/attract", PATIENCE_S)
    finger.hands.touch(seen.size[0] // 2, seen.size[1] // 2)
    reached = set()
    for group in items.groups():
        finger.until("lobby/home", PATIENCE_S)
        finger.touch(f"GroupChosen:{group.id}")
        finger.until("lobby/group", PATIENCE_S)
        while True:
            now = finger.look()
            reached |= {
                one.name.partition(":")[2]
                for one in now.controls
                if one.name.startswith("ItemChosen:") and one.enabled
            }
            on = now.control("RowsOn")
            if on is None or not on.enabled:
                break
            finger.touch("RowsOn")
        finger.touch("Back")
    finger.until("lobby/home", PATIENCE_S)
    finger.touch("LeaveAsked")
    finger.until("lobby/attract", PATIENCE_S)
    bundles = {f"bundle/{one.id}" for one in items.bundles()}
    assert reached == {*items.codes(), *bundles}


@pytest.mark.parametrize("code", TELLING)
def test_an_item_comes_to_its_end_and_the_platform_has_what_was_entered(led, code):
    items = catalogue()
    item = items.item(code)
    (errand,) = errands(item, items.codes().index(code), every_end=False)
    assert led.walk(errand).wrong == ()


def test_both_sides_of_a_card_arrive_as_one_marked_page(led):
    errand = Errand(
        "2020-35/1/21",
        "p39",
        whom="self",
        scans=True,
        paper="both_cards",
        sees=("look", "papers left"),
    )
    assert led.walk(errand).wrong == ()
    number = led.platform.numbers()[-1]
    (copy,) = led.platform.content(number, "both_cards")
    page = cv2.resize(cv2.imdecode(np.frombuffer(copy, np.uint8), cv2.IMREAD_COLOR), A4_PX)
    width, height = ID_CARD_PX
    left = (A4_PX[0] - width) // 2
    tops = [round(A4_PX[1] * middle - height / 2) for middle in (0.32, 0.62)]
    halves = [page[top : top + height, left : left + width] for top in tops]
    assert [card_side(half) for half in halves] == [(CardSide.PORTRAIT, 0), (CardSide.EMBLEM, 0)]
    foot = page[3000:]
    assert 0.02 < float((foot < 230).mean()) < 0.5, "what it is for stands on the paper"
