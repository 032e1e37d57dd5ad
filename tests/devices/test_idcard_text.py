"""The text of a card: every kind of it, rare names, and damage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.idcard_frames import split_read
from devices.idcard_text import NATIONS, CardKind, IdCard, UnreadableCardError, parse_card
from tests.devices.idcard_vectors import VECTORS, only

ZHANG_SAN = IdCard(
    kind=CardKind.RESIDENT,
    name="张三",
    sex="1",
    nation_code="01",
    birth=date(1949, 10, 1),
    address="北京市东城区示例街1号",
    number="110101194910019997",
    issuer="北京市公安局东城分局",
    valid_from=date(2020, 1, 1),
    valid_to=None,
    long_term=True,
)
FOREIGNER_2017 = IdCard(
    kind=CardKind.FOREIGNER_2017,
    name="证件样本",
    english_name="ZHENGJIAN, YANGBEN",
    sex="1",
    number="ZZZ110049100113",
    nationality="ZZZ",
    birth=date(1949, 10, 1),
    issuer="1500",
    valid_from=date(2018, 1, 1),
    valid_to=date(2028, 1, 1),
)
FOREIGNER_2023 = IdCard(
    kind=CardKind.FOREIGNER_2023,
    name="证件样本",
    english_name="ZHENGJIAN, YANGBEN",
    sex="1",
    issue_count="01",
    number="911999194910019996",
    nationality="ZZZ",
    birth=date(1949, 10, 1),
    related="001",
    valid_from=date(2024, 1, 1),
    valid_to=date(2034, 1, 1),
)
HONG_KONG = replace(
    ZHANG_SAN,
    kind=CardKind.HMT,
    nation_code="",
    number="810000194910019990",
    pass_number="H00000000",  # noqa: S106 the travel permit's number
    issue_count="01",
    valid_to=date(2025, 1, 1),
    long_term=False,
)

CARDS = {
    "text/resident": ZHANG_SAN,
    "text/resident-nul-padded": ZHANG_SAN,
    "text/resident-dated": replace(
        ZHANG_SAN,
        name="李四",
        sex="2",
        nation_code="53",
        number="110101194910019989",
        valid_to=date(2040, 1, 1),
        long_term=False,
    ),
    "text/resident-other-nation": replace(ZHANG_SAN, nation_code="97"),
    "text/resident-x-check": replace(ZHANG_SAN, name="赵六", number="11010119491001909X"),
    "text/resident-full-name": replace(ZHANG_SAN, name="买买提·艾合买提江·示例", nation_code="05"),
    "text/resident-inner-space": replace(ZHANG_SAN, address="北京市东城区 示例街1号 2单元"),
    "text/foreigner-2017": FOREIGNER_2017,
    "text/foreigner-2023": FOREIGNER_2023,
    "text/foreigner-2023-long-name": replace(
        FOREIGNER_2023,
        name="",
        english_name="ABCDEFGHIJKLMNOPQRSTUVWXYZ, ABCDEFGHIJKLMNOPQR",
        sex="2",
        issue_count="00",
        number="911999194910019988",
        related="",
    ),
    "text/hmt-hongkong": HONG_KONG,
    "text/hmt-taiwan": replace(
        HONG_KONG,
        name="李四",
        sex="2",
        number="830000194910019986",
        pass_number="00000000",  # noqa: S106 the travel permit's number
        issue_count="02",
    ),
}

CARD_REPLIES = {
    "rep/read-resident": ZHANG_SAN,
    "rep/read-foreigner-2017": FOREIGNER_2017,
    "rep/read-foreigner-2023": FOREIGNER_2023,
    "rep/read-hmt": HONG_KONG,
}


def text_with(at: int, text: str, base: str = "text/resident") -> bytes:
    """A text file with something else at one place."""
    raw = text.encode("utf-16-le", errors="surrogatepass")
    block = bytearray(VECTORS[base])
    block[at : at + len(raw)] = raw
    return bytes(block)


@pytest.mark.parametrize("name", CARDS)
def test_the_text_of_a_card_is_read_as_printed(name):
    assert parse_card(VECTORS[name]) == CARDS[name]


@pytest.mark.parametrize("name", CARD_REPLIES)
def test_a_read_reply_gives_the_card_and_its_picture(name):
    parts = split_read(only(name).data)
    photo = VECTORS["photo/wlt-synthetic"]
    assert parse_card(parts.text, parts.photo) == replace(CARD_REPLIES[name], photo=photo)
    assert parts.fingerprints == b""


@pytest.mark.parametrize(
    ("name", "addresses"),
    [
        ("rep/address", ("北京市西城区示例路2号",)),
        ("rep/address-four", ("北京市西城区示例路2号", "北京市朝阳区示例路3号")),
    ],
)
def test_additional_addresses_stand_beside_the_printed_one(name, addresses):
    card = parse_card(VECTORS["text/resident"], addresses=only(name).data)
    assert card == replace(ZHANG_SAN, additional_addresses=addresses)


def test_the_number_of_the_earlier_permit_follows_from_the_link():
    assert FOREIGNER_2023.previous_number == FOREIGNER_2017.number
    assert replace(FOREIGNER_2023, related="000").previous_number == ""
    assert replace(FOREIGNER_2023, related="").previous_number == ""


def test_nations_have_the_names_of_the_standard_and_other_codes_none():
    assert len(NATIONS) == 58
    assert [NATIONS[code] for code in ("01", "20", "31", "46", "56", "97")] == [
        "汉", "傈僳", "达斡尔", "德昂", "基诺", "其他",
    ]  # fmt: skip
    assert ZHANG_SAN.nation == "汉"
    assert replace(ZHANG_SAN, nation_code="81").nation == "其他(81)"
    assert HONG_KONG.nation == ""


def test_a_rare_character_outside_the_basic_plane_is_one_character():
    card = parse_card(text_with(0, "邓𠀋㛃"))
    assert (card.name, card.name_uncertain) == ("邓𠀋㛃", False)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("邓\ud840", "邓\ufffd"),
        ("\udc0b邓", "\ufffd邓"),
        ("邓\ue863", "邓\ue863"),
        ("邓\U000f0000", "邓\U000f0000"),
        ("买买提·艾合买提江·买买提艾合", "买买提·艾合买提江·买买提艾合"),
        ("买" * 14 + "\ud840", "买" * 14 + "\ufffd"),
        ("𠀋" * 7 + "买", "𠀋" * 7 + "买"),
    ],
)
def test_a_name_that_may_not_be_as_printed_is_flagged(written, name):
    card = parse_card(text_with(0, written))
    assert (card.name, card.name_uncertain) == (name, True)


@pytest.mark.parametrize("name", CARDS)
def test_an_ordinary_name_is_not_flagged(name):
    full = name == "text/foreigner-2023-long-name"
    assert parse_card(VECTORS[name]).name_uncertain == full


def test_a_name_is_trimmed_only_at_its_right_end():
    assert parse_card(text_with(0, "\u3000买 买·提\u3000\0 ")).name == "\u3000买 买·提"


DAMAGED_TEXTS = {
    "unknown kind": text_with(248, "A"),
    "month 13": text_with(36, "19491301"),
    "letters": text_with(188, "2020010O"),
    "full-width digits": text_with(188, "２０２００１０１"),
    "short date": text_with(36, "1949100 "),
    "blank expiry": text_with(204, " " * 8),
    "too short": VECTORS["text/resident"][:-2],
    "empty": b"",
}


@pytest.mark.parametrize("which", DAMAGED_TEXTS)
def test_a_damaged_text_is_refused_without_repeating_what_it_says(which):
    with pytest.raises(UnreadableCardError) as refusal:
        parse_card(DAMAGED_TEXTS[which])
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    for personal in ("张三", "1949", "110101", "示例街", "2020"):
        assert personal not in str(refusal.value)


def test_a_card_and_a_reply_can_be_logged_without_telling_whose_they_are():
    reply = only("rep/read-resident")
    parts = split_read(reply.data)
    assert repr(parse_card(parts.text, parts.photo)) == "<IdCard: resident>"
    assert "data" not in repr(reply)
    assert repr(parts) == "CardData(256, 1024, 0 bytes)"


@given(st.binary(min_size=256, max_size=256), st.sampled_from([" ", "I", "J", "Y"]))
def test_any_text_with_good_dates_is_a_card_that_can_be_stored_and_shown(block, kind):
    text = bytearray(block)
    for at, size, known in ((36, 16, "19491001"), (188, 32, "2020010120300101"), (248, 2, kind)):
        text[at : at + size] = known.encode("utf-16-le")
    if kind == "I":
        text[220:236] = text[36:52]
    card = parse_card(bytes(text))
    for shown in (card.name, card.english_name, card.address, card.previous_number, card.nation):
        shown.encode()  # no half of a surrogate pair is left
    assert isinstance(card.name_uncertain, bool)
