"""What an item that is finished here comes to, and for whom (docs/sandbox-people.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tests.items.answers import Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """sees: steps that somebody comes by and stays at, in their order. answers: beside those of
    the item.
    """

    person: str
    sees: tuple[str, ...]
    answers: Mapping[str, Value] = field(default_factory=dict)


_YEAR: Final = str(date.today().year - 1)
_SPAN: Final = {"from": f"{_YEAR}-01", "to": f"{_YEAR}-12", "insurance": "all"}
_FIRM: Final = {
    **_SPAN,
    "credit_code": "91430121MA4L000010",  # p44 is its legal representative
    "oper_role": "legal",
    "with_staff": "no",
}
CERTIFICATES: Final = (
    "2020-35/1/17",
    "2020-35/1/18",
    "2020-35/1/19",
    "2020-35/1/20",
    "2020-35/2/25",
)

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
    **{one: {"changes": ("none",)} for one in ("2020-35/1/14", "2020-35/2/18")},
    **{one: {"mode": "own"} for one in CERTIFICATES},
}

PASSED: Final = ("consent", "result", "receipt")
VOUCHED: Final = ("face refused", "staff", "result", "receipt")
NOT_HERE: Final = ("not here",)
SHOWN: Final = ("shown", "on paper")
CHOSEN: Final = ("choose", "shown", "on paper")
NOT_HAD: Final = ("not had",)
TURNED_AWAY: Final = ("card",)  # which is out of date, and that is told at once
KNOWN_BY_STAFF: Final = ("face doubted", "staff")

# Draw all four benefits, and meet the same end for each.
_REFUSED: Final = (
    Outcome("p03", ("not due",)),
    Outcome("p04", NOT_HERE),  # draws nothing
    *(Outcome(one, NOT_HERE) for one in ("p05", "p06", "p07", "p08", "p09", "p15")),
    Outcome("p10", ("no photo", "staff", "result", "receipt")),
    *(Outcome(one, VOUCHED) for one in ("p11", "p12", "p13")),
    Outcome("p16", TURNED_AWAY),
    Outcome("p17", PASSED),  # the platform is too busy to say anything, and takes it in later
)
# In the way of whatever is looked up: a limit of the day, a platform that is too busy, a card that
# is out of date.
_IN_THE_WAY: Final = (
    Outcome("p15", NOT_HAD),
    Outcome("p17", NOT_HAD),
    Outcome("p16", TURNED_AWAY),
)


def _certified(passes: str, accepted: str, unlike: str) -> tuple[Outcome, ...]:
    """unlike: whose picture does not look like them any more; "": nobody's who draws it."""
    return (
        Outcome(passes, PASSED),
        Outcome(accepted, PASSED),
        *((Outcome(unlike, VOUCHED),) if unlike else ()),
        *_REFUSED,
    )


def _looked_up(
    found: str,
    several: str = "",
    refused: str = "",
    nothing: str = "p38",
    known: Mapping[str, Value] | None = None,
) -> tuple[Outcome, ...]:
    """Each a list of people with blanks between. p14 is found where the staff know her; known: what
    she asks for.
    """
    return (
        *(Outcome(one, SHOWN) for one in found.split()),
        *(Outcome(one, CHOSEN) for one in several.split()),
        *(Outcome(one, NOT_HAD) for one in (*refused.split(), *nothing.split())),
        Outcome("p14", (*KNOWN_BY_STAFF, "shown", "on paper"), known or {}),
        *_IN_THE_WAY,
    )


def _unknown_to_staff(*known: Outcome) -> tuple[Outcome, ...]:
    """p14 has nothing there: staff who know her do not change that."""
    return (
        *known,
        Outcome("p14", (*KNOWN_BY_STAFF, "not had")),
        *_IN_THE_WAY,
    )


def _certificates(found: str) -> tuple[Outcome, ...]:
    """By one's face, and a number on a paper that is nobody's by the card alone."""
    return (
        *_looked_up(found, "p40"),
        Outcome("p39", ("question", "not had"), {"mode": "check"}),
    )


# The first of each is the good end.
OUTCOMES: Final[Mapping[str, tuple[Outcome, ...]]] = {
    "2020-35/1/13": _certified("p01", "p18", "p14"),
    "2020-35/1/14": _certified("p30", "p18", "p31"),
    "2020-35/2/17": _certified("p32", "p49", ""),
    "2020-35/2/18": _certified("p33", "p48", "p50"),
    "2020-35/1/6": _looked_up("p39", "p40", "p41 p42"),
    "2020-35/2/13": _unknown_to_staff(
        Outcome("p42", SHOWN), Outcome("p43", SHOWN), Outcome("p39", NOT_HAD)
    ),
    "2020-35/2/14": _looked_up("p39 p42", "p40", "p41", known={"from": "2006-01", "to": "2008-12"}),
    "2020-35/2/15": _unknown_to_staff(Outcome("p44", SHOWN), Outcome("p39", NOT_HAD)),
    "2020-35/3/6": _looked_up("p39 p40 p41", known={"from": "2006-01", "to": "2008-12"}),
    "2020-35/1/22": _looked_up("p39"),
    "2020-35/2/28": (
        *_looked_up("p39 p40"),
        Outcome("p39", SHOWN, {"asked": "no_home"}),
        Outcome("p39", NOT_HAD, {"estate_at": "460105000000"}),
    ),
    "2020-35/1/25": _looked_up("p39 p42", "p40"),
    **dict.fromkeys(CERTIFICATES, _certificates("p39 p46")),
    "2020-35/1/20": (
        *_certificates("p39 p46"),
        # The certificate comes, and its seal is not good: it is told, and nothing is printed.
        *(Outcome(one, ("shown",)) for one in ("p52", "p53", "p54", "p55")),
    ),
}
