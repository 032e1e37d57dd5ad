"""A visit that pauses, and one that goes on where it paused: rows of the services that know both.

A draft opens with the same card and the code on the slip (offline_cache/drafts.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.services.rows import leaving, who
from kiosk.visits.draft_events import (
    DraftKept,
    DraftNotKept,
    DraftOpened,
    DraftPast,
    DraftShut,
    DraftUnknown,
)
from kiosk.visits.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    Event,
    Lapsed,
    Left,
    Printed,
    PrintStopped,
    PrintUnsure,
    TimedOut,
)
from kiosk.visits.flow import HOME, TAKEN_UP, Flow, Fork, Step
from kiosk.visits.form_events import Answered, PauseAsked

# For every step on which there is something to be kept.
MAY_PAUSE: Mapping[type[Event], str] = {PauseAsked: "keep draft"}


def pausing(then: str, go_on: str) -> Mapping[str, Step]:
    """`keep draft`: kept, and its code told on paper or, without any, on the screen.

    go_on: where it goes when nothing could be kept.
    """
    return {
        "keep draft": Step(
            "keeping_draft",
            {
                DraftKept: "draft slip",
                DraftNotKept: "draft not kept",
                DeviceDown: "draft not kept",
                TimedOut: "draft not kept",
            },
            work="keep draft",
            patience_s=None,
            limit_s=30,
        ),
        "draft not kept": Step("draft_not_kept", {Again: "keep draft", Declined: go_on}),
        "draft slip": Step(
            "printing_draft",
            {
                Printed: "draft kept",
                PrintUnsure: "draft code",
                PrintStopped: "draft code",
                DeviceDown: "draft code",
                TimedOut: "draft code",
            },
            work="print draft slip",
            patience_s=None,
            limit_s=60,
        ),
        "draft kept": Step("draft_kept", {Confirmed: then}, patience_s=60),
        "draft code": Step(
            "draft_code",
            {Confirmed: then, Again: "draft slip", DeviceBack: "draft slip"},
            patience_s=180,
        ),
    }


RESUME = Flow(
    "resume",
    stages=("card", "form", "result"),
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        **who(then="code", before=HOME),
        "code": Step(
            "resume_code", {Answered: "typed", Back: "person"}, patience_s=120, stage="card"
        ),
        "open": Step(
            "opening_draft",
            {
                DraftOpened: "what of it",
                DraftUnknown: "unknown",
                DraftPast: "past",
                DraftShut: "shut",
                DeviceDown: "shut",
                TimedOut: "shut",
            },
            work="open draft",
            patience_s=None,
            limit_s=20,
            stage="card",
        ),
        "not found": Step("draft_unknown", {Again: "code", Declined: "card", Confirmed: "leaving"}),
        "too often": Step("draft_too_often", {Confirmed: "leaving"}, patience_s=60),
        "past": Step("draft_past", {Again: "code", Confirmed: "leaving"}, patience_s=60),
        "shut": Step("draft_shut", {Again: "open", DeviceBack: "open", Confirmed: "leaving"}),
        "gone": Step("draft_gone", {Confirmed: "leaving"}, patience_s=60),
        **leaving(),
    },
    forks={
        "typed": Fork("whether a resume code is there", {"yes": "open", "no": "code"}),
        "unknown": Fork("whether a try is left", {"yes": "not found", "no": "too often"}),
        "what of it": Fork("what became of the draft", {"there": TAKEN_UP, "gone": "gone"}),
    },
)
