"""A node of /dev opened for one program alone, or why not, in words a technician can act upon."""

from __future__ import annotations

import errno
import fcntl
import termios

import serial

from devices.base import DeviceAbsentError, NotToBeOpenedError

_NO_PERMISSION = "may not be opened: no permission (is the program in the group of the port?)"
_TAKEN = "is taken by another program"
_LASTING = {
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EBUSY: _TAKEN,
    errno.EAGAIN: _TAKEN,
}


# termios.error is no OSError; pyserial says ValueError of a speed that the port does not have.
BROKEN = (OSError, termios.error, ValueError)


def open_port(path: str, baud: int) -> serial.Serial:
    """8N1. A read returns what is there: nothing waits for bytes that do not come.

    Raises:
        DeviceAbsentError: it cannot be opened; NotToBeOpenedError: and will not be soon.
    """
    try:
        port = serial.Serial(path, baud, timeout=0, write_timeout=1, exclusive=True)
    except BROKEN as fault:
        raise not_opened(path, fault) from fault
    try:
        # The lock of `exclusive` holds off programs that also lock, this one all but root.
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    except BROKEN as fault:
        port.close()
        raise not_opened(path, fault) from fault
    return port


def not_opened(path: str, fault: Exception) -> DeviceAbsentError:
    """`fault`: an OSError, a termios.error or a SerialException, which need not be one."""
    number = getattr(fault, "errno", None) or 0
    if number in _LASTING:
        return NotToBeOpenedError(f"{path} {_LASTING[number]}")
    return DeviceAbsentError(f"{path} {why(fault)}")


def why(fault: Exception) -> str:
    number = getattr(fault, "errno", None) or 0
    return _LASTING.get(number) or ("is not there" if number == errno.ENOENT else str(fault))
