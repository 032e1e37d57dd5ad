"""When a device that is gone is tried again."""

import pytest

from kiosk.visits.backoff import Backoff


def test_the_gaps_grow_and_stay_short_enough_for_a_return_to_be_noticed():
    backoff = Backoff(draw=lambda: 1.0)
    gaps = [backoff.failed(lasting=False) for _ in range(100)]
    assert gaps[:4] == [0.25, 0.5, 1.0, 2.0]
    assert set(gaps[4:]) == {2.0}


def test_once_back_it_begins_with_the_short_gap_again():
    backoff = Backoff(draw=lambda: 1.0)
    for _ in range(5):
        backoff.failed(lasting=False)
    backoff.reset()
    assert backoff.failed(lasting=False) == 0.25


@pytest.mark.parametrize("draw", [0.0, 0.5, 1.0])
def test_no_two_devices_keep_step(draw):
    gap = Backoff(first_s=1.0, draw=lambda: draw).failed(lasting=False)
    assert gap == 0.75 + 0.25 * draw


def test_what_lasts_is_not_tried_all_the_time():
    assert Backoff(lasting_s=15.0, draw=lambda: 1.0).failed(lasting=True) == 15.0
