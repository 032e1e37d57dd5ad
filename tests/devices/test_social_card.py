"""The driver against cards in the readers of a real pcscd: what each trouble comes out as."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace
from time import monotonic

import pytest

from devices.apdu import ForbiddenCommandError
from devices.base import Condition, DeviceAbsentError, GarbledReplyError, Remedy
from devices.pcsc import CardMuteError, CardRemovedError
from devices.social_card import SocialCardReader
from devices.social_card_reading import (
    CardBlockedError,
    CardDefectiveError,
    NotASocialCardError,
)
from sandbox.pcscd import Pcscd
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import CONTACT, CONTACTLESS, OLD_CONTACT, Chip, Kind
from sandbox.social_card_faults import SELECT, CardFault
from sandbox.social_cards import SOCIAL_CARDS, ZHANG_SAN
from tests.social_card_kit import DIRECTORY, SOON_S, until

READER, SAM = "Sandbox Reader", "Sandbox SAM"
PATIENCE_S = 0.2
READS_ONLY = (b"\x00\xa4", b"\x00\xb2", b"\x00\xc0")


@pytest.fixture(scope="module")
def service():
    with Pcscd(DIRECTORY, (READER,)) as service:
        yield service


@pytest.fixture
def slot(service):
    with SocialCardPeer(service.ports[READER], patience_s=PATIENCE_S) as slot:
        yield slot
        assert slot.forbidden == []
        assert all(command.startswith(READS_ONLY) for command in slot.commands)


@pytest.fixture
def reader(service):
    with SocialCardReader() as reader:
        assert reader.wait_for_removal(SOON_S)
        yield reader


@pytest.fixture(scope="module")
def long_laid(service):
    """A card that stays in the reader for several tests, which is quicker."""
    with SocialCardPeer(service.ports[READER], patience_s=PATIENCE_S) as slot:
        yield slot
        assert slot.forbidden == []


@pytest.fixture
def patient(long_laid, service):
    with SocialCardReader() as reader:
        if not long_laid.seen:
            assert reader.wait_for_removal(SOON_S)
            long_laid.insert(Chip(ZHANG_SAN))
        assert reader.wait_for_card(SOON_S)
        yield reader
    long_laid.behave()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (CardFault.SW_6283, CardBlockedError),
        (CardFault.SW_6983, CardBlockedError),
        (CardFault.SW_6A81, CardBlockedError),
        (CardFault.SW_9303, CardBlockedError),
        (CardFault.SW_6581, CardDefectiveError),
        (CardFault.SW_63C5, ForbiddenCommandError),
        (CardFault.SW_6900, GarbledReplyError),
        (CardFault.SW_6986, GarbledReplyError),
        (CardFault.ONE_BYTE, GarbledReplyError),
        (CardFault.WRONG_TAG, GarbledReplyError),
        (CardFault.LENGTH_TOO_BIG, GarbledReplyError),
        (CardFault.LENGTH_TOO_SMALL, GarbledReplyError),
        (CardFault.GARBAGE, GarbledReplyError),
    ],
    ids=lambda each: each.name if isinstance(each, CardFault) else "",
)
def test_a_lasting_trouble_has_its_name_and_shows_nothing(long_laid, patient, fault, error):
    long_laid.misbehave(fault, times=None)
    with pytest.raises(error) as raised:
        patient.read()
    assert not any(each in str(raised.value) for each in ("张三", "110101", "A0000"))


@pytest.mark.parametrize(
    "fault",
    [
        CardFault.SW_6900,
        CardFault.SW_6986,
        CardFault.ONE_BYTE,
        CardFault.WRONG_TAG,
        CardFault.LENGTH_TOO_BIG,
        CardFault.LENGTH_TOO_SMALL,
        CardFault.GARBAGE,
        CardFault.SLOW,
    ],
    ids=lambda fault: fault.name,
)
def test_a_passing_trouble_is_not_noticed(long_laid, patient, fault):
    long_laid.misbehave(fault)
    assert patient.read().name == ZHANG_SAN.name


def test_a_holder_behind_a_key_leaves_the_card_number(long_laid, patient):
    long_laid.misbehave(CardFault.SW_6982, times=None, commands=[b"\x00\xb2\x08"])
    card = patient.read()
    assert (card.number, card.holder_known, card.name) == (ZHANG_SAN.number, False, "")


def test_a_blocked_file_is_told_when_it_is_chosen(long_laid, patient):
    long_laid.misbehave(CardFault.SW_6283, commands=[SELECT + b"\x02"])
    with pytest.raises(CardBlockedError) as raised:
        patient.read()
    assert raised.value.remedy is Remedy.RESIDENT


def test_a_card_is_reset_after_reading_and_after_a_fault(long_laid, patient):
    (chip,) = long_laid.seen
    for fault in (None, CardFault.SW_6581):
        before = chip.resets
        if fault:
            long_laid.misbehave(fault)
            with pytest.raises(CardDefectiveError):
                patient.read()
        else:
            patient.read()
        assert chip.resets > before


def test_the_same_card_is_read_again_while_it_stays(patient):
    assert patient.read() == patient.read()


def test_the_long_laid_card_is_taken_away(long_laid, patient):
    long_laid.remove()
    assert patient.wait_for_removal(SOON_S)
    assert patient.read() is None


def test_an_empty_reader_is_an_answer_not_an_error(reader):
    assert reader.read() is None
    assert not reader.card_present()
    assert not reader.wait_for_card(0.05)
    assert reader.status().condition is Condition.OK


@pytest.mark.parametrize(
    ("who", "habits"),
    [
        ("first_generation", OLD_CONTACT),
        ("long_name", OLD_CONTACT),
        ("zhang_san", CONTACTLESS),
        ("third_generation", CONTACT),
        ("third_generation", CONTACTLESS),
    ],
)
def test_a_card_is_read_as_issued(slot, reader, who, habits):
    issued = SOCIAL_CARDS[who]
    chip = Chip(issued, habits)
    slot.insert(chip)
    assert reader.wait_for_card(SOON_S)
    card = reader.read()
    assert (card.version, card.number) == (issued.version, issued.number)
    assert card.name == ("" if issued.generation == 3 else issued.name)
    (select,) = (each for each in chip.commands if each.startswith(b"\x00\xa4\x04"))
    assert select.endswith(b"\x00") is habits.t1


@pytest.mark.parametrize("kind", [Kind.BANK, Kind.HEALTH, Kind.BLANK])
def test_another_card_is_the_residents_to_change(slot, reader, kind):
    slot.insert(Chip(ZHANG_SAN, kind=kind))
    assert reader.wait_for_card(SOON_S)
    with pytest.raises(NotASocialCardError) as raised:
        reader.read()
    assert raised.value.remedy is Remedy.RESIDENT


def test_a_card_the_wrong_way_round_is_the_residents_to_turn(slot, reader):
    slot.insert(Chip(ZHANG_SAN, replace(CONTACT, atr=b"\xff\xff\xff\xff")))
    assert reader.wait_for_card(SOON_S)
    with pytest.raises(CardMuteError) as raised:
        reader.read()
    assert raised.value.remedy is Remedy.RESIDENT


@pytest.mark.parametrize(
    "fault", [CardFault.REMOVED, CardFault.HALF, CardFault.SILENCE], ids=lambda fault: fault.name
)
def test_a_card_lost_mid_read_is_asked_for_again(slot, reader, fault):
    slot.insert(Chip(ZHANG_SAN))
    assert reader.wait_for_card(SOON_S)
    slot.misbehave(fault, times=None, commands=[b"\x00\xb2\x07"])
    with pytest.raises(CardRemovedError) as raised:
        reader.read()
    assert raised.value.remedy is Remedy.RESIDENT


def test_two_cards_are_never_mixed(slot, reader):
    slot.insert(Chip(ZHANG_SAN))
    assert reader.wait_for_card(SOON_S)
    other = SOCIAL_CARDS["li_si"]
    slot.misbehave(CardFault.SWAPPED, commands=[b"\x00\xb2\x08"], other=Chip(other))
    with pytest.raises(CardRemovedError):
        reader.read()
    assert reader.wait_for_card(SOON_S)
    card = reader.read()
    assert (card.number, card.citizen_number) == (other.number, other.citizen_number)
    assert card.name == other.name


def in_thread(told: list, wait) -> threading.Thread:
    def run():
        try:
            told.append(wait(SOON_S))
        except DeviceAbsentError as fault:
            told.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_wait_ends_when_a_card_comes_and_when_it_goes(slot, reader):
    told = []
    thread = in_thread(told, reader.wait_for_card)
    slot.insert(Chip(ZHANG_SAN))
    thread.join()
    thread = in_thread(told, reader.wait_for_removal)
    slot.remove()
    thread.join()
    assert told == [True, True]


def test_a_wait_that_is_called_off_finds_nothing(slot, reader):
    told = []
    began_s = monotonic()
    thread = in_thread(told, reader.wait_for_card)
    reader.call_off()
    thread.join()
    assert told == [False]
    assert monotonic() - began_s < SOON_S
    assert not reader.wait_for_card(0.0)  # nothing of it is left over for the next
    slot.insert(Chip(ZHANG_SAN))
    assert reader.wait_for_card(SOON_S)


def test_a_reader_that_falls_silent_ends_the_wait_and_may_come_back(service, slot, reader):
    told = []
    thread = in_thread(told, reader.wait_for_card)
    service.unplug(READER)
    thread.join()
    assert isinstance(told[0], DeviceAbsentError)
    assert reader.status().condition is Condition.ABSENT
    with pytest.raises(DeviceAbsentError):
        reader.read()
    service.plug(READER)
    until(lambda: reader.status().usable)
    slot.insert(Chip(ZHANG_SAN))
    assert reader.wait_for_card(SOON_S)
    assert reader.read().name == ZHANG_SAN.name


@pytest.mark.parametrize("killed", [False, True])
def test_a_service_that_was_restarted_is_used_again(service, reader, killed):
    told = []
    thread = in_thread(told, reader.wait_for_card)
    service.stop(killed=killed)
    thread.join()
    assert isinstance(told[0], DeviceAbsentError)
    for ask in (reader.status, reader.read, reader.card_present):
        with pytest.raises(DeviceAbsentError):
            ask()
    with pytest.raises(DeviceAbsentError), SocialCardReader():
        pass
    service.start()
    with SocialCardReader() as again, SocialCardPeer(service.ports[READER]) as slot:
        slot.insert(Chip(ZHANG_SAN))
        assert again.wait_for_card(SOON_S)
        assert again.read().name == ZHANG_SAN.name


def test_a_service_that_ends_mid_read_is_absent(service, slot, reader):
    slot.insert(Chip(ZHANG_SAN))
    assert reader.wait_for_card(SOON_S)
    slot.delay_s = 0.1
    fault = []

    def read():
        try:
            reader.read()
        except DeviceAbsentError as absent:
            fault.append(absent)

    thread = threading.Thread(target=read)
    thread.start()
    until(lambda: slot.commands)
    service.stop(killed=True)
    thread.join()
    service.start()
    assert fault


def test_a_slot_for_security_modules_is_left_alone(service):
    service.stop()
    service.readers = (READER, SAM)
    service.start()
    try:
        with ExitStack() as held:
            reader = held.enter_context(SocialCardReader())
            module, slot = (
                held.enter_context(SocialCardPeer(service.ports[name])) for name in (SAM, READER)
            )
            module.insert(Chip(ZHANG_SAN))
            with SocialCardReader(ignored="never") as everything:
                assert everything.wait_for_card(SOON_S)
            assert not reader.card_present()
            assert reader.read() is None
            slot.insert(Chip(SOCIAL_CARDS["li_si"]))
            assert reader.wait_for_card(SOON_S)
            assert reader.read().name == "李四"
            assert module.commands == []
            assert SAM not in reader.status().detail
    finally:
        service.stop()
        service.readers = (READER,)
        service.start()


def test_only_a_slot_for_security_modules_is_no_reader(service):
    service.stop()
    service.readers = (SAM,)
    service.start()
    try:
        with SocialCardReader() as reader:
            assert reader.status().condition is Condition.ABSENT
            with pytest.raises(DeviceAbsentError):
                reader.wait_for_card(1)
    finally:
        service.stop()
        service.readers = (READER,)
        service.start()
