"""Which port is the reader, and why it is not: nothing there, no permission, taken, silent."""

from __future__ import annotations

import fcntl
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.base import Condition, DeviceAbsentError, DeviceFailedError
from devices.idcard_reader import IdCardReader
from sandbox.id_cards import ZHANG_SAN
from sandbox.idcard_faults import Fault
from sandbox.idcard_reader import IdCardReaderPeer

TIMEOUT_S = 0.4


@pytest.fixture
def link(tmp_path):
    return tmp_path / "ttyUSB0"


@pytest.fixture
def peer(link):
    with IdCardReaderPeer(link) as peer:
        yield peer


@pytest.mark.parametrize("baud", [57_600, 38_400])
def test_a_reader_is_found_at_another_speed(link, baud):
    with IdCardReaderPeer(link, baud) as peer, IdCardReader(str(link), timeout_s=0.4) as reader:
        peer.lay(ZHANG_SAN)
        assert reader.read().name == "张三"
        assert f"{baud} baud" in reader.status().detail


def test_a_reader_is_recognised_among_ports_by_asking(peer, link):
    far, near = os.openpty()
    try:
        link.with_name("ttyACM0").symlink_to(os.ttyname(near))  # never says a word
        with IdCardReader(str(link.with_name("tty*")), 115_200, TIMEOUT_S) as reader:
            assert reader.sam_number
            assert str(link) in reader.status().detail
    finally:
        os.close(far)
        os.close(near)


def test_a_reader_that_comes_back_under_another_name_is_found_again(peer, link):
    reader = IdCardReader(str(link.with_name("ttyUSB*")), 115_200, TIMEOUT_S)
    with reader:
        peer.plug(link.with_name("ttyUSB1"))
        with pytest.raises(DeviceAbsentError, match="broke"):
            reader.read()
    with reader:
        peer.lay(ZHANG_SAN)
        assert reader.read().name == "张三"


def why_absent(port: str | Path, baud: int | None = 115_200) -> str:
    with pytest.raises(DeviceAbsentError) as absent, IdCardReader(str(port), baud, 0.4):
        pass
    return str(absent.value)


@contextmanager
def as_an_ordinary_user() -> Iterator[None]:
    """Root may open everything, so it steps back for a moment."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_nothing_there_no_permission_taken_and_silent_are_told_apart(peer, link):
    port = link.readlink()
    assert "nothing is there as" in why_absent(link.with_name("ttyACM*"))
    port.chmod(0o000)
    with as_an_ordinary_user():
        assert "no permission" in why_absent(port)
    port.chmod(0o666)
    with IdCardReader(str(link), 115_200, TIMEOUT_S):
        assert "taken by another program" in why_absent(link)
    peer.misbehave(Fault.SILENCE, None)
    assert "nothing answers as an ID-card reader" in why_absent(link)


def test_a_port_that_another_program_holds_without_a_lock_is_taken(peer, link):
    port = link.readlink()
    port.chmod(0o666)
    with port.open("rb", buffering=0) as other:
        fcntl.ioctl(other, termios.TIOCEXCL)
        with as_an_ordinary_user():
            assert "taken by another program" in why_absent(port)


def test_no_other_program_gets_the_port_while_it_is_open(peer, link):
    port = link.readlink()
    port.chmod(0o666)
    with (
        IdCardReader(str(link), 115_200, TIMEOUT_S),
        as_an_ordinary_user(),
        pytest.raises(OSError, match="busy"),
    ):
        port.open("rb", buffering=0)


def test_a_file_that_is_no_port_is_no_reader(link):
    link.write_text("not a port")
    assert str(link) in why_absent(link)


def test_every_port_that_was_tried_is_named(link):
    for name in ("ttyUSB0", "ttyUSB1"):
        link.with_name(name).write_text("not a port")
    reason = why_absent(link.with_name("ttyUSB*"))
    assert "ttyUSB0" in reason
    assert "ttyUSB1" in reason


@pytest.mark.parametrize("fault", [Fault.STATUS_60, Fault.STATUS_66])
def test_a_module_that_is_broken_is_known_at_once(peer, link, fault):
    peer.misbehave(fault, None)
    with pytest.raises(DeviceFailedError), IdCardReader(str(link), 115_200, TIMEOUT_S):
        pass


def test_a_reader_that_stumbles_at_first_is_opened_all_the_same(peer, link):
    for fault in (Fault.SILENCE, Fault.BAD_CHECKSUM, Fault.STATUS_24):
        peer.misbehave(fault)
    with IdCardReader(str(link), 115_200, TIMEOUT_S) as reader:
        assert reader.sam_number


def test_a_reader_without_a_number_is_still_a_reader(peer, link):
    peer.misbehave(Fault.STATUS_21, None, [b"\x12\xff"])
    with IdCardReader(str(link), 115_200, TIMEOUT_S) as reader:
        assert reader.sam_number is None
        assert reader.status().condition is Condition.OK
