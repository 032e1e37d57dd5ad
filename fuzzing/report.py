"""The numbers of the last run: for programs, and as docs/fuzzing.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from fuzzing.campaign import MEMORY_MB, TIMEOUT_S, Outcome

_TEXT: Final = """\
# Fuzzing

Made by `make fuzz [SECONDS=n] [ONLY=name,…]`; the same numbers for programs are in
`fuzzing/latest.json`.

Every parser of bytes from outside gets inputs that nobody thought of. Each has a row in
`fuzzing/targets.py`: the function, what it declares to raise, inputs to begin with. Anything else
that is raised is a finding, and so is a broken promise (`fuzzing/cables.py`,
`fuzzing/messages.py`), an input that takes longer than {timeout_s} s, and a process that grows
beyond {memory_mb} MB. A finding stays in `tests/data/fuzz/<parser>/`, and `tests/test_fuzz.py`
tries it again on every run of the suite, together with some thousand inputs made by Hypothesis.

`make fuzz` is libFuzzer by way of Atheris: it changes inputs, keeps those that reach code nobody
reached before (edges), and goes on from them in the next run. It sees Python only: of JSON, whose
parser is compiled, the edges are those of the models' own checks, and changes there are made
almost blindly.

| parser | inputs tried | in s | edges | peak memory (MB) | findings |
| --- | ---: | ---: | ---: | ---: | ---: |
{rows}

Together {total:,} inputs, {findings} findings.

The machine of the last run: {machine}.
"""


def machine() -> dict[str, str]:
    return {
        "CPU": _cpu(),
        "cores": str(os.cpu_count()),
        "kernel": platform.release(),
        "Python": platform.python_version(),
        "date": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %z}",
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return " ".join(value.split())
    return platform.machine()


def merged(
    latest: Mapping[str, Any],
    outcomes: Sequence[Outcome],
    seconds: int,
    known: Sequence[str],
) -> dict[str, Any]:
    """`latest` with new numbers in the place of the old; parsers not in `known` are dropped."""
    here = machine()
    new = {
        each.name: {
            "inputs": each.inputs,
            "seconds": seconds,
            "edges": each.covered,
            "peak_mb": each.peak_mb,
            "findings": len(each.found),
            "date": here["date"],
        }
        for each in outcomes
    }
    parsers = {**latest.get("parsers", {}), **new}
    return {"machine": here, "parsers": {name: parsers[name] for name in known if name in parsers}}


def read(file: Path) -> dict[str, Any]:
    """What earlier runs left; empty when there were none."""
    if not file.exists():
        return {}
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return told


def write(file: Path, latest: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(latest, indent=2) + "\n", encoding="utf-8")


def document(latest: Mapping[str, Any]) -> str:
    parsers = latest["parsers"]
    return _TEXT.format(
        timeout_s=TIMEOUT_S,
        memory_mb=MEMORY_MB,
        rows="\n".join(_row(name, each) for name, each in parsers.items()),
        total=sum(each["inputs"] for each in parsers.values()),
        findings=sum(each["findings"] for each in parsers.values()),
        machine=", ".join(f"{name} {value}" for name, value in latest["machine"].items()),
    )


def _row(name: str, each: Mapping[str, Any]) -> str:
    numbers = (each[key] for key in ("inputs", "seconds", "edges", "peak_mb", "findings"))
    return f"| `{name}` | " + " | ".join(f"{number:,}" for number in numbers) + " |"


def last_line(outcomes: Sequence[Outcome]) -> str:
    inputs = sum(each.inputs for each in outcomes)
    findings = sum(len(each.found) for each in outcomes)
    return f"fuzz: {len(outcomes)} parsers, {inputs} inputs, {findings} findings"
