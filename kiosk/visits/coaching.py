"""A face that was not taken, or not recognised: what to do better, and who confirms in its place.

Worn faces, old pictures on the chip and people past sixty fail often. Nobody is refused for it: the
first time another picture is the main way, from the second on the staff are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from devices.idcard_text import IdCard
from kiosk.platform.query_results import QueryCode
from kiosk.platform.results import Code
from kiosk.visits.events import Again, Declined
from kiosk.visits.identity import age_on
from kiosk.visits.pages import Action, CoachPage
from kiosk.visits.terminal import Terminal
from kiosk.visits.visit import Visit

OLD_AGE = 60
OLD_PICTURE = timedelta(days=3653)  # since it was taken for the card
TIPS = 3

# What stood in the way, a hint or a reason of the camera's → what mends it.
MENDS: Mapping[str, str] = {
    "too_dark": "light",
    "too_bright": "light",
    "uneven_light": "light",
    "eyes_hidden": "glasses",
    "nobody": "closer",
    "too_far": "closer",
    "too_close": "closer",
    "off_centre": "closer",
    "turned": "still",
    "blurred": "still",
    "several": "alone",
    "several_people": "alone",
    "other_person": "alone",
    "face_lost": "still",
}
_USUAL = ("light", "glasses", "closer")


def face_failed(visit: Visit, _: Terminal) -> CoachPage:
    """The camera's own verdict."""
    return _coach(visit, "face_failed.title", f"face_failed.{visit.trouble or 'body'}")


def face_refused(visit: Visit, _: Terminal) -> CoachPage:
    """The platform's, of what was handed in."""
    code = visit.answer.code if visit.answer is not None else Code.FACE_MISMATCH
    return _coach(visit, f"result.{code}.title", "")


def face_doubted(visit: Visit, _: Terminal) -> CoachPage:
    """The platform's, of a query."""
    told = visit.lookup.told
    code = told.code if told is not None else QueryCode.FACE_MISMATCH
    return _coach(visit, f"query.{code}.title", "")


def staff_reason(visit: Visit) -> str | None:
    """Why somebody of the staff vouches; None where nobody does."""
    if not visit.staff:
        return None
    return "FACE_TRIED_FIRST" if visit.face_tries or visit.prompt else "FACE_NOT_USED"


def _coach(visit: Visit, title: str, body: str) -> CoachPage:
    retake, ask = Action("action.retake", Again), Action("action.ask_staff", Declined)
    old = visit.card is not None and _is_hard_to_compare(visit.card, date.today())
    return CoachPage(
        title=title,
        body=body,
        tips=_tips(visit),
        kind="coach.not_your_fault" if old else "",
        actions=(retake, ask) if visit.face_tries < 2 else (ask, retake),
    )


def _tips(visit: Visit) -> tuple[str, ...]:
    """Keys; what stood in the way this time comes first."""
    first = MENDS.get(visit.advice) or MENDS.get(visit.trouble or "")
    told = dict.fromkeys((*([first] if first else ()), *_USUAL))
    return tuple(f"coach.{one}" for one in tuple(told)[:TIPS])


def _is_hard_to_compare(card: IdCard, today: date) -> bool:
    aged = card.birth is not None and age_on(card.birth, today) >= OLD_AGE
    return aged or (card.valid_from is not None and today - card.valid_from > OLD_PICTURE)
