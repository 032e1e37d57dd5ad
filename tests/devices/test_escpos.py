"""Slips as bytes, held against a far end that reads ESC/POS by itself."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.escpos import encode, in_printer, unprintable
from devices.printer_profiles import Charset, ProfileError, load_profiles
from devices.slip import Align, Gap, Line, Pair, Qr, Rule, Slip, Title
from devices.slip_layout import NOT_FIRST, Row, columns, lay_out, wrap
from tests.printer_kit import PROFILES, QR_DATA, certification, drawn, glyphs, grey, scanned

EVERY_PROFILE = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
BOTH_FORMS = pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
LATIN = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
MARKS = st.sampled_from("，。、；：？！（）《》“”")
PRINTABLE = st.text(st.one_of(HAN, LATIN, MARKS), min_size=1, max_size=60)
ANYTHING = st.text(min_size=1, max_size=30)


def printed(slip, profile):
    pages, findings = drawn(encode(slip, profile, glyphs()), profile)
    assert findings == []
    (page,) = pages
    return page


def without_spaces(text):
    return re.sub(r"\s", "", text)


@EVERY_PROFILE
@BOTH_FORMS
def test_a_certification_slip_is_printed_whole_and_its_code_can_be_scanned(profile, large):
    page = printed(certification(large=large), profile)
    text = without_spaces(page.text)
    assert "待遇资格认证结果回执" in text
    assert "522401********0012" in text
    assert "领取养老金人员待遇资格认证" in text
    assert "待遇发放以发放地经办机构为准。" in text
    assert scanned(page.png) == QR_DATA


@EVERY_PROFILE
@BOTH_FORMS
@pytest.mark.parametrize("name", ["𠀋", "䶮", "㛃", "𪚥*", "买买提·艾力"])
def test_a_rare_character_of_a_name_is_on_the_paper(profile, large, name):
    slip = Slip((Line(name),), large)
    assert unprintable(slip, profile, glyphs()) == frozenset()
    ink = grey(printed(slip, profile).png) < 128
    assert ink.sum() > 40 * len(name)


def test_a_line_with_a_rare_character_stays_on_the_grid_of_its_neighbours():
    profile = PROFILES["generic-80"]
    plain = grey(printed(Slip((Line("姓名：张三"), Line("年"))), profile).png)
    rare = grey(printed(Slip((Line("姓名：张𠀋"), Line("年"))), profile).png)
    assert plain.shape == rare.shape
    first_line, cell = slice(32, 62), 24
    for place in range(4):  # each character lies in the cell it would have had
        at = slice(32 + place * cell, 32 + (place + 1) * cell)
        assert (rare[first_line, at] < 128).any()
    assert not (rare[first_line, 32 + 5 * cell :] < 128).any()
    assert (plain[62:] == rare[62:]).all()


def test_a_character_that_no_font_has_is_named_and_marked_on_the_paper():
    slip = Slip((Line("张\U0002ebf0"),))  # the first of extension I
    profile = PROFILES["generic-80"]
    assert unprintable(slip, profile, glyphs()) == {"\U0002ebf0"}
    marked = printed(slip, profile)
    assert grey(marked.png)[:62, 32 + 24 : 32 + 48].min() == 0


@pytest.mark.parametrize(
    ("char", "charsets"),
    [
        ("人", {Charset.GB2312, Charset.GBK, Charset.GB18030}),
        ("·", {Charset.GB2312, Charset.GBK, Charset.GB18030}),
        ("—", {Charset.GB2312, Charset.GBK, Charset.GB18030}),
        ("A", {Charset.GB2312, Charset.GBK, Charset.GB18030}),
        ("镕", {Charset.GBK, Charset.GB18030}),
        ("䶮", {Charset.GB18030}),
        ("㛃", {Charset.GB18030}),
        ("𠀋", set()),
        ("\ue000", set()),
        ("\x1b", set()),
    ],
)
def test_each_character_set_has_the_characters_of_its_standard(char, charsets):
    assert {charset for charset in Charset if in_printer(char, charset)} == charsets


@settings(max_examples=150, deadline=None)
@given(text=PRINTABLE, profile=st.sampled_from(list(PROFILES.values())), large=st.booleans())
def test_any_text_of_the_built_in_font_arrives_as_it_is(text, profile, large):
    kept = "".join(char for char in text if in_printer(char, profile.charset)) or "一"
    page = printed(Slip((Line(kept),), large), profile)
    assert without_spaces(page.text) == without_spaces(kept)


@settings(max_examples=150, deadline=None)
@given(label=ANYTHING, value=ANYTHING, title=ANYTHING, large=st.booleans())
def test_no_text_whatever_makes_a_line_too_wide_or_a_command_of_itself(label, value, title, large):
    slip = Slip((Title(title), Pair(label, value), Pair("姓名", label), Line(value, 2)), large)
    for profile in (PROFILES["generic-58"], PROFILES["generic-80-gb18030"]):
        rows = [item for item in lay_out(slip, profile.columns) if isinstance(item, Row)]
        assert all(columns(row.text) * row.width <= profile.columns for row in rows)
        printed(slip, profile)


@settings(max_examples=100, deadline=None)
@given(text=ANYTHING, large=st.booleans())
def test_a_piece_is_small_and_holds_no_real_time_command(text, large):
    profile = PROFILES["generic-58"]
    for piece in encode(Slip((Line(text), Qr("1234")), large), profile, glyphs()):
        assert len(piece) <= profile.window_bytes // 2
        assert not re.search(rb"\x10[\x04\x05\x14]", piece)


@settings(max_examples=200, deadline=None)
@given(text=PRINTABLE, width=st.integers(8, 48))
def test_no_line_begins_with_a_closing_mark_that_has_a_character_to_follow(text, width):
    lines = wrap(text, width)
    assert without_spaces("".join(lines)) == without_spaces(text)
    for before, line in itertools.pairwise(lines):
        forced = all(char in NOT_FIRST or char in "（《“([{" for char in before[1:].strip())
        assert line[:1] not in NOT_FIRST or forced


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("待遇发放以发放地为准。", 20, ["待遇发放以发放地", "为准。"]),
        ("电话12333", 8, ["电话", "12333"]),
        ("RZ20261121-00381204", 18, ["RZ20261121-", "00381204"]),
        ("0123456789", 4, ["0123", "4567", "89"]),
        ("甲\n乙", 8, ["甲", "乙"]),
        ("", 8, [""]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text, width, lines):
    assert wrap(text, width) == lines


def test_labels_form_a_column_and_long_values_hang_behind_it():
    slip = Slip((Pair("姓名", "张*"), Pair("社会保障号码", "1234"), Pair("地点", "某街道" * 6)))
    assert [row.text for row in lay_out(slip, 32)] == [
        "姓名：        张*",
        "社会保障号码：1234",
        "地点：        某街道某街道某街道",
        "              某街道某街道某街道",
    ]


def test_a_label_too_long_for_the_column_has_its_value_behind_it_or_below():
    pairs = (Pair("姓名", "张*"), Pair("下次认证截止日期", "2027年11月30日"))
    assert [row.text for row in lay_out(Slip(pairs), 32)] == [
        "姓名：张*",
        "下次认证截止日期：2027年11月30日",
    ]
    number = "522401********0012"
    below = lay_out(Slip((Pair("Social security no.", number),)), 32)
    assert below == (Row("Social security no.: ".rstrip()), Row(number, align=Align.RIGHT))
    long = lay_out(Slip((*pairs[:1], Pair("下次认证截止日期", "某年" * 17))), 32)
    assert [row.text for row in long][1:] == [
        "下次认证截止日期：",
        "      某年某年某年某年某年某年某",
        "      年某年某年某年某年某年某年",
        "      某年某年某年某年",
    ]


def test_in_large_print_everything_is_twice_the_size_and_a_value_stands_under_its_label():
    slip = Slip((Pair("姓名", "张*"), Line("通过")), large=True)
    rows = [item for item in lay_out(slip, 48) if isinstance(item, Row)]
    assert [row.text for row in rows] == ["姓名：", "张*", "通过"]
    assert {(row.width, row.height) for row in rows} == {(2, 2)}


def test_a_number_too_long_for_large_print_is_narrow_rather_than_broken():
    slip = Slip((Pair("社会保障号码", "522401********0012"),), large=True)
    rows = [item for item in lay_out(slip, 32) if isinstance(item, Row)]
    assert (rows[-1].text, rows[-1].width, rows[-1].height) == ("522401********0012", 1, 2)


@pytest.mark.parametrize("align", Align)
def test_text_lies_where_it_is_aligned(align):
    profile = PROFILES["generic-80"]
    for text in ("中", "𠀋"):  # by the printer, and as a picture
        ink = grey(printed(Slip((Line(text, align=align),)), profile).png) < 128
        left = ink.any(axis=0).nonzero()[0][0] - 32
        expected = {Align.LEFT: 0, Align.CENTER: 276, Align.RIGHT: 552}[align]
        assert expected <= left < expected + 8


def test_bold_and_size_are_seen_on_the_paper():
    profile = PROFILES["generic-80"]

    def ink(**how):
        return (grey(printed(Slip((Line("国", **how),)), profile).png) < 128).sum()

    assert ink() < ink(bold=True) < ink(size=2)


def test_blank_lines_and_rules_take_their_room():
    profile = PROFILES["generic-80"]
    near = printed(Slip((Line("一"), Rule(), Line("一"))), profile)
    far = printed(Slip((Line("一"), Gap(3), Rule(), Line("一"))), profile)
    assert grey(far.png).shape[0] - grey(near.png).shape[0] == 3 * 30


@pytest.mark.parametrize("data", ["x" * 3000, "a\x10\x04\x01"])
def test_a_code_that_cannot_be_printed_is_refused(data):
    with pytest.raises(ValueError):
        encode(Slip((Qr(data),)), PROFILES["generic-58"], glyphs())


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("dots = 384", "dots = 380"),
        ("columns = 32", "columns = 33"),
        ('charset = "gb2312"', 'charset = "big5"'),
        ('chinese_mode = "1c26"', 'chinese_mode = "1c2"'),
        ("cutter = false", "cutter = 1"),
        ("tear_lines = 4", 'tear_lines = "4"'),
        ("window_bytes = 1024", "window_bytes = 9"),
        ("cutter = false", ""),
        ("cutter = false", "cutter = false\nknife = 1"),
    ],
)
def test_a_wrong_printer_table_stops_the_start_up(tmp_path, wrong, named):
    good = """dots = 384
columns = 32
charset = "gb2312"
chinese_mode = "1c26"
feed_units_per_dot = 1
window_bytes = 1024
qr = "raster"
cutter = false
tear_lines = 4
"""
    file = tmp_path / "one.toml"
    file.write_text(good)
    assert load_profiles(tmp_path)["one"].dots == 384
    file.write_text(good.replace(wrong, named))
    with pytest.raises(ProfileError, match="one"):
        load_profiles(tmp_path)


def test_a_start_leaves_nothing_in_the_temporary_directory(tmp_path):
    surroundings = {**os.environ, "TMPDIR": str(tmp_path)}
    surroundings.pop("ESCPOS_CAPABILITIES_PICKLE_DIR", None)
    load = (sys.executable, "-c", "import devices.escpos")
    subprocess.run(load, env=surroundings, check=True, timeout=60)
    assert list(tmp_path.iterdir()) == []
