"""A code reader that types. The records are the kernel's, from a pipe in the place of a node.

Not seen here: that the kernel takes the keyboard away from the window when EVIOCGRAB is called.
That needs a terminal, or a machine with /dev/uinput.
"""

from __future__ import annotations

import logging
import os
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from evdev import ecodes
from hypothesis import given
from hypothesis import strategies as st

from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Remedy
from devices.code_framing import NOT_TEXT
from devices.code_reader import InputSystem, NotGrabbedError, WedgeCodeReader
from devices.wedge_keys import KeyDecoder, parse_devices
from sandbox.code_reader import WedgePeer
from tests.devices.test_idcard_opening import as_an_ordinary_user

PATIENCE_S = 20.0
USB = "1eab:0022"
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


@pytest.fixture
def peer(tmp_path):
    with WedgePeer(tmp_path) as peer:
        yield peer


def system_of(peer):
    return InputSystem(peer.table, peer.nodes, peer.grab)


@pytest.fixture
def reader(peer):
    with WedgeCodeReader(USB, gap_s=PATIENCE_S, system=system_of(peer)) as reader:
        yield reader


def test_every_character_a_code_may_have_is_typed_and_read(peer, reader):
    peer.scan(PRINTABLE)
    assert reader.read(PATIENCE_S) == PRINTABLE


def test_the_number_pad_types_digits_and_ends_a_code_too(peer, reader):
    for key in (ecodes.KEY_KP4, ecodes.KEY_KP0, ecodes.KEY_KPDOT, ecodes.KEY_KPENTER):
        peer.press(key)
    assert reader.read(PATIENCE_S) == "40."


def test_a_key_that_repeats_itself_is_one_character(peer, reader):
    peer.press(ecodes.KEY_A, repeats=5)
    peer.scan("b")
    assert reader.read(PATIENCE_S) == "ab"


def test_nothing_typed_is_an_answer(reader):
    assert reader.read(0.05) is None


def test_records_in_pieces_are_put_together(peer, reader):
    for byte in struct.pack("@llHHi", 0, 0, ecodes.EV_KEY, ecodes.KEY_5, 1):
        peer.write(bytes([byte]))
        assert reader.read() is None
    peer.scan("")
    assert reader.read(PATIENCE_S) == "5"


def test_a_key_that_no_code_has_spoils_the_code(peer, reader):
    peer.scan("52", enter=False)
    peer.press(ecodes.KEY_LEFTALT)
    peer.scan("24")
    assert NOT_TEXT in reader.read(PATIENCE_S)


def test_a_code_of_which_records_were_lost_is_not_taken_for_a_whole_one(peer, reader):
    peer.scan("5224", enter=False)
    peer.lose_records()
    peer.scan("0100")
    assert reader.read(PATIENCE_S) == f"5224{NOT_TEXT}0100"


def test_a_shift_whose_release_was_lost_is_not_held_for_ever(peer, reader):
    peer.hold(ecodes.KEY_RIGHTSHIFT)
    peer.scan("1")
    peer.lose_records()
    peer.scan("")
    peer.scan("1")
    assert reader.read(PATIENCE_S) == "!"
    assert reader.read(PATIENCE_S) == NOT_TEXT
    assert reader.read(PATIENCE_S) == "1"


def test_half_a_code_is_dropped(peer):
    with WedgeCodeReader(USB, gap_s=0.05, system=system_of(peer)) as reader:
        peer.scan("half", enter=False)
        assert reader.read(0.5) is None
        peer.scan("w")
        assert reader.read(PATIENCE_S) == "w"


def test_what_the_former_resident_scanned_is_forgotten(peer, reader):
    peer.scan("theirs")
    peer.scan("and half", enter=False)
    reader.clear()
    peer.scan("mine")
    assert reader.read(PATIENCE_S) == "mine"


def test_a_flood_of_keys_is_a_fault_and_ends(peer, reader):
    with peer.flooding(), pytest.raises(GarbledReplyError, match="without end"):
        reader.read(4 * PATIENCE_S)


def test_nothing_that_was_typed_is_logged(peer, reader, caplog):
    caplog.set_level(logging.DEBUG)
    peer.scan("430121194803120424")
    assert reader.read(PATIENCE_S)
    assert "4301" not in caplog.text + reader.status().detail + repr(reader)


def test_the_keyboard_is_grabbed_and_given_back(peer):
    with WedgeCodeReader(USB, system=system_of(peer)):
        (node,) = peer.grabbed
        os.fstat(node)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(node)


def test_a_keyboard_that_another_program_has_grabbed_is_absent(peer):
    peer.taken = True
    with (
        pytest.raises(DeviceAbsentError, match="taken by another program"),
        WedgeCodeReader(USB, system=system_of(peer)),
    ):
        pass


def test_what_the_kernel_does_not_let_be_grabbed_is_not_read(peer):
    """The driver's own call, on a pipe: the one answer that can be had from this kernel."""
    with (
        pytest.raises(NotGrabbedError, match="cannot be grabbed") as fault,
        WedgeCodeReader(USB, system=InputSystem(peer.table, peer.nodes)),
    ):
        pass
    assert fault.value.remedy is Remedy.TECHNICIAN


def test_no_permission_says_which_group():
    with TemporaryDirectory() as everybodys:
        Path(everybodys).chmod(0o755)
        with WedgePeer(Path(everybodys)) as peer:
            (peer.nodes / "event3").chmod(0o000)
            with (
                as_an_ordinary_user(),
                pytest.raises(DeviceAbsentError, match=r"no permission .* group input"),
                WedgeCodeReader(USB, system=system_of(peer)),
            ):
                pass


def test_the_attendants_keyboard_is_left_alone(peer):
    peer.unplug()
    with (
        pytest.raises(DeviceAbsentError, match="no keyboard is"),
        WedgeCodeReader(USB, system=system_of(peer)),
    ):
        pass
    assert peer.grabbed == []
    with pytest.raises(ValueError, match="named"):
        WedgeCodeReader(system=system_of(peer))


def test_a_reader_is_known_by_its_name_too(peer):
    with WedgeCodeReader(name="NLS-*", system=system_of(peer)) as reader:
        peer.scan("named")
        assert reader.read(PATIENCE_S) == "named"


def test_a_reader_plugged_in_elsewhere_is_found_again(peer):
    reader = WedgeCodeReader(USB, system=system_of(peer))
    with reader:
        assert reader.status().condition is Condition.OK
        peer.plug("event17")
        with pytest.raises(DeviceAbsentError, match="anew"):
            reader.status()
        with pytest.raises(DeviceAbsentError, match="gone"):
            reader.read(PATIENCE_S)
    with reader:
        peer.scan("again")
        assert reader.read(PATIENCE_S) == "again"
        assert "event17" in reader.status().detail


def test_a_reader_pulled_out_is_absent(peer, reader):
    peer.unplug()
    with pytest.raises(DeviceAbsentError, match="no keyboard is"):
        reader.status()


def test_a_machine_without_keyboards_says_so(tmp_path):
    with (
        pytest.raises(DeviceAbsentError, match="No such file"),
        WedgeCodeReader(USB, system=InputSystem(tmp_path / "none", tmp_path)),
    ):
        pass


@given(st.lists(st.binary(max_size=60)))
def test_no_bytes_break_the_decoder_wherever_they_are_cut(pieces):
    cut = KeyDecoder()
    in_pieces = b"".join(cut.feed(piece) for piece in pieces)
    assert in_pieces == KeyDecoder().feed(b"".join(pieces))


@given(st.lists(st.tuples(st.sampled_from([0, 1, 4]), st.integers(0, 300), st.integers(0, 3))))
def test_whatever_keys_are_pressed_the_text_is_one_that_can_be_typed(events):
    records = b"".join(struct.pack("@llHHi", 1, 2, *event) for event in events)
    assert set(KeyDecoder().feed(records)) <= {*PRINTABLE.encode(), 0x0D, 0xFF}


@given(st.text())
def test_no_table_breaks_the_parser(text):
    assert all(device.node.startswith("event") for device in parse_devices(text))
