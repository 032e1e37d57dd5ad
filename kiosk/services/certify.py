"""待遇资格认证: somebody shows who they are, and that they are well; the platform takes note.

Steps after the service facts of the item. Survivors and dependants are asked what has changed: that
is the form of their items, in the catalogue.
"""

from kiosk.services.rows import card_home, keeping, on_paper, parting, proof, who
from kiosk.visits.events import (
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
    NoPhoto,
    NotDue,
    NotTaken,
    PlatformAway,
    Refused,
    TimedOut,
)
from kiosk.visits.flow import CHOICE, GUIDE, Flow, Fork, Step
from kiosk.visits.form_events import Answered, EditAsked, Skipped
from kiosk.visits.information_events import GuideAsked

CERTIFY = Flow(
    "certify",
    stages=("card", "face", "result"),
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        "about": Step("item", {Confirmed: "card", GuideAsked: GUIDE, Back: CHOICE}),
        **who(then="look up"),
        "look up": Step(
            "looking_up",
            {
                Eligible: "what is declared",
                NotDue: "not due",
                NoPhoto: "no photo",
                Ineligible: "not here",
                PlatformAway: "what is declared",
                DeviceDown: "what is declared",
                TimedOut: "what is declared",
            },
            work="look up",
            patience_s=None,
            limit_s=12,
            stage="card",
        ),
        "not due": Step(
            "not_due", {Again: "what is declared", Confirmed: "card back"}, stage="card"
        ),
        "no photo": Step("no_photo", {Confirmed: "what is declared"}, stage="card"),
        "not here": Step("not_here", {Confirmed: "card back"}, patience_s=45, stage="result"),
        **card_home(("card back", "take card first"), "taking_leave", "rating", "card forgotten"),
        # What a survivor declares: one question a page, looked through whole, and promised
        "question": Step(
            "question",
            {Answered: "what is declared", Skipped: "what is declared", Back: "question before"},
            patience_s=180,
            stage="card",
            which="which question",
        ),
        "hand over": Step(
            "hand_over",
            {Confirmed: "declare", Back: "what is declared"},
            patience_s=180,
            stage="card",
        ),
        "declare": Step(
            "declaration",
            {Confirmed: "is it declared", EditAsked: "what was touched", Back: "what is declared"},
            patience_s=180,
            stage="card",
        ),
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
    forks={
        "what is declared": Fork(
            "what is declared",
            {"question": "question", "whole": "seen before", "none": "how known"},
        ),
        "question before": Fork(
            "what is asked", {"question": "question", "nothing": "before the questions"}
        ),
        "before the questions": Fork(
            "where the questions began", {"summary": "declare", "person": "person"}
        ),
        # From the page that shows it all: straight back there
        "seen before": Fork(
            "where the questions began", {"summary": "declare", "person": "whose turn"}
        ),
        "what was touched": Fork("what is asked", {"question": "question", "nothing": "declare"}),
        "whose turn": Fork("who leads", {"resident": "declare", "helper": "hand over"}),
        "is it declared": Fork("what is asked", {"question": "question", "nothing": "how known"}),
        # Where there is no picture to compare with, nobody is led to the camera
        "how known": Fork("can a face be compared", {"yes": "consent", "no": "staff"}),
    },
)
