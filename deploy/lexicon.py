"""Makes the lexicon of the pinyin keyboard: `python -m deploy.lexicon DIRECTORY`.

Words and how often they are met: jieba (MIT). Readings: pypinyin (MIT). Places: config/divisions.
Surnames, given names and words of the counter: lexicon.toml beside this file. The terminal needs
none of these afterwards; it opens the one file that is made here, for reading alone.

Keys are syllables *folded*: those that dialects do not tell apart (z/zh c/ch s/sh n/l f/h an/ang
en/eng in/ing) are one. `screens/ime/syllables.py` folds what is typed by the same rule.
Weights are natural logarithms of shares.
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log, sqrt
from pathlib import Path

import jieba
from pypinyin import Style, lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict
from pypinyin.style import convert

from screens.ime.syllables import SYLLABLES, fold

ROOT = Path(__file__).resolve().parent.parent

# characters: every one there is. given: those of given names, pairs: two of them together.
TABLES = ("words", "characters", "surnames", "given", "pairs")
SCHEMA = """CREATE TABLE {} (
    key TEXT, spelling TEXT, word TEXT, weight REAL, PRIMARY KEY (key, weight, word, spelling)
) WITHOUT ROWID, STRICT"""
Spelt = tuple[str, tuple[str, ...], float]
LONGEST_WORD = 8
FEWEST = 3  # a word met less often is more likely a slip of the list than what is meant
OTHER_READING = 0.08  # of a character that has a usual one
LEAST_NAMES = 8  # in the word list, that begin with a character that is a surname
HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")
SUFFIX = re.compile("(村民委员会|村委会|社区居民委员会|社区居委会|居民委员会|居委会|委员会|委会)$")
"""What is left is what people say; the kind of place is a word of its own."""


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    lexicon = target / "lexicon.sqlite"
    if lexicon.exists():
        return
    unfinished = lexicon.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    told = tomllib.loads((Path(__file__).with_suffix(".toml")).read_text("utf-8"))
    counted = dict(_counted())
    words = _words(counted, told)
    given = _given(counted, told)
    database = sqlite3.connect(unfinished)
    with database:
        for table, rows in zip(
            TABLES,
            (
                _spelt(words),
                _characters(words, told),
                _surnames(counted, told),
                _read(given),
                _spelt(_pairs(counted, words, given)),
            ),
            strict=True,
        ):
            database.execute(SCHEMA.format(table))
            _fill(database, table, rows)
    database.execute("VACUUM")
    database.close()
    unfinished.rename(lexicon)


def _counted() -> Iterator[tuple[str, tuple[int, str]]]:
    """Word → how often, and what kind of word."""
    for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines():
        word, times, kind = line.split(" ")
        if HANZI.fullmatch(word):
            yield word, (int(times), kind)


def _words(counted: dict[str, tuple[int, str]], told: dict[str, str]) -> dict[str, float]:
    words: dict[str, float] = {}
    for word, (times, kind) in counted.items():
        doubtful = kind.startswith("nr") and len(word) == 3
        if len(word) <= LONGEST_WORD and times >= (20 if doubtful else FEWEST):
            words[word] = times
    for place, times in _places().items():
        words[place] = max(words.get(place, 0), 4.0 * times)
    for word in told["words"].split():
        words[word] = max(words.get(word, 0), 400.0)
    return words


def _places() -> Counter[str]:
    """Names of counties and townships, and of villages that are met more than once."""
    found: Counter[str] = Counter()
    villages: Counter[str] = Counter()
    for file in (ROOT / "config" / "divisions").glob("*.gz"):
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            name = HANZI.search(line)
            if name is None or len(name[0]) > LONGEST_WORD:
                continue
            if line.startswith(" "):
                villages[SUFFIX.sub("", name[0])] += 1
            else:
                found[name[0]] += 2
    found.update({name: times for name, times in villages.items() if times > 1 and len(name) > 1})
    return found


def _given(counted: dict[str, tuple[int, str]], told: dict[str, str]) -> dict[str, float]:
    """Character → its share in given names."""
    groups = told["given"].split()
    shares: dict[str, float] = defaultdict(float)
    for at, group in enumerate(groups):
        for character in dict.fromkeys(group):
            shares[character] = max(shares[character], 1 / (1 + at) ** 1.1)
    surnames = set("".join(told["surnames"].split()))
    met: Counter[str] = Counter()
    for word, (times, kind) in counted.items():
        if kind == "nr" and len(word) == 3 and word[0] in surnames:
            met.update({character: sqrt(min(times, 30)) for character in word[1:]})
    most = max(met.values())
    for character, times in met.items():
        shares[character] += 0.35 * times / most
    for character in "".join(told["rare_given"].split()):
        shares[character] = max(shares[character], 0.01)
    whole = sum(shares.values())
    return {character: share / whole for character, share in shares.items()}


def _pairs(
    counted: dict[str, tuple[int, str]], words: dict[str, float], given: dict[str, float]
) -> dict[str, float]:
    """The two characters of a given name: those of the list, and words that are good names."""
    surnames = {word[0] for word, (_, kind) in counted.items() if kind == "nr"}
    pairs: dict[str, float] = defaultdict(float)
    for word, (times, kind) in counted.items():
        if kind == "nr" and len(word) == 3 and word[0] in surnames:
            pairs[word[1:]] += sqrt(min(times, 50))
    for word, times in words.items():
        if len(word) == 2 and all(given.get(one, 0) > 0.0008 for one in word):
            pairs[word] += 0.5 * log(1 + times)
    usual = {
        pair: times
        for pair, times in pairs.items()
        if all(given.get(one, 0) > 0.0002 for one in pair)
    }
    return {pair: times * sqrt(given[pair[0]] * given[pair[1]]) for pair, times in usual.items()}


def _spelt(weights: dict[str, float]) -> Iterator[Spelt]:
    whole = sum(weights.values())
    for word, weight in weights.items():
        if weight <= 0 or len(word) < 2:
            continue
        spelling = tuple(_plain(one) for one in lazy_pinyin(word, errors="ignore"))
        if len(spelling) == len(word) and all(one in SYLLABLES for one in spelling):
            yield word, spelling, log(weight / whole)


def _surnames(counted: dict[str, tuple[int, str]], told: dict[str, str]) -> Iterator[Spelt]:
    special = {}
    for line in told["surname_readings"].strip().splitlines():
        character, *readings = line.split()
        special[character] = readings
    met = Counter(word[0] for word, (_, kind) in counted.items() if kind == "nr" and len(word) == 3)
    order = list(dict.fromkeys("".join(told["surnames"].split())))
    others = (one for one, times in met.most_common() if times >= LEAST_NAMES)
    order = list(dict.fromkeys([*order, *others, *special]))
    for rank, character in enumerate(order, 1):
        share = 0.09 / rank**0.75 if rank < 100 else 0.3 / rank**1.25
        for at, reading in enumerate(special.get(character) or _readings(character)[:1]):
            yield character, (reading,), log(share / (1 + 3 * at))
    for line in told["compound_surnames"].strip().splitlines():
        surname, letters = line.split()
        yield surname, tuple(_plain(one) for one in _parted(letters, len(surname))), log(0.0006)


def _parted(letters: str, parts: int) -> tuple[str, ...]:
    if parts == 1:
        return (letters,)
    cut = next(
        at
        for at in range(len(letters) - 1, 0, -1)
        if letters[:at] in SYLLABLES and letters[at:] in SYLLABLES
    )
    return letters[:cut], letters[cut:]


def _characters(words: dict[str, float], told: dict[str, str]) -> Iterator[Spelt]:
    """Every character that has a reading, the rarest too: a name must never be out of reach."""
    rare = set("".join(told["rare_given"].split()))
    inside: Counter[str] = Counter()
    for word, times in words.items():
        for character in word:
            inside[character] += times
    whole = sum(inside.values())
    yield from _read(
        {
            character: (inside[character] + 3 * (character in rare) + _plainness(character)) / whole
            for character in map(chr, pinyin_dict)
            if HANZI.fullmatch(character)
        }
    )


def _read(shares: dict[str, float]) -> Iterator[Spelt]:
    """Characters by each of their readings; the first is the usual one."""
    for character, share in shares.items():
        for at, reading in enumerate(_readings(character)):
            yield character, (reading,), log(share * (OTHER_READING if at else 1.0))


def _plainness(character: str) -> float:
    """So that among characters that no word has, those of daily use come first."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return 0.2 if ord(character) < 0xA000 else 0.05
    return 1.0


def _readings(character: str) -> list[str]:
    toned = pinyin_dict.get(ord(character), "").split(",")
    plain = (_plain(convert(one, Style.NORMAL, strict=False)) for one in toned)
    return [one for one in dict.fromkeys(plain) if one in SYLLABLES]


def _plain(syllable: str) -> str:
    """As it is typed: lüe and nüe lose their dots, lü and nü have a v."""
    return syllable.replace("ü", "v").replace("lve", "lue").replace("nve", "nue")


def _fill(
    database: sqlite3.Connection,
    table: str,
    rows: Iterable[Spelt],
) -> None:
    database.executemany(
        f"INSERT OR IGNORE INTO {table} VALUES (?, ?, ?, ?)",  # noqa: S608 (one of TABLES)
        (
            (" ".join(map(fold, spelling)), " ".join(spelling), word, weight)
            for word, spelling, weight in rows
        ),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
