"""What the state of the devices means for a resident: what cannot be done now, what to mind."""

from __future__ import annotations

from collections.abc import Mapping

from devices.base import Condition, Status
from kiosk.visits.terminal import Terminal

UNKNOWN = Status(Condition.UNKNOWN)

# Device → what its absence means for the resident. `why_not`: it cannot be done here now.
WHY_NOT = {
    "idcard_reader": "why_not.no_reader",
    "outbox": "why_not.no_store",
    "platform": "why_not.no_network",
}
NOTICES = {
    "platform": "notice.no_network",
    "receipt_printer": "notice.no_printer",
    "camera": "notice.no_camera",
}
ATTENTIONS = {"receipt_printer": "notice.paper_low", "ups": "notice.on_battery"}
# Device → what an earlier visit left there; the first comes first where one has room.
LEFT = {
    "idcard_reader": "notice.card_left",
    "social_card": "notice.social_card_left",
    "scanner": "notice.paper_left",
    "receipt_printer": "notice.slip_left",
}


def why_not(devices: tuple[str, ...], terminal: Terminal) -> str | None:
    for device in devices:
        if terminal.health.get(device, UNKNOWN).condition in (Condition.FAULT, Condition.ABSENT):
            return WHY_NOT.get(device, "why_not.device")
    return None


def left_notices(terminal: Terminal) -> tuple[str, ...]:
    return tuple(notice for device, notice in LEFT.items() if device in terminal.forgotten)


def notices(devices: tuple[str, ...] | Mapping[str, str], terminal: Terminal) -> tuple[str, ...]:
    told = []
    for device in devices:
        condition = terminal.health.get(device, UNKNOWN).condition
        if condition in (Condition.FAULT, Condition.ABSENT) and device in NOTICES:
            told.append(NOTICES[device])
        elif condition is Condition.ATTENTION and device in ATTENTIONS:
            told.append(ATTENTIONS[device])
    return tuple(told)
