"""What stands before every service: the picture that invites, and the choice of items."""

from kiosk.events import ItemChosen, Lapsed, LeaveAsked, Left, Touched
from kiosk.flow import END, SERVICE, Flow, Step

LOBBY = Flow(
    "lobby",
    resting="attract",
    steps={
        "attract": Step("attract", {Touched: "home"}, patience_s=None),
        "home": Step(
            "home",
            {ItemChosen: SERVICE, LeaveAsked: END, Left: END, Lapsed: END},  # nothing to lose yet
            patience_s=60,
        ),
    },
)
