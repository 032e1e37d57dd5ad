"""What is wrong with an answer, and the sentence that names the field and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from config.catalogue_models import Said
from kiosk.visits.wording import day_in_words

Value = str | tuple[str, ...]
"""An answer in the form of its kind; "" and () are none."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`key`: of a sentence with {field} in it; `values`: its other {places}.

    They are limits and labels, never what was answered.
    """

    key: str
    values: Mapping[str, int | str | date | Said] = field(default_factory=dict)


def sentence(trouble: Trouble, label: Said, words: Mapping[str, str], language: str) -> str:
    """`label`: what the question is called; `words`: of that language."""
    places = {name: _ready(value, language) for name, value in trouble.values.items()}
    return words[trouble.key].format(field=label.said(language), **places)


def _ready(value: int | str | date | Said, language: str) -> str:
    match value:
        case Said():
            return value.said(language)
        case date():
            return day_in_words(value, language)
    return str(value)
