"""What a visit leaves in a slot: seen, taken, or forgotten and told once."""

import pytest

from kiosk.machines.media import Slot
from kiosk.visits.events import MediaForgotten, MediaPresent, MediaTaken

AFTER_S = 10.0


@pytest.fixture
def slot():
    """A visit is just over."""
    slot = Slot("idcard_reader", AFTER_S)
    slot.leave()
    return slot


def told(slot, *seen):
    """The kinds of the events, for (there, at what time)."""
    return [type(event) for there, now_s in seen for event in slot.see(there, now_s)]


def test_an_empty_slot_is_no_news_and_minded_no_more(slot):
    assert told(slot, (False, 0.0)) == []
    assert not slot.minded


def test_a_card_taken_in_time_raises_no_alarm(slot):
    assert told(slot, (True, 0.0), (True, 9.9), (False, 10.5)) == [MediaPresent, MediaTaken]


def test_a_card_left_for_too_long_is_told_once_and_its_end_too(slot):
    seen = [(True, float(now_s)) for now_s in range(60)] + [(False, 60.0), (False, 61.0)]
    assert told(slot, *seen) == [MediaPresent, MediaForgotten, MediaTaken]
    assert slot.see(True, 62.0) == []


def test_news_of_a_slot_are_of_no_visit_and_name_the_device(slot):
    assert slot.see(True, 0.0) == [MediaPresent(0, "idcard_reader")]


def test_what_nobody_can_tell_changes_nothing(slot):
    assert told(slot, (True, 0.0), (None, 11.0)) == [MediaPresent]
    assert told(slot, (True, 12.0)) == [MediaForgotten]


def test_a_card_laid_while_nobody_is_served_alarms_nobody():
    slot = Slot("idcard_reader", AFTER_S)
    assert told(slot, (True, 0.0), (True, 99.0)) == []


def test_the_next_visit_uses_the_slot_in_peace_and_the_rest_is_told_after_it(slot):
    assert told(slot, (True, 0.0), (True, 10.0)) == [MediaPresent, MediaForgotten]
    slot.use()
    assert told(slot, (True, 20.0), (False, 30.0)) == []
    slot.leave()
    assert told(slot, (False, 40.0)) == [MediaTaken]


def test_a_card_that_lies_there_after_the_next_visit_too_is_alarm_again(slot):
    told(slot, (True, 0.0), (True, 10.0))
    slot.use()
    slot.leave()
    assert told(slot, (True, 40.0), (True, 50.0)) == [MediaForgotten]
