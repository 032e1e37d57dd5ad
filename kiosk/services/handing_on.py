"""Rows for originals that travel (异地代收代办): the label, and each hand that a parcel goes into.

Every hand-over is one scan: the case is looked up by the code on the label, a member of staff shows
who they are, and the platform records it. Nothing is kept for later: what the platform was not told
did not happen, and the slip that goes with the parcel is signed by hand until it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.services.pausing import MAY_PAUSE
from kiosk.services.rows import card_home
from kiosk.visits.events import (
    Again,
    Back,
    CardUnread,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    Event,
    PlatformAway,
    Printed,
    PrintStopped,
    PrintUnsure,
    StaffKnown,
    TimedOut,
)
from kiosk.visits.flow import HOME, Fork, Step
from kiosk.visits.form_events import Answered
from kiosk.visits.query_events import CodeRead, CodeStrange
from kiosk.visits.relay_events import HandedOn, NotItsTurn, ParcelsTold

ASKED = (ParcelsTold, PlatformAway, DeviceDown, TimedOut)


def inventory(then: str, before: str) -> Mapping[str, Step]:
    """`inventory`: which originals go by post and which go home again, confirmed by whom they
    belong to.
    """
    return {
        "inventory": Step("inventory", {Confirmed: then, Back: before, **MAY_PAUSE}, stage="page")
    }


def posting(then: str) -> Mapping[str, Step]:
    """`ask office`: where the parcel goes; its papers are printed, and it is given away."""
    return {
        "ask office": Step(
            "asking_office",
            dict.fromkeys(ASKED, "print label"),
            work="ask office",
            patience_s=None,
            limit_s=8,
            stage="result",
        ),
        **_label(then="parcel", stage="result"),
        "parcel": Step(
            "parcel", {Confirmed: then, Again: "print label"}, patience_s=120, stage="result"
        ),
    }


def handing_on(ask: str, told: str, another: str) -> Mapping[str, Step]:
    """`who takes it`: a member of staff records that the parcel of `told` goes into the next hand.

    ask: looks the case up again. another: the next parcel.
    """
    return {
        "who takes it": Step(
            "present_staff_card",
            {
                StaffKnown: "does the post take it",
                CardUnread: "who takes it",
                DeviceDown: "no card reader",
                Back: told,
            },
            work="read staff card",
        ),
        "no card reader": Step(
            "no_reader", {DeviceBack: "who takes it", Again: "who takes it", Back: told}
        ),
        "waybill": Step(
            "scan_waybill",
            {
                CodeRead: "record",
                CodeStrange: "waybill",
                Declined: "type waybill",
                DeviceDown: "type waybill",
                Back: told,
            },
            work="read waybill",
            patience_s=180,
        ),
        "type waybill": Step(
            "type_waybill", {Answered: "is it a waybill", Back: "waybill"}, patience_s=180
        ),
        "record": Step(
            "recording_hand_over",
            {
                HandedOn: "card from here",
                NotItsTurn: "not its turn",
                PlatformAway: "not recorded",
                DeviceDown: "not recorded",
                TimedOut: "not recorded",
            },
            work="record hand-over",
            patience_s=None,
            limit_s=20,
        ),
        **card_home(
            ("card from here", "take staff card"), "taking_leave", "handed on", "handed on"
        ),
        "handed on": Step("handed_on", {Confirmed: HOME, Again: another}),
        "not its turn": Step("not_its_turn", {Again: ask, Confirmed: HOME}),
        "not recorded": Step("not_recorded", {Again: "record", Confirmed: HOME}),
        **_label(then=told),
    }


FORKS: Mapping[str, Fork] = {
    "does the post take it": Fork("whether the post takes it", {"yes": "waybill", "no": "record"}),
    "is it a waybill": Fork("whether a waybill is there", {"yes": "record", "no": "type waybill"}),
}


def _label(then: str, stage: str | None = None) -> Mapping[str, Step]:
    """`print label`: the mailing label and the slip that is signed; a second set does no harm."""
    leads: Mapping[type[Event], str] = {
        Printed: then,
        PrintUnsure: then,
        PrintStopped: "no label",
        DeviceDown: "no label",
        TimedOut: "no label",
    }
    return {
        "print label": Step(
            "printing_label", leads, work="print label", patience_s=None, limit_s=60, stage=stage
        ),
        "no label": Step(
            "no_label",
            {DeviceBack: "print label", Again: "print label", Declined: then},
            patience_s=120,
            stage=stage,
        ),
    }
