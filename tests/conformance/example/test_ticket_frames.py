"""The frames of the example, with what stands on its sheet and with damage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.example.ticket_frames import Frame, decode, encode

SHEET = b"\x02T00B4\x03"  # 54 + 30 + 30 = B4, as its sheet works it out


def test_a_question_goes_out_as_on_the_sheet():
    assert encode(Frame("T")) == SHEET


def test_an_answer_is_found_behind_noise():
    assert decode(b"\xff\x02\x02T0" + encode(Frame("T", "017"))) == Frame("T", "017")


def test_a_damaged_answer_is_none():
    whole = encode(Frame("T", "017"))
    assert all(decode(whole[:at] + b"?" + whole[at + 1 :]) is None for at in range(len(whole)))
    assert all(decode(whole[:at]) is None for at in range(len(whole)))


@given(st.binary(max_size=600))
def test_no_noise_breaks_it(noise):
    assert decode(noise) is None or encode(decode(noise)) in noise
