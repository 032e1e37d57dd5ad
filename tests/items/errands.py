"""Who goes for what. For an item that is finished here, documented people for its outcomes
(docs/sandbox-people.md); for any other, the same people in turn, with answers by lot.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from config.catalogue_models import Ability, Audience, Item
from tests.items.answers import Value
from tests.items.walker import Errand

_YEAR: Final = str(date.today().year - 1)
_SPAN: Final = {"from": f"{_YEAR}-01", "to": f"{_YEAR}-12", "insurance": "all"}
_OWN: Final = {"mode": "own"}
_FIRM: Final = {
    **_SPAN,
    "credit_code": "91430121MA4L000010",  # p44 is its legal representative
    "oper_role": "legal",
    "with_staff": "no",
}

# Item → what is answered there; the rest is left to the lot.
ANSWERS: Final[Mapping[str, Mapping[str, Value]]] = {
    "2020-35/1/6": {"year": _YEAR},
    "2020-35/2/13": {"year": _YEAR},
    "2020-35/2/14": _SPAN,
    "2020-35/2/15": _FIRM,
    "2020-35/3/6": _SPAN,
    "2020-35/1/22": {"asked": "all", "estate_at": "430102000000"},
    "2020-35/2/28": {"asked": "all", "estate_at": "430121000000"},
    "2020-35/1/25": {"matter": "deposit"},
    "2020-35/1/14": {"changes": ("none",)},
    "2020-35/2/18": {"changes": ("none",)},
    **dict.fromkeys(
        ("2020-35/1/17", "2020-35/1/18", "2020-35/1/19", "2020-35/1/20", "2020-35/2/25"), _OWN
    ),
}

# Item → person → the step that tells what it came to.
OUTCOMES: Final[Mapping[str, Mapping[str, str]]] = {
    "2020-35/1/13": {"p01": "result", "p18": "result", "p04": "not here", "p03": "not due"},
    "2020-35/1/14": {"p30": "result", "p47": "not here"},
    "2020-35/2/17": {"p32": "result", "p49": "result"},
    "2020-35/2/18": {"p33": "result", "p48": "result"},
    "2020-35/1/6": {"p39": "shown", "p40": "choose", "p41": "not had", "p38": "not had"},
    "2020-35/2/13": {"p42": "shown", "p43": "shown", "p39": "not had"},
    "2020-35/2/14": {"p39": "shown", "p40": "choose", "p41": "not had"},
    "2020-35/2/15": {"p44": "shown", "p39": "not had"},
    "2020-35/3/6": {"p39": "shown", "p38": "not had"},
    "2020-35/1/25": {"p39": "shown", "p40": "choose", "p38": "not had"},
    "2020-35/1/22": {"p39": "shown", "p38": "not had"},
    "2020-35/2/28": {"p39": "shown", "p40": "shown"},
    **{
        code: {"p39": "shown", "p40": "choose", "p46": "shown", "p38": "not had"}
        for code in ("2020-35/1/17", "2020-35/1/18", "2020-35/1/19", "2020-35/2/25")
    },
    "2020-35/1/20": {"p39": "shown", "p52": "shown", "p53": "shown", "p38": "not had"},
}

PEOPLE: Final = ("p39", "p41", "p42", "p44")  # of age, with cards that are valid
DETOURS: Final = ("back", "edit", "gaps")
SCANS_EVERY: Final = 6
DETOUR_EVERY: Final = 5
POST_EVERY: Final = 8  # what is posted has five questions more
TELLING: Final = (  # one of each shape
    "2020-35/1/13",
    "2020-35/1/6",
    "2020-35/1/5",
    "2020-35/1/2",  # with a paper that is scanned
    "2020-35/1/23",  # for an enterprise, with a way back from the summary
    "2020-35/1/28",  # with a paper that is missing
)


def errands(item: Item, at: int, *, every_outcome: bool) -> tuple[Errand, ...]:
    """`at`: its place in the list; whom it is for, scanning, searching and detours follow it."""
    choices = dict(ANSWERS.get(item.code, {}))
    if at % POST_EVERY:
        choices["notify_by"] = ("sms", "collect")[at % 2]
    if item.ability is not Ability.FORWARD:
        people = tuple(OUTCOMES[item.code])[: None if every_outcome else 1]
        return tuple(
            Errand(item.code, person, search=at % 2 == 0, choices=choices) for person in people
        )
    detour = DETOURS[at // DETOUR_EVERY % len(DETOURS)]
    return (
        Errand(
            item.code,
            PEOPLE[at % len(PEOPLE)],
            whom=_whom(item, at),
            scans=at % SCANS_EVERY == 1,
            search=at % 2 == 0,
            detours=frozenset({detour} if at % DETOUR_EVERY == 2 else ()),
            choices=choices,
        ),
    )


def _whom(item: Item, at: int) -> str:
    match item.audience:
        case Audience.PERSON:
            return "on_behalf" if at % 7 == 3 else "self"
        case Audience.ENTERPRISE:
            return "enterprise"
        case Audience.BOTH:
            return ("self", "enterprise", "on_behalf")[at % 3]
