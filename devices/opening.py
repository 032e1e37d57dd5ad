"""Why a node of /dev could not be opened, in words a technician can act upon."""

from __future__ import annotations

import errno

from devices.base import DeviceAbsentError, NotToBeOpenedError

_NO_PERMISSION = "may not be opened: no permission (is the program in the group of the port?)"
_TAKEN = "is taken by another program"
_LASTING = {
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EBUSY: _TAKEN,
    errno.EAGAIN: _TAKEN,
}


def not_opened(path: str, fault: Exception) -> DeviceAbsentError:
    """`fault`: an OSError, a termios.error or a SerialException, which need not be one."""
    number = getattr(fault, "errno", None) or 0
    if number in _LASTING:
        return NotToBeOpenedError(f"{path} {_LASTING[number]}")
    return DeviceAbsentError(f"{path} {why(fault)}")


def why(fault: Exception) -> str:
    number = getattr(fault, "errno", None) or 0
    return _LASTING.get(number) or ("is not there" if number == errno.ENOENT else str(fault))
