"""待遇资格认证: somebody shows who they are, and that they are well; the platform takes note.

Steps after the service facts of the item. The face is never the only proof
(人脸识别技术应用安全管理办法, in force 2025-06-01): every step of it leads to the staff as well.
"""

from collections.abc import Mapping

from kiosk.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    CardUnread,
    Certified,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    Eligible,
    Event,
    FaceFailed,
    FaceRefused,
    FaceTaken,
    Ineligible,
    KeepFailed,
    Kept,
    Lapsed,
    Left,
    NotDue,
    PlatformAway,
    Printed,
    PrintStopped,
    PrintUnsure,
    Rated,
    Refused,
    StaffKnown,
    TimedOut,
)
from kiosk.flow import CHOICE, END, Flow, Step

_WHILE_PRINTING: Mapping[type[Event], str] = {
    Printed: "receipt",
    PrintStopped: "print stopped",
    PrintUnsure: "is it whole",
    DeviceDown: "no printer",
    TimedOut: "is it whole",
}

CERTIFY = Flow(
    "certify",
    stages=("card", "face", "result"),
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        "about": Step("item", {Confirmed: "card", Back: CHOICE}),
        # Who is it?
        "card": Step(
            "present_card",
            {CardRead: "person", CardUnread: "card", DeviceDown: "no reader", Back: "about"},
            work="read card",
            stage="card",
        ),
        "no reader": Step("no_reader", {DeviceBack: "card", Again: "card"}, stage="card"),
        "person": Step(
            "confirm_person", {Confirmed: "look up", Declined: "card", Back: "card"}, stage="card"
        ),
        "look up": Step(
            "looking_up",
            {
                Eligible: "consent",
                NotDue: "not due",
                Ineligible: "not here",
                PlatformAway: "consent",
                DeviceDown: "consent",
                TimedOut: "consent",
            },
            work="look up",
            patience_s=None,
            limit_s=12,
            stage="card",
        ),
        "not due": Step("not_due", {Again: "consent", Confirmed: "card back"}, stage="card"),
        "not here": Step("not_here", {Confirmed: "card back"}, patience_s=45, stage="result"),
        "card back": Step(
            "taking_leave",
            {CardTaken: "rating", DeviceDown: "rating", TimedOut: "take card first"},
            work="watch card",
            patience_s=None,
            limit_s=1.5,
        ),
        "take card first": Step(
            "take_card",
            {CardTaken: "rating", DeviceDown: "rating", TimedOut: "card forgotten"},
            work="watch card",
            patience_s=None,
            limit_s=60,
        ),
        # Is it really this person?
        "consent": Step("face_consent", {Confirmed: "face", Declined: "staff"}, stage="face"),
        "face": Step(
            "face",
            {
                FaceTaken: "hand in",
                FaceFailed: "no face",
                DeviceDown: "no camera",
                Declined: "staff",
                Back: "consent",
                TimedOut: "no face",
            },
            work="take face",
            patience_s=None,
            limit_s=90,
            stage="face",
        ),
        "no face": Step("face_failed", {Again: "face", Declined: "staff"}, stage="face"),
        "no camera": Step(
            "no_camera", {DeviceBack: "face", Again: "face", Declined: "staff"}, stage="face"
        ),
        "staff": Step(
            "present_staff_card",
            {
                StaffKnown: "hand in",
                CardUnread: "staff",
                DeviceDown: "no staff reader",
                Back: "consent",
            },
            work="read staff card",
            patience_s=180,
            stage="face",
        ),
        "no staff reader": Step(
            "no_reader", {DeviceBack: "staff", Again: "staff"}, patience_s=180, stage="face"
        ),
        # Kept, then sent: with and without a network the same way
        "hand in": Step(
            "handing_in",
            {
                Kept: "sent",
                KeepFailed: "cannot keep",
                DeviceDown: "cannot keep",
                TimedOut: "cannot keep",
            },
            work="keep",
            patience_s=None,
            limit_s=30,
            stage="result",
        ),
        "cannot keep": Step("cannot_keep", {Again: "hand in"}, stage="result"),
        "sent": Step(
            "handing_in",
            {
                Certified: "card gone",
                FaceRefused: "face refused",
                Refused: "card gone",
                TimedOut: "card gone",
                DeviceDown: "card gone",
            },
            work="await answer",
            patience_s=None,
            limit_s=8,
            stage="result",
        ),
        "face refused": Step("face_refused", {Again: "face", Declined: "staff"}, stage="face"),
        "card gone": Step(
            "handed_in",
            {CardTaken: "result", DeviceDown: "result", TimedOut: "take card"},
            work="watch card",
            patience_s=None,
            limit_s=1.5,
            stage="result",
        ),
        "take card": Step(
            "take_card",
            {CardTaken: "result", DeviceDown: "result", TimedOut: "result"},
            work="watch card",
            patience_s=None,
            limit_s=60,
            stage="result",
        ),
        "result": Step(
            "result", {Confirmed: "print", Declined: "rating"}, patience_s=45, stage="result"
        ),
        # On paper
        "print": Step(
            "printing",
            _WHILE_PRINTING,
            work="print slip",
            patience_s=None,
            limit_s=60,
            stage="result",
        ),
        "print stopped": Step(
            "print_stopped",
            {DeviceBack: "print", Again: "print", Declined: "rating"},
            patience_s=120,
            stage="result",
        ),
        "no printer": Step(
            "no_printer",
            {DeviceBack: "print", Again: "print", Declined: "rating"},
            patience_s=120,
            stage="result",
        ),
        "is it whole": Step(
            "is_slip_whole", {Confirmed: "receipt", Again: "print again"}, stage="result"
        ),
        "print again": Step(
            "printing",
            _WHILE_PRINTING,
            work="print slip again",
            patience_s=None,
            limit_s=60,
            stage="result",
        ),
        "receipt": Step(
            "receipt", {Confirmed: "rating"}, work="slip in hand", patience_s=45, stage="result"
        ),
        "rating": Step("rating", {Rated: "thanks", Declined: "goodbye"}, patience_s=30),
        "thanks": Step("goodbye", {TimedOut: END}, work="keep rating", patience_s=None, limit_s=4),
        "goodbye": Step("goodbye", {TimedOut: END}, patience_s=None, limit_s=4),
        # Whoever breaks off may have forgotten the card
        "leaving": Step(
            "taking_leave",
            {CardTaken: "goodbye", DeviceDown: "goodbye", TimedOut: "card left"},
            work="watch card",
            patience_s=None,
            limit_s=1.5,
        ),
        "card left": Step(
            "take_card",
            {CardTaken: "goodbye", DeviceDown: "goodbye", TimedOut: "card forgotten"},
            work="watch card",
            patience_s=None,
            limit_s=60,
        ),
        "card forgotten": Step("goodbye_card", {TimedOut: END}, patience_s=None, limit_s=30),
    },
)
