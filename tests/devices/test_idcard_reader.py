"""The driver against a reader on a pseudo terminal: what each of its troubles comes out as."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic

import pytest

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceError,
    DeviceFailedError,
    GarbledReplyError,
    Remedy,
)
from devices.idcard_reader import (
    CardLiftedError,
    CardRefusedError,
    CommandRefusedError,
    IdCardReader,
    NotAnIdCardError,
)
from devices.idcard_text import CardKind, UnreadableCardError
from sandbox.id_cards import PEOPLE, WLT_PHOTO, ZHANG_SAN
from sandbox.idcard_faults import Fault
from sandbox.idcard_reader import IdCardReaderPeer

# Short, so that the tests that wait for it are; the shares of the quick commands stay generous
# because the time on the wire comes on top.
TIMEOUT_S = 0.4

FIND, SELECT, READ, ADDRESS = b"\x20\x01", b"\x20\x02", b"\x30\x01", b"\x30\x03"
RESET, STATUS = b"\x10\xff", b"\x11\xff"


@pytest.fixture
def link(tmp_path):
    return tmp_path / "ttyUSB0"


@pytest.fixture
def peer(link):
    with IdCardReaderPeer(link) as peer:
        yield peer


@pytest.fixture
def reader(peer, link):
    with IdCardReader(str(link), 115_200, TIMEOUT_S) as reader:
        yield reader


def wait_until(peer: IdCardReaderPeer, received_bytes: int) -> None:
    deadline_s, step = monotonic() + 10, threading.Event()
    while peer.wire.received_bytes < received_bytes and monotonic() < deadline_s:
        step.wait(0.005)


def test_an_empty_reader_is_an_answer_not_an_error(reader):
    assert reader.read() is None
    assert not reader.card_present()


@pytest.mark.parametrize("who", PEOPLE)
def test_a_card_is_read_as_printed(peer, reader, who):
    printed = PEOPLE[who]
    peer.lay(printed)
    card = reader.read()
    assert (card.name, card.number, card.sex) == (printed.name, printed.number, printed.sex)
    assert card.birth == date.fromisoformat(printed.birth)
    assert card.valid_from == date.fromisoformat(printed.valid_from)
    assert card.long_term == (printed.valid_to == "长期")
    assert card.photo == WLT_PHOTO
    assert card.additional_addresses == printed.addresses
    assert card.english_name == printed.english_name


def test_a_card_that_was_read_stays_present_until_it_is_lifted(peer, reader):
    peer.lay(ZHANG_SAN)
    assert reader.read().kind is CardKind.RESIDENT
    assert reader.read() is None
    assert reader.card_present()
    peer.lift()
    assert not reader.card_present()
    peer.lay(PEOPLE["li_si"])
    assert reader.read().name == "李四"


def test_a_card_with_a_newer_address_is_still_present_after_the_read(peer, reader):
    peer.lay(PEOPLE["rare_name"])
    reader.read()
    assert reader.card_present()


def test_a_reader_that_is_well_says_which_it_is(reader, link):
    assert reader.sam_number == "05.03-20200101-0000000001-4294967295"
    status = reader.status()
    assert status.condition is Condition.OK
    assert reader.sam_number in status.detail
    assert str(link) in status.detail


@pytest.mark.parametrize(
    ("fault", "condition"),
    [
        (Fault.STATUS_60, Condition.FAULT),
        (Fault.STATUS_66, Condition.FAULT),
        (Fault.STATUS_24, Condition.ATTENTION),
    ],
)
def test_a_reader_that_is_unwell_says_so(peer, reader, fault, condition):
    peer.misbehave(fault)
    assert reader.status().condition is condition
    assert reader.status().condition is Condition.OK


@pytest.mark.parametrize("question", ["read", "status", "card_present"])
def test_a_broken_line_is_an_absent_device(peer, reader, question):
    peer.unplug()
    with pytest.raises(DeviceAbsentError, match="broke"):
        getattr(reader, question)()


def test_a_line_that_breaks_while_a_card_is_read_is_an_absent_device(peer, reader):
    peer.lay(ZHANG_SAN)
    peer.misbehave(Fault.SILENCE, None, [READ])
    before = peer.wire.received_bytes

    def unplug() -> None:
        wait_until(peer, before + 30)
        peer.unplug()

    somebody = threading.Thread(target=unplug)
    somebody.start()
    with pytest.raises(DeviceAbsentError, match="broke"):
        reader.read()
    somebody.join()


LINE_FAULTS = [
    Fault.NOISE_BEFORE,
    Fault.BAD_CHECKSUM,
    Fault.TRUNCATED,
    Fault.LOST_AA,
    Fault.LENGTH_TOO_BIG,
    Fault.BRIDGE_SILENT,
    Fault.SILENCE,
    Fault.LATE,
    Fault.DUPLICATE,
    Fault.DRIP,
    Fault.FLOOD,
]


@pytest.mark.parametrize("fault", LINE_FAULTS)
def test_a_line_fault_at_every_step_does_not_keep_the_card_from_being_read(peer, reader, fault):
    peer.lay(PEOPLE["rare_name"])
    for command in (FIND, SELECT, READ, ADDRESS):
        peer.misbehave(fault, 1, [command])
    assert reader.read().additional_addresses == PEOPLE["rare_name"].addresses


PASSING = [
    Fault.STATUS_10,
    Fault.STATUS_11,
    Fault.STATUS_23,
    Fault.STATUS_24,
    Fault.STATUS_31,
    Fault.STATUS_32,
    Fault.STATUS_33,
    Fault.STATUS_41,
    Fault.STATUS_47,
    Fault.STATUS_81,
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_refusal_that_passes_does_not_keep_the_card_from_being_read(peer, reader, fault):
    peer.lay(ZHANG_SAN)
    peer.misbehave(fault)
    assert reader.read().number == ZHANG_SAN.number
    assert reader.read() is None


LASTING = {
    Fault.BAD_CHECKSUM: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.TRUNCATED: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.LENGTH_TOO_BIG: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.BRIDGE_SILENT: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.SILENCE: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.DRIP: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.FLOOD: (DeviceAbsentError, Remedy.ATTENDANT),
    Fault.LIFTED_MID_READ: (CardLiftedError, Remedy.RESIDENT),
    Fault.STATUS_10: (CommandRefusedError, Remedy.RETRY),
    Fault.STATUS_11: (CommandRefusedError, Remedy.RETRY),
    Fault.STATUS_21: (DeviceFailedError, Remedy.TECHNICIAN),
    Fault.STATUS_23: (CommandRefusedError, Remedy.RETRY),
    Fault.STATUS_24: (CommandRefusedError, Remedy.RETRY),
    Fault.STATUS_31: (CardRefusedError, Remedy.RESIDENT),
    Fault.STATUS_32: (CardRefusedError, Remedy.RESIDENT),
    Fault.STATUS_33: (CardRefusedError, Remedy.RESIDENT),
    Fault.STATUS_40: (NotAnIdCardError, Remedy.RESIDENT),
    Fault.STATUS_41: (CardLiftedError, Remedy.RESIDENT),
    Fault.STATUS_47: (CommandRefusedError, Remedy.RETRY),
    Fault.STATUS_60: (DeviceFailedError, Remedy.TECHNICIAN),
    Fault.STATUS_66: (DeviceFailedError, Remedy.TECHNICIAN),
    Fault.STATUS_81: (CardLiftedError, Remedy.RESIDENT),
}


@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_that_lasts_says_who_can_put_it_right(peer, reader, fault):
    peer.lay(ZHANG_SAN)
    peer.misbehave(fault, None)
    kind, remedy = LASTING[fault]
    with pytest.raises(kind) as raised:
        reader.read()
    assert type(raised.value) is kind
    assert raised.value.remedy is remedy
    peer.behave()
    assert reader.status().condition is Condition.OK


@pytest.mark.parametrize("fault", [Fault.NOISE_BEFORE, Fault.LOST_AA, Fault.DUPLICATE, Fault.LATE])
def test_a_fault_that_lasts_but_can_be_lived_with_is_lived_with(peer, reader, fault):
    peer.lay(PEOPLE["rare_name"])
    peer.misbehave(fault, None)
    assert reader.read().additional_addresses == PEOPLE["rare_name"].addresses


def test_every_fault_is_met_by_a_test_of_its_lasting():
    borne = {Fault.NOISE_BEFORE, Fault.LOST_AA, Fault.DUPLICATE, Fault.LATE}
    assert {*LASTING, *borne} == {*Fault}


def test_a_text_that_never_comes_whole_is_garbled(peer, reader):
    peer.lay(ZHANG_SAN)
    peer.misbehave(Fault.BAD_CHECKSUM, None, [READ])
    with pytest.raises(GarbledReplyError) as garbled:
        reader.read()
    assert garbled.value.remedy is Remedy.RETRY
    peer.behave()


def test_a_module_that_stumbles_badly_is_reset_and_the_card_still_read(peer, reader):
    peer.lay(ZHANG_SAN)
    peer.misbehave(Fault.BAD_CHECKSUM, 2, [READ])
    assert reader.read().name == "张三"


def test_a_card_lifted_after_the_text_was_read_counts_as_read(peer, reader):
    peer.lay(PEOPLE["rare_name"])
    peer.misbehave(Fault.STATUS_41, None, [ADDRESS])
    assert reader.read().name == PEOPLE["rare_name"].name


def test_a_late_answer_never_passes_for_the_next_resident(peer, reader):
    peer.lay(PEOPLE["li_si"])
    peer.misbehave(Fault.LATE, 1, [READ])
    peer.misbehave(Fault.SILENCE, None, [READ, RESET, STATUS])
    with pytest.raises(DeviceError):
        reader.read()
    peer.behave()
    peer.lift()
    peer.lay(ZHANG_SAN)
    assert reader.read().name == "张三"


STRANGE_CARDS = {
    "unknown kind": replace(ZHANG_SAN, kind="Q"),
    "birth": replace(ZHANG_SAN, birth="19491399"),
    "expiry": replace(ZHANG_SAN, valid_to="20209999"),
}


@pytest.mark.parametrize("which", STRANGE_CARDS)
def test_a_card_that_cannot_be_understood_is_an_error_that_tells_nothing_of_it(peer, reader, which):
    peer.lay(STRANGE_CARDS[which])
    with pytest.raises(UnreadableCardError) as raised:
        reader.read()
    fault: BaseException | None = raised.value
    while fault:
        said = f"{fault!r} {fault.args}"
        assert not any(part in said for part in ("张三", "1949", "110101", "示例街", "2020"))
        fault = fault.__cause__ or fault.__context__


def test_nothing_is_left_behind(peer, link):
    def held() -> tuple[int, int]:
        return len([*Path("/proc/self/fd").iterdir()]), threading.active_count()

    before = held()
    for fault in (Fault.STATUS_60, Fault.STATUS_41, Fault.BAD_CHECKSUM, None):
        peer.lay(ZHANG_SAN)
        if fault:
            peer.misbehave(fault)
        try:
            with IdCardReader(str(link), 115_200, TIMEOUT_S) as reader:
                reader.read()
        except DeviceError:
            peer.behave()
    assert held() == before
