"""What may be said of a device: three misses, an age, and no excuse for what failed in use."""

import pytest

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    DeviceFailedError,
    GarbledReplyError,
    Remedy,
    Status,
)
from kiosk.visits.health import FRESH_S, Health

OK = Status(Condition.OK, "as it should be")
GARBLED = GarbledReplyError("noise")


class SilentError(DeviceError):
    """As a printer that is there and does not answer."""


class LiftedError(DeviceError):
    remedy = Remedy.RESIDENT


@pytest.fixture
def health():
    """Heard to be well at 100 s."""
    health = Health()
    health.heard(OK, 100.0)
    return health


def test_before_anything_is_heard_it_is_unknown_and_not_usable():
    status = Health().status(0.0)
    assert status.condition is Condition.UNKNOWN
    assert not status.usable


@pytest.mark.parametrize("fault", [GARBLED, SilentError("no answer")], ids=["garbled", "silent"])
def test_a_passing_fault_counts_from_the_third_time_in_a_row(health, fault):
    for _ in range(2):
        health.missed(fault)
        assert health.status(100.1) == OK
    health.missed(fault)
    assert health.status(100.1) == Status(Condition.FAULT, str(fault))


def test_a_whole_answer_between_two_misses_begins_the_count_again(health):
    for _ in range(5):
        health.missed(GARBLED)
        health.missed(GARBLED)
        health.heard(OK, 100.0)
    assert health.status(100.0) == OK


@pytest.mark.parametrize(
    ("fault", "condition"),
    [
        (DeviceAbsentError("the port is gone"), Condition.ABSENT),
        (DeviceFailedError("self-test failed"), Condition.FAULT),
    ],
    ids=["gone", "broken"],
)
def test_what_is_certain_counts_at_once_in_the_driver_s_words(health, fault, condition):
    health.missed(fault)
    assert health.status(100.0) == Status(condition, str(fault))


def test_a_device_that_says_itself_what_it_lacks_is_believed_at_once(health):
    health.heard(Status(Condition.FAULT, "paper end"), 101.0)
    assert health.status(101.0).detail == "paper end"
    health.heard(OK, 102.0)
    assert health.status(102.0) == OK


def test_a_usable_status_grows_old_and_is_unknown_then(health):
    assert health.status(100 + FRESH_S - 0.01) == OK
    assert health.stale_s == 100 + FRESH_S
    assert health.status(health.stale_s).condition is Condition.UNKNOWN
    assert FRESH_S < 3


def test_two_misses_do_not_keep_an_old_word_alive(health):
    health.missed(GARBLED)
    health.missed(GARBLED)
    assert not health.status(100 + FRESH_S).usable


def test_a_fault_does_not_grow_old(health):
    health.missed(DeviceAbsentError("gone"))
    assert health.status(10_000).condition is Condition.ABSENT


def test_during_a_task_it_is_busy_while_the_task_is_heard_of(health):
    health.begin_task()
    assert health.status(100.0).condition is Condition.BUSY
    health.answered(102.0)
    assert health.status(104.0).condition is Condition.BUSY
    assert health.status(102 + FRESH_S).condition is Condition.UNKNOWN
    health.answered(110.0)
    health.end_task()
    assert health.status(110.0) == OK


def test_a_task_does_not_make_a_dead_device_busy(health):
    health.missed(DeviceAbsentError("gone"))
    health.begin_task()
    assert health.status(100.0).condition is Condition.ABSENT
    health.answered(100.5)
    assert health.status(100.5).condition is Condition.BUSY


def test_a_task_that_was_given_up_tells_of_the_device_at_once(health):
    health.failed(GARBLED)
    assert health.status(100.0) == Status(Condition.FAULT, "noise")


def test_what_the_resident_can_mend_is_no_fault_of_the_device(health):
    health.failed(LiftedError("lifted"))
    assert health.status(100.0) == OK


def test_a_look_does_not_excuse_a_camera_that_failed_in_use(health):
    health.failed(SilentError("nothing but black"))
    health.heard(OK, 101.0, from_afar=True)
    assert health.status(101.0) == Status(Condition.UNKNOWN, "nothing but black")
    health.answered(102.0)
    health.heard(OK, 103.0, from_afar=True)
    assert health.status(103.0) == OK


def test_a_camera_that_was_missing_in_use_gets_one_new_chance(health):
    health.failed(DeviceAbsentError("no picture"))
    health.heard(OK, 101.0, from_afar=True)
    assert health.status(101.0) == OK
    health.failed(DeviceAbsentError("no picture again"))
    health.heard(OK, 102.0, from_afar=True)
    assert health.status(102.0) == Status(Condition.UNKNOWN, "no picture again")


def test_a_camera_that_was_unplugged_and_is_back_is_trusted_again(health):
    health.failed(SilentError("nothing but black"))
    health.heard(Status(Condition.ABSENT), 101.0, from_afar=True)
    health.heard(OK, 102.0, from_afar=True)
    assert health.status(102.0) == OK


def test_a_mistake_of_the_program_leaves_it_unknown(health):
    health.lost_sight("the check failed")
    assert health.status(100.0) == Status(Condition.UNKNOWN, "the check failed")
