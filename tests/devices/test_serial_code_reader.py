"""A code reader on a serial line, met through a pseudo terminal."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from time import monotonic

import pytest

from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Remedy
from devices.code_framing import NOT_TEXT
from devices.code_reader import SerialCodeReader
from devices.code_reader_profiles import load_profiles
from devices.serial_line import AmbiguousPortError
from sandbox.code_reader import SerialCodeReaderPeer
from tests.devices.test_idcard_opening import as_an_ordinary_user

# Nothing is asserted about time: a code that is sent comes within this, on any machine.
PATIENCE_S = 20.0
CR = replace(load_profiles()["generic-cr"], gap_s=PATIENCE_S)
PAUSE = load_profiles()["generic-pause"]


@pytest.fixture
def link(tmp_path):
    return tmp_path / "ttyACM0"


@pytest.fixture
def peer(link):
    with SerialCodeReaderPeer(link) as peer:
        yield peer


@pytest.fixture
def reader(peer, link):
    with SerialCodeReader(str(link), CR) as reader:
        yield reader


def wait_until(condition):
    end_s = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < end_s
        threading.Event().wait(0.01)


def test_a_code_held_before_the_reader_is_read(peer, reader):
    peer.scan("52240100000017")
    assert reader.read(PATIENCE_S) == "52240100000017"
    assert reader.read() is None


def test_nothing_held_before_it_is_an_answer(reader):
    assert reader.read(0.05) is None


def test_a_code_that_drips_in_is_whole(peer, reader):
    peer.scan("slow", gap_s=0.02)
    assert reader.read(PATIENCE_S) == "slow"


def test_two_codes_come_one_after_the_other(peer, reader):
    peer.scan("one")
    peer.scan("two")
    assert [reader.read(PATIENCE_S), reader.read(PATIENCE_S)] == ["one", "two"]


def test_a_code_without_an_end_is_over_after_a_pause(peer, link):
    with SerialCodeReader(str(link), PAUSE) as reader:
        peer.port.send(b"one")
        assert reader.read(PATIENCE_S) == "one"


def test_half_a_code_is_never_taken_for_one(peer, link):
    with SerialCodeReader(str(link), replace(CR, gap_s=0.05)) as reader:
        peer.port.send(b"half of i")
        assert reader.read(0.5) is None
        peer.scan("whole")
        assert reader.read(PATIENCE_S) == "whole"


def test_a_code_cut_in_two_by_the_end_of_a_wait_is_still_one(peer, reader):
    peer.port.send(b"first ")
    assert reader.read(0.1) is None
    peer.scan("second")
    assert reader.read(PATIENCE_S) == "first second"


def test_noise_is_a_code_that_nobody_understands_and_the_next_one_is_read(peer, reader):
    peer.scan(bytes(range(128, 256)))
    peer.scan("fine")
    assert NOT_TEXT in reader.read(PATIENCE_S)
    assert reader.read(PATIENCE_S) == "fine"


def test_what_the_former_resident_scanned_is_forgotten(peer, reader):
    peer.port.send(b"theirs\rtheirs too\rand half")
    assert reader.read(PATIENCE_S) == "theirs"
    reader.clear()
    assert reader.read(0.1) is None
    peer.scan("mine")
    assert reader.read(PATIENCE_S) == "mine"


def test_a_flood_is_a_fault_and_ends(peer, reader):
    with peer.port.flooding(b"\x55" * 512), pytest.raises(GarbledReplyError, match="without end"):
        reader.read(PATIENCE_S)


def test_a_flood_of_codes_keeps_no_more_than_a_few(peer, reader):
    with peer.port.flooding(b"again\r" * 100):
        assert reader.read(PATIENCE_S) == "again"
    reader.clear()
    peer.port.send(b"x\r" * 500)
    assert reader.read(PATIENCE_S) == "x"
    waiting = 1
    while reader.read(0.1) is not None:
        waiting += 1
    assert waiting < 100


def test_a_reader_is_told_when_to_look_and_when_to_stop(peer, link):
    with SerialCodeReader(str(link), load_profiles()["honeywell"]) as reader:
        reader.trigger(on=True)
        wait_until(lambda: peer.told == b"\x16T\r")
        peer.scan("seen")
        assert reader.read(PATIENCE_S) == "seen"
    wait_until(lambda: peer.told == b"\x16T\r\x16U\r")


def test_a_reader_that_looks_by_itself_is_told_nothing(peer, link):
    with SerialCodeReader(str(link), CR) as reader:
        reader.trigger(on=True)
        peer.scan("seen")
        assert reader.read(PATIENCE_S) == "seen"
    assert peer.told == b""


def test_a_reader_pulled_out_while_somebody_waits_is_absent(peer, reader):
    puller = threading.Timer(0.1, peer.port.unplug)
    puller.start()
    with pytest.raises(DeviceAbsentError, match="broke"):
        reader.read(PATIENCE_S)
    puller.join()


def test_a_reader_pulled_out_has_no_status(peer, reader):
    assert reader.status().condition is Condition.OK
    peer.port.unplug()
    with pytest.raises(DeviceAbsentError):
        reader.status()


def test_a_reader_plugged_in_elsewhere_is_found_again(peer, link):
    reader = SerialCodeReader(str(link.with_name("ttyACM*")), CR)
    with reader:
        peer.port.plug(link.with_name("ttyACM1"))
        with pytest.raises(DeviceAbsentError):
            reader.read(PATIENCE_S)
    with reader:
        peer.scan("again")
        assert reader.read(PATIENCE_S) == "again"
        assert "ttyACM1" in reader.status().detail


def why_absent(port):
    with pytest.raises(DeviceAbsentError) as absent, SerialCodeReader(str(port), CR):
        pass
    return str(absent.value)


def test_nothing_there_no_permission_and_taken_are_told_apart(peer, link):
    port = link.readlink()
    assert "nothing is there as" in why_absent(link.with_name("ttyUSB*"))
    port.chmod(0o000)
    with as_an_ordinary_user():
        assert "no permission" in why_absent(port)
    port.chmod(0o666)
    with SerialCodeReader(str(link), CR):
        assert "taken by another program" in why_absent(link)


def test_a_pattern_that_fits_two_ports_is_for_the_technician(peer, link):
    with (
        SerialCodeReaderPeer(link.with_name("ttyACM1")),
        pytest.raises(AmbiguousPortError, match="2 ports") as fault,
        SerialCodeReader(str(link.with_name("ttyACM*")), CR),
    ):
        pass
    assert fault.value.remedy is Remedy.TECHNICIAN


def test_nothing_that_was_scanned_is_logged(peer, reader, caplog):
    caplog.set_level(logging.DEBUG)
    peer.scan("430121194803120424")
    reader.read(PATIENCE_S)
    with peer.port.flooding(b"430121194803120424"), pytest.raises(GarbledReplyError) as fault:
        reader.read(PATIENCE_S)
    assert "4301" not in caplog.text + str(fault.value) + reader.status().detail
