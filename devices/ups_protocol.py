"""What a UPS server says: bytes in, values out; opens nothing.

The line protocol of Network UPS Tools, RFC 9271, section 4: lines of words, of which those with
spaces stand in double quotes and escape quotes and backslashes. Names: RFC 9271, appendix, and
docs/nut-names.txt of NUT.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from devices.base import Condition, Status

LONGEST_ANSWER_BYTES = 65_536

_LINE = re.compile(r'VAR (\S{1,64}) (\S{1,64}) "((?:[^"\\]|\\["\\])*)"')
_NUMBER = re.compile(r"([0-9]{1,9})(?:\.[0-9]{1,6})?")

# Flags of ups.status by what they mean here; the others (CHRG, DISCHRG, CAL, TRIM …) need nobody.
_ON_MAINS, _ON_BATTERY = "OL", "OB"
_LOW, _FORCED = "LB", "FSD"
_TROUBLE = {
    "RB": "its battery has to be replaced",
    "OVER": "more is plugged in than it can carry",
    "BYPASS": "it hands the mains through and would not bridge a cut",
    "OFF": "its output is off",
    "ALARM": "it gives an alarm",
}


class ServerRefusedError(ValueError):
    """The server answered with an error; `token` is its word: DATA-STALE, UNKNOWN-UPS …"""

    def __init__(self, token: str) -> None:
        super().__init__(token)
        self.token = token


class NoAnswerError(ValueError):
    """What came is no answer of this protocol."""


@dataclass(frozen=True, slots=True)
class Power:
    """Where the terminal's power comes from. None: this UPS does not tell."""

    on_battery: bool | None
    charge_percent: int | None
    runtime_s: int | None
    must_stop_soon: bool  # nothing new may begin; what must survive goes to disk now
    trouble: tuple[str, ...] = ()  # what somebody should see to, in words for the technician


def question(ups: str) -> bytes:
    """All that is known of `ups`, and good-bye: one question a connection."""
    return f"LIST VAR {ups}\nLOGOUT\n".encode("ascii")


def is_whole(answer: bytes, ups: str) -> bool:
    """Whether nothing more has to come before `parse_answer`."""
    return (answer.startswith(b"ERR ") and b"\n" in answer) or _last_line(ups) in answer


def parse_answer(answer: bytes, ups: str) -> dict[str, str]:
    """The variables of `ups` by name.

    Raises:
        ServerRefusedError: the server says why there are none.
        NoAnswerError: it is cut short, of another UPS, or of no known form.
    """
    try:
        lines = answer.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        raise NoAnswerError("no text") from fault
    if lines and lines[0].startswith("ERR "):
        raise ServerRefusedError(lines[0].split(" ")[1][:32])
    if not lines or lines[0] != f"BEGIN LIST VAR {ups}":
        raise NoAnswerError("it does not begin as a list")
    variables: dict[str, str] = {}
    for line in lines[1:]:
        if line == f"END LIST VAR {ups}":
            return variables
        found = _LINE.fullmatch(line)
        if not found or found[1] != ups:
            raise NoAnswerError("a line of the list is damaged")
        variables[found[2]] = re.sub(r"\\(.)", r"\1", found[3])
    raise NoAnswerError("the list has no end")


def power_of(variables: Mapping[str, str]) -> Power:
    """`FSD` says that the UPS is about to cut the power; a low battery matters without mains."""
    flags = frozenset(variables.get("ups.status", "").split())
    on_battery = None
    if flags & {_ON_MAINS, _ON_BATTERY}:
        on_battery = _ON_BATTERY in flags
    return Power(
        on_battery,
        _whole(variables.get("battery.charge", ""), most=100),
        _whole(variables.get("battery.runtime", "")),
        must_stop_soon=_FORCED in flags or bool(on_battery and _LOW in flags),
        trouble=tuple(words for flag, words in _TROUBLE.items() if flag in flags),
    )


def status_of(power: Power) -> Status:
    known = [
        f"{power.charge_percent} %" if power.charge_percent is not None else "",
        f"{power.runtime_s} s left" if power.runtime_s is not None and power.on_battery else "",
        *power.trouble,
    ]
    where = {None: "it does not say", True: "on battery", False: "on mains"}[power.on_battery]
    detail = ", ".join([where, *(words for words in known if words)])
    if power.must_stop_soon:
        return Status(Condition.FAULT, f"the power ends soon: {detail}")
    if power.on_battery is None:
        return Status(Condition.UNKNOWN, detail)
    attention = power.on_battery or power.trouble
    return Status(Condition.ATTENTION if attention else Condition.OK, detail)


def _last_line(ups: str) -> bytes:
    return f"\nEND LIST VAR {ups}\n".encode("ascii")


def _whole(text: str, most: int = 10**9) -> int | None:
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found and int(found[1]) <= most else None
