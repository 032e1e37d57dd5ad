"""Ways in which a network or a server goes wrong, to be switched on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum


class Fault(StrEnum):
    """What happens to a request. Those of `BEFORE` leave nothing behind on the platform."""

    NONE = "none"
    STATUS = "status"  # answers `status`, with Retry-After
    DEAD = "dead"  # hangs up without reading the request to its end
    SILENCE = "silence"  # reads the request and never answers
    PORTAL = "portal"  # the log-in page of a captive network
    REDIRECT = "redirect"
    LOST_ANSWER = "lost_answer"  # does what was asked, then hangs up
    HALF = "half"  # hangs up in the middle of the body
    DRIP_HEAD = "drip_head"  # one byte at a time, from the status line on
    DRIP_BODY = "drip_body"  # one byte at a time, the head at once
    NOT_JSON = "not_json"
    WRONG_JSON = "wrong_json"  # JSON, but not of this contract
    WRONG_TYPE = "wrong_type"  # the right body as text/plain
    HUGE = "huge"  # a body without an end


BEFORE = frozenset({Fault.STATUS, Fault.DEAD, Fault.SILENCE, Fault.PORTAL, Fault.REDIRECT})


@dataclass(frozen=True, slots=True)
class Switches:
    fault: Fault = Fault.NONE
    times: int | None = None  # requests until `fault` ends by itself; None: never
    status: int = 503
    delay_s: float = 0.0  # before any answer
    drip_s: float = 0.05  # between two bytes
    decide_later: bool = False  # 202 now, the decision when told to
    listening: bool = True  # False: connections are refused


class Switchboard:
    """The switches of a running platform. Any thread may turn and read them."""

    def __init__(self, listen: Callable[[bool], None]) -> None:
        self._listen = listen
        self._lock = threading.Lock()
        self._now = Switches()
        self._changed = threading.Event()  # of the present setting; set when it ends

    def set(self, **changes: object) -> None:
        """Turns the switches named; the others stay. Requests held back by a fault are let go.

        A `fault` named without `times` lasts.

        Raises:
            ValueError: no such switch, or no such value.
        """
        checked = {name: _checked(name, value) for name, value in changes.items()}
        if "fault" in checked:
            checked.setdefault("times", None)
        with self._lock:
            before, self._now = self._now, replace(self._now, **checked)  # type: ignore[arg-type]
            self._changed.set()
            self._changed = threading.Event()
            if before.listening != self._now.listening:
                self._listen(self._now.listening)

    def end(self) -> None:
        """Nothing is held back from now on, whatever the switches say."""
        with self._lock:
            self._changed.set()

    def clear(self) -> None:
        """Everything well again."""
        self.set(**{each.name: each.default for each in fields(Switches)})

    @property
    def now(self) -> Switches:
        with self._lock:
            return self._now

    def take(self) -> tuple[Switches, threading.Event]:
        """The switches for one request, which counts towards `times`; and what ends its waiting."""
        with self._lock:
            taken = self._now
            if taken.times is not None and taken.fault is not Fault.NONE:
                left = taken.times - 1
                self._now = replace(
                    taken, times=left or None, fault=taken.fault if left else Fault.NONE
                )
            return taken, self._changed


_CHECKS: dict[str, Callable[[object], bool]] = {
    "times": lambda value: value is None or (type(value) is int and value > 0),
    "status": lambda value: type(value) is int and 400 <= value <= 599,
    "delay_s": lambda value: type(value) in (int, float) and 0 <= value <= 600,  # type: ignore[operator]
    "drip_s": lambda value: type(value) in (int, float) and 0 <= value <= 600,  # type: ignore[operator]
    "decide_later": lambda value: type(value) is bool,
    "listening": lambda value: type(value) is bool,
}


def _checked(name: str, value: object) -> object:
    if name == "fault":
        return Fault(str(value))
    if name not in _CHECKS or not _CHECKS[name](value):
        raise ValueError(f"no such switch, or no such value: {name}")
    return value
