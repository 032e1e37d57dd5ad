"""The syllables of Mandarin as they are typed, and those that dialects do not tell apart.

汉语拼音正词法 (GB/T 16159) without tones; ü is v after l and n, as on every keyboard.
"""

from __future__ import annotations

from functools import cache
from typing import Final

_FINALS_BY_INITIAL: Final = {
    "": "a ai an ang ao e ei en eng er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u iao",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan ue un uo v",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan ue un uo v",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
SYLLABLES: Final = frozenset(
    initial + final for initial, finals in _FINALS_BY_INITIAL.items() for final in finals.split()
)
LONGEST: Final = max(map(len, SYLLABLES))
# Other ways of writing a syllable, as passports and some keyboards have them.
_WRITTEN_ELSE: Final = {"lyu": "lv", "nyu": "nv", "lve": "lue", "nve": "nue"}
_INITIALS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"))


@cache
def fold(syllable: str) -> str:
    """One form for all that sound alike somewhere: zhang, zang and zan are zan."""
    for initial, plain in _INITIALS:
        if syllable.startswith(initial):
            syllable = plain + syllable[len(initial) :]
            break
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


# What folds to a syllable is taken for one: zuang is no syllable, and yet it is typed for zhuang.
FOLDED: Final = frozenset(map(fold, SYLLABLES))
_BEGINNINGS: Final = frozenset(one[:end] for one in SYLLABLES for end in range(1, len(one)))


@cache
def syllable(letters: str) -> str | None:
    """The syllable that they are, as it is usually written; None when they are none."""
    letters = _WRITTEN_ELSE.get(letters, letters)
    whole = letters in SYLLABLES or (len(letters) > 1 and fold(letters) in FOLDED)
    return letters if whole else None


def begins_one(letters: str) -> bool:
    """Whether more letters could make a syllable of it."""
    return letters in _BEGINNINGS
