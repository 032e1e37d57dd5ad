"""Finds items by what a resident types: Chinese, pinyin, initials, a mixture, or a spoken sentence.

Reads the rows that `config/catalogue_index.py` has put into a pack. What is typed is cut into the
same pieces; the items that most of its telling pieces speak for are looked at closely, a few dozen
however many there are. Nothing of what was typed is kept here.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Final

from config.spelling import SYLLABLES, alike, begun, readings

LONGEST: Final = 24  # characters that are looked at
CLOSELY: Final = 40  # items that are looked at closely
ENGLISH_FROM, ENGLISH_ROWS = 3, 30  # letters; rows that are read
# Of the strength of the first, below which a find is left out.
LEAST_SHARE: Final = 0.2
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+")
# What is said around a thing and not of it. No sign alone that is also part of a word (外地, 社会).
_FILLER = re.compile(
    r"请问(?:一下)?|麻烦(?:问一下)?|(?:帮|给)?我(?:想要?|要|们|家|的)?|帮忙|想要?|需要|必须|应该|可不?可以|能不能|"
    r"行不行|到底|[在去到]?哪(?:里|儿)(?:能)?|[在去]哪|怎么?(?:办理?|弄|搞|样)?|咋个?(?:办|弄|整|搞)?|如何|什么|"
    r"啥子?|要带|多少|一下|[这那]个|办理|要办|[办弄搞做开](?:一?个)|弄|搞|有没有|[了吗呢吧啊呀嘛的]"
)
_SPELLED_BEFORE = re.compile(
    r"^(?:qingwen|wo(?:xiang|yao)?|xiang(?:yao)?|bang(?:wo)?|yao)?(?:banli|ban)?"
)
_SPELLED_AFTER = re.compile(r"(?:zenme(?:ban|nong|gao|ban?li)|zaina(?:li|er)?ban?)$")


@dataclass(frozen=True, slots=True)
class Found:
    code: str
    strength: float  # comparable within one search


class Finder:
    """`db` is a pack, open for reading; it stays the caller's. For one thread."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def find(self, text: str, limit: int = 7) -> tuple[Found, ...]:
        """The likeliest first; nothing where nothing is likely: one sign of several in common is a
        coincidence.
        """
        runs = _telling_runs(text)
        found = self._ranked(runs)
        if not found and len(runs) == 1:
            found = [one for other in _slips_of(runs[0]) for one in self._ranked([other])]
        found.sort(key=lambda one: -one.strength)
        least = found[0].strength * LEAST_SHARE if found else 0.0
        best: dict[str, Found] = {}
        for one in found:
            if one.strength >= least:
                best.setdefault(one.code, one)
        return tuple(best.values())[:limit]

    def _ranked(self, runs: list[str]) -> list[Found]:
        single = [group for run in runs for group in _single(run)]
        joined = [group for run in runs for group in _joined(run)]
        strengths = self._strengths(joined or single)
        if joined:
            for number, strength in self._strengths(single).items():
                if number in strengths:
                    strengths[number] += strength
        for run in runs:
            for number, strength in self._english(run).items():
                strengths[number] = strengths.get(number, 0.0) + strength
        first = sorted(strengths, key=lambda number: (-strengths[number], number))[:CLOSELY]
        whole = "".join(runs)
        return [
            Found(code, strengths[number] + _closeness(whole, terms))
            for number, code, terms in self._terms(first)
        ]

    def _strengths(self, groups: list[frozenset[str]]) -> dict[int, float]:
        """Item number → how strongly what was typed speaks for it. The pieces of a group are
        guesses at the same thing: only the strongest of them counts.
        """
        wanted = sorted({piece for group in groups for piece in group})
        rows = {
            piece: (array("I", items), array("f", weights))
            for piece, items, weights in self._db.execute(
                "SELECT piece, items, weights FROM search_pieces"
                " WHERE piece IN (SELECT value FROM json_each(?))",
                (json.dumps(wanted),),
            )
        }
        strengths: dict[int, float] = defaultdict(float)
        for group in groups:
            strongest: dict[int, float] = {}
            for piece in group & rows.keys():
                for number, weight in zip(*rows[piece], strict=True):
                    if weight > strongest.get(number, 0.0):
                        strongest[number] = weight
            for number, weight in strongest.items():
                strengths[number] += weight
        return strengths

    def _english(self, run: str) -> dict[int, float]:
        """The same for words that begin so."""
        if not run.isascii() or len(run) < ENGLISH_FROM:
            return {}
        strongest: dict[int, float] = {}
        for items, weights in self._db.execute(
            "SELECT items, weights FROM search_pieces WHERE piece >= ? AND piece < ? LIMIT ?",
            (f"w:{run}", f"w:{run}{{", ENGLISH_ROWS),
        ):
            for number, weight in zip(array("I", items), array("f", weights), strict=True):
                strongest[number] = max(weight, strongest.get(number, 0.0))
        return strongest

    def _terms(self, numbers: list[int]) -> Iterable[tuple[int, str, str]]:
        return self._db.execute(
            "SELECT item, code, terms FROM search_terms"
            " WHERE item IN (SELECT value FROM json_each(?)) ORDER BY item",
            (json.dumps(numbers),),
        )


def _telling_runs(text: str) -> list[str]:
    """What was typed as runs of Chinese and of letters, without digits, signs and fillers."""
    text = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).lower().replace("'", "")
    runs = []
    for run in _RUN.findall(re.sub(r"(?<=[a-z])\s+(?=[a-z])", "", text)):
        kept = _telling(run)
        runs += kept or [run]
    bounded: list[str] = []
    for run in runs:
        left = LONGEST - sum(map(len, bounded))
        bounded += [run[:left]] if left > 0 else []
    return bounded


def _telling(run: str) -> list[str]:
    if run.isascii():
        rest = _SPELLED_AFTER.sub("", run)
        shorter = _SPELLED_BEFORE.sub("", rest)
        return [shorter if len(shorter) >= 4 else rest] if rest else []
    return [part for part in _FILLER.split(run) if part]


def _slips_of(run: str) -> Iterator[str]:
    """What may have been meant where letters make no sense: two of them the other way round, one
    too many. Only what can be read as whole syllables.
    """
    if not run.isascii():
        return
    for at in range(len(run)):
        for other in (
            run[:at] + run[at + 1 : at + 2] + run[at : at + 1] + run[at + 2 :],
            run[:at] + run[at + 1 :],
        ):
            if other != run and other and set(readings(other)[0]) <= SYLLABLES:
                yield other


def _single(run: str) -> Iterator[frozenset[str]]:
    """Guesses at each sign or syllable."""
    if not run.isascii():
        yield from (frozenset((sign,)) for sign in run)
    else:
        yield from _merged([_sounds(pieces) for pieces in readings(run)])


def _joined(run: str) -> Iterator[frozenset[str]]:
    """Guesses at each two signs or syllables that follow each other, at initials, at a word."""
    if not run.isascii():
        yield from (frozenset((run[at : at + 2],)) for at in range(len(run) - 1))
        return
    yield from _merged([_pairs(pieces) for pieces in readings(run)])


def _merged(ways: list[list[frozenset[str]]]) -> Iterator[frozenset[str]]:
    """Several readings side by side: what stands at the same place is a guess at the same."""
    for guesses in zip_longest(*ways, fillvalue=frozenset[str]()):
        yield frozenset[str]().union(*guesses)


def _sounds(pieces: tuple[str, ...]) -> list[frozenset[str]]:
    """The last may be one that has only been begun."""
    *before, last = pieces
    sounds = [frozenset((alike(one),)) if one in SYLLABLES else frozenset[str]() for one in before]
    return [*sounds, begun(last)]


def _pairs(pieces: tuple[str, ...]) -> list[frozenset[str]]:
    pairs = [
        frozenset(f"{one} {other}" for one in ones for other in others)
        for ones, others in pairwise(_sounds(pieces))
    ]
    begins = "".join(one[0] for one in pieces)
    for size in (2, 3):
        for at in range(len(pieces) - size + 1):
            if any(one not in SYLLABLES for one in pieces[at : at + size]):
                pairs.append(frozenset((f"={begins[at : at + size]}",)))
    return pairs


def _closeness(whole: str, terms: str) -> float:
    """More for what stands in one of its names as it was typed; most for a whole name."""
    best = 0.0
    if not whole or whole not in terms:  # for most: taking them apart costs more than all the rest
        return best
    for strength, words, pinyin, initials in json.loads(terms):
        for written in (words, pinyin, initials):
            if whole in written:
                share = len(whole) / len(written)
                start = 0.5 if written.startswith(whole) else 0.0
                best = max(best, strength * (3 + 4 * share + start))
    return best
