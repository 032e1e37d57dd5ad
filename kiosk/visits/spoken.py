"""Words on a page as a voice is to say them: pure functions, for any engine.

Numbers that are compared figure by figure (an identity, a telephone, a card) are said so, days as
days, money as money. What no voice knows (characters beyond Unicode's first plane, signs) is left
to the eye.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from kiosk.visits.misreadings import HEARD_AS

LONGEST = 60  # characters in one breath; a voice reads about four a second

_FIGURES = "零一二三四五六七八九"
_HAN = "㐀-䶿一-鿿〇"
_GROUPED = {11: (3, 4, 4), 18: (6, 8, 4)}  # how people say a telephone's, and an identity's
_COUNTED = "个|位|份|页|项|张|次|名|人|天|岁|小时|分钟|工作日"
_ENDS = re.compile(r"(?<=[。！？；;.!?，,、：:])")
_RUNS = re.compile(rf"[{_HAN}][{_HAN}0-9，。、：！？；（）“”《》·\s]*")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one breath, in one language."""

    language: str
    text: str = field(repr=False)  # may be somebody's


@dataclass(frozen=True, slots=True)
class Script:
    """whole: for one pair of ears. public: for whoever is near, with nothing personal in it."""

    whole: tuple[Words, ...]
    public: tuple[Words, ...]


def spoken(text: str, language: str) -> tuple[Words, ...]:
    """`text` in a language, in the order of saying; Chinese inside another language is Chinese.
    Nothing sayable is no words at all.
    """
    if language == "zh":
        return tuple(Words("zh", one) for one in _breaths(_chinese(text)))
    said: list[Words] = []
    for in_language, part in _by_language(text, language):
        made = _chinese(part) if in_language == "zh" else _english(part)
        said += [Words(in_language, one) for one in _breaths(made)]
    return tuple(said)


def _by_language(text: str, language: str) -> Iterator[tuple[str, str]]:
    at = 0
    for run in _RUNS.finditer(text):
        yield language, text[at : run.start()]
        yield "zh", run.group()
        at = run.end()
    yield language, text[at:]


def _breaths(text: str) -> Iterator[str]:
    """At the ends of sentences and parts of them as far as they allow it."""
    breath = ""
    for part in _ENDS.split(text):
        while len(part) > LONGEST:
            yield from filter(_sounds, (breath, part[:LONGEST]))
            breath, part = "", part[LONGEST:]
        if len(breath) + len(part) > LONGEST:
            yield from filter(_sounds, (breath,))
            breath = part
        else:
            breath += part
    yield from filter(_sounds, (breath,))


def _sounds(text: str) -> bool:
    return any(one.isalnum() for one in text)


# Chinese


def _chinese(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", one) if one.isalnum() else one for one in text)
    for pattern, said in _ZH:
        plain = pattern.sub(said, plain)
    for word, sounds in HEARD_AS.items():
        plain = plain.replace(word, sounds)
    plain = re.sub(rf"[^{_HAN}A-Z，。！？；、：\s]", "，", plain)
    plain = re.sub(r"[，、：\s]*([，。！？；])[，、：\s]*", r"\1", plain)
    return re.sub(r"\s+", " ", plain).strip("，、： ")


def _day(found: re.Match[str]) -> str:
    year, month, day, end = found.group(1, 2, 3, 4)
    said = f"{''.join(_figure(one) for one in year)}年"
    if month:
        said += f"{cardinal(int(month))}月"
    return said + (f"{cardinal(int(day))}{end}" if day else "")


def _money(found: re.Match[str]) -> str:
    return money(Decimal(found.group(1).replace(",", "")))


def _count(found: re.Match[str]) -> str:
    number = int(found.group(1))
    return "两" if number == 2 else cardinal(number)


def _broken(found: re.Match[str]) -> str:
    return f"{cardinal(int(found.group(1)))}点{''.join(_figure(one) for one in found.group(2))}"


def _one_by_one(found: re.Match[str]) -> str:
    return f" {figures(found.group())} "


# In this order: what the first leaves the next may take.
_ZH = (
    (re.compile(r"\b(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})([日号]))?)?"), _day),
    (re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?) ?元"), _money),
    (re.compile(r"(?<=第)(\d{1,3})(?!\d)"), lambda found: cardinal(int(found.group(1)))),
    (re.compile(rf"(?<![\d.,])(\d{{1,4}})(?={_COUNTED})"), _count),
    (re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])"), _broken),
    (re.compile(r"\d(?:[\d ]*[\dXx])?(?![A-Za-z])"), _one_by_one),
    (re.compile(r"\d+"), _one_by_one),
    (re.compile(r"[A-Za-z]+"), lambda found: f" {' '.join(found.group().upper())} "),
)


def figures(number: str) -> str:
    """`13900001234` as 一 三 九，零 零 零 零，一 二 三 四; an X at its end stays one."""
    return "，".join(" ".join(map(_figure, group)) for group in _groups(number))


def _groups(number: str) -> Iterator[str]:
    compact = number.replace(" ", "").upper()
    at = 0
    for size in _GROUPED.get(len(compact)) or _in_fours(len(compact)):
        yield compact[at : at + size]
        at += size


def _in_fours(length: int) -> tuple[int, ...]:
    return (length,) if length < 2 * 4 else (4,) * -(-length // 4)


def _figure(one: str) -> str:
    return _FIGURES[int(one)] if one.isdecimal() else one


def cardinal(number: int) -> str:
    """Below 10,000,000,000,000,000: 10010 is 一万零一十, 10 is 十."""
    if number == 0:
        return _FIGURES[0]
    said, gap = "", False
    for unit, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4), ("", 1)):
        part, number = divmod(number, size)
        if part == 0:
            gap = bool(said)
            continue
        if said and (gap or part < 1000):
            said += _FIGURES[0]
        said, gap = said + _below_ten_thousand(part) + unit, False
    return said[1:] if said.startswith("一十") else said


def _below_ten_thousand(number: int) -> str:
    said, gap = "", False
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        figure, number = divmod(number, size)
        if figure == 0:
            gap = bool(said)
            continue
        said, gap = f"{said}{_FIGURES[0] if gap else ''}{_FIGURES[figure]}{unit}", False
    return said


def money(yuan: Decimal) -> str:
    """1234.05 as 一千二百三十四元零五分."""
    fen = int(yuan * 100)
    whole, (jiao, rest) = fen // 100, divmod(fen % 100, 10)
    said = f"{cardinal(whole)}元" if whole or not fen else ""
    if jiao:
        said += f"{_FIGURES[jiao]}角"
    elif rest and said:
        said += _FIGURES[0]
    return said + (f"{_FIGURES[rest]}分" if rest else "")


# English


def _english(text: str) -> str:
    """An engine reads short numbers and sums itself; long ones are said figure by figure."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    plain = re.sub(r"\d[\d ]{3,}[\dXx]", lambda found: _grouped(found.group()), plain)
    plain = re.sub(r"[^\w\s.,;:!?'’%()-]|_", ", ", plain)
    return re.sub(r"\s+", " ", plain).strip(" ,:")


def _grouped(number: str) -> str:
    return ", ".join(" ".join(group) for group in _groups(number))
