"""Where sound can go, as `pactl -f json list sinks` says it: text in, values out; opens nothing.

Works for PulseAudio 15 and later and for PipeWire's stand-in for it.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_UNPLUGGED = "not available"


class NoSinkListError(ValueError):
    """The text is no list of sinks."""


@dataclass(frozen=True, slots=True)
class Sink:
    """`plugged`: False only where the socket itself says that nothing is in it."""

    name: str
    volume_percent: int
    muted: bool
    plugged: bool


def parse_sinks(text: str) -> list[Sink]:
    """Raises NoSinkListError."""
    try:
        return [_sink(row) for row in json.loads(text)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise NoSinkListError("no list of sinks") from fault


def pick(sinks: Iterable[Sink], pattern: str) -> Sink | None:
    """The first sink, by name, that fits `pattern` (with * and ?) and has something plugged in."""
    fitting = [each for each in sinks if each.plugged and fnmatch.fnmatchcase(each.name, pattern)]
    return min(fitting, key=lambda sink: sink.name, default=None)


def _sink(row: dict[str, Any]) -> Sink:
    percents = [int(each["value_percent"].rstrip("%")) for each in row["volume"].values()]
    ports = [port["availability"] for port in row["ports"]]
    return Sink(
        str(row["name"]),
        max(percents, default=0),
        row["mute"] is True,
        plugged=not ports or any(port != _UNPLUGGED for port in ports),
    )
