"""What anybody may ask without saying who they are: how far a number is, and whether a paper is
right. Nothing personal is shown, so nobody is identified and nobody is asked to rate.
"""

from kiosk.services.handing_on import FORKS, handing_on
from kiosk.visits.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceDown,
    Lapsed,
    Left,
    PlatformAway,
    TimedOut,
)
from kiosk.visits.flow import END, HOME, Flow, Fork, Step
from kiosk.visits.form_events import Answered, PrintAsked
from kiosk.visits.query_events import (
    CodeRead,
    CodeStrange,
    NumberUnknown,
    PaperJudged,
    ProgressTold,
    StandsHere,
)
from kiosk.visits.relay_events import HandOnAsked

PROGRESS = Flow(
    "progress",
    anywhere={Left: END, Lapsed: END},
    steps={
        "scan": Step(
            "scan_receipt",
            {
                CodeRead: "ask",
                CodeStrange: "scan",
                Declined: "type",
                DeviceDown: "type",
                Back: HOME,
            },
            work="read receipt code",
        ),
        "type": Step("type_number", {Answered: "typed", Back: "scan"}, patience_s=120),
        "ask": Step(
            "asking_progress",
            {
                ProgressTold: "told",
                StandsHere: "here",
                NumberUnknown: "unknown",
                PlatformAway: "away",
                DeviceDown: "away",
                TimedOut: "away",
            },
            work="ask progress",
            patience_s=None,
            limit_s=15,
        ),
        "told": Step(
            "progress",
            {
                Confirmed: HOME,
                Again: "scan",
                HandOnAsked: "who takes it",
                PrintAsked: "print label",
            },
            patience_s=90,
        ),
        **handing_on(ask="ask", told="told", another="scan"),
        "here": Step("progress_here", {Confirmed: HOME, Again: "scan"}, patience_s=90),
        "unknown": Step("number_unknown", {Again: "type", Confirmed: HOME}),
        "away": Step("progress_away", {Again: "ask", Confirmed: HOME}),
    },
    forks={"typed": Fork("whether a code is there", {"yes": "ask", "no": "type"}), **FORKS},
)

PAPER = Flow(
    "paper",
    anywhere={Left: END, Lapsed: END},
    steps={
        "scan": Step(
            "scan_paper",
            {
                CodeRead: "ask",
                CodeStrange: "scan",
                Declined: "type",
                DeviceDown: "type",
                Back: HOME,
            },
            work="read paper code",
        ),
        "type": Step("type_code", {Answered: "typed", Back: "scan"}, patience_s=120),
        "ask": Step(
            "verifying_paper",
            {
                PaperJudged: "judged",
                PlatformAway: "away",
                DeviceDown: "away",
                TimedOut: "away",
            },
            work="verify paper",
            patience_s=None,
            limit_s=15,
        ),
        "judged": Step("paper_judged", {Confirmed: HOME, Again: "scan"}, patience_s=90),
        "away": Step("paper_away", {Again: "ask", Confirmed: HOME}),
    },
    forks={"typed": Fork("whether a code is there", {"yes": "ask", "no": "type"})},
)
