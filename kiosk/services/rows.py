"""Rows that several services share, so that each table holds what is its own.

Every function gives steps by name; a service takes them in with ** and leads to the first of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.visits.desk_events import DeskEmpty, PageLies
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    CardUnread,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    Event,
    FaceFailed,
    FaceTaken,
    KeepFailed,
    Kept,
    Printed,
    PrintStopped,
    PrintUnsure,
    Rated,
    RatedPoorly,
    StaffKnown,
    TimedOut,
)
from kiosk.visits.feedback_events import FeedbackAsked
from kiosk.visits.flow import END, SAY, Fork, Step


def who(then: str, before: str = "about") -> Mapping[str, Step]:
    """`card`: whose card it is, and whether it is the person's own."""
    return {
        "card": Step(
            "present_card",
            {CardRead: "person", CardUnread: "card", DeviceDown: "no reader", Back: before},
            work="read card",
            stage="card",
        ),
        "no reader": Step("no_reader", {DeviceBack: "card", Again: "card"}, stage="card"),
        "person": Step(
            "confirm_person", {Confirmed: then, Declined: "card", Back: "card"}, stage="card"
        ),
    }


def proof(then: str, stage: str = "face") -> Mapping[str, Step]:
    """`consent`: is it really this person? By face, or by somebody who knows them.

    The face is never the only proof (人脸识别技术应用安全管理办法, in force 2025-06-01): every step
    of it leads to the staff as well.
    """
    return {
        "consent": Step("face_consent", {Confirmed: "face", Declined: "staff"}, stage=stage),
        "face": Step(
            "face",
            {
                FaceTaken: then,
                FaceFailed: "no face",
                DeviceDown: "no camera",
                Declined: "staff",
                Back: "consent",
                TimedOut: "no face",
            },
            work="take face",
            patience_s=None,
            limit_s=90,
            stage=stage,
        ),
        "no face": Step("face_failed", {Again: "face", Declined: "staff"}, stage=stage),
        "no camera": Step(
            "no_camera", {DeviceBack: "face", Again: "face", Declined: "staff"}, stage=stage
        ),
        "staff": Step(
            "present_staff_card",
            {
                StaffKnown: then,
                CardUnread: "staff",
                DeviceDown: "no staff reader",
                Back: "consent",
            },
            work="read staff card",
            patience_s=180,
            stage=stage,
        ),
        "no staff reader": Step(
            "no_reader", {DeviceBack: "staff", Again: "staff"}, patience_s=180, stage=stage
        ),
    }


def keeping(work: str, then: str) -> Mapping[str, Step]:
    """`hand in`: kept on the disk; with and without a network the same way."""
    return {
        "hand in": Step(
            "handing_in",
            {
                Kept: then,
                KeepFailed: "cannot keep",
                DeviceDown: "cannot keep",
                TimedOut: "cannot keep",
            },
            work=work,
            patience_s=None,
            limit_s=30,
            stage="result",
        ),
        "cannot keep": Step("cannot_keep", {Again: "hand in"}, stage="result"),
    }


def card_home(
    names: tuple[str, str], page: str, then: str, if_left: str, stage: str | None = None
) -> Mapping[str, Step]:
    """A look whether a card lies there, and asking for it while it does.

    names: of both steps. if_left: where it goes when nobody takes it.
    """
    look, ask = names
    return {
        look: Step(
            page,
            {CardTaken: then, DeviceDown: then, TimedOut: ask},
            work="watch card",
            patience_s=None,
            limit_s=1.5,
            stage=stage,
        ),
        ask: Step(
            "take_card",
            {CardTaken: then, DeviceDown: then, TimedOut: if_left},
            work="watch card",
            patience_s=None,
            limit_s=60,
            stage=stage,
        ),
    }


_WHILE_PRINTING: Mapping[type[Event], str] = {
    Printed: "receipt",
    PrintStopped: "print stopped",
    PrintUnsure: "is it whole",
    DeviceDown: "no printer",
    TimedOut: "is it whole",
}


def on_paper(then: str) -> Mapping[str, Step]:
    """`print`: the slip, printed once whatever happens to the printer."""
    return {
        "print": _printing("print slip"),
        "print stopped": Step(
            "print_stopped",
            {DeviceBack: "print", Again: "print", Declined: then},
            patience_s=120,
            stage="result",
        ),
        "no printer": Step(
            "no_printer",
            {DeviceBack: "print", Again: "print", Declined: then},
            patience_s=120,
            stage="result",
        ),
        "is it whole": Step(
            "is_slip_whole", {Confirmed: "receipt", Again: "print again"}, stage="result"
        ),
        "print again": _printing("print slip again"),
        "receipt": Step(
            "receipt", {Confirmed: then}, work="slip in hand", patience_s=45, stage="result"
        ),
    }


def _printing(work: str) -> Step:
    return Step("printing", _WHILE_PRINTING, work=work, patience_s=None, limit_s=60, stage="result")


def parting(over: str = END) -> Mapping[str, Step]:
    """`rating`: the last pages; and `leaving`, for whoever breaks off and may forget the card.

    over: where it goes after the last page.
    """
    return {
        "rating": Step(
            "rating",
            {Rated: "thanks", RatedPoorly: SAY, FeedbackAsked: SAY, Declined: "goodbye"},
            patience_s=30,
        ),
        "thanks": Step("goodbye", {TimedOut: over}, work="keep rating", patience_s=None, limit_s=4),
        **leaving(over),
    }


def leaving(over: str = END) -> Mapping[str, Step]:
    """`leaving`: a look for the card, and goodbye. Where no item was dealt with there is nothing to
    rate. over: as in `parting`.
    """
    return {
        "goodbye": Step("goodbye", {TimedOut: over}, patience_s=None, limit_s=4),
        **card_home(("leaving", "card left"), "taking_leave", "goodbye", "card forgotten"),
        "card forgotten": Step("goodbye_card", {TimedOut: over}, patience_s=None, limit_s=30),
    }


OVER: Mapping[str, Fork] = {
    "over": Fork("were papers laid under a camera", {"yes": "desk", "no": END})
}


def papers_home() -> Mapping[str, Step]:
    """`desk`: a look whether papers still lie under the camera, and asking for them while they do.
    Where nobody can tell they are asked for once.
    """
    asking = dict.fromkeys((DeskEmpty, DeviceDown, TimedOut), END)
    return {
        "desk": Step(
            "goodbye",
            {
                DeskEmpty: END,
                PageLies: "papers left",
                DeviceDown: "papers perhaps left",
                TimedOut: "papers perhaps left",
            },
            work="watch desk",
            patience_s=None,
            limit_s=6,
        ),
        "papers left": Step(
            "goodbye_papers", asking, work="watch desk", patience_s=None, limit_s=30
        ),
        "papers perhaps left": Step("goodbye_papers", {TimedOut: END}, patience_s=None, limit_s=4),
    }
