"""Guiding questions: for who does not know which item it is. Two or three answers lead to one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Final, Self

from pydantic import Field, ValidationError, model_validator

from config.catalogue_models import Code, Item, Mode, Name, Part, Said
from config.start_error import StartError

INSTALLED: Final = Path(__file__).resolve().parent / "catalogue" / "guides.toml"


class GuideError(StartError):
    """One line: the file or the question, and the rule."""


class Way(Part):
    """An answer: it leads to another question or to an item.

    mode: the way the item goes from here, where that is what the answer decides.
    """

    label: Said
    item: Code | None = None
    question: Name | None = None
    mode: Mode | None = None

    @model_validator(mode="after")
    def _leads_to_one(self) -> Self:
        if (self.item is None) == (self.question is None):
            raise ValueError("an answer leads to a question or to an item")
        if self.mode is not None and self.item is None:
            raise ValueError("only an item has a mode")
        return self


class GuideQuestion(Part):
    ask: Said
    ways: tuple[Way, ...] = Field(min_length=2, max_length=8)


class Guide(Part):
    """A tree of questions for one group."""

    first: Name
    questions: Mapping[Name, GuideQuestion]

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        named = [
            way.question for one in self.questions.values() for way in one.ways if way.question
        ]
        if missing := {self.first, *named} - set(self.questions):
            raise ValueError(f"there is no question {min(missing)!r}")
        if twice := {one for one in named if named.count(one) > 1 or one == self.first}:
            raise ValueError(f"two answers lead to {min(twice)!r}")
        reached = {self.first}
        while (
            more := {
                way.question for one in reached for way in self.questions[one].ways if way.question
            }
            - reached
        ):
            reached |= more
        if lost := set(self.questions) - reached:
            raise ValueError(f"no answer leads to {min(lost)!r}")
        return self


Guides = Mapping[str, Guide]


def load_guides(file: Path = INSTALLED) -> Guides:
    """By the name of the group.

    Raises:
        GuideError: the file cannot be read or breaks a rule.
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        return {group: Guide.model_validate(guide) for group, guide in told.items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise GuideError(f"{file}: {fault}") from None
    except ValidationError as fault:
        first = fault.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise GuideError(f"{file}: {key}: {first['msg']}") from None


def check_guides(
    guides: Guides, item_of: Callable[[str], Item | None], groups: Collection[str]
) -> None:
    """That every item and group is there, and goes the way that is promised.

    Raises:
        GuideError: one is not.
    """
    for group, guide in guides.items():
        if group not in groups:
            raise GuideError(f"guides: there is no group {group!r}")
        for name, question in guide.questions.items():
            for way in question.ways:
                item = item_of(way.item or "")
                if way.item and item is None:
                    raise GuideError(f"guides: {group}.{name}: there is no item {way.item}")
                if way.mode and item and way.mode not in item.modes:
                    raise GuideError(f"guides: {group}.{name}: {way.item} is not {way.mode}")
