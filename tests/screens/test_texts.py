"""The words residents read: the same in both languages, short, and none of the clerks' own."""

import re
import string

import pytest

from config import texts
from devices.page_quality import Finding

FORBIDDEN = ("提交", "校验", "异常", "鉴权", "终端")
LONGEST = 20
WORDS = {language: texts.load(language) for language in ("zh", "en")}


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def on_pages(language):
    """Texts that are shown on the screen; the printed slip has its own rules."""
    return {key: text for key, text in WORDS[language].items() if not key.startswith("slip.")}


def test_both_languages_have_the_same_keys():
    assert set(WORDS["zh"]) == set(WORDS["en"])


def test_a_text_has_the_same_places_for_values_in_both_languages():
    different = [key for key in WORDS["zh"] if places(WORDS["zh"][key]) != places(WORDS["en"][key])]
    assert different == []


def test_no_text_is_empty():
    assert [
        key for words in WORDS.values() for key, text in words.items() if not text.strip()
    ] == []


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_page_uses_a_word_of_the_clerks(word):
    assert [key for key, text in on_pages("zh").items() if word in text] == []


def test_no_sentence_on_a_page_is_longer_than_twenty_signs():
    long = [
        sentence
        for text in on_pages("zh").values()
        for sentence in re.split(r"[。！？\n]", re.sub(r"\{\w+\}", "", text))
        if len(sentence) > LONGEST
    ]
    assert long == []


def test_a_key_said_twice_stops_the_start(tmp_path):
    (tmp_path / "a.zh.toml").write_text('[home]\nquestion = "一"\n')
    (tmp_path / "b.zh.toml").write_text('home.question = "二"\n')
    with pytest.raises(texts.TextsError, match=r"home\.question is said twice"):
        texts.load("zh", tmp_path)


def test_a_language_without_texts_stops_the_start(tmp_path):
    with pytest.raises(texts.TextsError):
        texts.load("zh", tmp_path)


def test_something_that_is_no_text_stops_the_start(tmp_path):
    (tmp_path / "a.zh.toml").write_text("[home]\nquestion = 3\n")
    with pytest.raises(texts.TextsError, match="no text"):
        texts.load("zh", tmp_path)


@pytest.mark.parametrize("finding", Finding)
def test_whatever_is_wrong_with_a_page_has_a_sentence(finding):
    assert f"page.{finding}" in WORDS["zh"]
