"""Visits as somebody would make them, act by act: data for `Resident.go`."""

from __future__ import annotations

from typing import Final

from sandbox.resident import Act, Touch, TouchAt, Until, lay, lift, show

PENSION: Final = "2020-35/1/13"


def certify(person: str) -> tuple[Act, ...]:
    """The whole certification by face: from the first touch to the goodbye, with a receipt."""
    return (
        show("obliging"),
        Until("lobby/attract"),
        TouchAt(),
        Until("lobby/home"),
        Touch(f"ItemChosen:{PENSION}"),
        Until("certify/about"),
        Touch("Confirmed"),
        Until("certify/card"),
        lay(person),
        Until("certify/person"),
        Touch("Confirmed"),
        Until("certify/consent"),
        Touch("Confirmed"),
        Until("certify/face"),
        Until("certify/take card", timeout_s=120),
        lift(),
        Until("certify/result"),
        Touch("Confirmed"),
        Until("certify/receipt", timeout_s=60),
        Touch("Confirmed"),
        Until("certify/rating"),
        Touch("Rated:5"),
        Until("certify/thanks"),
        Until("lobby/attract"),
    )
