"""A serial line to a device that cannot be asked who it is, held by this program alone."""

from __future__ import annotations

import contextlib
import select
from pathlib import Path
from time import monotonic, sleep

from devices.base import DeviceAbsentError, DeviceError, Remedy
from devices.opening import BROKEN, open_port, why

_CHUNK_BYTES = 4096
_LAST_WORDS_S = 0.5
_LOOK_EVERY_S = 0.01


class AmbiguousPortError(DeviceError):
    """Several ports fit the pattern: a byte to the wrong one may do harm there."""

    remedy = Remedy.TECHNICIAN


class SerialLine:
    """An open port, 8N1. `pattern`: a path or a glob pattern that fits exactly one port.

    Raises:
        DeviceAbsentError: from every method: the port cannot be opened or is no longer there.
        NotToBeOpenedError: on opening: no permission, or another program has it.
        AmbiguousPortError: on opening.
    """

    def __init__(self, pattern: str, baud: int) -> None:
        self.path = path = only_match(pattern)
        self._port = open_port(path, baud)

    def read(self, wait_s: float) -> bytes:
        """What is there, after waiting for the first byte of it; empty when none came."""
        try:
            ready, _, _ = select.select([self._port.fileno()], [], [], wait_s)
            return bytes(self._port.read(_CHUNK_BYTES)) if ready else b""
        except BROKEN as fault:
            raise self._broken(fault) from fault

    def write(self, data: bytes) -> None:
        """Returns within about a second; a device that takes nothing is as good as gone."""
        try:
            self._port.write(data)
        except BROKEN as fault:
            raise self._broken(fault) from fault

    def discard(self) -> None:
        """Throws away what arrived so far."""
        try:
            self._port.reset_input_buffer()
        except BROKEN as fault:
            raise self._broken(fault) from fault

    def check(self) -> None:
        """Returns when the port is still there. The device behind it is not asked."""
        try:
            _ = self._port.in_waiting
        except BROKEN as fault:
            raise self._broken(fault) from fault

    def close(self) -> None:
        """What was written last still goes out, if the device takes it within `_LAST_WORDS_S`.

        Twice is once.
        """
        if not self._port.is_open:
            return
        end_s = monotonic() + _LAST_WORDS_S
        with contextlib.suppress(*BROKEN):
            while self._port.out_waiting and monotonic() < end_s:
                sleep(_LOOK_EVERY_S)
            if self._port.out_waiting:
                self._port.reset_output_buffer()  # else the system waits for it, half a minute
        self._port.close()

    def _broken(self, fault: Exception) -> DeviceAbsentError:
        return DeviceAbsentError(f"the line to {self.path} broke: {why(fault)}")


def only_match(pattern: str) -> str:
    """The one path that fits `pattern`.

    Raises:
        DeviceAbsentError: none does.
        AmbiguousPortError: several do.
    """
    path = Path(pattern)
    found = sorted(str(each) for each in Path(path.anchor).glob(str(path.relative_to(path.anchor))))
    if not found:
        raise DeviceAbsentError(f"nothing is there as {pattern}")
    if len(found) > 1:
        raise AmbiguousPortError(f"{pattern} fits {len(found)} ports: {', '.join(found)}")
    return found[0]
