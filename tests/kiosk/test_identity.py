from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.visits.identity import (
    NumberFault,
    age_on,
    check_number,
    is_expired,
    mask_name,
    mask_number,
)


@pytest.mark.parametrize(
    "number",
    [
        "34052419800101001X",  # the example of GB 11643
        "34052419800101001x",
        "110101194910019997",
        "11010119491001909X",
        "810000194910019990",  # permit of a Hong Kong resident
        "911999194910019996",  # foreigner's card of 2023
        "931586198001010028",
    ],
)
def test_a_valid_number_has_no_fault(number):
    assert check_number(number) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", NumberFault.LENGTH),
        ("11010119491001999", NumberFault.LENGTH),
        ("ZZZ110049100113", NumberFault.LENGTH),
        ("1101011949100199977", NumberFault.LENGTH),
        ("11010119491001999A", NumberFault.CHARACTERS),
        ("1101011949100X9997", NumberFault.CHARACTERS),
        ("１１０１０１１９４９１００１９９９７", NumberFault.CHARACTERS),
        ("110101194913019997", NumberFault.BIRTH),
        ("110101194902299997", NumberFault.BIRTH),
        ("110101000010019997", NumberFault.BIRTH),
        ("110101194910019998", NumberFault.CHECK_DIGIT),
        ("110101194910019979", NumberFault.CHECK_DIGIT),
        ("11010119491001999X", NumberFault.CHECK_DIGIT),
    ],
)
def test_the_first_fault_of_a_number_is_named(number, fault):
    assert check_number(number) is fault


def test_a_number_that_names_another_birthday_than_the_card_is_faulty():
    assert check_number("110101194910019997", date(1949, 10, 1)) is None
    assert check_number("110101194910019997", date(1949, 10, 2)) is NumberFault.BIRTH


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_noticed(at, by):
    number = "110101194910019997"
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert check_number(wrong) is not None


@given(st.text(max_size=20))
def test_whatever_is_typed_gets_an_answer_and_is_masked(typed):
    assert check_number(typed) in (*NumberFault, None)
    assert len(mask_number(typed)) == len(typed)


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("110101194910019997", "110101********9997"),
        ("ZZZ110049100113", "ZZZ110*****0113"),
        ("H12345678", "*********"),
        ("", ""),
    ],
)
def test_a_masked_number_hides_the_birthday(number, masked):
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("欧阳示例", "欧**"),
        ("买买提·艾合买提江·示例", "买**"),
        ("𠀋例", "𠀋*"),
        ("㛃", "㛃*"),
        ("葛\U000e0100示", "葛\U000e0100*"),
        ("ZHENGJIAN, YANGBEN", "Z**"),
        ("", ""),
    ],
)
def test_a_masked_name_shows_one_whole_character(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1960, 5, 20), date(2020, 5, 19), 59),
        (date(1960, 5, 20), date(2020, 5, 20), 60),
        (date(1960, 2, 29), date(2021, 2, 28), 60),
        (date(1960, 2, 29), date(2021, 3, 1), 61),
        (date(2020, 5, 20), date(2020, 5, 20), 0),
    ],
)
def test_the_age_counts_completed_years(birth, day, age):
    assert age_on(birth, day) == age


def test_a_card_is_valid_through_its_last_day_and_long_term_for_ever():
    assert not is_expired(date(2025, 1, 1), date(2025, 1, 1))
    assert is_expired(date(2025, 1, 1), date(2025, 1, 2))
    assert not is_expired(None, date(2999, 12, 31))
