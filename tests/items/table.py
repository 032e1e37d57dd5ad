"""docs/items.md: every item, and the ends that it was brought to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from config.catalogue_models import Ability
from config.catalogue_pack import Catalogue
from tests.items.errand import Way
from tests.items.tour import Walked

FILE: Final = Path(__file__).parents[2] / "docs" / "items.md"
_HEAD: Final = """# Every item, and the ends it was brought to

Written by `make items`: an automated resident finds each item of 国办发〔2020〕35号 by touch,
answers its questions by lot, gives its papers, signs, and takes the slip; what the platform
received is compared with what was entered. On the way there somebody goes **back** to the question
before, **edit**s an answer from the summary, and lacks a paper that is brought after all
(**missing**) or **later**. Then somebody else goes away in the midst of it without a word
(**lapse**): the terminal counts down, asks for the card, and nothing is handed in or left behind.
Where no paper has to come, none can be missing. `make items SHORT=1`, which every change has to
pass, walks each item once, to its good end.

Items that are finished here are walked by a documented person for each outcome
([people](sandbox-people.md)). Who goes for what: `errands.py` and `outcomes.py` in `tests/items/`.

| item | name | ends here as | walks | for whom | on the way | papers given as | touches | ends |
|---|---|---|---|---|---|---|---|---|
"""
_ENDS: Final[Mapping[Ability, str]] = {
    Ability.CERTIFY: "certified",
    Ability.QUERY: "looked up",
    Ability.VERIFY: "verified",
    Ability.FORWARD: "taken in",
}


def write(catalogue: Catalogue, walked: Mapping[str, Sequence[Walked]], file: Path = FILE) -> None:
    rows = [_row(catalogue, code, walked.get(code, ())) for code in catalogue.codes()]
    file.write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def _row(catalogue: Catalogue, code: str, walked: Sequence[Walked]) -> str:
    item = catalogue.item(code)
    assert item is not None
    wrong = [sentence for one in walked for sentence in one.wrong]
    cells = (
        code,
        item.zh.short,
        _ENDS[item.ability],
        str(len(walked)),
        _said(one.whom for one in walked),
        _said(way for way in Way if any(way in one.ways for one in walked)),
        _said(paper for one in walked for paper in one.papers),
        _span([one.touches for one in walked]),
        ("not walked" if not walked else f"failed: {wrong[0]}" if wrong else _ends(walked)),
    )
    return f"| {' | '.join(one.replace('|', '/') for one in cells)} |"


def _ends(walked: Sequence[Walked]) -> str:
    """With how many came to each."""
    ends = [_name(one) for one in walked]
    return _said(f"{end} × {ends.count(end)}" if ends.count(end) > 1 else end for end in ends)


def _name(one: Walked) -> str:
    return "gone" if Way.LAPSE in one.ways else one.end.partition("/")[2]


def _span(touches: Sequence[int]) -> str:
    return _said((str(min(touches)), str(max(touches)))).replace(", ", "–") if touches else ""


def _said(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))
