"""What the forks of the tables ask, by name: pure functions of the visit and the terminal (ADR 7).

The same table tells one page from another where a step shows many (`Step.which`).
"""

from __future__ import annotations

from collections.abc import Mapping

from config.catalogue_models import Identity
from kiosk.platform.results import Code
from kiosk.services import feedback
from kiosk.services.payment_questions import PAYMENT_QUESTIONS
from kiosk.visits.forms.intake import SELF, Intake
from kiosk.visits.relaying import QUESTIONS as OF_PARCELS
from kiosk.visits.terminal import Question, Terminal
from kiosk.visits.visit import Visit


def intake_of(visit: Visit) -> Intake:
    """Raises: LookupError: an item that takes nothing in."""
    if visit.intake is None:
        raise LookupError("nothing is being taken in")
    return visit.intake


def _how_known(visit: Visit, _: Terminal) -> str:
    return "card" if intake_of(visit).item.identity is Identity.CARD else "face"


def _for_whom(visit: Visit, _: Terminal) -> str:
    """Where there is one possibility and it may not be, the page that says why is shown."""
    intake = intake_of(visit)
    first, *others = intake.for_whom()
    return "several" if others or intake.why_not(first) else "one"


def _may_act(visit: Visit, _: Terminal) -> str:
    return "no" if intake_of(visit).why_not(SELF) else "yes"


def _comparable(visit: Visit, _: Terminal) -> str:
    known = visit.eligibility
    return "no" if known is not None and known.code is Code.NO_BASE_PHOTO else "yes"


def _for_how_many(visit: Visit, terminal: Terminal) -> str:
    """Of a visit that is taken up it was said before for whom it is."""
    if visit.pause.is_taken_up and intake_of(visit).whom:
        return "one"
    return _for_whom(visit, terminal)


def _asked(visit: Visit, _: Terminal) -> str:
    walk = intake_of(visit).walk
    if not walk.at:
        return "nothing"
    return "people" if walk.here.is_list else "question"


def _declared(visit: Visit, _: Terminal) -> str:
    """Of a certification: most have no form, and nothing to declare."""
    if visit.intake is None:
        return "none"
    return "question" if visit.intake.walk.at else "whole"


def _began(visit: Visit, terminal: Terminal) -> str:
    if intake_of(visit).walk.editing:
        return "summary"
    return "person" if _for_whom(visit, terminal) == "one" else "whom"


def _left(visit: Visit, _: Terminal) -> str:
    intake = intake_of(visit)
    if intake.papers.next():
        return "materials"
    return "gaps" if intake.gaps_to_tell else "nothing"


def _of_the_papers(visit: Visit, _: Terminal) -> str:
    papers = intake_of(visit).papers
    if papers.scanning:
        return "scan" if papers.page is None else "look"
    return "material" if papers.slot else "nothing"


def _touched(visit: Visit, terminal: Terminal) -> str:
    return "material" if intake_of(visit).papers.slot else _asked(visit, terminal)


def _came_last(visit: Visit, terminal: Terminal) -> str:
    return "materials" if intake_of(visit).papers.wanted() else _asked(visit, terminal)


def _which_paper(visit: Visit, _: Terminal) -> str:
    """No sheet more often than once: the page of a sheet taken anew is built anew, too."""
    papers = intake_of(visit).papers
    return f"{papers.slot}.{len(papers.sheets) + 1}"


def _has_paper(visit: Visit) -> bool:
    return visit.lookup.told is not None and bool(visit.lookup.told.documents)


QUESTIONS: Mapping[str, Question] = {
    **feedback.QUESTIONS,
    "how it is known who it is": _how_known,
    "for whom": _for_whom,
    "for whom, unless it is known": _for_how_many,
    "is it known for whom": lambda visit, _: "yes" if intake_of(visit).whom else "no",
    "what is asked": _asked,
    "what is declared": _declared,
    "can a face be compared": _comparable,
    "may they do it themselves": _may_act,
    "where the questions began": _began,
    "what is left": _left,
    "what of the papers": _of_the_papers,
    "what is asked or in hand": _touched,
    "what came last": _came_last,
    "who leads": lambda visit, _: "helper" if visit.helped.id else "resident",
    "is it signed": lambda visit, _: "yes" if intake_of(visit).is_signed else "no",
    "whether a paper came": lambda visit, _: "yes" if _has_paper(visit) else "no",
    "whether a resume code is there": lambda visit, _: "yes" if visit.pause.code else "no",
    "whether a try is left": lambda visit, _: "yes" if visit.pause.tries_left > 0 else "no",
    "what became of the draft": lambda visit, _: "gone" if visit.intake is None else "there",
    "whether a code is there": lambda visit, _: "yes" if visit.lookup.code else "no",
    "were papers laid under a camera": lambda visit, _: "yes" if visit.by_camera else "no",
    "which question": lambda visit, _: intake_of(visit).walk.at,
    "which paper": _which_paper,
    **OF_PARCELS,
    **PAYMENT_QUESTIONS,
}
