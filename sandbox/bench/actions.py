"""What can be done at the bench, as a table: the action and what may be said with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.bench.card_slot import GENERATIONS, HOLDERS, OTHER_CARDS
from sandbox.bench.cards import CARDS
from sandbox.bench.scanners import DESK_FILMS, PICTURES, SCANNER_FAULTS
from sandbox.camera_films import ACTS, FILMS
from sandbox.idcard_faults import Fault as ReaderFault
from sandbox.lights import Fault as LightFault
from sandbox.platform.faults import Fault as PlatformFault
from sandbox.platform.payments import Telephone
from sandbox.social_card_faults import CardFault

_LONGEST_CODE: Final = 600


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


def _generation(value: object) -> bool:
    return type(value) is int and value in GENERATIONS


def _text(value: object) -> bool:
    """What a code may hold: a line."""
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_CODE and value.isprintable()


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _serial_port(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"ttyUSB[0-9]", value) is not None


def _times(value: object) -> bool:
    return value is None or _whole(1, 100)(value)


# A swap is an action of its own: somebody has to be swapped in.
CARD_FAULTS: Final = [fault for fault in CardFault if fault is not CardFault.SWAPPED]

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
    "platform/pay": {},
    "platform/expire": {},
    "platform/telephone": {"does": Word(_one_of(list(Telephone)))},
    "social_card/lay": {"person": Word(_one_of(HOLDERS)), "generation": Word(_generation)},
    "social_card/lay_other": {"kind": Word(_one_of(OTHER_CARDS))},
    "social_card/lift": {},
    "social_card/swap": {"person": Word(_one_of(HOLDERS)), "generation": Word(_generation)},
    "social_card/misbehave": {
        "fault": Word(_one_of(CARD_FAULTS)),
        "times": Word(_times, needed=False),
    },
    "social_card/behave": {},
    "social_card/plug": {},
    "social_card/unplug": {},
    "social_card/service": {"running": Word(_flag)},
    "scanner/lay": {"picture": Word(_one_of(PICTURES))},
    "scanner/fail": {"fault": Word(_one_of(SCANNER_FAULTS))},
    "scanner/slow": {"slow": Word(_flag)},
    "scanner/plug": {},
    "scanner/unplug": {},
    "document_camera/show": {"film": Word(_one_of(DESK_FILMS))},
    "document_camera/half_jpeg": {},
    "document_camera/plug": {},
    "document_camera/unplug": {},
    "page_printer/end_paper": {"after_sheets": Word(_whole(0, 1000), needed=False)},
    "page_printer/run_low": {},
    "page_printer/refill": {},
    "page_printer/jam": {"jammed": Word(_flag)},
    "page_printer/door": {"opened": Word(_flag)},
    "page_printer/toner_low": {"low": Word(_flag)},
    "page_printer/end_toner": {"ended": Word(_flag)},
    "page_printer/power": {"off": Word(_flag)},
    "page_printer/scheduler": {"running": Word(_flag)},
    "page_printer/queue": {"enabled": Word(_flag)},
    "code_reader/scan": {"text": Word(_text)},
    "code_reader/plug": {},
    "code_reader/unplug": {},
    "speaker/plug_headset": {},
    "speaker/unplug_headset": {},
    "speaker/freeze": {"frozen": Word(_flag)},
    "ups/mains": {"on": Word(_flag)},
    "ups/charge": {"percent": Word(_whole(0, 100))},
    "ups/plug": {},
    "ups/unplug": {},
    "ups/freeze": {"frozen": Word(_flag)},
    "lights/lose_power": {},
    "lights/misbehave": {
        "fault": Word(_one_of(list(LightFault))),
        "times": Word(_whole(1, 100), needed=False),
    },
    "lights/plug": {},
    "lights/unplug": {},
}

CHOICES: Final[Mapping[str, list[str]]] = {
    "films": list(FILMS),
    "acts": list(ACTS),
    "reader_faults": list(ReaderFault),
    "platform_faults": list(PlatformFault),
    "telephones": list(Telephone),
    "card_faults": list(CARD_FAULTS),
    "holders": list(HOLDERS),
    "other_cards": list(OTHER_CARDS),
    "document_films": list(DESK_FILMS),
    "scanner_pictures": list(PICTURES),
    "scanner_faults": list(SCANNER_FAULTS),
    "light_faults": list(LightFault),
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
