"""What stands before every service: the picture that invites, and the ways to find an item.

The home page has what most come for; groups, a search and guiding questions lead to the rest.
"""

from collections.abc import Callable, Mapping

from kiosk.visits.events import Back, Event, ItemChosen, Lapsed, LeaveAsked, Left, Touched
from kiosk.visits.flow import END, SERVICE, Flow, Fork, Step
from kiosk.visits.form_events import GroupChosen, OfferChosen, Unsure, WayChosen
from kiosk.visits.visit import Visit

SEARCH = "search"  # the offer that is no service of its own

# Nothing to lose yet: leaving is not asked about.
_LEAVING: Mapping[type[Event], str] = {LeaveAsked: END, Left: END, Lapsed: END}

LOBBY = Flow(
    "lobby",
    resting="attract",
    steps={
        "attract": Step("attract", {Touched: "home"}, patience_s=None),
        "home": Step(
            "home",
            {ItemChosen: SERVICE, GroupChosen: "group", OfferChosen: "offer", **_LEAVING},
            patience_s=60,
        ),
        "group": Step("group", {ItemChosen: SERVICE, Unsure: "guide", Back: "home", **_LEAVING}),
        "guide": Step(
            "guide", {ItemChosen: SERVICE, WayChosen: "guide", Back: "unasked", **_LEAVING}
        ),
        "search": Step("search", {ItemChosen: SERVICE, Back: "home", **_LEAVING}),
    },
    forks={
        "offer": Fork("is it the search", {"yes": "search", "no": SERVICE}),
        "unasked": Fork("is a guiding question left", {"yes": "guide", "no": "group"}),
    },
)


def is_it_the_search(visit: Visit, _: object) -> str:
    return "yes" if visit.offer == SEARCH else "no"


def is_a_guiding_question_left(visit: Visit, _: object) -> str:
    """After going back: the first question has none before it."""
    return "yes" if visit.ways else "no"


QUESTIONS: Mapping[str, Callable[[Visit, object], str]] = {
    "is it the search": is_it_the_search,
    "is a guiding question left": is_a_guiding_question_left,
}
