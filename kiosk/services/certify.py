"""待遇资格认证: somebody shows who they are, and that they are well; the platform takes note.

Steps after the service facts of the item.
"""

from kiosk.events import (
    Again,
    Back,
    Certified,
    Confirmed,
    Declined,
    DeviceDown,
    Eligible,
    FaceRefused,
    Ineligible,
    Lapsed,
    Left,
    NotDue,
    NotTaken,
    PlatformAway,
    Refused,
    TimedOut,
)
from kiosk.flow import CHOICE, Flow, Step
from kiosk.services.rows import card_home, keeping, on_paper, parting, proof, who

CERTIFY = Flow(
    "certify",
    stages=("card", "face", "result"),
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        "about": Step("item", {Confirmed: "card", Back: CHOICE}),
        **who(then="look up"),
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
        **card_home(("card back", "take card first"), "taking_leave", "rating", "card forgotten"),
        # Is it really this person?
        **proof(then="hand in"),
        # Kept, then sent: with and without a network the same way
        **keeping("keep", then="sent"),
        "sent": Step(
            "handing_in",
            {
                Certified: "card gone",
                FaceRefused: "face refused",
                Refused: "card gone",
                NotTaken: "card gone",
                TimedOut: "card gone",
                DeviceDown: "card gone",
            },
            work="await answer",
            patience_s=None,
            limit_s=8,
            stage="result",
        ),
        "face refused": Step("face_refused", {Again: "face", Declined: "staff"}, stage="face"),
        **card_home(("card gone", "take card"), "handed_in", "result", "result", "result"),
        "result": Step(
            "result", {Confirmed: "print", Declined: "rating"}, patience_s=45, stage="result"
        ),
        **on_paper(then="rating"),
        **parting(),
    },
)
