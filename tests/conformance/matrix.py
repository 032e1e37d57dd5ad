"""The table of faults in the documents, from the rows of all devices and how they came out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config import texts
from tests.conformance.bench import ANY_DEVICE, BORNE, Bench, Fault, Kind, Value

FILE = Path(__file__).parents[2] / "docs" / "fault-matrix.md"
HEAD = """\
# Faults, and what becomes of them

Written by `make conformance` from the rows in `tests/conformance/benches/`. Each row is a test: the
fault is made at the far end of the device's cable, has to end as it says here within a bounded
time, and once it is healed the same driver works again in the same process. A row that did not
come out so says **fails**.

* **ends in**: the error that is raised, or the value that comes back; in brackets who can put it
  right. *borne*: the device did what was asked all the same.
* **status**: what the driver says while the fault lasts; an error counts as `absent` or `fault`, as
  in the terminal. *not opened*: the fault is met on opening.
* **recovers**: *by itself* is the driver as it was; else it is closed and opened again, without a
  restart.
* **the resident reads**: in `config/texts/`, in both languages; — where there is nothing to say.
"""
ROW = "| {device} | {how} | {ends} | {status} | {recovers} | {words} | {held} |"
TITLES = "device", "what is done", "ends in", "status", "recovers", "the resident reads", "holds"

Results = Mapping[tuple[str, str], bool]


def written(benches: Mapping[str, Bench], results: Results | None = None) -> str:
    """results: (device, fault) → whether it came out as the row says; None: all did."""
    said = texts.load("zh")
    parts = [HEAD]
    for kind in Kind:
        rows = [
            _row(bench, fault, said, results)
            for bench in benches.values()
            for fault in bench.faults
            if fault.kind is kind
        ]
        left = [
            f"* not tried: {bench.name}: {bench.not_tried[kind]}"
            for bench in benches.values()
            if kind in bench.not_tried
        ]
        head = [f"| {' | '.join(TITLES)} |", "|---" * len(TITLES) + "|"] if rows else []
        parts.append(f"## {kind[0].upper()}{kind[1:]}\n")
        parts.extend("\n".join(lines) + "\n" for lines in (head + rows, left) if lines)
    return "\n".join(parts)


def _row(bench: Bench, fault: Fault, said: Mapping[str, str], results: Results | None) -> str:
    held = results is None or results.get((bench.name, str(fault)), False)
    return ROW.format(
        device=bench.name,
        how=fault.how,
        ends=_ends(fault),
        status=_status(fault),
        recovers="—" if fault.ends is BORNE else fault.recovers,
        words=said[fault.words].replace("\n", " ") if fault.words else "—",
        held="yes" if held else "**fails**",
    )


def _status(fault: Fault) -> str:
    if fault.opening:
        return "not opened"
    return fault.status or f"not seen: {fault.unseen}"


def _ends(fault: Fault) -> str:
    if fault.ends is BORNE:
        return "*borne*"
    if isinstance(fault.ends, Value):
        return f"{fault.ends.said} ({fault.remedy})"
    return f"`{fault.ends.__name__}` ({fault.remedy})"  # type: ignore[union-attr]


def missing(bench: Bench) -> list[Kind]:
    """What may happen to any device, and of which this one says nothing."""
    told = {fault.kind for fault in bench.faults} | bench.not_tried.keys()
    return [kind for kind in ANY_DEVICE if kind not in told]
