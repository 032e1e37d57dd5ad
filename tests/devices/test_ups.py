"""The UPS, met through the true server of Network UPS Tools, and through one that lies."""

from __future__ import annotations

import socket
import threading
from time import monotonic

import pytest

from devices.base import Condition, DeviceAbsentError, DeviceError, GarbledReplyError, Remedy
from devices.ups import Ups, UpsRefusedError
from sandbox.cable import Cable
from sandbox.ups import LyingUpsServer, UpsServer

PATIENCE_S = 20.0
GOOD = b'BEGIN LIST VAR ups\nVAR ups ups.status "OL"\nEND LIST VAR ups\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with UpsServer(tmp_path_factory.mktemp("nut")) as server:
        yield server


def ups_of(server, name="ups", timeout_s=PATIENCE_S):
    return Ups(name, port=server.port, timeout_s=timeout_s)


def test_a_power_cut_is_seen_from_its_beginning_to_its_end(server):
    with ups_of(server) as ups:
        assert ups.read().on_battery is False
        assert ups.status().condition is Condition.OK
        server.say({"ups.status": "OB DISCHRG", "battery.charge": "61", "battery.runtime": "700"})
        power = ups.read()
        assert (power.on_battery, power.charge_percent, power.runtime_s) == (True, 61, 700)
        assert not power.must_stop_soon
        server.say({"ups.status": "OB DISCHRG LB", "battery.charge": "9"})
        assert ups.read().must_stop_soon
        assert ups.status().condition is Condition.FAULT
        server.say({"ups.status": "OL CHRG", "battery.charge": "10"})
        assert not ups.read().must_stop_soon
        assert ups.status().condition is Condition.OK


def test_a_ups_that_the_server_does_not_know_is_for_the_technician(server):
    with pytest.raises(UpsRefusedError, match="UNKNOWN-UPS") as refused, ups_of(server, "cellar"):
        pass
    assert refused.value.remedy is Remedy.TECHNICIAN


def test_a_name_that_would_be_two_words_to_the_server_is_refused_at_once():
    with pytest.raises(ValueError, match="no name"):
        Ups("ups\nSHUTDOWN")


def answer_of(ups):
    """Whether it runs on its battery, or why it cannot be asked."""
    try:
        return ups.read().on_battery
    except DeviceAbsentError as fault:
        return str(fault)


def comes_to(ask, kind):
    end_s = monotonic() + PATIENCE_S
    while not isinstance(answer := ask(), kind):
        assert monotonic() < end_s
        threading.Event().wait(0.02)
    return answer


def test_a_ups_whose_cable_is_pulled_is_absent_and_comes_back(server):
    with ups_of(server) as ups:
        server.unplug()
        assert "the UPS ups is silent" in comes_to(lambda: answer_of(ups), str)
        server.plug()
        assert comes_to(lambda: answer_of(ups), bool) is False


def test_a_cut_network_is_absent_and_heals(server):
    with Cable(("127.0.0.1", server.port)) as cable, ups_of(cable) as ups:
        cable.unplug()
        with pytest.raises(DeviceAbsentError, match="no UPS server"):
            ups.read()
        cable.plug()
        assert ups.read().charge_percent is not None


def test_a_server_that_hangs_is_absent_within_the_time_given(server):
    with ups_of(server) as ups:
        pass
    server.freeze()
    try:
        with pytest.raises(DeviceAbsentError, match="silent"):
            ups_of(server, timeout_s=0.3).read()
    finally:
        server.thaw()
    assert ups.read().on_battery is not None


def test_nobody_at_the_port_is_absent():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DeviceAbsentError, match="no UPS server"), Ups(port=port):
        pass


def said_by(answer, gap_s=0.0, timeout_s=PATIENCE_S):
    with (
        LyingUpsServer(answer, gap_s) as liar,
        pytest.raises(DeviceError) as fault,
        ups_of(liar, timeout_s=timeout_s),
    ):
        pass
    return fault.value


@pytest.mark.parametrize(
    "answer", [b"\xff\x00" * 40, GOOD[:-20], b"HTTP/1.0 400\r\n\r\n", GOOD[5:]]
)
def test_garbage_and_halves_are_garbled(answer):
    assert isinstance(said_by(answer), GarbledReplyError)


def test_a_server_that_hangs_up_without_a_word_is_garbled():
    assert isinstance(said_by(b""), GarbledReplyError)


@pytest.mark.parametrize("gap_s", [0.0, 0.0001])
def test_a_flood_ends_and_is_garbled(gap_s):
    with (
        LyingUpsServer(b"VAR " * 1024, gap_s, flood=True) as liar,
        pytest.raises(GarbledReplyError),
    ):
        ups_of(liar, timeout_s=0.4).read()


def test_a_drip_that_would_take_too_long_is_cut_off():
    assert isinstance(said_by(GOOD, gap_s=0.05, timeout_s=0.4), GarbledReplyError)


def test_a_drip_that_comes_in_time_is_understood():
    with LyingUpsServer(GOOD, gap_s=0.002) as liar, ups_of(liar) as ups:
        assert ups.read().on_battery is False


def test_a_server_that_may_not_tell_is_for_the_technician():
    assert said_by(b"ERR ACCESS-DENIED\n").remedy is Remedy.TECHNICIAN
