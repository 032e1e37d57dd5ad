"""The words people find items by, as the rows of a pack; `kiosk/makers/finding.py` reads them.

What is looked for is cut into small pieces, and so is everything an item is called: a sign and
two signs of Chinese, a syllable and two syllables of its pinyin (by their sound, see
config/spelling.py), two and three initials; English from each of its words on. For each piece a row
says which items it speaks for, and how strongly: more in a short name than in a long one, more when
few others have it. A row holds the strongest only, so that looking costs the same among 5,000 items
as among 140.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tomllib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final, Protocol

from pypinyin import Style, lazy_pinyin

from config.spelling import SYLLABLES, alike

TABLES: Final = """
CREATE TABLE search_pieces (
    piece TEXT PRIMARY KEY,
    items BLOB NOT NULL,    -- numbers of items, 32 bits each, the strongest first
    weights BLOB NOT NULL   -- of each, 32-bit floats; both in the order of the machine's bytes
) STRICT, WITHOUT ROWID;
CREATE TABLE search_terms (
    item INTEGER PRIMARY KEY,   -- the number of an item among those that can be searched
    code TEXT NOT NULL,
    terms TEXT NOT NULL     -- JSON: [weight, words, pinyin without spaces, initials] of each
) STRICT;
"""
MOST: Final = 256  # items in a row
LONGEST: Final = 24  # letters of English that are looked at
SAYINGS: Final = Path(__file__).resolve().parent / "catalogue" / "sayings.toml"
# How much is said by an item's name, the word on its button, what people call it, the same in other
# words (`sayings`), its description.
NAME, SHORT, CALLED, SAID, PLAIN, ENGLISH = 1.0, 1.5, 1.6, 1.1, 0.35, 0.8
# How much each kind of piece is worth.
SIGN, SIGNS, SYLLABLE, SYLLABLE_PAIR, INITIALS, WORD = 0.5, 2.0, 0.45, 1.9, 1.0, 1.5
AT_START = 1.2
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_ENGLISH = re.compile(r"[a-z]+")


class Named(Protocol):
    """What an item is called in one language."""

    @property
    def name(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def plain(self) -> str: ...


class Findable(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def search(self) -> tuple[str, ...]: ...
    @property
    def zh(self) -> Named: ...
    @property
    def en(self) -> Named: ...


@dataclass(frozen=True, slots=True)
class IndexRows:
    """`pieces` for search_pieces, `terms` for search_terms, in the order of their columns."""

    pieces: list[tuple[str, bytes, bytes]]
    terms: list[tuple[int, str, str]]


Sayings = Mapping[str, tuple[str, ...]]


def load_sayings(file: Path = SAYINGS) -> Sayings:
    """Words of the authorities → what people say instead."""
    return {word: tuple(said) for word, said in tomllib.loads(file.read_text("utf-8")).items()}


def index_rows(items: Iterable[Findable], sayings: Sayings) -> IndexRows:
    """The order of the items decides between those that are found equally well."""
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    terms = []
    for number, item in enumerate(items):
        spelled = []
        for strength, words in _called(item, sayings):
            pinyin = spell(words)
            spelled.append((strength, words, "".join(pinyin), "".join(one[0] for one in pinyin)))
            for piece, weight in _pieces(words, pinyin):
                had = weights[piece].get(number, 0.0)
                weights[piece][number] = max(had, strength * weight)
        for words in (item.en.short, item.en.name):
            for rest in _rests(words):
                weights[f"w:{rest}"].setdefault(number, ENGLISH * WORD)
        terms.append((number, item.code, json.dumps(spelled, ensure_ascii=False)))
    return IndexRows(list(_rows(weights, len(terms))), terms)


def write_index(
    db: sqlite3.Connection, items: Iterable[Findable], sayings: Sayings | None = None
) -> None:
    """Makes the tables in a pack that is being built; by the installed sayings unless others are
    given.
    """
    rows = index_rows(items, load_sayings() if sayings is None else sayings)
    db.executescript(TABLES)
    db.execute("BEGIN")
    db.executemany("INSERT INTO search_pieces VALUES (?, ?, ?)", rows.pieces)
    db.executemany("INSERT INTO search_terms VALUES (?, ?, ?)", rows.terms)
    db.execute("COMMIT")


def spell(words: str) -> list[str]:
    """The pinyin of its Chinese signs, a syllable each; a letter or digit group is left out."""
    chinese = "".join(_CHINESE.findall(words))
    spelled = lazy_pinyin(chinese, style=Style.NORMAL, v_to_u=False)
    return [one if one in SYLLABLES else "" for one in spelled if one.isascii() and one]


def _called(item: Findable, sayings: Sayings) -> Iterator[tuple[float, str]]:
    yield SHORT, item.zh.short
    yield NAME, item.zh.name
    for words in item.search:
        yield CALLED, words
    said = {*_said(item.zh.name, sayings), *_said(item.zh.short, sayings)}
    for words in sorted(said):
        yield SAID, words
    yield PLAIN, item.zh.plain


def _said(words: str, sayings: Sayings) -> Iterator[str]:
    """Each of its words as people say it, and all of them at once."""
    plainly = words
    for word, said in sayings.items():
        if word in words:
            yield from (words.replace(word, other) for other in said)
            plainly = plainly.replace(word, said[0])
    if plainly != words:
        yield plainly


def _pieces(words: str, pinyin: list[str]) -> Iterator[tuple[str, float]]:
    signs = "".join(_CHINESE.findall(words))
    sounds = [alike(one) for one in pinyin]
    begins = "".join(one[:1] for one in pinyin)
    yield from _cut(list(signs), "", 1, SIGN)
    yield from _cut(list(signs), "", 2, SIGNS)
    yield from _cut(sounds, " ", 1, SYLLABLE)
    yield from _cut(sounds, " ", 2, SYLLABLE_PAIR)
    for size in (2, 3):
        for piece, weight in _cut(list(begins), "", size, INITIALS * (size - 1)):
            yield f"={piece}", weight


def _rests(words: str) -> Iterator[str]:
    """From each word to the end, without spaces: the keys have none."""
    parts = _ENGLISH.findall(words.lower())
    for at in range(len(parts)):
        yield "".join(parts[at:])[:LONGEST]


def _cut(parts: list[str], glue: str, size: int, worth: float) -> Iterator[tuple[str, float]]:
    """A piece is worth more the more of the words it is."""
    for at in range(len(parts) - size + 1):
        share = size / len(parts)
        yield (
            glue.join(parts[at : at + size]),
            worth * (0.4 + 0.6 * share) * (1.0 if at else AT_START),
        )


def _rows(
    weights: Mapping[str, Mapping[int, float]], count: int
) -> Iterator[tuple[str, bytes, bytes]]:
    for piece, speaks_for in sorted(weights.items()):
        rarity = log(1 + count / len(speaks_for))
        strongest = sorted(speaks_for.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
        yield (
            piece,
            array("I", (number for number, _ in strongest)).tobytes(),
            array("f", (rarity * weight for _, weight in strongest)).tobytes(),
        )
