"""The words of a UPS server, and what they mean for the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.base import Condition
from devices.ups_protocol import (
    NoAnswerError,
    Power,
    ServerRefusedError,
    is_whole,
    parse_answer,
    power_of,
    question,
    status_of,
)

# As recorded from upsd 2.8.0.
RECORDED = b"""BEGIN LIST VAR ups
VAR ups battery.charge "87"
VAR ups battery.runtime "1260.50"
VAR ups device.model "Say \\"when\\" \\\\ 1"
VAR ups ups.status "OB DISCHRG"
END LIST VAR ups
"""


def test_a_recorded_answer_is_understood():
    variables = parse_answer(RECORDED, "ups")
    assert variables["device.model"] == 'Say "when" \\ 1'
    assert power_of(variables) == Power(True, 87, 1260, must_stop_soon=False)


def test_the_question_asks_for_everything_and_says_good_bye():
    assert question("ups") == b"LIST VAR ups\nLOGOUT\n"


def test_an_answer_is_whole_at_its_last_line_and_not_before():
    for cut in range(len(RECORDED)):
        assert not is_whole(RECORDED[:cut], "ups"), cut
    assert is_whole(RECORDED + b"OK Goodbye\n", "ups")
    assert is_whole(b"ERR UNKNOWN-UPS\n", "ups")


def test_an_answer_cut_anywhere_is_none():
    for cut in range(len(RECORDED) - 1):
        with pytest.raises(NoAnswerError):
            parse_answer(RECORDED[:cut], "ups")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff\xfe\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        RECORDED.replace(b"VAR ups ups.status", b"VAR other ups.status"),
        RECORDED.replace(b'"87"', b'"87'),
        RECORDED.replace(b"BEGIN LIST VAR ups", b"BEGIN LIST VAR other"),
    ],
)
def test_what_is_no_answer_is_refused(answer):
    with pytest.raises(NoAnswerError):
        parse_answer(answer, "ups")


def test_the_servers_word_for_why_not_is_kept():
    with pytest.raises(ServerRefusedError) as refused:
        parse_answer(b"ERR DATA-STALE\n", "ups")
    assert refused.value.token == "DATA-STALE"  # noqa: S105


@pytest.mark.parametrize(
    ("said", "on_battery", "must_stop_soon", "condition"),
    [
        ("OL", False, False, Condition.OK),
        ("OL CHRG", False, False, Condition.OK),
        ("OL CHRG LB", False, False, Condition.OK),  # the mains are back, the battery still low
        ("OB DISCHRG", True, False, Condition.ATTENTION),
        ("OB LB", True, True, Condition.FAULT),
        ("OL FSD", False, True, Condition.FAULT),
        ("FSD OB LB", True, True, Condition.FAULT),
        ("OL RB", False, False, Condition.ATTENTION),
        ("OL BYPASS", False, False, Condition.ATTENTION),
        ("OL OFF", False, False, Condition.ATTENTION),
        ("WAIT", None, False, Condition.UNKNOWN),
        ("", None, False, Condition.UNKNOWN),
        ("OLD LBX", None, False, Condition.UNKNOWN),
    ],
)
def test_each_state_of_a_ups_means_one_thing(said, on_battery, must_stop_soon, condition):
    power = power_of({"ups.status": said})
    assert (power.on_battery, power.must_stop_soon) == (on_battery, must_stop_soon)
    assert status_of(power).condition is condition


def test_the_technician_reads_how_much_is_left():
    power = power_of(
        {"ups.status": "OB RB", "battery.charge": "43.7", "battery.runtime": "600"},
    )
    detail = status_of(power).detail
    assert detail == "on battery, 43 %, 600 s left, its battery has to be replaced"


@pytest.mark.parametrize("odd", ["", "-1", "abc", "101", "1e3", "٤٢", "9" * 30])
def test_a_charge_that_is_no_percentage_is_unknown(odd):
    assert power_of({"battery.charge": odd}).charge_percent is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(answer):
    for text in (answer, b"BEGIN LIST VAR ups\n" + answer, b"ERR " + answer):
        is_whole(text, "ups")
        try:
            power_of(parse_answer(text, "ups"))
        except (NoAnswerError, ServerRefusedError):
            continue


NAMES = st.from_regex(r"[a-z][a-z.]{0,30}", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=30)


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_whatever_a_ups_says_comes_through_its_quotes(variables):
    quoted = {
        name: said.replace("\\", "\\\\").replace('"', '\\"') for name, said in variables.items()
    }
    lines = [f'VAR u {name} "{said}"' for name, said in quoted.items()]
    answer = "\n".join(["BEGIN LIST VAR u", *lines, "END LIST VAR u", ""]).encode()
    assert is_whole(answer, "u")
    assert parse_answer(answer, "u") == variables
