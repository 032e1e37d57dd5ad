"""What to touch on a question's page so that it gets an answer: names of controls, in order.

It asks the keyboard's own engine which candidate a word is, as somebody reads it off the screen.
"""

from __future__ import annotations

from collections.abc import Iterator

from pypinyin import lazy_pinyin

from config.catalogue_models import Kind, Level
from config.divisions import Divisions
from screens.ime.division_choice import DivisionChoice
from screens.ime.engine import LexiconEngine, Mode
from screens.ime.layouts import PADS
from screens.ime.lexicon import Lexicon
from screens.ime.writing import LETTERS, Writing

# On which layer of the keyboard of a text a sign lies; the key goes round them.
LAYERS = 3


def touches(kind: Kind, value: str | tuple[str, ...], *, leaf: int = 0) -> list[str]:
    """For an empty page of this kind, the main button included where there is one. `leaf`: how
    often the options are leafed through before; a place: `places`.
    """
    if kind in (Kind.CHOICE, Kind.YES_NO):
        return [*["more"] * leaf, f"Answered:{value}"]
    if kind is Kind.CHOICES:
        return [*(f"Tick:{one}" for one in value), "Answered"]
    if kind in (Kind.NAME, Kind.TEXT):
        return [*writing(value, Mode.NAME if kind is Kind.NAME else Mode.TEXT), "Answered"]
    assert kind in PADS, kind
    signs = value if kind is Kind.CODE else value.replace("-", "")
    return [*(f"Key:{sign}" for sign in signs), "Answered"]


def writing(text: str, mode: Mode) -> Iterator[str]:
    """Word by word: the letters of a row of characters, then candidates until all are chosen."""
    field = Writing(LexiconEngine(Lexicon(), mode))
    layer, rest = 0, text
    while rest:
        run = rest[: next((at for at, one in enumerate(rest) if not _spelt(one)), len(rest))][:4]
        wanted = 0 if run else 2 if rest[0].isascii() and rest[0].isalpha() else 1
        if mode is Mode.TEXT:
            yield from ["Layer"] * ((wanted - layer) % LAYERS)
            layer = wanted
        if not run:
            field.press(rest[0])
            yield f"Key:{rest[0]}"
            rest = rest[1:]
            continue
        for letter in "".join(lazy_pinyin(run, v_to_u=False)):
            field.press(letter)
            yield f"Key:{letter}"
        yield from _chosen(field, run)
        rest = rest[len(run) :]


def _spelt(character: str) -> bool:
    return "㐀" <= character <= "鿿" or ord(character) > 0x1FFFF


def _chosen(field: Writing, run: str) -> Iterator[str]:
    """The longest candidate that fits, leafing on for single characters."""
    while run:
        fitting = [at for at, one in enumerate(field.candidates) if run.startswith(one)]
        if not fitting:
            assert field.has_more, f"{run[0]!r} cannot be reached with {field.reading!r}"
            field.more()
            yield "More"
            continue
        best = max(fitting, key=lambda at: len(field.candidates[at]))
        run = run[len(field.candidates[best]) :]
        field.choose(best)
        yield f"Candidate:{best}"
    while field.reading:
        assert field.reading[0] in LETTERS
        field.backspace()
        yield "Backspace"


def places(code: str, own: str = "", down_to: Level = Level.VILLAGE, leaf: int = 12) -> list[str]:
    """From an empty picker to the place. `leaf`: cells on a leaf, 12 upright and 9 lying."""
    choice = DivisionChoice(Divisions(), own, down_to)
    steps = []
    if own:
        fitting = [way for way in choice.ways if way.code == code or _holds(way.code, code)]
        steps.append(f"Division:{fitting[0].code}")
        choice.go(fitting[0].code)
    while not choice.chosen:
        codes = [one.code for one in choice.rows]
        at = next((at for at, one in enumerate(codes) if one == code or _holds(one, code)), None)
        if at is None:
            raise LookupError(f"no place of the level {down_to} has the code {code}")
        steps += [*["more"] * (at // leaf), f"Division:{codes[at]}"]
        choice.go(codes[at])
    return [*steps, "Answered"]


def _holds(above: str, code: str) -> bool:
    digits = next(at for at in (0, 2, 4, 6, 9, 12) if not above[at:].strip("0"))
    return code.startswith(above[:digits])
