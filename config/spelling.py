"""Pinyin as it is typed without tones or spaces: its syllables, how a row of letters may be read,
and what sounds alike to many. Opens nothing.

Syllables: GB/T 16159 with `v` for ü, as every keyboard has it.
"""

from __future__ import annotations

import re
from typing import Final

_FINALS: Final = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "f": "a an ang ei en eng o ou u",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan ue un uo v ve",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue uo v ve",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "r": "an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "w": "a ai an ang ei en eng o u",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "zh": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
}
SYLLABLES: Final = frozenset(
    begin + final for begin, finals in _FINALS.items() for final in finals.split()
)
_INITIALS: Final = frozenset(_FINALS) - {""}
_LONGEST: Final = max(map(len, SYLLABLES))
READINGS: Final = 3
# What a piece costs: a reading with fewer and fuller pieces is the likelier one.
_SYLLABLE, _BEGUN, _INITIAL, _NOTHING = 1.0, 1.3, 1.6, 3.0

_ALIKE: Final = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n"), "l"),
    (re.compile(r"^hu(?=[aio])"), "f"),
    (re.compile(r"^hun$"), "fen"),
    (re.compile(r"^hu$"), "fu"),
    (re.compile(r"^fi$"), "fei"),
    (re.compile(r"([aei])ng$"), r"\1n"),
)


def alike(syllable: str) -> str:
    """The same for syllables that many do not tell apart: z and zh, c and ch, s and sh, n and l, f
    and hu, an and ang, en and eng, in and ing.
    """
    for pattern, put in _ALIKE:
        syllable = pattern.sub(put, syllable)
    return syllable


def readings(letters: str) -> tuple[tuple[str, ...], ...]:
    """Ways to read letters as syllables, the likeliest first, at most three.

    A piece that is no syllable is an initial that stands for one, or a syllable that has only been
    begun when it is the last.
    """
    best: list[list[tuple[float, tuple[str, ...]]]] = [[(0.0, ())]]
    for end in range(1, len(letters) + 1):
        ways = [
            (cost + more, (*pieces, letters[start:end]))
            for start in range(max(0, end - _LONGEST), end)
            if (more := _cost(letters[start:end], last=end == len(letters)))
            for cost, pieces in best[start]
        ]
        best.append(sorted(ways)[:READINGS])
    likeliest = best[-1][0][0]
    return tuple(pieces for cost, pieces in best[-1] if cost < likeliest + 1)


def _cost(piece: str, *, last: bool) -> float:
    """0 for what is no piece at all."""
    if piece in SYLLABLES:
        return _SYLLABLE
    if piece in _INITIALS:
        return _INITIAL
    if last and piece in _BEGUN_BY:
        return _BEGUN
    return _NOTHING if len(piece) == 1 else 0.0


def _by_beginning() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for whole in SYLLABLES:
        sound = alike(whole)
        for size in range(1, len(whole) + 1):
            found.setdefault(whole[:size], set()).add(sound)
    return {piece: frozenset(sounds) for piece, sounds in found.items()}


_BEGUN_BY: Final = _by_beginning()


def begun(piece: str) -> frozenset[str]:
    """What the syllables that begin so sound like (`alike`); the piece itself among them."""
    return _BEGUN_BY.get(piece, frozenset())
