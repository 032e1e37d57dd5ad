"""What is said to a card, against a card on the table: every habit of every generation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.apdu import Answer, ForbiddenCommandError, checked, parse_answer
from devices.base import DeviceError, Remedy
from devices.social_card_reading import NotASocialCardError, Reading
from sandbox.social_card_chip import CONTACT, CONTACTLESS, OLD_CONTACT, Chip, Habits, Kind
from sandbox.social_cards import SOCIAL_CARDS, ZHANG_SAN, SocialCardData

HABITS = {
    "contact": CONTACT,
    "old contact": OLD_CONTACT,
    "contactless": CONTACTLESS,
    "wants lengths, says 6700": replace(CONTACT, le_67=True),
    "wants lengths, says 6Cxx": replace(CONTACT, exact_le=True),
    "knows no tags": replace(CONTACT, by_tag=False),
    "knows no numbers": replace(CONTACT, by_number=False),
    "selects with P1 00": replace(CONTACT, select_p1=0x00),
    "does not know its name": replace(CONTACT, nameless=True),
    "all of it": replace(OLD_CONTACT, by_tag=False, select_p1=0x00),
}


def read(chip: Chip):
    def send(command):
        return parse_answer(chip.answer(checked(bytes(command))))

    try:
        return Reading(send, block_protocol=chip.habits.t1).read()
    finally:
        assert chip.forbidden == []


def chip(data: SocialCardData = ZHANG_SAN, **habits) -> Chip:
    return Chip(data, Habits(**habits))


@pytest.mark.parametrize("who", SOCIAL_CARDS)
@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
def test_a_card_is_read_as_issued(who, habits):
    issued = SOCIAL_CARDS[who]
    card = read(Chip(issued, habits))
    assert (card.version, card.number) == (issued.version, issued.number)
    assert card.card_id.startswith(issued.region)
    assert card.issued == date.fromisoformat(issued.issued)
    assert card.unlimited is (issued.expires in ("00000000", "FFFFFFFF"))
    assert card.holder_known is (issued.generation < 3)
    if card.holder_known:
        assert (card.citizen_number, card.name) == (issued.citizen_number, issued.name)
        assert (card.sex, card.birth) == (issued.sex, date.fromisoformat(issued.birth))
    else:
        assert (card.citizen_number, card.name, card.sex, card.birth) == ("", "", "", None)


def test_no_more_is_asked_than_needed():
    card = chip()
    read(card)
    assert len(card.commands) == 1 + 1 + 5 + 1 + 5  # name, file, records, file, records


def test_the_holder_of_a_third_generation_card_is_not_asked_for():
    card = chip(SOCIAL_CARDS["third_generation"])
    read(card)
    assert bytes.fromhex("00A4020002EF06") not in card.commands


def test_a_card_is_taught_only_once_what_length_it_wants():
    card = chip(exact_le=True)
    read(card)
    assert len(card.commands) == 1 + 13


def test_any_record_may_be_missing():
    for tag in (0x01, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x4E, 0x0A, 0x0D):
        card = read(chip(replace(ZHANG_SAN, refused=frozenset({tag}))))
        assert card.number or card.card_id


def test_records_by_number_are_known_by_their_tag():
    """A first-generation card numbers its records otherwise when it has a name extension."""
    card = read(chip(SOCIAL_CARDS["first_generation"], by_tag=False))
    assert (card.sex, card.birth) == ("1", date(1949, 10, 1))


@pytest.mark.parametrize("kind", [Kind.BANK, Kind.HEALTH, Kind.BLANK])
def test_another_card_is_named_as_such(kind):
    with pytest.raises(NotASocialCardError) as refused:
        read(Chip(ZHANG_SAN, kind=kind))
    assert refused.value.remedy is Remedy.RESIDENT


def test_a_nameless_card_is_believed_only_with_a_whole_identification():
    short = replace(ZHANG_SAN, raw={0x01: b"1.00"})
    with pytest.raises(NotASocialCardError):
        read(chip(short, nameless=True))
    assert read(chip(short)).number == "A00000001"


def test_a_card_that_agrees_to_the_name_but_has_another_is_refused():
    other = bytes.fromhex("6F0A8408A0000003330101019000")

    def send(command):
        return parse_answer(other)

    with pytest.raises(NotASocialCardError, match="another name"):
        Reading(send, block_protocol=False).read()


def test_a_lowered_counter_stops_everything():
    said = []

    def send(command):
        said.append(command)
        return Answer(b"", 0x63C5)

    with pytest.raises(ForbiddenCommandError):
        Reading(send, block_protocol=False).read()
    assert len(said) == 1


ANSWERS = st.one_of(
    st.binary(min_size=2, max_size=40),
    st.builds(lambda data: data + b"\x90\x00", st.binary(max_size=40)),
    st.sampled_from([bytes.fromhex(word) for word in ("6110", "6C10", "6700", "6986", "6A83")]),
)


@settings(deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=60))
def test_a_card_that_talks_nonsense_ends_the_reading(answers):
    """It ends in bounded time, in one of the ways that are announced."""
    said = []

    def send(command):
        said.append(checked(bytes(command)))
        return parse_answer(answers[len(said) % len(answers)])

    with suppress(DeviceError, ForbiddenCommandError):
        Reading(send, block_protocol=False).read()
    assert len(said) < 1000
