"""What is taken in here and decided elsewhere: a form, papers, a signature, and a number.

One question a page; what is missing is told all at once; nothing is handed in that was not seen
whole and signed. Which question or paper comes next lies in the visit's intake (ADR 7).
"""

from collections.abc import Mapping

from kiosk.services.handing_on import inventory, posting
from kiosk.services.pausing import MAY_PAUSE, pausing
from kiosk.services.paying import paying, paying_forks
from kiosk.services.reading_aloud import read_aloud
from kiosk.services.rows import (
    OVER,
    card_home,
    keeping,
    on_paper,
    papers_home,
    parting,
    proof,
    who,
)
from kiosk.visits.events import (
    Again,
    Back,
    Certified,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    Event,
    FaceRefused,
    Lapsed,
    Left,
    NotTaken,
    PageTaken,
    Printed,
    PrintStopped,
    PrintUnsure,
    Refused,
    TimedOut,
)
from kiosk.visits.flow import CHOICE, GUIDE, Flow, Fork, Step
from kiosk.visits.form_events import (
    Answered,
    EditAsked,
    EntryAdded,
    HowChosen,
    MorePages,
    PrintAsked,
    RowChosen,
    Signed,
    Skipped,
)
from kiosk.visits.information_events import GuideAsked

_ASKED = {"question": "question", "people": "people"}
_CHECKLIST: Mapping[type[Event], str] = {
    Printed: "gaps",
    PrintUnsure: "gaps",
    PrintStopped: "no checklist",
    DeviceDown: "no checklist",
    TimedOut: "no checklist",
}

FORWARD = Flow(
    "forward",
    stages=("card", "form", "page", "sign", "result"),
    anywhere={Left: "leaving", Lapsed: "leaving"},
    taken_up="taken up",
    steps={
        "about": Step("about", {Confirmed: "card", GuideAsked: GUIDE, Back: CHOICE}),
        **who(then="how known"),
        **proof(then="for how many", stage="card"),
        # Where a visit that paused goes on
        "taken up": Step("draft_there", {Confirmed: "how known"}, patience_s=180, stage="form"),
        "for whom": Step("for_whom", {RowChosen: "may they", Back: "person"}, stage="card"),
        # One question a page
        "question": Step(
            "question",
            {
                Answered: "next question",
                Skipped: "next question",
                Back: "question before",
                DeviceBack: "next question",  # the reader of a card that may be laid
                **MAY_PAUSE,
            },
            work="read social card",
            patience_s=180,
            stage="form",
            which="which question",
        ),
        "people": Step(
            "people",
            {
                EntryAdded: "next question",
                EditAsked: "next question",
                Confirmed: "next question",
                Back: "question before",
                **MAY_PAUSE,
            },
            patience_s=180,
            stage="form",
            which="which question",
        ),
        # One paper at a time
        "materials": Step(
            "materials",
            {
                RowChosen: "next paper",
                Confirmed: "next paper",
                Back: "question before",
                **MAY_PAUSE,
            },
            stage="page",
        ),
        "material": Step(
            "material",
            {HowChosen: "next paper", Back: "materials", **MAY_PAUSE},
            patience_s=180,
            stage="page",
            which="which paper",
        ),
        "scan": Step(
            "scan_page",
            {
                PageTaken: "look",
                DeviceDown: "no scanner",
                TimedOut: "not scanned",
                Declined: "next paper",
                Back: "next paper",
                **MAY_PAUSE,
            },
            work="scan page",
            patience_s=None,
            limit_s=180,
            stage="page",
            which="which paper",
        ),
        "no scanner": Step(
            "no_scanner",
            {DeviceBack: "scan", Again: "scan", Declined: "next paper", **MAY_PAUSE},
            stage="page",
        ),
        "not scanned": Step(
            "not_scanned", {Again: "scan", Declined: "next paper", **MAY_PAUSE}, stage="page"
        ),
        "look": Step(
            "look_at",
            {Confirmed: "next paper", MorePages: "next paper", Again: "scan", **MAY_PAUSE},
            stage="page",
            which="which paper",
        ),
        # All that is missing, at once
        "gaps": Step(
            "gaps",
            {
                Confirmed: "what is left",
                PrintAsked: "checklist",
                Declined: "card back",
                Back: "materials",
                **MAY_PAUSE,
            },
            patience_s=180,
            stage="page",
        ),
        "checklist": Step(
            "printing_list",
            _CHECKLIST,
            work="print checklist",
            patience_s=None,
            limit_s=60,
            stage="page",
        ),
        "no checklist": Step(
            "no_checklist",
            {DeviceBack: "checklist", Again: "checklist", Declined: "gaps"},
            stage="page",
        ),
        **pausing(then="card back", go_on="next question"),
        **card_home(("card back", "take card first"), "taking_leave", "rating", "card forgotten"),
        **inventory(then="summary", before="materials"),
        # Seen whole, signed, kept: by the resident, whoever typed
        "hand over": Step(
            "hand_over",
            {Confirmed: "what is posted", Back: "before the end", **MAY_PAUSE},
            patience_s=180,
            stage="sign",
        ),
        **read_aloud(
            "summary",
            Step(
                "summary",
                {
                    Confirmed: "is it whole now",
                    EditAsked: "what was touched",
                    Back: "before the end",
                    **MAY_PAUSE,
                },
                patience_s=180,
                stage="sign",
            ),
        ),
        "sign": Step(
            "sign",
            {Signed: "is it signed", Back: "summary", **MAY_PAUSE},
            patience_s=180,
            stage="sign",
        ),
        **paying(then="hand in", before="sign", stage="sign"),
        **keeping("keep application", then="sent"),
        "cannot keep": Step(
            "cannot_keep",
            {Again: "hand in", **dict.fromkeys((Declined, Left, Lapsed), "what of the money")},
            stage="result",
        ),
        "sent": Step(
            "handing_in",
            {
                Certified: "card gone",
                FaceRefused: "card gone",
                Refused: "card gone",
                NotTaken: "card gone",
                TimedOut: "card gone",
                DeviceDown: "card gone",
            },
            work="await answer",
            patience_s=None,
            limit_s=4,
            stage="result",
        ),
        **card_home(("card gone", "take card"), "handed_in", "result", "result", "result"),
        "result": Step(
            "handed_over",
            {Confirmed: "print", Declined: "at the end"},
            patience_s=60,
            stage="result",
        ),
        **on_paper(then="at the end"),
        **posting(then="rating"),
        **parting(over="over"),
        **papers_home(),
    },
    forks={
        **OVER,
        "how known": Fork("how it is known who it is", {"card": "for how many", "face": "consent"}),
        "for how many": Fork(
            "for whom, unless it is known", {"one": "next question", "several": "for whom"}
        ),
        "may they": Fork("is it known for whom", {"yes": "next question", "no": "for whom"}),
        "next question": Fork("what is asked", {**_ASKED, "nothing": "what is left"}),
        "question before": Fork("what is asked", {**_ASKED, "nothing": "before the questions"}),
        "before the questions": Fork(
            "where the questions began",
            {"summary": "summary", "person": "person", "whom": "for whom"},
        ),
        "what is left": Fork(
            "what is left", {"materials": "materials", "gaps": "gaps", "nothing": "whose turn"}
        ),
        "what is posted": Fork(
            "are originals to be confirmed", {"yes": "inventory", "no": "summary"}
        ),
        "whose turn": Fork("who leads", {"resident": "what is posted", "helper": "hand over"}),
        "next paper": Fork(
            "what of the papers",
            {"scan": "scan", "look": "look", "material": "material", "nothing": "what is left"},
        ),
        "what was touched": Fork(
            "what is asked or in hand",
            {**_ASKED, "material": "material", "nothing": "summary"},
        ),
        "before the end": Fork(
            "what came last",
            {**_ASKED, "materials": "materials", "nothing": "before the questions"},
        ),
        "is it whole now": Fork("what is asked", {**_ASKED, "nothing": "sign"}),
        "at the end": Fork("is there a parcel", {"yes": "ask office", "no": "rating"}),
        "is it signed": Fork("is it signed", {"yes": "is there a fee", "no": "sign"}),
        **paying_forks(then="hand in"),
    },
)
