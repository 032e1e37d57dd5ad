"""From a visit to what its page shows: one function a page, in a table. The words are keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from config.catalogue_models import Item
from devices.base import Condition
from kiosk.makers.finding_pages import Shelves, finding_makers
from kiosk.makers.message_makers import actions, message, waiting
from kiosk.makers.notices import UNKNOWN, left_notices, notices, why_not
from kiosk.platform.results import MEANINGS, Code, Kind
from kiosk.visits import coaching
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.forms.papers import How
from kiosk.visits.identity import mask_number
from kiosk.visits.pages import (
    AttractPage,
    ConfirmPersonPage,
    FaceConsentPage,
    FacePage,
    GoodbyePage,
    ItemPage,
    MessagePage,
    Mood,
    PresentCardPage,
    RatingPage,
    ReceiptPage,
    ResultPage,
    TakeCardPage,
)
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words, in_groups

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOODS = {
    Kind.SUCCESS: Mood.GOOD,
    Kind.AGAIN: Mood.NOTE,
    Kind.ELSEWHERE: Mood.STOP,
    Kind.LATER: Mood.WAIT,
    Kind.NOT_NEEDED: Mood.GOOD,
}


def makers(
    place: str,
    newest: Callable[[], NDArray[np.uint8] | None],
    shelves: Shelves | None = None,
    services: Collection[str] | None = None,
    notice: Callable[[str], str] = lambda _: "",
) -> Mapping[str, PageMaker]:
    """`newest` gives the newest camera picture, from any thread. `shelves`, `services`: see
    `finding_makers`. `notice`: language → what the office has to tell, in one line, or "".
    """

    def face(visit: Visit, _: Terminal) -> FacePage:
        return FacePage(newest, visit.prompt or "face.nobody", visit.share)

    def attract(visit: Visit, terminal: Terminal) -> AttractPage:
        left = next(iter(left_notices(terminal)), "")
        return AttractPage(place, left, "" if left else notice(visit.language))

    finding = finding_makers(shelves, services)
    rating = RatingPage(asks_why="feedback" in (services or ()))
    own: Mapping[str, PageMaker] = {"attract": attract, "face": face, "rating": lambda *_: rating}
    return {**_MAKERS, **finding, **own}


def _item(visit: Visit, terminal: Terminal) -> ItemPage:
    item = visit.chosen
    assert item is not None  # the lobby leads here by a choice alone  # noqa: S101
    words = item.words(visit.language)
    return ItemPage(
        title=words.name,
        plain=words.plain,
        bring=words.bring,
        minutes=item.minutes,
        fee=_fee(item, visit.language),
        result=words.result,
        notices=notices((*item.devices_wanted, "platform"), terminal),
        why_not=why_not(item.devices, terminal),
    )


def _fee(item: Item, language: str) -> str:
    return item.fee.note.said(language) if item.fee.note else f"¥{item.fee.yuan:,}"


def _present_card(visit: Visit, terminal: Terminal) -> PresentCardPage:
    left = "trouble.card_left" if "idcard_reader" in terminal.forgotten else None
    return PresentCardPage(staff=False, trouble=visit.trouble or left)


def _present_staff_card(visit: Visit, _: Terminal) -> PresentCardPage:
    return PresentCardPage(staff=True, trouble=visit.trouble)


def _confirm_person(visit: Visit, _: Terminal) -> ConfirmPersonPage:
    card = visit.card
    assert card is not None  # only a card that was read leads here  # noqa: S101
    return ConfirmPersonPage(
        name=card.name or card.english_name,
        name_uncertain=card.name_uncertain,
        number=mask_number(card.number),
        birth=day_in_words(card.birth, visit.language) if card.birth else "",
        sex=f"sex.{card.sex}",
    )


def _numbered(visit: Visit) -> dict[str, str]:
    return {"number": in_groups(visit.receipt), "valid_to": _valid_to(visit)}


_message = partial(message, values=_numbered)


def _of_result(*labels: tuple[str, type[Event]]) -> PageMaker:
    """A message whose words are those of the platform's code."""

    def make(visit: Visit, _: Terminal) -> MessagePage:
        code = _code(visit)
        return MessagePage(
            mood=MOODS[MEANINGS[code].kind],
            title=f"result.{code}.title",
            body=f"result.{code}.body",
            actions=actions(*labels),
            code=code,
        )

    return make


def _code(visit: Visit) -> Code:
    if visit.answer is not None:
        return visit.answer.code
    return visit.eligibility.code if visit.eligibility is not None else Code.UPSTREAM_BUSY


def _valid_to(visit: Visit) -> str:
    source = visit.answer or visit.eligibility
    until = source.valid_to if source is not None else None
    return day_in_words(until, visit.language) if until is not None else ""


def _result(visit: Visit, terminal: Terminal) -> ResultPage:
    """Without an answer yet, the paper says that it is kept and on its way; where the platform will
    not take it, that people have to see to it.
    """
    printer = terminal.health.get("receipt_printer", UNKNOWN)
    code = visit.answer.code if visit.answer is not None else None
    without = "NOT_TAKEN" if visit.not_taken else "KEPT"
    waiting = Mood.STOP if visit.not_taken else Mood.WAIT
    return ResultPage(
        mood=MOODS[MEANINGS[code].kind] if code else waiting,
        title=f"result.{code or without}.title",
        body=f"result.{code or without}.body",
        next=f"result.{code or without}.next",
        number=in_groups(visit.receipt),
        valid_to=_valid_to(visit) if code else "",
        kept_only=code is None and not visit.not_taken,
        can_print=printer.condition is not Condition.ABSENT,  # paper can be put in
        in_line=_in_line(visit),
    )


def _receipt(visit: Visit, _: Terminal) -> ReceiptPage:
    kept_only = visit.answer is None and not visit.not_taken
    return ReceiptPage(in_groups(visit.receipt), kept_only, _in_line(visit))


def _scanned(visit: Visit) -> bool:
    """Whether papers were laid into the scanner, or are just to be: somebody's only ones. Under a
    camera it is seen whether they still lie there, and asked for then.
    """
    intake = None if visit.by_camera else visit.intake
    return intake is not None and bool(intake.papers.given_as(How.SCAN) or intake.papers.scanning)


def _in_line(visit: Visit) -> tuple[int, int] | None:
    """Once the platform has answered, nothing waits."""
    if visit.answer is not None or visit.not_taken or not visit.place_in_line:
        return None
    return visit.place_in_line, visit.line


_REPRINT = (("action.try_again", Again), ("action.without_slip", Declined))

_MAKERS: dict[str, PageMaker] = {
    "item": _item,
    "present_card": _present_card,
    "present_staff_card": _present_staff_card,
    "confirm_person": _confirm_person,
    "no_reader": _message("no_reader", Mood.STOP, ("action.try_again", Again)),
    "looking_up": waiting("wait.looking_up", "wait.hands.leave_card"),
    "not_due": _message(
        "not_due",
        Mood.GOOD,
        ("action.understood", Confirmed),
        ("action.certify_again", Again),
        help_line=False,
    ),
    "not_here": _of_result(("action.understood", Confirmed)),
    "taking_leave": waiting("wait.taking_leave"),
    "take_card": lambda _visit, terminal: TakeCardPage(ceil(terminal.left_s)),
    "face_consent": lambda _visit, _terminal: FaceConsentPage(),
    "face_failed": coaching.face_failed,
    "no_camera": _message(
        "no_camera", Mood.STOP, ("action.ask_staff", Declined), ("action.try_again", Again)
    ),
    "face_refused": coaching.face_refused,
    "no_photo": _message("no_photo", Mood.NOTE, ("action.ask_staff", Confirmed)),
    "handing_in": waiting("wait.handing_in", "wait.hands.leave_card"),
    "handed_in": waiting("wait.handing_in"),
    "cannot_keep": _message(
        "cannot_keep", Mood.STOP, ("action.try_again", Again), trouble="cannot_keep"
    ),
    "result": _result,
    "printing": waiting("wait.printing"),
    "print_stopped": _message("print_stopped", Mood.NOTE, *_REPRINT, trouble="print_stopped"),
    "no_printer": _message("no_printer", Mood.NOTE, *_REPRINT),
    "is_slip_whole": _message(
        "is_slip_whole",
        Mood.NOTE,
        ("action.whole", Confirmed),
        ("action.print_again", Again),
        help_line=False,
    ),
    "receipt": _receipt,
    "goodbye": lambda visit, _: GoodbyePage(visit.stars > 0, False, _scanned(visit)),
    "goodbye_papers": lambda visit, _: GoodbyePage(visit.stars > 0, False, True),
    "goodbye_card": lambda visit, _: GoodbyePage(visit.stars > 0, True, _scanned(visit)),
}
