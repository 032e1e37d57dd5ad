"""我的事: what is due, under way and on file for a person; told after card and face, not before."""

from kiosk.services.rows import card_home, leaving, proof, who
from kiosk.visits.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    ItemChosen,
    Lapsed,
    Left,
    PlatformAway,
    TimedOut,
)
from kiosk.visits.flow import HOME, SERVICE, Flow, Step
from kiosk.visits.form_events import OfferChosen
from kiosk.visits.query_events import (
    AffairsTold,
    CaseChosen,
    FaceDoubted,
    NotHad,
    NumberUnknown,
    ProgressTold,
    StandsHere,
)

MINE = Flow(
    "mine",
    stages=("card", "result"),
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        **who(then="consent", before=HOME),
        **proof(then="ask", stage="card"),
        "ask": Step(
            "looking_up",
            {
                AffairsTold: "card gone",
                FaceDoubted: "face doubted",
                NotHad: "not had",
                PlatformAway: "away",
                DeviceDown: "away",
                TimedOut: "away",
            },
            work="affairs",
            patience_s=None,
            limit_s=20,
            stage="result",
        ),
        "face doubted": Step("face_doubted", {Again: "face", Declined: "staff"}, stage="result"),
        "not had": Step("not_had", {Confirmed: "leaving"}, patience_s=45, stage="result"),
        "away": Step(
            "query_away",
            {Again: "ask", DeviceBack: "ask", Confirmed: "leaving"},
            stage="result",
        ),
        **card_home(("card gone", "take card"), "looked_up", "affairs", "affairs", "result"),
        # What is due and what is on file leads to its item, a case to how far it is
        "affairs": Step(
            "affairs",
            {
                ItemChosen: SERVICE,
                OfferChosen: SERVICE,
                CaseChosen: "ask case",
                Confirmed: "leaving",
            },
            patience_s=90,
            stage="result",
        ),
        "ask case": Step(
            "asking_progress",
            {
                ProgressTold: "case",
                StandsHere: "case here",
                NumberUnknown: "case unknown",
                PlatformAway: "case unknown",
                DeviceDown: "case unknown",
                TimedOut: "case unknown",
            },
            work="ask progress",
            patience_s=None,
            limit_s=15,
            stage="result",
        ),
        "case": Step(
            "own_progress",
            {Confirmed: "affairs", Back: "affairs"},
            patience_s=90,
            stage="result",
        ),
        "case here": Step("own_here", {Confirmed: "affairs", Back: "affairs"}, stage="result"),
        "case unknown": Step("own_away", {Again: "ask case", Confirmed: "affairs"}, stage="result"),
        **leaving(),
    },
)
