from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kiosk.platform.results import DECISION_CODES, ELIGIBILITY_CODES, MEANINGS, Code, Kind

TEXTS = Path(__file__).parents[2] / "config" / "texts"
LANGUAGES = {"zh": "2026年11月30日", "en": "30 November 2026"}


def texts(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((TEXTS / f"results.{language}.toml").read_text("utf-8"))["result"]


def sentences(text: str) -> list[str]:
    return [each for each in re.split(r"(?<=[。！？?.!])\s*", text) if each]


def test_every_code_has_a_meaning():
    assert set(MEANINGS) == set(Code)
    assert all(MEANINGS[code].text_key == f"result.{code.value}" for code in Code)


def test_every_code_is_said_before_the_face_or_after_it_and_accepted_by_the_terminal_alone():
    assert set(Code) - {Code.ACCEPTED} == ELIGIBILITY_CODES | DECISION_CODES


def test_only_a_pass_and_a_way_onward_are_a_success():
    successes = {code for code, meaning in MEANINGS.items() if meaning.kind is Kind.SUCCESS}
    assert successes == {Code.PASS, Code.ELIGIBLE}


def test_a_face_that_is_not_recognised_leads_to_the_staff_whosever_picture_is_at_fault():
    again = {code for code, meaning in MEANINGS.items() if meaning.kind is Kind.AGAIN}
    assert again == {
        Code.NO_BASE_PHOTO,
        Code.BASE_PHOTO_POOR,
        Code.FACE_QUALITY,
        Code.LIVENESS_FAIL,
        Code.FACE_MISMATCH,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(language):
    told = texts(language)
    assert set(told) == {code.value for code in Code}
    for words in told.values():
        assert set(words) == {"title", "body", "next"}
        assert all(words.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_wants_a_value_but_the_date_and_that_only_where_there_is_one(language):
    for code, words in texts(language).items():
        wanted = set(re.findall(r"{(\w+)}", " ".join(words.values())))
        assert wanted == ({"valid_to"} if code in ("PASS", "NOT_DUE") else set())


def test_a_chinese_sentence_is_short_enough_to_be_read_at_a_glance():
    for words in texts("zh").values():
        for text in words.values():
            for sentence in sentences(text.format(valid_to=LANGUAGES["zh"])):
                assert len(sentence) <= 20, sentence


def test_an_english_sentence_is_short():
    for words in texts("en").values():
        for text in words.values():
            for sentence in sentences(text.format(valid_to=LANGUAGES["en"])):
                assert len(sentence.split()) <= 12, sentence


@pytest.mark.parametrize(
    "word", ["死", "亡", "异常", "校验", "鉴权", "提交", "终端", "比对失败", "不具备", "恢复"]
)
def test_a_resident_never_reads(word):
    assert word not in (TEXTS / "results.zh.toml").read_text("utf-8")


@pytest.mark.parametrize("word", ["dead", "death", "died", "resume", "error", "failed"])
def test_a_resident_never_reads_in_english(word):
    assert word not in (TEXTS / "results.en.toml").read_text("utf-8").lower()


@pytest.mark.parametrize("code", [Code.FACE_MISMATCH, Code.NO_RECORD, Code.STATUS_ABNORMAL])
def test_no_answer_denies_a_right_that_only_the_agency_decides_about(code):
    assert "不等于您不能领" in texts("zh")[code]["body"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_cannot_go_on_is_told_who_helps(language):
    helpers = {"zh": ("12333", "工作人员"), "en": ("12333", "staff")}[language]
    for code, words in texts(language).items():
        if MEANINGS[Code(code)].kind is not Kind.SUCCESS:
            assert any(helper in words["next"] for helper in helpers), code
