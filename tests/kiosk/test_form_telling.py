"""Answers as they are read: beside their questions, on the screen and on paper."""

import pytest

from config.catalogue_models import Question
from kiosk.visits.forms.telling import Teller, mask_mobile
from tests.kiosk.forwarding import WORDS, options, question

TELLER = Teller(WORDS["zh"], "zh", lambda code: f"地方{code[:2]}")


@pytest.mark.parametrize(
    ("kind", "value", "more", "told"),
    [
        ("yes_no", "yes", {}, "是"),
        ("choice", "b", {"options": options("a", "b")}, "b"),
        ("choices", ("a", "b"), {"options": options("a", "b")}, "a、b"),
        ("money", "1234567.50", {}, "1,234,567.50元"),
        ("date", "2026-03-08", {}, "2026年3月8日"),
        ("date", "long-term", {"from_card": "valid_to"}, "长期"),
        ("month", "2026-03", {}, "2026年3月"),
        ("year", "1999", {}, "1999年"),
        ("division", "522401101201", {}, "地方52"),
        ("people", "2", {}, "2位"),
        ("people", "0", {}, "没有"),
        ("text", "", {}, "没有填"),
        ("text", "汉", {}, "汉"),
        ("text", "01", {"from_card": "nation"}, "汉"),
        ("text", "2", {"from_card": "sex"}, "女"),
    ],
)
def test_an_answer_is_told_in_plain_words(kind, value, more, told):
    asked = Question.model_validate(question("q", kind, "某项", **more))
    assert TELLER.told(asked, value) == told


def test_a_mobile_number_shows_its_beginning_and_its_end():
    assert mask_mobile("13900001234") == "139****1234"
