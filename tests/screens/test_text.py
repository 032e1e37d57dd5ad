"""Lines and fonts, without a window."""

from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from screens import fonts, text, theme

ROOT = Path(__file__).resolve().parents[2]
REGULAR = ROOT / "build" / "fonts" / fonts.REGULAR
HANAZONO = Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")
BABELSTONE = Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf")


def by_signs(piece):
    """A ruler: a Chinese sign is 2 wide, everything else 1."""
    return float(sum(2 if ord(sign) > 0x2E7F else 1 for sign in piece))


def test_no_line_begins_with_a_mark_that_closes():
    assert text.broken("请把它放平，等灯变绿。", 10, by_signs).split("\n") == [
        "请把它",
        "放平，",
        "等灯变绿。",
    ]


@given(
    st.text(alphabet="请把它等灯变绿人口手，。、（）“”！abc 12", max_size=40), st.integers(6, 40)
)
def test_breaking_loses_no_sign_and_breaks_no_rule(words, width):
    lines = text.broken(words, width, by_signs).split("\n")
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    for before, after in pairwise(lines):
        assert not (after[:1] and after[0] in text.NEVER_FIRST)
        assert not (before[-1:] and before[-1] in text.NEVER_LAST)


@pytest.mark.parametrize("word", ["身份证", "2026年", "12333", "0857-5550"])
def test_what_is_read_as_one_stays_on_one_line(word):
    for width in range(12, 30):
        assert word[:4] in text.broken(f"请您把{word}放在读卡器上面", width, by_signs)


def test_a_line_that_fits_is_left_alone():
    assert text.broken("请放身份证", 10, by_signs) == "请放身份证"


def test_every_sentence_gets_a_line_of_its_own():
    assert text.sentences("没读出来。请再试一次。") == "没读出来。\n请再试一次。"
    assert text.sentences("Not read. Try again.") == "Not read.\nTry again."
    assert text.sentences("号码对，就点“是我”。") == "号码对，就点“是我”。"


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("2026 1121 0417", ("2026", "1121", "0417")),
        ("13900001234", ("139", "0000", "1234")),
        ("38120417", ("3812", "0417")),
        ("", ()),
    ],
)
def test_numbers_are_shown_in_groups(number, groups):
    assert text.grouped(number) == groups


def test_what_needs_no_look_into_a_file_is_in_the_main_font():
    have = TTFont(REGULAR, lazy=True).getBestCmap()
    plain = [code for low, high in fonts.PLAIN for code in range(low, high + 1)]
    assert [f"U+{code:04X}" for code in plain if code not in have] == []


@pytest.mark.parametrize("font", [REGULAR, HANAZONO, BABELSTONE])
def test_the_ranges_read_from_a_font_are_those_of_another_reader(font):
    starts, ends = fonts.character_ranges(font)
    ours = {code for low, high in zip(starts, ends, strict=True) for code in range(low, high + 1)}
    table = next(t for t in TTFont(font, lazy=True)["cmap"].tables if t.format == 12)
    assert ours == set(table.cmap)


def test_a_rare_sign_is_shown_by_the_first_font_that_has_it():
    chain = fonts.Chain([REGULAR, HANAZONO, BABELSTONE])
    assert chain.runs("王𪚥䶮") == [(None, "王"), (HANAZONO, "𪚥"), (None, "䶮")]


def test_a_plain_text_opens_no_file():
    assert fonts.Chain([Path("/nowhere")]).runs("阿卜杜·买买提 12%") == [
        (None, "阿卜杜·买买提 12%")
    ]


def test_a_private_sign_is_never_guessed():
    chain = fonts.Chain([REGULAR, HANAZONO, BABELSTONE])
    assert chain.runs("欧\ue123") == [(None, f"欧{fonts.MISSING}")]
    assert not chain.has("\ue123")


def test_a_file_that_is_no_font_is_said_so(tmp_path):
    other = tmp_path / "font.ttf"
    other.write_bytes(bytes(64))
    with pytest.raises(fonts.FontError):
        fonts.character_ranges(other)


def test_markup_takes_no_word_for_a_command():
    runs = [(None, "[b]&"), (Path("/f.ttf"), "𪚥")]
    assert fonts.markup(runs) == "&bl;b&br;&amp;[font=/f.ttf]𪚥[/font]"


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (theme.INK, theme.PAGE),
        (theme.QUIET, theme.PAGE),
        (theme.WHITE, theme.BLUE),
        (theme.ON_BLUE_QUIET, theme.BLUE),
        (theme.BLUE, theme.BLUE_PALE),
        (theme.AMBER, theme.AMBER_PALE),
        (theme.OFF, theme.OFF_PALE),
        (theme.GREEN, theme.CARD),
    ],
)
def test_words_stand_out_from_their_ground(ink, ground):
    assert theme.contrast(theme.rgba(ink), theme.rgba(ground)) >= 4.5


def test_black_on_white_is_the_greatest_contrast():
    assert theme.contrast((0, 0, 0, 1), (1, 1, 1, 1)) == pytest.approx(21)
