"""What can be done at the bench, as a table: the action and what may be said with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.bench.cards import CARDS
from sandbox.camera_films import ACTS, FILMS
from sandbox.idcard_faults import Fault as ReaderFault
from sandbox.platform.faults import Fault as PlatformFault


class RefusedError(ValueError):
    """There is no such action, or it is not to be done like that."""


@dataclass(frozen=True, slots=True)
class Word:
    """An argument of an action; `allows` says whether a value, straight from JSON, is one."""

    allows: Callable[[object], bool]
    needed: bool = True


def _one_of(words: Collection[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in words


def _whole(low: int, high: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _number(low: float, high: float) -> Callable[[object], bool]:
    return lambda value: type(value) in (int, float) and low <= float(str(value)) <= high


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _serial_port(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"ttyUSB[0-9]", value) is not None


def _times(value: object) -> bool:
    return value is None or _whole(1, 100)(value)


ACTIONS: Final[Mapping[str, Mapping[str, Word]]] = {
    "reader/lay": {"person": Word(_one_of(CARDS))},
    "reader/lift": {},
    "reader/plug": {"name": Word(_serial_port, needed=False)},
    "reader/unplug": {},
    "reader/misbehave": {
        "fault": Word(_one_of(list(ReaderFault))),
        "times": Word(_times, needed=False),
    },
    "reader/behave": {},
    "camera/show": {"film": Word(_one_of(FILMS))},
    "camera/act": {"what": Word(_one_of(ACTS))},
    "camera/slow": {"frames_per_s": Word(_number(0.5, 60))},
    "camera/half_jpeg": {},
    "camera/plug": {},
    "camera/unplug": {},
    "printer/end_paper": {"after_lines": Word(_whole(0, 1000), needed=False)},
    "printer/near_end": {},
    "printer/refill": {},
    "printer/cover": {"opened": Word(_flag)},
    "printer/jam": {"jammed": Word(_flag)},
    "printer/off_line": {"off_line": Word(_flag)},
    "printer/heat": {"hot": Word(_flag)},
    "printer/fail": {},
    "printer/silence": {"silent": Word(_flag)},
    "printer/power_cycle": {},
    "printer/tear_off": {},
    "printer/plug": {},
    "printer/unplug": {},
    "platform/set": {
        "fault": Word(_one_of(list(PlatformFault)), needed=False),
        "times": Word(_times, needed=False),
        "status": Word(_whole(400, 599), needed=False),
        "delay_s": Word(_number(0, 600), needed=False),
        "drip_s": Word(_number(0, 60), needed=False),
        "decide_later": Word(_flag, needed=False),
        "listening": Word(_flag, needed=False),
    },
    "platform/clear": {},
    "platform/decide": {},
}

CHOICES: Final[Mapping[str, list[str]]] = {
    "films": list(FILMS),
    "acts": list(ACTS),
    "reader_faults": list(ReaderFault),
    "platform_faults": list(PlatformFault),
}


def checked(action: str, said: object) -> dict[str, Any]:
    """The arguments of `action`.

    Raises:
        RefusedError: names the first thing that is wrong with it.
    """
    words = ACTIONS.get(action)
    if words is None:
        raise RefusedError(f"there is no {action}")
    if not isinstance(said, dict):
        raise RefusedError(f"{action} takes an object")
    for name in said:
        if name not in words:
            raise RefusedError(f"{action} takes no {name}")
    for name, word in words.items():
        if name not in said:
            if word.needed:
                raise RefusedError(f"{action} takes a {name}")
        elif not word.allows(said[name]):
            raise RefusedError(f"{action}: that is no {name}")
    return said
