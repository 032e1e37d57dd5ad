"""What a resident may answer, and what they are told when they may not."""

import string
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import texts
from config.catalogue_models import Kind, Question
from kiosk.visits.forms.checks import CHECKS, check, check_count
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble, sentence
from tests.kiosk.forwarding import VILLAGE, options, question, said

WORDS = {language: texts.load(language) for language in ("zh", "en")}
TODAY = date(2026, 11, 21)
AROUND = Surroundings(TODAY, lambda code: code == VILLAGE or code.endswith("000"))
LABEL = "某某项"

ID_NUMBER = "110101194910019997"
CREDIT_CODE = "91350100M000100Y43"


def asking(kind, **more):
    return Question.model_validate(question("q", kind, LABEL, **more))


def told(trouble, language="zh"):
    return sentence(trouble, asking("text").label, WORDS[language], language)


def refused(kind, given, around=AROUND, **more):
    found = check(asking(kind, **more), given, around)
    assert isinstance(found, Trouble), found
    return told(found)


def taken(kind, given, around=AROUND, **more):
    return check(asking(kind, **more), given, around)


def test_there_is_a_check_for_every_kind_but_lists():
    assert set(CHECKS) == set(Kind) - {Kind.CHOICES, Kind.PEOPLE}


@pytest.mark.parametrize("key", [key for key in WORDS["zh"] if key.startswith("check.")])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_names_the_field_and_what_to_do(key, language):
    text = WORDS[language][key]
    assert "{field}" in text
    mend = "请" if language == "zh" else "lease"
    assert mend in text or "还差" in text or "missing" in text or "多了" in text or "many" in text


def test_a_number_that_is_too_short_is_told_how_much_is_missing():
    assert refused("mobile", "1390000123") == f"“{LABEL}”要11位，现在是10位，还差1位。"
    assert refused("id_number", ID_NUMBER[:-1]) == f"“{LABEL}”要18位，现在是17位，还差1位。"
    assert refused("credit_code", CREDIT_CODE + "1") == f"“{LABEL}”要18位，现在是19位，多了1位。"


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("mobile", "139 0000 1234", "13900001234"),
        ("mobile", "１３９００００１２３４", "13900001234"),
        ("id_number", "11010519491231002x", "11010519491231002X"),
        ("credit_code", CREDIT_CODE.lower(), CREDIT_CODE),
        ("name", "阿卜杜热合曼•买买提明", "阿卜杜热合曼·买买提明"),
        ("name", "王𪚥䶮", "王𪚥䶮"),
        ("name", "𲂂三", "𲂂三"),
        ("name", "  张  三 ", "张 三"),
        ("money", "1,200", "1200"),
        ("money", "0.5", "0.50"),
        ("money", "1200元", "1200"),
        ("integer", "007", "7"),
        ("date", "2026/3/8", "2026-03-08"),
        ("month", "2026-3", "2026-03"),
        ("year", "1999", "1999"),
        ("number", "0012 3456", "00123456"),
        ("code", "ys-1２", "YS-12"),
        ("division", VILLAGE, VILLAGE),
        ("yes_no", "yes", "yes"),
    ],
)
def test_an_answer_is_kept_in_the_one_form_of_its_kind(kind, given, kept):
    assert taken(kind, given) == kept


@pytest.mark.parametrize(
    ("kind", "given", "more", "says"),
    [
        ("mobile", "12900001234", {}, "13到19"),
        ("mobile", "1390000123a", {}, "只能填数字"),
        ("id_number", "110101194913019997", {}, "生日"),
        ("id_number", "110101204910019993", {}, "生日"),
        ("id_number", ID_NUMBER[:-1] + "8", {}, "从头看一遍"),
        ("id_number", "11010119491001999A", {}, "数字或X"),
        ("credit_code", CREDIT_CODE[:-1] + "4", {}, "从头看一遍"),
        ("credit_code", "9135010OM000100Y43", {}, "没有I、O"),
        ("name", "张3", {}, "数字"),
        ("name", "张\ue000", {}, "认不出"),
        ("name", "张☺", {}, "不是名字"),
        ("name", "··", {}, "不是名字"),
        ("name", "张" * 51, {}, "最多50个字"),
        ("text", "住", {"least": 4}, "至少4个字，现在是1个"),
        ("text", "字" * 301, {}, "最多300个字"),
        ("text", "a\x07b", {}, "看不见"),
        ("money", "1.234", {}, "两位小数"),
        ("money", "99", {"least": 100}, "至少是100"),
        ("integer", "一", {}, "整数"),
        ("integer", "10", {"most": 9}, "最多是9"),
        ("date", "2026-02-30", {}, "没有这一天"),
        ("date", "2026-11-22", {"most": 0}, "2026年11月21日或以前"),
        ("date", "2026-05-21", {"least": -183}, "2026年5月22日或以后"),
        ("month", "2026-13", {}, "没有这个月"),
        ("month", "2026-12", {"most": 0}, "2026年11月或以前"),
        ("year", "26", {}, "4位"),
        ("year", "2027", {"most": 0}, "2026年或以前"),
        ("year", "1999", {"least": 2000}, "2000年或以后"),
        ("number", "12a", {}, "只能填数字"),
        ("number", "12345", {"least": 6, "most": 6}, "还差1位"),
        ("code", "中文", {}, "字母、数字"),
        ("division", "000000000000", {}, "没选省"),
        ("division", "520000000000", {}, "没选到市"),
        ("division", "522401000000", {}, "没选到乡镇"),
        ("division", "522401101000", {}, "没选到村"),
        ("division", "999999999999", {}, "没有这个地方"),
        ("yes_no", "maybe", {}, "请点一个"),
        ("choice", "c", {"options": options("a", "b")}, "请点一个"),
        ("choices", ("a",), {"options": options("a", "b"), "least": 2}, "至少选2个"),
        ("choices", ("a", "b"), {"options": options("a", "b"), "most": 1}, "最多选1个"),
        ("text", "12", {"pattern": "[A-Z]{2}"}, "照证件上的写"),
        ("text", "12", {"pattern": "[A-Z]{2}", "pattern_hint": said("AB")}, "AB"),
        ("text", " ", {}, "还没有填"),
        ("choices", (), {"options": options("a")}, "还没有选"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_field_and_the_mend(kind, given, more, says):
    text = refused(kind, given, **more)
    assert LABEL in text
    assert says in text


def test_a_place_is_chosen_as_deep_as_the_question_asks():
    assert taken("division", "522401000000", down_to="county") == "522401000000"
    assert taken("division", "441900000000", down_to="county") == "441900000000"
    assert "没选到县" in refused("division", "520100000000", down_to="county")


def test_two_answers_that_must_differ_may_not_be_the_same():
    around = Surroundings(TODAY, lambda _: True, lambda _: ("13900001234", asking("text").label))
    assert "不能和" in refused("mobile", "13900001234", around, differs_from="other")
    assert taken("mobile", "13900001235", around, differs_from="other") == "13900001235"


def test_a_day_may_not_lie_before_another_and_a_month_tells_as_much_as_it_can():
    day = Surroundings(TODAY, lambda _: True, lambda _: ("2026-03-08", asking("text").label))
    assert "不能早于" in refused("date", "2026-03-07", day, not_before="other")
    assert taken("date", "2026-03-08", day, not_before="other") == "2026-03-08"
    assert taken("month", "2026-03", day, not_before="other") == "2026-03"
    assert "不能早于" in refused("month", "2026-02", day, not_before="other")


def test_what_need_not_be_answered_may_be_empty():
    assert taken("mobile", " ", required=False) == ""
    assert taken("choices", (), required=False, options=options("a")) == ()


def test_a_list_says_how_many_people_it_needs():
    kids = asking("people", least=1, most=2, each=[question("name", "name", "姓名")])
    assert "至少要1位，现在是0位" in told(check_count(kids, 0))
    assert check_count(kids, 2) is None
    assert "最多2位，现在是3位" in told(check_count(kids, 3))


def digits(least, most):
    return st.text("0123456789", min_size=least, max_size=most)


# Kind → values of which none can be taken, whatever they are.
WRONG = {
    "mobile": st.one_of(digits(1, 10), digits(12, 20), digits(9, 9).map(lambda d: "12" + d)),
    "id_number": st.one_of(
        digits(1, 17),
        digits(19, 30),
        digits(17, 17).map(lambda d: d[:10] + "13" + d[12:] + "X"),
        st.integers(0, 9).filter(lambda d: d != 7).map(lambda d: ID_NUMBER[:-1] + str(d)),
    ),
    "credit_code": st.one_of(
        digits(1, 17),
        st.text("IOSVZ", min_size=18, max_size=18),
        st.sampled_from("0124567890ABCDEFGH").map(lambda c: CREDIT_CODE[:-1] + c),
    ),
    "name": st.one_of(
        digits(1, 5), st.text("☺★→€", min_size=1), st.text("\ue000\uf8ff", min_size=1)
    ),
    "date": st.one_of(
        st.text(string.ascii_letters, min_size=1, max_size=10),
        st.builds(
            "{}-{:02d}-{:02d}".format,
            st.integers(1900, 2100),
            st.integers(13, 99),
            st.integers(1, 31),
        ),
        st.builds("{}-02-{}".format, st.integers(1900, 2100), st.integers(30, 31)),
    ),
    "month": st.builds("{}-{:02d}".format, st.integers(1900, 2100), st.integers(13, 99)),
    "year": digits(1, 3),
    "money": st.one_of(
        st.decimals(0, 99, places=3).filter(lambda d: d.as_tuple().digits[-1:] != (0,)).map(str),
        st.text(string.ascii_letters, min_size=1),
    ),
    "integer": st.text(string.ascii_letters, min_size=1),
    "division": st.one_of(digits(1, 11), digits(13, 20)),
    "yes_no": st.text(min_size=1).filter(lambda text: text not in ("yes", "no")),
    "number": st.text("abcXYZ一二", min_size=1),
    "code": st.text("一二三☺", min_size=1),
}


@pytest.mark.parametrize("kind", sorted(WRONG))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_wrong_value_is_refused_with_a_sentence_in_both_languages(kind, data):
    found = check(asking(kind), data.draw(WRONG[kind]), AROUND)
    assert isinstance(found, Trouble)
    for language in ("zh", "en"):
        text = told(found, language)
        assert LABEL in text
        assert "{" not in text


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(sorted(CHECKS)), given=st.text())
def test_whatever_is_typed_is_taken_or_refused_and_what_was_taken_is_taken_again(kind, given):
    asked = asking(kind, options=options("a", "b"))
    found = check(asked, given, AROUND)
    if isinstance(found, Trouble):
        assert LABEL in told(found)
    else:
        assert check(asked, found, AROUND) == found
