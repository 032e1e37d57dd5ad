"""The words and characters that letters may stand for: one file, opened for reading alone.

Made by `deploy/lexicon.py`. Nothing is ever written to it and nothing is learnt: what a resident
types leaves no trace (SQLite with `immutable` has no journal, no lock file and no temporary one).
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

INSTALLED: Final = Path(__file__).resolve().parents[2] / "build" / "lexicon" / "lexicon.sqlite"
_WORDS = "SELECT word, spelling, weight FROM {} WHERE key = ? ORDER BY weight DESC LIMIT ?"
_GOES_ON = "SELECT EXISTS (SELECT 1 FROM words WHERE key > ? || ' ' AND key < ? || '!')"


class LexiconMissingError(Exception):
    """The set-up has not made it: `deploy/setup.sh`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`spelling`: its syllables with spaces. `weight`: logarithm of its share."""

    word: str
    spelling: str
    weight: float


class Lexicon:
    """For one thread. Every key is folded syllables with spaces (`syllables.fold`)."""

    def __init__(self, file: Path = INSTALLED) -> None:
        self._file = file

    def words(self, key: str, most: int) -> tuple[Entry, ...]:
        """Of two syllables and more, the most frequent first."""
        return self._ask("words", key, most)

    def goes_on(self, key: str) -> bool:
        """Whether a longer word begins with these syllables."""
        return bool(self._database.execute(_GOES_ON, (key, key)).fetchone()[0])

    def given_names(self, key: str, most: int) -> tuple[Entry, ...]:
        """Of two characters."""
        return self._ask("pairs", key, most)

    def surnames(self, key: str, most: int) -> tuple[Entry, ...]:
        return self._ask("surnames", key, most)

    def characters(self, key: str, most: int) -> tuple[Entry, ...]:
        return self._ask("characters", key, most)

    def given_characters(self, key: str, most: int) -> tuple[Entry, ...]:
        """By how often they are met in given names."""
        return self._ask("given", key, most)

    def every_character(self, key: str, *, given: bool = False) -> tuple[Entry, ...]:
        """All of one syllable; with `given`, those that names have before the others."""
        names = self.given_characters(key, -1) if given else ()
        known = {one.word for one in names}
        others = tuple(one for one in self.characters(key, -1) if one.word not in known)
        return names + others

    def initials(self, character: str) -> frozenset[str]:
        """The letters that its readings begin with."""
        return frozenset(self._initials.get(character, ""))

    def _ask(self, table: str, key: str, most: int) -> tuple[Entry, ...]:
        return tuple(
            Entry(*row) for row in self._database.execute(_WORDS.format(table), (key, most))
        )

    @cached_property
    def _database(self) -> sqlite3.Connection:
        if not self._file.exists():
            raise LexiconMissingError(f"no {self._file}: run deploy/setup.sh")
        return sqlite3.connect(f"file:{self._file}?mode=ro&immutable=1", uri=True)

    @cached_property
    def _initials(self) -> dict[str, str]:
        """Of the characters that places are named with: those in use, not every one there is."""
        rows = self._database.execute(
            "SELECT word, group_concat(substr(spelling, 1, 1), '') FROM characters GROUP BY word"
        )
        return dict(rows)
