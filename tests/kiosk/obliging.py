"""A resident who does on every page what brings it on, with an answer that can be taken."""

from collections import Counter
from functools import cache
from re import _parser

from config.catalogue_models import Kind
from kiosk.visits.events import (
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    ItemChosen,
    Kept,
    PageTaken,
    StaffKnown,
    TimedOut,
    Touched,
)
from kiosk.visits.form_events import Answered, EntryAdded, HowChosen, RowChosen, Signed
from kiosk.visits.form_pages import EntriesPage, ListPage, MaterialPage, QuestionPage
from tests.kiosk.forwarding import NAME_STROKES, NOW, NUMBER, VILLAGE
from tests.kiosk.people import ZHANG

ELSEWHERE = "430102101201"
MOST_PAGES = 400

# Kind → answers, tried one after the other until one is taken.
ANSWERS = {
    Kind.YES_NO: ("yes",),
    Kind.NAME: ("李四", "王五"),
    Kind.TEXT: ("石桥镇大石桥村三组",),
    Kind.NUMBER: ("100080", "1234567890123456", "6217001234567890123", "12345678"),
    Kind.CODE: ("AB123456",),
    Kind.INTEGER: ("1", "10", "100"),
    Kind.MONEY: ("100", "1000", "1"),
    Kind.MOBILE: ("13900001234", "13900005678"),
    Kind.ID_NUMBER: ("11010519491231002X", "110101199003070134"),
    Kind.CREDIT_CODE: ("91350100M000100Y43",),
    Kind.DATE: ("2026-11-20", "2026-11-21", "2026-11-25", "2020-01-01", "1990-01-01"),
    Kind.MONTH: ("2026-11", "2026-10", "2020-01"),
    Kind.YEAR: ("2026", "2020"),
    Kind.DIVISION: (VILLAGE, ELSEWHERE),
}
ONWARDS = {
    "about": (Confirmed,),
    "card": (CardRead, ZHANG),
    "person": (Confirmed,),
    "consent": (Declined,),
    "staff": (StaffKnown, "S01"),
    "materials": (Confirmed,),
    "scan": (PageTaken, b"\xff\xd8", None),
    "look": (Confirmed,),
    "gaps": (Confirmed,),
    "inventory": (Confirmed,),
    "summary": (Confirmed,),
    "sign": (Signed, NAME_STROKES),
    "hand in": (Kept, NUMBER, NOW, "ab" * 32),
    "sent": (TimedOut,),
    "card gone": (CardTaken,),
    "take card": (CardTaken,),
}


class Obliging:
    """`last`: takes the last of the possibilities where another takes the first."""

    def __init__(self, walk, whom="self", last=False):
        self.walk, self.whom, self.last = walk, whom, last
        self.tried = Counter()

    def to_result(self, code):
        """The steps on the way, each as often as it was stood on."""
        self.walk.happen(Touched, (ItemChosen, code))
        way = []
        while (step := self.walk.step.split("/")[0]) != "result":
            way.append(step)
            assert len(way) < MOST_PAGES, f"{code} never ends: {way[-5:]}"
            self.walk.happen(self._next(step))
        return way

    def _next(self, step):
        page = self.walk.page
        match page:
            case QuestionPage():
                return (Answered, self._answer(page))
            case EntriesPage():
                on = page.can_go_on and (page.entries or self.last)
                return (Confirmed,) if on else (EntryAdded,)
            case MaterialPage():
                return (HowChosen, str(page.ways[-1 if self.last else 0]))
            case ListPage():
                rows = [row.row for row in page.rows]
                return (RowChosen, self.whom if self.whom in rows else rows[-1])
        return ONWARDS[step]

    def _answer(self, page):
        if page.choices:
            value = page.choices[-1 if self.last else 0].value
            return (value,) if page.kind is Kind.CHOICES else value
        question = self.walk.intake.walk.here.question
        known = list(ANSWERS[page.kind])
        if page.kind is Kind.YES_NO and self.last:
            known = ["no", "yes"]
        if page.kind in (Kind.NUMBER, Kind.CODE, Kind.TEXT) and question.least:
            known.append("1" * question.least)
        if question.pattern:
            known = [*_fitting(question.pattern), *known]
        at = self.tried[self.walk.view.step]
        self.tried[self.walk.view.step] += 1
        assert at < len(known), f"nothing is taken as {self.walk.view.step}: {page.trouble}"
        return known[at]


@cache
def _fitting(pattern):
    """The shortest texts of that form: the first of what may stand in each place, and the last."""
    return [_shortest(_parser.parse(pattern), pick) for pick in (0, -1)]


def _shortest(tree, pick):
    text = ""
    for kind, what in tree:
        match str(kind):
            case "LITERAL":
                text += chr(what)
            case "IN":
                text += _one_of(what[pick], pick)
            case "MAX_REPEAT":
                least, _, inner = what
                text += least * _shortest(inner, pick)
            case "SUBPATTERN":
                text += _shortest(what[3], pick)
            case "BRANCH":
                text += _shortest(what[1][pick], pick)
            case "ANY":
                text += "石"
            case "ASSERT_NOT" | "AT":  # the usual answers come after these
                continue
            case _:
                raise ValueError(f"{kind} is not expected in the form of an answer")
    return text


def _one_of(choice, pick):
    kind, what = choice
    if str(kind) == "RANGE":
        return chr(what[pick])
    return "1" if str(kind) == "CATEGORY" else chr(what)
