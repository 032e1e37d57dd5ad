"""What was measured, as JSON that grows run by run, and as tables to read."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measured import Measured

Latest = dict[str, Any]

_HEAD = ("name", "value", "unit", "peer or limit", "ratio", "goal", "")
_TO_THE_LEFT = frozenset({0, 2, 5, 6})  # columns


def read(file: Path) -> Latest:
    """What earlier runs left; empty when there were none."""
    if not file.exists():
        return {"results": {}}
    told: Latest = json.loads(file.read_text("utf-8"))
    return told


def merged(latest: Latest, measured: Iterable[Measured], machine: Mapping[str, str]) -> Latest:
    """`latest` with the new numbers in the place of the old; each keeps the date of its run."""
    new = {each.name: {**each.as_json(), "date": machine["date"]} for each in measured}
    return {"machine": dict(machine), "results": {**latest["results"], **new}}


def write(file: Path, latest: Latest) -> None:
    file.write_text(json.dumps(latest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def rows(results: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """A row for each number, the cells in the order of the table's head."""
    return [
        (
            name,
            _number(each["value"]),
            each["unit"],
            _number(each["limit"] if each["peer"] is None else each["peer"]),
            _number(each["ratio"]),
            each["goal"] or "",
            {True: "ok", False: "short", None: ""}[each["met"]],
        )
        for name, each in results.items()
    ]


def table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """For a terminal, in columns."""
    cells = [_HEAD, *rows(results)]
    widths = [max(_width(row[at]) for row in cells) for at in range(len(_HEAD))]
    return "\n".join(
        "  ".join(_filled(cell, widths[at], at) for at, cell in enumerate(row)).rstrip()
        for row in cells
    )


def last_line(results: Mapping[str, Mapping[str, Any]]) -> str:
    short = sum(each["met"] is False for each in results.values())
    return f"bench: {len(results)} measured, {short} short of their goal"


def document(latest: Latest, order: Sequence[str], how: Mapping[str, str]) -> str:
    """docs/benchmarks.md. `how`: of each measurement, under the names it gives."""
    results = {name: latest["results"][name] for name in order if name in latest["results"]}
    head = ("number", "value", "spread (min – median – max)", "peer or limit", "ratio", "goal", "")
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`; the same numbers for programs are in `benchmarks/latest.json`.",
        "",
        *_rows_in_markdown(head, (_documented(name, each) for name, each in results.items())),
        "",
        "The machine: " + ", ".join(f"{key} {value}" for key, value in latest["machine"].items()),
        "",
        "## How each is measured",
        "",
        "Each against a terminal as it is delivered, unless it says otherwise: the pages are drawn"
        " on Xvfb, touches are XTEST's, every device is the sandbox's far end of a real cable, and"
        " times are read from one monotonic clock.",
    ]
    for names, text in how.items():
        lines += ["", f"### {names}", "", text]
    return "\n".join(lines) + "\n"


def _documented(name: str, each: Mapping[str, Any]) -> tuple[str, ...]:
    spread = each["spread"]
    limits = [spread["minimum"], spread["median"], spread["maximum"]]
    base = each["limit"] if each["peer"] is None else each["peer"]
    against = f"{_number(base)} {each['unit']} ({each['against']})" if base is not None else ""
    verdict = {True: "ok", False: "**short**", None: ""}[each["met"]]
    return (
        f"`{name}`",
        f"{_number(each['value'])} {each['unit']}",
        " – ".join(_number(one) for one in limits),
        against,
        _number(each["ratio"]),
        each["goal"] or "",
        verdict,
    )


def _rows_in_markdown(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body)]


def _number(value: float | None) -> str:
    """Three figures are more than any of these numbers is good for."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _filled(cell: str, width: int, column: int) -> str:
    air = " " * (width - _width(cell))
    return cell + air if column in _TO_THE_LEFT else air + cell
