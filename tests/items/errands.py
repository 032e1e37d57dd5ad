"""Who goes for what. For an item that is finished here, documented people for its outcomes
(`outcomes.py`); for any other, the same people in turn, with answers by lot.
"""

from __future__ import annotations

from typing import Final

from config.catalogue_models import Ability, Audience, Item
from tests.items.errand import Errand, Way
from tests.items.outcomes import ANSWERS, OUTCOMES

PEOPLE: Final = ("p39", "p41", "p42", "p44")  # of age, with cards that are valid
SCANS_EVERY: Final = 6
EDIT_EVERY: Final = 3
POST_EVERY: Final = 8  # what is posted has five questions more
TELLING: Final = (  # one of each shape
    "2020-35/1/13",
    "2020-35/1/6",
    "2020-35/1/5",
    "2020-35/1/2",  # with a paper that is scanned
    "2020-35/1/23",  # for an enterprise
    "2020-35/1/28",  # with a paper that is missing
)


def errands(item: Item, at: int, *, every_end: bool) -> tuple[Errand, ...]:
    """`at`: its place in the list; whom it is for, scanning and searching follow it. The first
    alone, unless every end is wanted.
    """
    choices = dict(ANSWERS.get(item.code, {}))
    if item.ability is not Ability.FORWARD:
        outcomes = OUTCOMES[item.code][: None if every_end else 1]
        return tuple(
            Errand(
                item.code,
                one.person,
                search=at % 2 == 0,
                choices={**choices, **one.answers},
                sees=one.sees,
            )
            for one in outcomes
        )
    if at % POST_EVERY:
        choices["notify_by"] = ("sms", "collect")[at % 2]
    ways = {Way.BACK, Way.LATER if at % 4 == 1 else Way.MISSING}
    if at % EDIT_EVERY == 0:
        ways.add(Way.EDIT)
    handed_in, left = (
        Errand(
            item.code,
            PEOPLE[at % len(PEOPLE)],
            seed=seed,
            whom=_whom(item, at + seed),
            scans=at % SCANS_EVERY == 1,
            search=(at + seed) % 2 == 0,
            ways=frozenset(some),
            choices=choices,
        )
        for seed, some in enumerate((ways, {Way.LAPSE}))
    )
    return (handed_in, left) if every_end else (handed_in,)


def _whom(item: Item, at: int) -> str:
    match item.audience:
        case Audience.PERSON:
            return "on_behalf" if at % 7 == 3 else "self"
        case Audience.ENTERPRISE:
            return "enterprise"
        case Audience.BOTH:
            return ("self", "enterprise", "on_behalf")[at % 3]
