"""docs/items.md: every item, and the end that it was brought to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from config.catalogue_models import Ability
from config.catalogue_pack import Catalogue
from tests.items.tour import Walked

FILE: Final = Path(__file__).parents[2] / "docs" / "items.md"
_HEAD: Final = """# Every item, and the end it was brought to

Written by `make items`: an automated resident finds each item of 国办发〔2020〕35号 by touch,
answers its questions by lot, gives its papers, signs, and takes the slip; what the platform
received is compared with what was entered. Who goes for what: `tests/items/errands.py`. Items that
are finished here are walked by a documented person for each outcome
([people](sandbox-people.md)).

| item | name | ends here as | walks | for whom | papers given as | touches | end |
|---|---|---|---|---|---|---|---|
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
        _said(way for one in walked for way in one.papers),
        _said(str(one.touches) for one in walked),
        ("not walked" if not walked else f"failed: {wrong[0]}" if wrong else _ends(walked)),
    )
    return f"| {' | '.join(one.replace('|', '/') for one in cells)} |"


def _ends(walked: Sequence[Walked]) -> str:
    return _said(one.end.partition("/")[2] for one in walked)


def _said(words: object) -> str:
    return ", ".join(dict.fromkeys(filter(None, words)))  # type: ignore[call-overload]
