"""我的事: what is due, under way and on file for a person; told after card and face, not before."""

from kiosk.events import (
    Again,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    Lapsed,
    Left,
    PlatformAway,
    TimedOut,
)
from kiosk.flow import HOME, Flow, Step
from kiosk.query_events import AffairsTold, FaceDoubted, NotHad
from kiosk.services.rows import card_home, leaving, proof, who

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
        "affairs": Step("affairs", {Confirmed: "leaving"}, patience_s=90, stage="result"),
        **leaving(),
    },
)
