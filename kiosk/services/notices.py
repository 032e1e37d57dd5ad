"""The information corner: what the office has to tell, what an item asks for, and what a resident
has to say. All of it is read, and taken along on paper; nobody has to say who they are.
"""

from collections.abc import Mapping

from kiosk.services.rows import leaving
from kiosk.visits.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceDown,
    Event,
    Lapsed,
    Left,
    Printed,
    PrintStopped,
    PrintUnsure,
    TimedOut,
)
from kiosk.visits.feedback_events import FeedbackAsked
from kiosk.visits.flow import END, HOME, SAY, SERVICE, Flow, Step
from kiosk.visits.form_events import GroupChosen, PrintAsked, RowChosen
from kiosk.visits.information_events import GuidesAsked, NoticesAsked


def _printing(page: str, work: str, then: str, otherwise: str, limit_s: float) -> Step:
    on: Mapping[type[Event], str] = {
        Printed: then,
        PrintUnsure: then,
        PrintStopped: otherwise,
        DeviceDown: otherwise,
        TimedOut: otherwise,
    }
    return Step(page, on, work=work, patience_s=None, limit_s=limit_s)


def _paper(slip: str, page: str, what: str, back: str) -> Mapping[str, Step]:
    """Steps that begin with `what`: on the slip, and as a page where there is a printer for it."""
    done, not_done = f"{what} printed", f"no {what}"
    return {
        f"{what} slip": _printing("printing_slip", slip, done, not_done, 60),
        f"{what} page": _printing("printing_page", page, done, not_done, 150),
        done: Step("notice_printed", {Confirmed: back}, patience_s=30),
        not_done: Step("notice_no_slip", {Again: f"{what} slip", Confirmed: back}, patience_s=60),
    }


NOTICES = Flow(
    "notices",
    anywhere={Left: END, Lapsed: END},
    steps={
        "corner": Step(
            "corner",
            {NoticesAsked: "list", GuidesAsked: "groups", FeedbackAsked: SAY, Back: HOME},
            patience_s=60,
        ),
        "list": Step("notices", {RowChosen: "read", Back: "corner"}, patience_s=90),
        "read": Step(
            "notice",
            {
                Confirmed: "notice slip",
                PrintAsked: "notice page",
                Declined: "list",
                Back: "list",
            },
            patience_s=120,
        ),
        **_paper("print notice", "print notice page", "notice", "list"),
        "groups": Step("guide_groups", {GroupChosen: "guides", Back: "corner"}, patience_s=90),
        "guides": Step("guides", {RowChosen: "guide", Back: "groups"}, patience_s=90),
        "guide": Step(
            "guide_read",
            {
                Confirmed: "guide slip",
                PrintAsked: "guide page",
                Back: "guides",
            },
            patience_s=180,
        ),
        **_paper("print guide", "print guide page", "guide", "guides"),
    },
)

# From the page of an item and back to it.
GUIDE_OF_ITEM = Flow(
    "guide",
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        "guide": Step(
            "guide_read",
            {Confirmed: "guide slip", PrintAsked: "guide page", Back: SERVICE},
            patience_s=180,
        ),
        **_paper("print guide", "print guide page", "guide", SERVICE),
        **leaving(),
    },
)
