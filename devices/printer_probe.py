"""Whether an ESC/POS printer is at a serial port.

DLE EOT is answered at once and prints nothing, whatever state the printer is in; to anything else
it is three bytes without meaning.
"""

from __future__ import annotations

from contextlib import closing

from devices.base import GarbledReplyError
from devices.printer_links import SerialLink
from devices.printer_status import status_of
from devices.printer_talk import SilenceError, Talk
from devices.probing import Identity

_BAUDS = (115_200, 9_600, 19_200, 38_400, 57_600)
_ANSWER_S = 0.3
_MAKERS_OWN = 0x80  # of a status: with some makers, a slip that hangs in the mouth


def recognise(port: str) -> Identity | None:
    """Raises:
    DeviceAbsentError: the port cannot be opened, or broke.
    """
    for baud in _BAUDS:
        with closing(SerialLink(port, baud).open(_ANSWER_S)) as link:
            try:
                status = status_of(Talk(link, _ANSWER_S, 1.0, _MAKERS_OWN).ask_state())
            except (SilenceError, GarbledReplyError):
                continue
            return Identity(f"ESC/POS, {status.detail or status.condition}", baud)
    return None
