"""A fee that can be paid here, between signing and handing in: rows of the services that have one.

Nothing is handed in as paid that is not, nobody is kept from handing in because they cannot pay
here, and whoever goes while the code is up has it called off (ADR 13).
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.services.pausing import MAY_PAUSE
from kiosk.visits.events import (
    Again,
    Back,
    Confirmed,
    Declined,
    DeviceDown,
    Event,
    Lapsed,
    Left,
    PlatformAway,
    TimedOut,
)
from kiosk.visits.flow import Fork, Step
from kiosk.visits.form_events import RowChosen
from kiosk.visits.payment_events import (
    FeePaid,
    FeeReturned,
    OrderClosed,
    OrderExpired,
    OrderNotOpened,
    OrderOpened,
)

CODE_S = 290.0  # the platform's order ends before, or is called off then

_GOES: Mapping[type[Event], str] = {Left: "call off", Lapsed: "call off"}
_NOT_KNOWN = (PlatformAway, DeviceDown, TimedOut)


def paying(then: str, before: str, stage: str) -> Mapping[str, Step]:
    """`how to pay`: now by telephone, or later. `before`: where it goes back to."""
    return {
        "how to pay": Step(
            "how_to_pay",
            {RowChosen: "is it paid now", Back: before, **MAY_PAUSE},
            patience_s=180,
            stage=stage,
        ),
        "open order": Step(
            "opening_order",
            {
                OrderOpened: "pay",
                OrderNotOpened: "how to pay",
                DeviceDown: "how to pay",
                TimedOut: "how to pay",
            },
            work="open order",
            patience_s=None,
            limit_s=25,
            stage=stage,
        ),
        "pay": Step(
            "pay",
            {
                FeePaid: then,
                OrderExpired: "how to pay",
                PlatformAway: "pay silent",
                DeviceDown: "pay silent",
                TimedOut: "close order",
                Declined: "close order",
                **_GOES,
            },
            work="await payment",
            patience_s=None,
            limit_s=CODE_S,
            stage=stage,
        ),
        "pay silent": Step(
            "pay_silent", {Again: "pay", Declined: "close order", **_GOES}, stage=stage
        ),
        "close order": Step(
            "closing_order",
            {
                FeePaid: then,
                OrderClosed: "how to pay",
                **dict.fromkeys(_NOT_KNOWN, "pay unsure"),
                **_GOES,
            },
            work="close order",
            patience_s=None,
            limit_s=15,
            stage=stage,
        ),
        "pay unsure": Step("pay_unsure", {Confirmed: then, **_GOES}, stage=stage),
        **_calling_off(stage),
    }


def _calling_off(stage: str) -> Mapping[str, Step]:
    """`call off`: the resident goes, or nothing can be kept; whatever was paid goes back."""
    return {
        "call off": Step(
            "closing_order",
            {
                OrderClosed: "leaving",
                FeeReturned: "money back",
                **dict.fromkeys(_NOT_KNOWN, "money to come"),
            },
            work="call off order",
            patience_s=None,
            limit_s=15,
            stage=stage,
        ),
        "money back": Step("money_back", {Confirmed: "leaving"}, patience_s=60, stage=stage),
        "money to come": Step("money_to_come", {Confirmed: "leaving"}, patience_s=90, stage=stage),
    }


def paying_forks(then: str) -> Mapping[str, Fork]:
    """`is there a fee` leads to `paying`, or past it."""
    return {
        "is there a fee": Fork(
            "what is to be paid here", {"something": "how to pay", "nothing": then}
        ),
        "is it paid now": Fork("is it paid now", {"yes": "open order", "no": then}),
        "what of the money": Fork("is it paid", {"yes": "call off", "no": "leaving"}),
    }
