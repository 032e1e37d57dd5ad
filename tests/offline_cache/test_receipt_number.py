from __future__ import annotations

import itertools

import pytest

from offline_cache.receipt_number import check_digit, draw, is_valid


def test_the_check_digit_is_that_of_damm() -> None:
    assert check_digit("572") == "4"  # the example given with the algorithm


def test_a_number_is_the_terminal_seven_digits_by_lot_and_a_check_digit() -> None:
    numbers = {draw("370112") for _ in range(200)}
    assert len(numbers) > 190
    assert all(len(number) == 14 and number.startswith("370112") for number in numbers)
    assert all(is_valid(number) for number in numbers)


def test_every_single_wrong_digit_is_noticed() -> None:
    number = draw("370112")
    wrong = {
        number[:place] + digit + number[place + 1 :]
        for place, digit in itertools.product(range(14), "0123456789")
    } - {number}
    assert len(wrong) == 14 * 9
    assert not any(is_valid(one) for one in wrong)


def test_every_exchanged_pair_of_neighbours_is_noticed() -> None:
    for _ in range(300):
        number = draw("370112")
        for place in range(13):
            other = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert other == number or not is_valid(other)


@pytest.mark.parametrize("number", ["", "1" * 13, "1" * 15, "3701120000000x", "٣" * 14])
def test_what_is_not_14_digits_is_no_number(number: str) -> None:
    assert not is_valid(number)


@pytest.mark.parametrize("terminal", ["", "37011", "3701122", "37011x", "３７０１１２"])
def test_a_terminal_has_six_digits(terminal: str) -> None:
    with pytest.raises(ValueError, match="6 digits"):
        draw(terminal)
