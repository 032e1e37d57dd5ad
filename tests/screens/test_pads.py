"""Numbers, dates and codes: what keys make of them before anybody looks at a window."""

import pytest

from config.catalogue_models import Kind
from screens.ime.layouts import PADS
from screens.ime.pads import CODE_SIGNS, PADDED, credit_check, pad_for


def typed(kind, keys, most=0):
    pad = pad_for(kind, most)
    for key in keys:
        pad.press(key)
    return pad


@pytest.mark.parametrize(
    ("kind", "keys", "value", "shown"),
    [
        (Kind.MOBILE, "13955501234", "13955501234", "139 5550 1234"),
        (Kind.MOBILE, "139", "139", "139 ____ ____"),
        (Kind.ID_NUMBER, "11010519491231002X", "11010519491231002X", "110105 19491231 002X"),
        (Kind.MONEY, "12800.5", "12800.5", "12,800.5"),
        (Kind.INTEGER, "03", "3", "3"),
        (Kind.NUMBER, "0012", "0012", "0012"),
        (Kind.NUMBER, "621700123", "621700123", "6217 0012 3"),
        (Kind.CODE, "A-12B", "A-12B", "A-12B"),
        (Kind.DATE, "20240308", "2024-03-08", "2024年03月08日"),
        (Kind.DATE, "202438", "2024-03-08", "2024年03月08日"),  # the zeros come by themselves
        (Kind.DATE, "2024", "2024", "2024年__月__日"),
        (Kind.MONTH, "20249", "2024-09", "2024年09月"),
        (Kind.YEAR, "1999", "1999", "1999年"),
        (Kind.CREDIT_CODE, "91350100M000100Y43", "91350100M000100Y43", "91 350100 M000 100Y 43"),
    ],
)
def test_what_is_typed_is_handed_over_in_the_form_of_its_kind(kind, keys, value, shown):
    pad = typed(kind, keys)
    assert (pad.value, pad.shown) == (value, shown)


@pytest.mark.parametrize(
    ("kind", "before", "keys"),
    [
        (Kind.MOBILE, "", "023456789"),
        (Kind.MOBILE, "1", "012"),
        (Kind.MOBILE, "13955501234", "0123456789"),
        (Kind.ID_NUMBER, "1101051949123100", "X"),
        (Kind.ID_NUMBER, "11010519491231002X", "0X"),
        (Kind.MONEY, "", "."),
        (Kind.MONEY, "1.", "."),
        (Kind.MONEY, "1.50", "0"),
        (Kind.DATE, "", "03456789"),
        (Kind.DATE, "2", "13456789"),
        (Kind.DATE, "20241", "3456789"),
        (Kind.DATE, "202402", ""),
        (Kind.DATE, "20230228", "1"),
        (Kind.DATE, "2023022", "9"),  # no leap year
        (Kind.DATE, "2024043", "1"),
        (Kind.MONTH, "20240", "0"),
        (Kind.YEAR, "1999", "0"),
        (Kind.CREDIT_CODE, "", "IOSVZ"),
        (Kind.CODE, "", "a·"),
    ],
)
def test_a_key_that_makes_no_sense_now_is_dimmed_and_does_nothing(kind, before, keys):
    pad = typed(kind, before)
    assert [key for key in keys if pad.can(key)] == []
    stood = pad.typed
    for key in keys:
        pad.press(key)
    assert pad.typed == stood


def test_the_29th_of_february_is_a_day_in_leap_years_alone():
    assert typed(Kind.DATE, "20240229").value == "2024-02-29"
    assert typed(Kind.DATE, "20230229").value == "2023-02-2"


@pytest.mark.parametrize("kind", sorted(PADDED))
def test_every_pad_has_its_keys_and_takes_back_what_it_was_given(kind):
    keys = {place.key for place in PADS[kind].places}
    pad = pad_for(kind)
    pressable = [key for key in keys if len(key) == 1 and pad.can(key)]
    assert pressable
    pad.press(pressable[0])
    pad.backspace()
    assert pad.value == ""
    pad.backspace()
    pad.clear()
    assert pad.value == ""


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.DATE, "1951-03-08"), (Kind.MONTH, "2026-01"), (Kind.MONEY, "12.50"), (Kind.CODE, "A-1")],
)
def test_what_is_known_already_comes_out_as_it_went_in(kind, value):
    pad = pad_for(kind)
    pad.start(value)
    assert pad.value == value


def test_a_limit_of_signs_is_kept():
    assert typed(Kind.NUMBER, "123456", most=4).value == "1234"


@pytest.mark.parametrize(
    ("keys", "key", "good"),
    [
        ("110105", "typing.missing", False),
        ("11010519491331", "typing.id_birth_wrong", False),  # no 13th month
        ("110105194912310021", "typing.id_check_wrong", False),
        ("11010519491231002X", "typing.id_birth", True),
    ],
)
def test_an_id_number_is_remarked_on_as_soon_as_something_can_be_said(keys, key, good):
    remark = typed(Kind.ID_NUMBER, keys).remark
    assert (remark.key, remark.good) == (key, good)
    if good:
        assert (remark.values["year"], remark.values["month"]) == (1949, 12)


def test_a_credit_code_is_checked_with_its_last_sign():
    assert credit_check("91350100M000100Y4") == "3"
    assert typed(Kind.CREDIT_CODE, "91350100M000100Y43").remark.good
    assert not typed(Kind.CREDIT_CODE, "91350100M000100Y44").remark.good


def test_a_day_is_read_back_with_its_weekday():
    assert typed(Kind.DATE, "20240308").remark.values["weekday"] == 5


def test_what_was_typed_stands_in_no_representation():
    assert "13955501234" not in repr(typed(Kind.MOBILE, "13955501234"))


def test_codes_have_capital_letters_digits_and_the_hyphen():
    assert set("AZ09-") <= set(CODE_SIGNS)
