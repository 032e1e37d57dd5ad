"""What stands on a page is said as people say it."""

import re
import subprocess
from decimal import Decimal
from itertools import chain

import pytest
from pypinyin import Style, lazy_pinyin

from config import texts
from config.catalogue_pack import open_pack
from config.settings import INSTALLED, SpeechSettings
from kiosk.visits.misreadings import HEARD_AS
from kiosk.visits.spoken import LONGEST, cardinal, money, spoken

USUAL = SpeechSettings().commands["zh"]


def said(text, language="zh"):
    return "|".join(one.text for one in spoken(text, language))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("银行卡，变更地址", "银航卡，变耕帝址"),
        ("手机号：13900001234", "手机号： 一 三 九，零 零 零 零，一 二 三 四"),
        ("11010519491231002X", "一 一 零 一 零 五，一 九 四 九 一 二 三 一，零 零 二 X"),
        ("5201 1234 5678", "五 二 零 一，一 二 三 四，五 六 七 八"),
        ("2026年11月21日", "二零二六年十一月二十一日"),
        ("2026年9月", "二零二六年九月"),
        ("1,234.50元", "一千二百三十四元五角"),
        ("0元", "零元"),
        ("10个工作日，2份，第2页", "十个工作日，两份，第二页"),
        ("3.5公里", "三点五公里"),
        ("某街5号502室", "某街 五 号 五 零 二 室"),
        ("B超/APP", "B 超，A P P"),
        ("王𠮷*，男", "王，男"),  # the character has no sound in any voice: it is left to the eye
        ("（***）", ""),
    ],
)
def test_chinese_is_said_as_people_say_it(text, heard):
    assert said(text) == heard


def test_in_english_long_numbers_are_said_singly_and_chinese_names_in_chinese():
    assert said("ID: 11010519491231002X", "en") == "ID: 1 1 0 1 0 5, 1 9 4 9 1 2 3 1, 0 0 2 X"
    assert said("1,234.50 yuan", "en") == "1234.50 yuan"
    told = spoken("Name：王小明", "en")
    assert [(one.language, one.text) for one in told] == [("en", "Name"), ("zh", "王小明")]


@pytest.mark.parametrize(
    ("number", "heard"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (10010, "一万零一十"),
        (100000, "十万"),
        (1000001, "一百万零一"),
        (120030, "十二万零三十"),
    ],
)
def test_numbers_are_read_as_one_counts(number, heard):
    assert cardinal(number) == heard


@pytest.mark.parametrize(
    ("yuan", "heard"),
    [
        ("0.05", "五分"),
        ("12.05", "十二元零五分"),
        ("12.30", "十二元三角"),
        ("12.34", "十二元三角四分"),
    ],
)
def test_money_is_said_in_yuan_jiao_and_fen(yuan, heard):
    assert money(Decimal(yuan)) == heard


def test_a_long_text_is_said_in_breaths_and_none_of_it_is_lost():
    text = "因为家里的房子漏水，" * 30 + "好" * 150
    breaths = spoken(text, "zh")
    assert all(len(one.text) <= LONGEST for one in breaths)
    assert "".join(one.text for one in breaths).rstrip("，") == text


def test_what_is_said_is_not_in_the_repr():
    assert "王小明" not in repr(spoken("王小明", "zh"))


def phonemes(lines):
    """As espeak-ng would say them, a line each; it marks what it says in English with (en)."""
    command = [one for one in USUAL if one not in ("--stdin", "--stdout", "-s", "{rate}")]
    told = subprocess.run(
        [*command, "-x", "-q"], input="\n".join(lines).encode(), capture_output=True, check=True
    )
    return told.stdout.decode()


def of_pages():
    """The words of the summary's page, its rows, and whatever a catalogue has to be said there."""
    words = texts.load("zh")
    fixed = ("summary.", "aloud.", "answer.", "whom.", "papers.", "fee.", "about.", "item.")
    yield from (re.sub(r"\{\w+\}", "", one) for key, one in words.items() if key.startswith(fixed))
    with open_pack(INSTALLED / "build" / "catalogue.pack") as pack:
        for item in map(pack.item, pack.codes()):
            yield from (item.words("zh").name, item.words("zh").short)
        for form in map(pack.form, pack.forms()):
            yield from (one.name.said("zh") for one in form.materials)
            for question in form.questions:
                yield from (one.label.said("zh") for one in (question, *question.each))


def test_every_fixed_word_and_every_item_is_said_in_chinese_and_nothing_in_english():
    made = chain.from_iterable(spoken(text, "zh") for text in set(of_pages()))
    lines = sorted({one.text for one in made})
    assert len(lines) > 280
    told = phonemes(lines)
    assert "(en)" not in told
    assert told.count("_|") > 2000


def test_what_a_voice_misreads_is_said_by_characters_that_sound_right():
    rural = {"乡长": "xiang1 zhang3", "镇长": "zhen4 zhang3"}  # not in the list of words
    wanted = [rural.get(one) or " ".join(lazy_pinyin(one, style=Style.TONE3)) for one in HEARD_AS]
    given = [said(word) for word in HEARD_AS]
    plain, mended, right = (phonemes(lines).split("\n") for lines in (HEARD_AS, given, wanted))
    assert [bare(one) for one in mended] == [bare(one) for one in right]
    pairs = zip(HEARD_AS, plain, right, strict=False)
    useless = [word for word, read, meant in pairs if bare(read) == bare(meant)]
    assert useless == []


def bare(sounds):
    """Without stress and pauses."""
    return re.sub(r"[',_|]", "", sounds)


def test_the_voice_knows_the_characters_of_the_first_plane():
    characters = [chr(one) for one in range(0x4E00, 0xA000, 7)]
    assert said("".join(characters)).replace("|", "") != ""
    told = phonemes(characters)
    assert "(en)" not in told
    assert told.count("_|") == len(characters)
