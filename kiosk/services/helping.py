"""帮办代办: a helper shows their own card, says why help is wanted, and leads the resident home.

From there everything goes as it does for a resident alone; what is different stands over the page.
"""

from kiosk.services.rows import card_home, leaving
from kiosk.visits.events import (
    Again,
    Back,
    CardUnread,
    DeviceBack,
    DeviceDown,
    Lapsed,
    Left,
)
from kiosk.visits.flow import HOME, Flow, Step
from kiosk.visits.form_events import RowChosen
from kiosk.visits.helping import HelperKnown

HELPING = Flow(
    "helped",
    anywhere={Left: "leaving", Lapsed: "leaving"},
    steps={
        "helper": Step(
            "present_helper_card",
            {
                HelperKnown: "helper known",
                CardUnread: "helper",
                DeviceDown: "no reader",
                Back: HOME,
            },
            work="read helper card",
        ),
        "no reader": Step("no_reader", {DeviceBack: "helper", Again: "helper"}),
        # The helper's card makes room for the resident's
        **card_home(("helper known", "take helper card"), "taking_leave", "why", "card forgotten"),
        "why": Step("why_help", {RowChosen: HOME}),
        **leaving(),
    },
)
