"""The places that work on one thing at once (多地联办): named in the packet and on the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from config.catalogue_models import Item, Mode
from kiosk.visits.forms.asking import Answers

DIVISION_DIGITS: Final = 12


def branches(item: Item, mode: Mode, answers: Answers) -> list[dict[str, object]]:
    """`Manifest.branches`: none unless it is joined; the division where it was answered."""
    if mode is not Mode.JOINED:
        return []
    return [
        {"place": one.place.zh, "division": _division(answers, one.question) or None}
        for one in item.branches
    ]


def branch_rows(
    item: Item,
    mode: Mode,
    answers: Answers,
    say: Mapping[str, str],
    language: str,
    place_name: Callable[[str], str],
) -> list[tuple[str, str]]:
    """Label and value of each for a resident: which place, and that it is its turn from now on."""
    if mode is not Mode.JOINED:
        return []
    rows = []
    for one in item.branches:
        division = _division(answers, one.question)
        where = place_name(division) if division else ""
        told = " ".join(filter(None, (where, say["branches.waiting"])))
        rows.append((one.place.said(language), told))
    return rows


def _division(answers: Answers, question: str) -> str:
    answer = answers.get(question, "")
    return answer if isinstance(answer, str) and len(answer) == DIVISION_DIGITS else ""
