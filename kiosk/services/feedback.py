"""投诉建议: what somebody has to say of the service, after a rating or in the information corner.

A ready sentence or one's own words, a telephone number if one likes; nobody has to say who they
are. It is kept as a submission is: without a network nothing is lost. A rating that was given on
the way is kept at the end, also by whoever walks away.
"""

from __future__ import annotations

from kiosk.services.rows import OVER, papers_home
from kiosk.visits.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceDown,
    KeepFailed,
    Lapsed,
    Left,
    TimedOut,
)
from kiosk.visits.feedback_events import FeedbackKept
from kiosk.visits.flow import END, HOME, Flow, Fork, Step
from kiosk.visits.form_events import Answered, RowChosen, Skipped
from kiosk.visits.terminal import Terminal
from kiosk.visits.visit import Visit

FEEDBACK = Flow(
    "feedback",
    anywhere={Left: "gone", Lapsed: "gone"},
    steps={
        "what": Step("feedback", {RowChosen: "chosen", Back: "after"}, patience_s=60),
        "own words": Step("feedback_words", {Answered: "typed", Back: "what"}, patience_s=180),
        "mobile": Step(
            "feedback_mobile",
            {Answered: "called", Skipped: "keep", Back: "what"},
            patience_s=120,
        ),
        "keep": Step(
            "keeping_feedback",
            {
                FeedbackKept: "kept",
                KeepFailed: "not kept",
                DeviceDown: "not kept",
                TimedOut: "not kept",
            },
            work="keep feedback",
            patience_s=None,
            limit_s=30,
        ),
        "kept": Step("feedback_kept", {Confirmed: "after"}, patience_s=45),
        "not kept": Step("feedback_not_kept", {Again: "keep", Declined: "after"}, patience_s=60),
        "thanks": Step(
            "goodbye", {TimedOut: "over"}, work="keep rating", patience_s=None, limit_s=4
        ),
        "goodbye": Step("goodbye", {TimedOut: "over"}, patience_s=None, limit_s=4),
        **papers_home(),
    },
    forks={
        **OVER,
        "chosen": Fork(
            "how it is said", {"typed": "own words", "ready": "mobile", "nothing": "what"}
        ),
        "typed": Fork("whether it can be taken", {"yes": "mobile", "no": "own words"}),
        "called": Fork("whether it can be taken", {"yes": "keep", "no": "mobile"}),
        "after": Fork(
            "where it was said from", {"home": HOME, "rated": "thanks", "unrated": "goodbye"}
        ),
        "gone": Fork(
            "where it was said from", {"home": END, "rated": "thanks", "unrated": "goodbye"}
        ),
    },
)


def how_it_is_said(visit: Visit, _: Terminal) -> str:
    if not visit.remark.row:
        return "nothing"
    return "typed" if visit.remark.is_typed else "ready"


def where_it_was_said_from(visit: Visit, _: Terminal) -> str:
    """At the end of an item there is a rating; from the home page there was no item."""
    if visit.chosen is None:
        return "home"
    return "rated" if visit.stars else "unrated"


QUESTIONS = {
    "how it is said": how_it_is_said,
    "whether it can be taken": lambda visit, _: "no" if visit.remark.trouble else "yes",
    "where it was said from": where_it_was_said_from,
}
