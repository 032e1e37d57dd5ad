"""Codes: what is ours is understood, everything else is refused and leaves nothing behind."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.code_text import (
    LONGEST_CODE_BYTES,
    HandOverCode,
    LicenceCode,
    ReceiptCode,
    UnknownCode,
    parse,
)
from offline_cache import receipt_number

STATUS_URL = "https://platform.example.gov.cn/s"
RECEIPT = receipt_number.draw("522401")
BASE32 = "MFRGGZDFMZTWQ2LKNNWG23TPOA"
HAND_OVER = f"https://platform.example.gov.cn/h/{BASE32}"

# Identifiers in the form of the standard, as issuers print them in their interface examples.
LICENCES = [
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.002.S",
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
    "1.2.156.3005.2.11100000000013338W087.11370800MB28559184.37080001202411010001.001.3",
    "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
]


def understood(text):
    return parse(text, STATUS_URL, receipt_number.is_valid)


def test_the_code_on_a_receipt_and_its_bare_number_are_the_same_receipt():
    assert understood(f"{STATUS_URL}/{RECEIPT}") == ReceiptCode(RECEIPT)
    assert understood(RECEIPT) == ReceiptCode(RECEIPT)


def test_a_receipt_of_a_status_page_with_a_slash_at_its_end_is_understood():
    code = parse(f"{STATUS_URL}/{RECEIPT}", f"{STATUS_URL}/", receipt_number.is_valid)
    assert code == ReceiptCode(RECEIPT)


def test_a_misread_receipt_is_refused():
    wrong = str((int(RECEIPT[3]) + 1) % 10)
    assert understood(RECEIPT[:3] + wrong + RECEIPT[4:]) == UnknownCode()


def test_a_receipt_in_other_digits_than_ascii_is_refused():
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in RECEIPT)
    assert parse(full_width, STATUS_URL, lambda _: True) == UnknownCode()


def test_a_telephone_hands_over_by_our_own_address():
    assert understood(HAND_OVER) == HandOverCode(BASE32)


@pytest.mark.parametrize(
    "other",
    [
        HAND_OVER.replace("https", "http"),
        HAND_OVER.replace("platform.", "platform.evil."),
        HAND_OVER.replace("gov.cn/", "gov.cn@evil.example/"),
        HAND_OVER.replace("gov.cn/", "gov.cn:8443/"),
        HAND_OVER.replace("/h/", "/h//"),
        HAND_OVER.replace("/h/", "/x/../h/"),
        HAND_OVER.replace("/h/", "\\h\\"),
        HAND_OVER[:-1],
        HAND_OVER + "A",
        HAND_OVER + "?next=https://evil.example",
        HAND_OVER + "\n",
        HAND_OVER.lower(),
        " " + HAND_OVER,
        HAND_OVER.replace("MFRG", "MFR0"),
        HAND_OVER.replace("platform", "plаtform"),
    ],
)
def test_an_address_that_merely_looks_like_ours_is_refused(other):
    assert understood(other) == UnknownCode()


@pytest.mark.parametrize("identifier", LICENCES)
def test_an_electronic_licence_is_known_by_its_identifier(identifier):
    code = understood(identifier)
    assert code == LicenceCode(identifier, kind=identifier.split(".")[5])


@pytest.mark.parametrize("identifier", LICENCES)
def test_a_licence_with_any_one_character_misread_is_refused(identifier):
    head = len("1.2.156.3005.2.")
    for at in range(head, len(identifier)):
        if identifier[at] != ".":
            wrong = "7" if identifier[at] != "7" else "8"
            assert understood(identifier[:at] + wrong + identifier[at + 1 :]) == UnknownCode(), at


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WIFI:T:WPA;S:free;P:12345678;;",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "430121194803120424",
        f"{RECEIPT}\x00",
        f"\u202e{RECEIPT}",
        f"{RECEIPT}\u200b",
        f"\ufeff{RECEIPT}",
        "您好".encode("gb18030").decode("utf-8", errors="replace"),
        LICENCES[0].lower(),
        LICENCES[0].replace("3005.2", "3005.3"),
        "1.2.156.3005.2." + "A" * 21 + "." + "B" * 18 + "." + "C" * 65 + ".001.0",
        RECEIPT.zfill(LONGEST_CODE_BYTES + 1),
    ],
)
def test_everything_else_is_refused(text):
    assert understood(text) == UnknownCode()


def test_what_was_scanned_shows_in_no_representation():
    for text, secret in ((RECEIPT, RECEIPT), (HAND_OVER, BASE32), (LICENCES[0], "20230000403")):
        code = understood(text)
        assert not isinstance(code, UnknownCode)
        assert secret not in repr(code)
    assert repr(understood("430121194803120424")) == "UnknownCode()"


@given(st.text(max_size=LONGEST_CODE_BYTES + 10))
@example("https://platform.example.gov.cn/h/")
def test_no_text_is_anything_but_understood_whole_or_refused(text):
    match understood(text):
        case ReceiptCode(number):
            assert text in (number, f"{STATUS_URL}/{number}")
        case HandOverCode(token):
            assert text == f"https://platform.example.gov.cn/h/{token}"
        case LicenceCode(identifier):
            assert text == identifier
        case code:
            assert code == UnknownCode()


@given(st.text(alphabet="0123456789.ABC", max_size=120))
def test_no_row_of_digits_breaks_the_parser(tail):
    assert isinstance(understood(f"1.2.156.3005.2.{tail}"), LicenceCode | UnknownCode)
