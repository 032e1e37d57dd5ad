"""A field written in Chinese: letters, leaves of candidates, what stands in it."""

import pytest

from screens.ime.engine import LexiconEngine, Mode
from screens.ime.lexicon import Lexicon
from screens.ime.writing import COLUMNS, ROWS, Writing, fitting, span


@pytest.fixture
def name():
    return Writing(LexiconEngine(Lexicon(), Mode.NAME))


@pytest.fixture
def text():
    return Writing(LexiconEngine(Lexicon()))


def spell(writing, letters):
    for letter in letters:
        writing.press(letter)


def test_a_name_is_spelt_and_chosen(name):
    spell(name, "wangguilan")
    name.choose(name.candidates.index("王桂兰"))
    assert (name.text, name.reading, name.candidates) == ("王桂兰", "", ())


def test_the_candidates_are_leafed_through_and_back(name):
    spell(name, "li")
    first = name.candidates
    assert not name.has_less
    name.more()
    second = name.candidates
    assert set(first).isdisjoint(second)
    assert name.has_less
    name.choose(0)
    assert name.text == second[0]
    spell(name, "yi")
    name.more()
    name.less()
    assert not name.has_less


def test_every_candidate_is_on_exactly_one_leaf(name):
    spell(name, "qin")
    seen = list(name.candidates)
    while name.has_more:
        name.more()
        seen += name.candidates
    assert len(seen) == len(set(seen)) > 40


def test_the_dot_of_a_name_takes_the_letters_before_it_with_it(name):
    spell(name, "ali")
    name.press("·")
    assert name.text.endswith("·")
    assert name.reading == ""


def test_taking_back_goes_through_the_letters_and_then_the_characters(text):
    spell(text, "wugong")
    text.choose(text.candidates.index("务工"))
    spell(text, "a")
    text.backspace()
    assert (text.text, text.reading) == ("务工", "")
    text.backspace()
    assert text.text == "务"
    text.clear()
    assert text.text == ""


def test_digits_and_signs_stand_as_they_are(text):
    for key in ("3", "组", "，"):
        text.press(key)
    assert text.text == "3组，"


def test_no_more_is_written_than_there_is_room_for():
    short = Writing(LexiconEngine(Lexicon()), most=3)
    for _ in range(5):
        short.press("7")
    assert short.text == "777"


def test_what_was_typed_is_taken_over_letters_and_all(text):
    text.press("3")
    spell(text, "zu")
    other = Writing(LexiconEngine(Lexicon()))
    other.take_over(text)
    assert (other.text, other.reading, other.candidates) == ("3", "zu", text.candidates)


def test_long_candidates_take_more_room_and_none_is_cut():
    assert [span(word) for word in ("王", "王桂兰", "大石桥村三组", "住" * 12)] == [
        1,
        1,
        2,
        COLUMNS,
    ]
    assert fitting(("一",) * 20) == ROWS * COLUMNS
    assert fitting(("一", *("大石桥村三组",) * 3, "二", "三")) == 4
