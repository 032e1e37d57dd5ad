"""Letters in, characters out: what residents type is found, and nothing of it stays."""

import tomllib
from pathlib import Path

import pytest

from screens.ime.engine import LexiconEngine, Mode
from screens.ime.lexicon import INSTALLED, Lexicon, LexiconMissingError
from screens.ime.syllables import SYLLABLES, begins_one, fold, syllable

ROW = 8
TYPED = tomllib.loads((Path(__file__).parents[1] / "typed_words.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon()


def after_letters(lexicon, letters, mode=Mode.TEXT):
    engine = LexiconEngine(lexicon, mode)
    for letter in letters:
        engine.feed(letter)
    return engine


def rows(group):
    return [line.split() for line in TYPED[group].strip().splitlines()]


def found(lexicon, group, mode, most=ROW):
    """How many of a group are among the first candidates, and how many are the very first."""
    offered = [
        (word, after_letters(lexicon, letters, mode).candidates(most))
        for word, letters in rows(group)
    ]
    return (
        sum(word in words for word, words in offered),
        sum(words[:1] == (word,) for word, words in offered),
    )


@pytest.mark.parametrize(
    ("group", "mode", "in_row", "first"),
    [
        ("names", Mode.NAME, 50, 24),
        ("places", Mode.TEXT, 12, 12),
        ("words", Mode.TEXT, 12, 11),
        ("dialect", Mode.TEXT, 4, 1),
    ],
)
def test_what_residents_type_is_in_the_first_row(lexicon, group, mode, in_row, first):
    among, at_once = found(lexicon, group, mode)
    assert (among >= in_row, at_once >= first) == (True, True), f"{group}: {among} ({at_once})"


def test_every_name_can_be_written_character_by_character(lexicon):
    for name, letters in rows("names"):
        engine = after_letters(lexicon, letters, Mode.NAME)
        written = ""
        while engine.reading:
            offered = engine.candidates(2_000, after=written)
            fitting = [at for at, one in enumerate(offered) if name[len(written) :].startswith(one)]
            written += engine.choose(min(fitting, key=lambda at: len(offered[at])))
        assert written == name


@pytest.mark.parametrize(
    ("character", "letters"),
    [("堃", "kun"), ("赟", "yun"), ("䶮", "yan"), ("𬍤", "xun"), ("犇", "ben")],
)
def test_a_rare_character_of_names_is_near_the_front(lexicon, character, letters):
    engine = after_letters(lexicon, letters, Mode.NAME)
    assert character in engine.candidates(64, after="王")


def test_what_is_spelt_exactly_comes_before_what_only_sounds_alike(lexicon):
    assert after_letters(lexicon, "zhangguilan", Mode.NAME).candidates(1) == ("张桂兰",)
    assert "张桂兰" in after_letters(lexicon, "zangguinan", Mode.NAME).candidates(ROW)
    exact = after_letters(lexicon, "si").candidates(5)
    assert "是" not in exact


@pytest.mark.parametrize(
    ("surname", "letters"),
    [
        ("单玉兰", "shanyulan"),
        ("覃美艳", "qinmeiyan"),
        ("欧阳德芳", "ouyangdefang"),
        ("吕梅", "lvmei"),
    ],
)
def test_a_surname_is_read_as_a_surname(lexicon, surname, letters):
    assert surname in after_letters(lexicon, letters, Mode.NAME).candidates(ROW)


def test_choosing_the_first_part_leaves_the_rest_of_the_letters(lexicon):
    engine = after_letters(lexicon, "dashiqiaocun")
    offered = engine.candidates(200)
    assert engine.choose(offered.index("大石桥")) == "大石桥"
    assert engine.reading == "cun"
    assert engine.candidates(1, after="大石桥") == ("村",)
    assert engine.choose(0) == "村"
    assert engine.reading == ""
    assert engine.candidates(ROW) == ()


def test_a_letter_that_only_begins_a_syllable_waits(lexicon):
    engine = after_letters(lexicon, "wangj", Mode.NAME)
    assert engine.candidates(1) == ("王",)
    assert after_letters(lexicon, "zh").candidates(ROW) == ()


def test_taking_letters_back_until_there_are_none(lexicon):
    engine = after_letters(lexicon, "li")
    assert (engine.backspace(), engine.reading) == (True, "l")
    assert (engine.backspace(), engine.backspace()) == (True, False)


def test_the_same_letters_always_bring_the_same_row(lexicon):
    """Nothing is learnt: what somebody chose is not put forward for the next."""
    before = after_letters(lexicon, "wangfang", Mode.NAME).candidates(ROW)
    engine = after_letters(lexicon, "wangfang", Mode.NAME)
    engine.candidates(ROW)
    engine.choose(5)
    assert after_letters(lexicon, "wangfang", Mode.NAME).candidates(ROW) == before


def test_nothing_is_written_beside_the_lexicon(lexicon):
    folder = INSTALLED.parent
    before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
    after_letters(lexicon, "wangguifang", Mode.NAME).candidates(ROW)
    assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_no_end_of_letters_makes_no_end_of_work(lexicon):
    engine = after_letters(lexicon, "xian" * 40)
    assert len(engine.reading) <= 40
    assert engine.candidates(ROW)


def test_without_the_lexicon_it_is_said_what_makes_it(tmp_path):
    with pytest.raises(LexiconMissingError, match=r"deploy/setup\.sh"):
        Lexicon(tmp_path / "lexicon.sqlite").words("da si qiao", 1)


def test_dialects_are_folded_to_one_form():
    assert fold("zhang") == fold("zang") == fold("zan")
    assert fold("lan") == fold("nan") == fold("lang")
    assert fold("fu") == fold("hu")
    assert fold("sheng") != fold("sha")


def test_only_what_can_be_said_is_a_syllable():
    assert syllable("zuang") == "zuang"  # meant for zhuang
    assert syllable("lyu") == "lv"
    assert syllable("xq") is None
    assert begins_one("zh")
    assert not begins_one("q1")
    assert 390 < len(SYLLABLES) < 420
