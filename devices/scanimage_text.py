"""What SANE's `scanimage` says: text in, values out; opens nothing.

Devices: one line each, as `LIST_FORMAT` asks for them. Options: the listing of `--all-options`.
Complaints: lines on standard error, "scanimage: where: status", the status in the words of
`sane_strstatus` (SANE standard 1.06, table 1), which the program does not translate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

LIST_FORMAT: Final = "%d\x1f%v\x1f%m\x1f%t%n"  # names hold spaces, bars and quotes, but no US


class SaneStatus(StrEnum):
    """`SANE_Status` by its wording."""

    UNSUPPORTED = "Operation not supported"
    CANCELLED = "Operation was canceled"
    DEVICE_BUSY = "Device busy"
    INVAL = "Invalid argument"
    EOF = "End of file reached"
    JAMMED = "Document feeder jammed"
    NO_DOCS = "Document feeder out of documents"
    COVER_OPEN = "Scanner cover is open"
    IO_ERROR = "Error during device I/O"
    NO_MEM = "Out of memory"
    ACCESS_DENIED = "Access to resource has been denied"


# The exit code of a scan is the number of the status; 1 stands for other failures too.
EXIT_CODES: Final = {number: status for number, status in enumerate(SaneStatus, 1) if number > 1}


class Stage(Enum):
    """What `scanimage` was doing."""

    LIST = r"sane_get_devices\(\) failed"
    OPEN = r"open of device .* failed"
    START = r"sane_start"
    SIZE = r"sane_get_parameters"
    READ = r"sane_read"


# Everything said of an option that is wrong in the settings: the first two are the program's own.
_OPTION: Final = re.compile(
    r"setting of option --\S+ failed|attempted to set \w+ option|(unrecognized|invalid) option"
    r"|option --\S+: bad option value|option '--\S+' (requires|is ambiguous)"
)
_STAGES: Final = {stage: re.compile(stage.value + r": (?P<status>.+)") for stage in Stage}
_NONE_FOUND: Final = "no SANE devices found"


@dataclass(frozen=True, slots=True)
class FoundScanner:
    """`name` is what SANE opens it by, such as "fujitsu:fi-7160:12345" or "test:0"."""

    name: str
    vendor: str
    model: str
    kind: str

    @property
    def title(self) -> str:
        return f"{self.vendor} {self.model} at {self.name}"


@dataclass(frozen=True, slots=True)
class ScannerOption:
    """`choices` of a list, or `lowest` to `highest` of a range; `value` is None when inactive."""

    name: str
    choices: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    value: str | None = None
    settable: bool = True


@dataclass(frozen=True, slots=True)
class Complaint:
    """The first thing that went wrong. `stage` is None for a refused option or none at all."""

    stage: Stage | None
    status: SaneStatus | None
    words: str
    about_option: bool = False


def parse_devices(text: str) -> list[FoundScanner]:
    """In the order of the list; what closed backends print between the lines is left out."""
    rows = ([part.strip() for part in line.split("\x1f")] for line in text.split("\n"))
    return [FoundScanner(*row) for row in rows if len(row) == 4 and row[0]]


_OPTION_LINE: Final = re.compile(r"    --?(?P<name>[A-Za-z0-9][\w-]*)(?P<spec>(?:\[=| |$).*)")
_RANGE: Final = re.compile(r"(?P<low>-?\d+(?:\.\d+)?)\.\.(?P<high>-?\d+(?:\.\d+)?)")
_UNIT: Final = re.compile(r"(?<=\d)(?:dpi|mm|pel|bit|us|%)?(?:,\.\.\.)?$")


def parse_options(text: str) -> dict[str, ScannerOption]:
    """Every option by its name, without the dashes."""
    lines = (_OPTION_LINE.fullmatch(line) for line in text.split("\n"))
    return {line["name"]: _option(line["name"], line["spec"]) for line in lines if line}


def _option(name: str, spec: str) -> ScannerOption:
    """`spec`: " choices [value] [remark]", or "[=(yes|no)] [value] [remark]"."""
    if spec.startswith("[="):
        offered, _, rest = spec[2:].partition("]")
        choices, remarks = offered.strip("()"), rest.split(" [")[1:]
    else:
        choices, *remarks = spec.split(" [")
    remarks = [remark.removesuffix("]") for remark in remarks]
    active = bool(remarks) and "inactive" not in remarks
    span = _RANGE.match(choices.strip())
    return ScannerOption(
        name,
        () if span else _choices(choices.strip()),
        float(span["low"]) if span else None,
        float(span["high"]) if span else None,
        remarks[0] if active and remarks[0] not in ("hardware", "read-only") else None,
        settable=active and not {"hardware", "read-only"} & set(remarks),
    )


def _choices(text: str) -> tuple[str, ...]:
    return tuple(part for part in _UNIT.sub("", text).split("|") if part) if text else ()


def parse_complaint(text: str) -> Complaint | None:
    """The first complaint on standard error; None when there is none that it knows."""
    for line in _lines(text):
        said = line.partition(": ")[2]
        if _OPTION.match(said):
            return Complaint(None, None, said, about_option=True)
        if said == _NONE_FOUND:
            return Complaint(Stage.OPEN, SaneStatus.INVAL, said)
        for stage, pattern in _STAGES.items():
            if match := pattern.fullmatch(said):
                return Complaint(stage, _status(match["status"]), said)
    return None


def last_words(text: str) -> str:
    """The last line of what was said, for the technician: printable and no longer than 200."""
    return next(iter(reversed(list(_lines(text)))), "nothing")[:200]


def _lines(text: str) -> Iterable[str]:
    for line in text.splitlines():
        if clean := "".join(sign if sign.isprintable() else " " for sign in line).strip():
            yield clean


def _status(words: str) -> SaneStatus | None:
    return next((status for status in SaneStatus if status.value == words), None)
