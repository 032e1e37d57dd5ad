"""The records of a card: every generation of them, rare names, and damage."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.apdu import parse_answer
from devices.social_card_text import (
    BIRTH,
    CARD_ID,
    CITIZEN_NUMBER,
    EXPIRES,
    ISSUED,
    NAME,
    NAME_EXTENSION,
    NUMBER,
    SEX,
    VERSION,
    RecordError,
    SocialCard,
    UnreadableSocialCardError,
    parse_record,
    parse_social_card,
)
from sandbox.social_cards import SOCIAL_CARDS
from tests.social_card_kit import VECTORS

EF05 = ("card-id", "card-class", "spec-version", "issuer", "issue-date", "expiry", "card-number")
EF06 = ("social-security-number", "name", "name-extension", "sex", "nation", "birthplace")
ZHANG_SAN = SocialCard(
    version="2.00",
    card_id="110000D15600000500000001",
    number="A00000001",
    issued=date(2020, 1, 1),
    valid_to=date(2030, 1, 1),
    holder_known=True,
    citizen_number="110101194910019997",
    name="张三",
    sex="1",
    birth=date(1949, 10, 1),
)
LONG_NAME = SOCIAL_CARDS["long_name"].name


def records(*names):
    return dict(parse_record(parse_answer(VECTORS[f"rep/{name}"]).data) for name in names)


def test_the_published_card_is_read():
    assert parse_social_card(records(*EF05, *EF06, "birth-date")) == ZHANG_SAN


@pytest.mark.parametrize(
    ("version", "generation"), [("spec-version-1", 1), ("spec-version", 2), ("spec-version-3", 3)]
)
def test_the_version_names_the_generation(version, generation):
    assert parse_social_card(records(version)).generation == generation


def test_a_version_nobody_knows_is_no_generation():
    assert parse_social_card({VERSION: b"4.00"}).generation is None
    assert parse_social_card({}).generation is None


def test_a_name_is_joined_before_it_is_decoded():
    name = parse_social_card(records("name-long", "name-long-extension")).name
    long = VECTORS["rep/name-long"][2:-2] + VECTORS["rep/name-long-extension"][2:-2].rstrip(b"\0")
    assert name == long.decode("gb18030")
    assert "\ufffd" not in name


@pytest.mark.parametrize("cut", range(30, 37))
def test_a_character_split_between_two_records_survives(cut):
    raw = LONG_NAME.encode("gb18030")
    card = parse_social_card({NAME: raw[:cut], NAME_EXTENSION: raw[cut:].ljust(20, b"\0")})
    assert card.name == LONG_NAME


def test_characters_beyond_the_basic_plane_are_read():
    card = parse_social_card({NAME: "田𠀋生".encode("gb18030").ljust(30, b"\0")})
    assert card.name == "田𠀋生"
    assert not card.name_uncertain


def test_a_name_that_fills_its_room_may_be_cut_off():
    full = ("示" * 25).encode("gb18030")
    assert parse_social_card({NAME: full[:30], NAME_EXTENSION: full[30:]}).name_uncertain
    assert parse_social_card({VERSION: b"1.00", NAME: full[:30]}).name_uncertain
    assert not parse_social_card({VERSION: b"2.00", NAME: full[:30]}).name_uncertain


def test_half_a_character_leaves_the_rest_of_the_name():
    card = parse_social_card({NAME: "张三".encode("gb18030")[:-1]})
    assert card.name.startswith("张")
    assert card.name_uncertain


@pytest.mark.parametrize("expiry", ["00000000", "FFFFFFFF"])
def test_a_card_without_an_end_is_unlimited(expiry):
    card = parse_social_card({EXPIRES: bytes.fromhex(expiry)})
    assert (card.valid_to, card.unlimited) == (None, True)


@pytest.mark.parametrize("expiry", ["20301301", "20300230", "2030FFFF", "2030"])
def test_a_day_that_is_none_is_not_taken_for_unlimited(expiry):
    card = parse_social_card({EXPIRES: bytes.fromhex(expiry)})
    assert (card.valid_to, card.unlimited) == (None, False)


def test_a_card_that_does_not_say_when_it_ends_is_not_unlimited():
    assert not parse_social_card({}).unlimited


def test_a_longer_card_number_keeps_its_first_nine_characters():
    assert parse_social_card({NUMBER: b"A000000012345"}).number == "A00000001"


def test_filling_and_spaces_are_cut_off():
    card = parse_social_card({NUMBER: b" A1\0\0\0\0\0\0", CITIZEN_NUMBER: b"123456789012345   "})
    assert (card.number, card.citizen_number) == ("A1", "123456789012345")


@pytest.mark.parametrize("tag", [VERSION, NUMBER, CITIZEN_NUMBER, SEX])
@pytest.mark.parametrize("damage", [b"\xb0\xa2", b"1\x00A", b"\x1b2"])
def test_a_number_that_is_no_text_is_refused(tag, damage):
    with pytest.raises(UnreadableSocialCardError) as refused:
        parse_social_card({tag: damage})
    assert damage.decode("latin-1") not in str(refused.value)


def test_the_issuers_region_is_in_the_identification():
    assert parse_social_card(records("card-id")).region == "110000"


def test_nothing_personal_is_shown():
    shown = f"{ZHANG_SAN!r} {ZHANG_SAN}"
    assert not any(each in shown for each in ("张", "1101", "A0000", "1949"))


@pytest.mark.parametrize("damaged", ["", "01", "0102AA", "0101AABB", "DEADBEEF"])
def test_a_record_with_a_wrong_length_is_refused(damaged):
    with pytest.raises(RecordError):
        parse_record(bytes.fromhex(damaged))


TAGS = (CARD_ID, ISSUED, EXPIRES, NUMBER, CITIZEN_NUMBER, NAME, NAME_EXTENSION, SEX, BIRTH)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from((*TAGS, VERSION)), st.binary(max_size=253)))
def test_noise_is_a_card_or_refused_and_nothing_else(noise):
    try:
        card = parse_social_card(noise)
    except UnreadableSocialCardError:
        return
    assert card.holder_known is (CITIZEN_NUMBER in noise)
