"""通知: what the office has to tell, for anybody to read and to take along on paper.

Nothing personal is shown, so nobody is identified and nobody is asked to rate.
"""

from kiosk.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceDown,
    Lapsed,
    Left,
    Printed,
    PrintStopped,
    PrintUnsure,
    TimedOut,
)
from kiosk.flow import END, HOME, Flow, Step
from kiosk.form_events import RowChosen

NOTICES = Flow(
    "notices",
    anywhere={Left: END, Lapsed: END},
    steps={
        "list": Step("notices", {RowChosen: "read", Back: HOME}, patience_s=90),
        "read": Step(
            "notice", {Confirmed: "print", Declined: "list", Back: "list"}, patience_s=120
        ),
        "print": Step(
            "printing_slip",
            {
                Printed: "printed",
                PrintUnsure: "printed",
                PrintStopped: "no slip",
                DeviceDown: "no slip",
                TimedOut: "no slip",
            },
            work="print notice",
            patience_s=None,
            limit_s=60,
        ),
        "printed": Step("notice_printed", {Confirmed: "list"}, patience_s=30),
        "no slip": Step("notice_no_slip", {Again: "print", Confirmed: "list"}, patience_s=60),
    },
)
