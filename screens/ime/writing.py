"""A field written in Chinese: what stands in it, the letters that are not characters yet, and the
candidates, a row at a time.
"""

from __future__ import annotations

from typing import Final

from screens.ime.engine import PinyinEngine

LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
LONGEST: Final = 200


# Candidates stand in two rows of four; a long one takes two places, or a row.
ROWS: Final = 2
COLUMNS: Final = 4


def span(word: str) -> int:
    """Places that a candidate takes."""
    return 1 if len(word) <= 4 else 2 if len(word) <= 9 else COLUMNS


def fitting(words: tuple[str, ...]) -> int:
    """How many of them, from the first, find room in the rows."""
    row, col = 0, 0
    for at, word in enumerate(words):
        if col + span(word) > COLUMNS:
            row, col = row + 1, 0
        if row == ROWS:
            return at
        col += span(word)
    return len(words)


class Writing:
    """most: characters at the most; 0 for as many as anybody needs."""

    def __init__(self, engine: PinyinEngine, most: int = 0) -> None:
        self._engine = engine
        self.most = most or LONGEST
        self.text = ""
        self._starts = [0]  # where each leaf begins, up to the one that is shown
        self._offered: tuple[str, ...] = ()

    @property
    def reading(self) -> str:
        return self._engine.reading

    @property
    def candidates(self) -> tuple[str, ...]:
        """Those that are shown."""
        rest = self._offered[self._starts[-1] :]
        return rest[: fitting(rest)]

    @property
    def has_more(self) -> bool:
        return len(self._offered) > self._starts[-1] + len(self.candidates)

    @property
    def has_less(self) -> bool:
        return len(self._starts) > 1

    def press(self, key: str) -> None:
        """A small letter is spelt; everything else is meant as it stands."""
        if key in LETTERS:
            self._engine.feed(key)
        else:
            self._take_first()
            self._write(key)
        self._look()

    def backspace(self) -> None:
        if not self._engine.backspace():
            self.text = self.text[:-1]
        self._look()

    def choose(self, at: int) -> None:
        """`at`: among those that are shown."""
        self._write(self._engine.choose(self._starts[-1] + at))
        self._look()

    def more(self) -> None:
        if self.has_more:
            self._starts.append(self._starts[-1] + len(self.candidates))
            self._ask()

    def less(self) -> None:
        if self.has_less:
            self._starts.pop()

    def take_over(self, before: Writing) -> None:
        """What stands in another one, letters and all."""
        self.text = before.text
        for letter in before.reading:
            self._engine.feed(letter)
        self._look()

    def clear(self) -> None:
        self._engine.clear()
        self.text = ""
        self._look()

    def _take_first(self) -> None:
        while self.reading and self._offered:
            self._write(self._engine.choose(0))
            self._look()
        self._engine.clear()

    def _write(self, more: str) -> None:
        self.text = (self.text + more)[: self.most]

    def _look(self) -> None:
        self._starts = [0]
        self._ask()

    def _ask(self) -> None:
        """One leaf and one candidate more, to know whether there are more."""
        wanted = self._starts[-1] + ROWS * COLUMNS + 1
        self._offered = self._engine.candidates(wanted, after=self.text)
