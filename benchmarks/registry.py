"""What can be measured, by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.measured import Measured


@dataclass(frozen=True, slots=True)
class Bench:
    """One run, which may give several numbers.

    told_by: whose docstring says how it is measured; that of `measure` when there is none.
    """

    names: tuple[str, ...]
    measure: Callable[[], Sequence[Measured]]
    told_by: Callable[..., Any] | None = None


def chosen(benches: Sequence[Bench], only: str) -> list[Bench]:
    """Those that give the numbers named in `only`, with commas between; all when it is empty.

    Raises:
        LookupError: there is no such number.
    """
    wanted = {name.strip() for name in only.split(",")} - {""}
    known = [name for bench in benches for name in bench.names]
    for name in sorted(wanted - set(known)):
        raise LookupError(f"there is no {name}; there are {', '.join(known)}")
    return [bench for bench in benches if not wanted or wanted & set(bench.names)]


def how(benches: Sequence[Bench]) -> dict[str, str]:
    """How each is measured, in a paragraph; by its names."""
    return {
        ", ".join(bench.names): " ".join(
            (inspect.getdoc(bench.told_by or bench.measure) or "").split()
        )
        for bench in benches
    }
