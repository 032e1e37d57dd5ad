"""The same tests for every device: against its far end, or the one on the desk (--real)."""

from __future__ import annotations

import logging
import threading
from time import monotonic

import pytest

from devices.base import Condition, DeviceError, Status
from tests.conformance.bench import BORNE, Fault, Recovery, Value
from tests.conformance.hands import CALL_S, Hands, comes_true, held, said_in, told


@pytest.fixture
def hands():
    with Hands() as hands:
        yield hands


def close(device):
    device.__exit__(None, None, None)


def works(bench, far, hands, device):
    if far is not None:
        bench.prepare(far)
    value = hands.do(lambda: bench.operate(device))
    assert far is None or bench.fits(value), f"the {bench} gave something else"


def reads_well(status):
    assert isinstance(status, Status)
    assert isinstance(status.condition, Condition)
    return status.condition


def test_it_opens_works_and_closes_twice(bench, far, hands, device):
    for _ in range(2):
        hands.do(device.__enter__)
        works(bench, far, hands, device)
        status = reads_well(hands.do(device.status))
        assert Status(status).usable or status is Condition.UNKNOWN
        hands.do(lambda: close(device))


def test_closing_twice_is_closing_once_and_lets_the_device_go(bench, far, hands, device, real):
    hands.do(device.__enter__)
    hands.do(lambda: close(device))
    hands.do(lambda: close(device))
    other = bench.driver(far) if real is None else bench.real(real)
    hands.do(other.__enter__)
    works(bench, far, hands, other)
    hands.do(lambda: close(other))


def test_no_thread_and_no_open_file_is_left_behind(bench, far, hands, device):
    def use():
        hands.do(device.__enter__)
        works(bench, far, hands, device)
        hands.do(lambda: close(device))

    use()  # what is loaded once and for all is loaded
    before = held()
    use()
    assert comes_true(lambda: all(now <= then for now, then in zip(held(), before, strict=True)))


def test_a_fault_ends_as_declared_and_the_device_works_again(
    bench, fault, far, hands, device, caplog
):
    caplog.set_level(logging.DEBUG)
    try:
        if fault.opening:
            bench.prepare(far)
            outcome = meet(fault, far, hands, device.__enter__)
            status = (
                hands.do(lambda: told(device)) if not isinstance(outcome, DeviceError) else None
            )
        else:
            hands.do(device.__enter__)
            if not fault.unprepared:
                bench.prepare(far)
            outcome = meet(fault, far, hands, lambda: until_it_shows(bench, fault, device))
            status = hands.do(lambda: told(device))
    finally:
        fault.heal(far)
    ends_as_declared(bench, fault, outcome)
    if status is not None and fault.status is not None:
        assert reads_well(status) is fault.status, status
    works_again(bench, fault, far, hands, device)
    hands.do(lambda: close(device))
    said = "\n".join([caplog.text, said_in(outcome if isinstance(outcome, DeviceError) else None)])
    said += status.detail if status else ""
    assert [secret for secret in bench.secrets if secret in said] == []


def meet(fault: Fault, far, hands, use):
    fault.inject(far)
    if fault.meanwhile is None:
        return hands.try_(use)
    somebody = threading.Thread(target=fault.meanwhile, args=(far,), name="meanwhile")
    somebody.start()
    try:
        return hands.try_(use)
    finally:
        somebody.join(CALL_S)
        assert not somebody.is_alive()


def until_it_shows(bench, fault: Fault, device):
    for _ in range(fault.within):
        value = bench.operate(device)
        if not bench.fits(value):
            break
    return value


def ends_as_declared(bench, fault: Fault, outcome):
    if fault.ends is BORNE:
        assert not isinstance(outcome, DeviceError), repr(outcome)
        assert bench.fits(outcome)
    elif isinstance(fault.ends, Value):
        assert not isinstance(outcome, DeviceError), repr(outcome)
        assert fault.ends.fits(outcome), type(outcome)
    else:
        assert type(outcome) is fault.ends, repr(outcome)
        assert outcome.remedy is fault.remedy


def works_again(bench, fault: Fault, far, hands, device):
    """Healing may take the far end a while; the driver is given the time, but nothing else."""
    end_s = monotonic() + CALL_S
    is_open = not (fault.opening and isinstance(fault.ends, type))
    while True:
        if is_open and fault.recovers is Recovery.REOPENED:
            hands.do(lambda: close(device))
            is_open = False
        try:
            if not is_open:
                hands.do(device.__enter__)
                is_open = True
            works(bench, far, hands, device)
            return
        except (DeviceError, AssertionError):
            if monotonic() > end_s:
                raise
