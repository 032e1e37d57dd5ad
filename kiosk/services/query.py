"""What is looked up, shown and printed: a person's own records, and their certificates.

Two items of a list may ask for different proofs and inputs; the table is the same. Whatever comes
with a seal is looked at before it is shown. A query is never kept for later: without the platform
the resident is told so and may try again.
"""

from kiosk.services.rows import card_home, parting, proof, who
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
    PlatformAway,
    Printed,
    PrintStopped,
    PrintUnsure,
    TimedOut,
)
from kiosk.visits.flow import GUIDE, HOME, Flow, Fork, Step
from kiosk.visits.form_events import Answered, RowChosen, Skipped
from kiosk.visits.information_events import GuideAsked
from kiosk.visits.query_events import FaceDoubted, Found, NotHad, PaperFetched, Several


def _printing(page: str, work: str, limit_s: float) -> Step:
    on: dict[type[Event], str] = {
        Printed: "on paper",
        PrintStopped: "paper stopped",
        PrintUnsure: "is paper out",
        DeviceDown: "no paper",
        TimedOut: "is paper out",
    }
    return Step(page, on, work=work, patience_s=None, limit_s=limit_s, stage="result")


def looking_up(name: str) -> Flow:
    return Flow(
        name,
        stages=("card", "form", "result"),
        anywhere={Left: "leaving", Lapsed: "leaving"},
        steps={
            "about": Step("about", {Confirmed: "card", GuideAsked: GUIDE, Back: HOME}),
            **who(then="may they"),
            "too young": Step("too_young", {Confirmed: "card back"}, stage="card"),
            **proof(then="next question", stage="card"),
            "question": Step(
                "question",
                {Answered: "next question", Skipped: "next question", Back: "question before"},
                patience_s=180,
                stage="form",
                which="which question",
            ),
            "look up": Step(
                "looking_up",
                {
                    Found: "with a paper",
                    Several: "choose",
                    FaceDoubted: "face doubted",
                    NotHad: "not had",
                    PlatformAway: "away",
                    DeviceDown: "away",
                    TimedOut: "away",
                },
                work="query",
                patience_s=None,
                limit_s=20,
                stage="result",
            ),
            "choose": Step("choose_record", {RowChosen: "look up"}, stage="result"),
            "face doubted": Step(
                "face_doubted", {Again: "face", Declined: "staff"}, stage="result"
            ),
            "not had": Step("not_had", {Confirmed: "card back"}, patience_s=45, stage="result"),
            "away": Step(
                "query_away",
                {Again: "look up", DeviceBack: "look up", Confirmed: "card back"},
                stage="result",
            ),
            "fetch": Step(
                "fetching_paper",
                {
                    PaperFetched: "card gone",
                    PlatformAway: "card gone",
                    DeviceDown: "card gone",
                    TimedOut: "card gone",
                },
                work="fetch paper",
                patience_s=None,
                limit_s=45,
                stage="result",
            ),
            **card_home(("card gone", "take card"), "looked_up", "shown", "shown", "result"),
            "shown": Step(
                "query_result",
                {Confirmed: "on which paper", Declined: "rating"},
                patience_s=90,
                stage="result",
            ),
            # On paper
            "print page": _printing("printing_page", "print page", 150),
            "print slip": _printing("printing_slip", "print query slip", 60),
            "paper stopped": Step(
                "paper_stopped",
                {DeviceBack: "on which paper", Again: "on which paper", Declined: "shown"},
                patience_s=120,
                stage="result",
            ),
            "no paper": Step(
                "no_paper",
                {DeviceBack: "on which paper", Again: "on which paper", Declined: "shown"},
                patience_s=120,
                stage="result",
            ),
            "is paper out": Step(
                "is_paper_out", {Confirmed: "on paper", Declined: "shown"}, stage="result"
            ),
            "on paper": Step("on_paper", {Confirmed: "rating"}, patience_s=45, stage="result"),
            **card_home(
                ("card back", "take card first"), "taking_leave", "rating", "card forgotten"
            ),
            **parting(),
        },
        forks={
            "may they": Fork("may they do it themselves", {"yes": "how known", "no": "too young"}),
            "how known": Fork(
                "how it is known who it is", {"card": "next question", "face": "consent"}
            ),
            "next question": Fork("what is asked", {"question": "question", "nothing": "look up"}),
            "question before": Fork("what is asked", {"question": "question", "nothing": "person"}),
            "with a paper": Fork("whether a paper came", {"yes": "fetch", "no": "card gone"}),
            "on which paper": Fork(
                "what it is printed on",
                {"page": "print page", "slip": "print slip", "nothing": "no paper"},
            ),
        },
    )


QUERY = looking_up("query")
VERIFY = looking_up("verify")
