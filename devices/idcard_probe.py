"""Whether an ID-card reader is at a port: one question at each speed, no reset, no second try."""

from __future__ import annotations

from devices.base import GarbledReplyError
from devices.idcard_frames import Command, sam_number
from devices.idcard_line import Line
from devices.probing import Identity

_BAUDS = (115_200, 57_600, 38_400, 19_200, 9_600)
_THINKING_S = 0.3


def recognise(port: str) -> Identity | None:
    """Also a reader that says it is broken is one.

    Raises:
        DeviceAbsentError: the port cannot be opened, or broke.
    """
    with Line(port, _BAUDS[0]) as line:
        for baud in _BAUDS:
            line.baud = baud
            try:
                status = line.ask(Command.STATUS, _THINKING_S)
            except GarbledReplyError:
                continue
            return Identity(_number(line) if status.succeeded else status.describe(), baud)
    return None


def _number(line: Line) -> str:
    try:
        reply = line.ask(Command.SAM_NUMBER, _THINKING_S)
    except GarbledReplyError:
        return "SAM without number"
    return f"SAM {sam_number(reply.data)}" if reply.succeeded else "SAM without number"
