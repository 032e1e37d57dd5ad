"""The one thread that a device is used by, and what it must not leave behind."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Self

from devices.base import Condition, DeviceAbsentError, DeviceError, Status

# Nobody's performance is judged by these: they are what a hanging driver is told by.
CALL_S = 60.0
SETTLED_S = 20.0
_LOOK_S = 0.02


class Hands:
    """Opens, uses and closes a device in one thread, as a worker of the terminal does."""

    def __init__(self) -> None:
        self._wanted: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="hands", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._wanted.put(None)
        self._thread.join(SETTLED_S)

    def do(self, what: Callable[[], Any], bound_s: float = CALL_S) -> Any:
        """What it returns or raises."""
        self._wanted.put(what)
        try:
            value, fault = self._done.get(timeout=bound_s)
        except queue.Empty:
            raise AssertionError(f"nothing came back within {bound_s:g} s") from None
        if fault is not None:
            raise fault
        return value

    def try_(self, what: Callable[[], Any]) -> Any:
        """The value, or the `DeviceError`; anything else is raised: no driver may."""
        try:
            return self.do(what)
        except DeviceError as fault:
            return fault

    def _work(self) -> None:
        while (what := self._wanted.get()) is not None:
            try:
                self._done.put((what(), None))
            except BaseException as fault:  # noqa: BLE001 (whoever asked is told)
                self._done.put((None, fault))


def told(device: Any) -> Status:
    """What the terminal would say of the device: its word, or what its failing to answer means."""
    try:
        status: Status = device.status()
    except DeviceAbsentError as fault:
        return Status(Condition.ABSENT, str(fault))
    except DeviceError as fault:
        return Status(Condition.FAULT, str(fault))
    return status


def held() -> tuple[int, int]:
    """File descriptors and threads of this process."""
    return len([*Path("/proc/self/fd").iterdir()]), threading.active_count()


def comes_true(seen: Callable[[], bool], bound_s: float = SETTLED_S) -> bool:
    end_s = monotonic() + bound_s
    while not seen():
        if monotonic() > end_s:
            return False
        threading.Event().wait(_LOOK_S)
    return True


def said_in(fault: BaseException | None) -> str:
    """All that an error and its causes would put into a log."""
    words = ""
    while fault is not None:
        words += f"{fault!r} {fault} {fault.args}\n"
        fault = fault.__cause__ or fault.__context__
    return words
