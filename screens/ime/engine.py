"""Pinyin, letter by letter: which characters the letters may stand for, the likeliest first.

A general engine reads a name as a sentence (吴金凤 becomes 无尽风), so names have a model of their
own: P(surname) × P(given name), where a given name is one that is known or its characters by how
often they are met in names. Everything else: the likeliest words in a row (Viterbi, unigrams).

Dialects: letters that sound alike somewhere find each other (`syllables.fold`), at a price for each
syllable that is not spelt exactly. Nothing is learnt and nothing is kept but what `reading` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from heapq import nlargest
from math import log
from typing import Final, Protocol

from screens.ime.lexicon import Entry, Lexicon
from screens.ime.syllables import LONGEST, begins_one, fold, syllable

LONGEST_READING: Final = 40
LONGEST_WORD: Final = 8  # syllables
SPELT_OTHERWISE: Final = log(0.004)  # for each syllable
UNKNOWN_PAIR: Final = log(0.25)  # a given name of two characters that nobody has met
SINGLE: Final = log(0.16)  # share of given names with one character
SENTENCES: Final = 2
BEGINS_NONE: Final = ("i", "u", "v")  # letters that no syllable begins with
EACH: Final = 24  # entries that are looked at for one key
NAMES: Final = 80


class Mode(StrEnum):
    TEXT = "text"
    NAME = "name"


class PinyinEngine(Protocol):
    """What the keyboard knows of an engine; another one may stand behind it."""

    reading: str  # the letters that no character stands for yet

    def feed(self, letter: str) -> None: ...
    def backspace(self) -> bool:
        """Takes the last letter back; False when there was none."""

    def candidates(self, most: int, after: str = "") -> tuple[str, ...]:
        """The likeliest first. `after`: what stands before the letters already."""

    def choose(self, at: int) -> str:
        """Takes a candidate of the last list; its letters leave the reading."""

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """Characters for the letters up to `end`."""

    word: str
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Path:
    """Syllables in a row: as they are typed, and the key that they are looked up by."""

    end: int
    spelling: tuple[str, ...]
    key: str


class LexiconEngine:
    def __init__(self, lexicon: Lexicon, mode: Mode = Mode.TEXT) -> None:
        self._lexicon, self._mode = lexicon, mode
        self.clear()

    def clear(self) -> None:
        self.reading = ""
        self._offered: tuple[Found, ...] = ()
        # Kept while letters come, and gone with them.
        kept, lexicon = lru_cache(4096), self._lexicon
        self._goes_on = kept(lexicon.goes_on)
        self._words = kept(lambda key: lexicon.words(key, EACH))
        self._characters = kept(lambda key: lexicon.characters(key, EACH))
        self._surnames = kept(lambda key: lexicon.surnames(key, EACH))
        self._given = kept(self._given_names)

    def feed(self, letter: str) -> None:
        if len(self.reading) < LONGEST_READING:
            self.reading += letter

    def backspace(self) -> bool:
        had, self.reading = self.reading, self.reading[:-1]
        return bool(had)

    def choose(self, at: int) -> str:
        chosen = self._offered[at]
        rest = self.reading[chosen.end :]
        self.clear()
        self.reading = rest
        return chosen.word

    def candidates(self, most: int, after: str = "") -> tuple[str, ...]:
        found: dict[str, Found] = {}
        for one in self._in_order(after):
            found.setdefault(one.word, one)
            if len(found) >= most:
                break
        self._offered = tuple(found.values())
        return tuple(found)

    def _in_order(self, after: str) -> Iterator[Found]:
        if not self.reading:
            return
        if self._mode is Mode.NAME:
            yield from self._name(after)
        else:
            yield from self._sentences()
            yield from self._prefixes()
        yield from self._first_characters(after)

    # What the letters may be cut into

    def _edges(self, start: int) -> Iterator[Path]:
        for end in range(start + 1, min(start + LONGEST, len(self.reading)) + 1):
            if self.reading[end : end + 1] in BEGINS_NONE:
                continue
            if one := syllable(self.reading[start:end]):
                yield Path(end, (one,), fold(one))

    def _paths(self, start: int, longest: int) -> Iterator[Path]:
        """Every row of up to `longest` syllables that begins at `start`, the shorter before."""
        rows = list(self._edges(start))
        for length in range(1, longest + 1):
            yield from rows
            if length == longest:
                return
            rows = [
                Path(more.end, row.spelling + more.spelling, f"{row.key} {more.key}")
                for row in rows
                if length < 2 or self._goes_on(row.key)
                for more in self._edges(row.end)
            ]

    # Text

    def _matches(self, start: int) -> Iterator[Found]:
        for path in self._paths(start, LONGEST_WORD):
            table = self._characters if len(path.spelling) == 1 else self._words
            for entry in table(path.key):
                yield Found(entry.word, path.end, entry.weight + _price(entry, path.spelling))

    def _sentences(self) -> Iterator[Found]:
        """The best rows of words, as far as the letters make whole syllables."""
        best: dict[int, list[tuple[float, str]]] = {0: [(0.0, "")]}
        for start in range(len(self.reading)):
            if start not in best:
                continue
            heads = best[start] = nlargest(SENTENCES, best[start])
            for match in self._best_to_each_end(start):
                best.setdefault(match.end, []).extend(
                    (weight + match.weight, head + match.word) for weight, head in heads
                )
        end = self._furthest(best)
        if end:
            for weight, words in nlargest(SENTENCES, best[end]):
                yield Found(words, end, weight)

    def _furthest(self, reached: dict[int, list[tuple[float, str]]]) -> int:
        """The end after which the letters are only the beginning of a syllable."""
        ends = sorted(reached, reverse=True)
        whole = len(self.reading)
        return next(
            (end for end in ends if end == whole or begins_one(self.reading[end:])), ends[0]
        )

    def _best_to_each_end(self, start: int) -> list[Found]:
        best: dict[int, Found] = {}
        for match in self._matches(start):
            if match.end not in best or match.weight > best[match.end].weight:
                best[match.end] = match
        return list(best.values())

    def _prefixes(self) -> Iterator[Found]:
        """Words that the letters begin with: the longer before the shorter, then by frequency."""
        yield from sorted(
            (one for one in self._matches(0) if len(one.word) > 1),
            key=lambda one: (-one.end, -one.weight),
        )

    # Names

    def _name(self, after: str) -> Iterator[Found]:
        if after:
            yield from nlargest(NAMES, self._given_from(0), key=_by_length)
            return
        surnames = [
            Found(one.word, path.end, one.weight + _price(one, path.spelling))
            for path in self._paths(0, 2)
            for one in self._surnames(path.key)
        ]
        ends = {one.end for one in surnames}
        given = {end: list(self._given_from(end)) for end in ends}
        whole = [
            Found(surname.word + one.word, one.end, surname.weight + one.weight)
            for surname in surnames
            for one in given[surname.end]
        ]
        yield from nlargest(NAMES, whole, key=_by_length)
        yield from nlargest(NAMES, surnames, key=_by_length)

    def _given_from(self, start: int) -> Iterator[Found]:
        for path in self._paths(start, 2):
            for word, weight in self._given(path.spelling, path.key):
                yield Found(word, path.end, weight)

    def _given_names(self, typed: tuple[str, ...], key: str) -> tuple[tuple[str, float], ...]:
        """The likeliest of these syllables, with their weights."""
        if len(typed) == 1:
            ones = self._lexicon.given_characters(key, EACH)
            return tuple((one.word, SINGLE + one.weight + _price(one, typed)) for one in ones)
        found: dict[str, float] = {}
        first, second = (
            nlargest(EACH // 2, self._given((one,), fold(one)), key=lambda pair: pair[1])
            for one in typed
        )
        for one, weight in first:
            for other, more in second:
                found[one + other] = weight + more - 2 * SINGLE + UNKNOWN_PAIR
        for pair in self._lexicon.given_names(key, EACH):
            weight = pair.weight + _price(pair, typed)
            found[pair.word] = max(weight, found.get(pair.word, weight))
        return tuple(nlargest(EACH, found.items(), key=lambda pair: pair[1]))

    # Character by character: this way every name and every word can be written

    def _first_characters(self, after: str) -> Iterator[Found]:
        given = self._mode is Mode.NAME and bool(after)
        for path in sorted(self._edges(0), key=lambda path: -path.end):
            ordered = sorted(
                self._lexicon.every_character(path.key, given=given),
                key=lambda one: -(one.weight + _price(one, path.spelling)),
            )
            yield from (Found(one.word, path.end, 0.0) for one in ordered)


def _price(entry: Entry, typed: tuple[str, ...]) -> float:
    meant = entry.spelling.split(" ")
    return SPELT_OTHERWISE * sum(one != other for one, other in zip(meant, typed, strict=True))


def _by_length(one: Found) -> tuple[int, float]:
    return one.end, one.weight
