"""How wide the columns of a table are, on the screen or on paper, so that it can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Measure = Callable[[str], float]
Pieces = Callable[[str], Sequence[str]]

# In ems. A cell up to WHOLE stays on one line; a longer one is not made narrower than LEAST.
WHOLE, LEAST = 5.5, 5.0
HEAD_LEAST = 2.1
GAP = 0.8  # between columns
_NUMBER = re.compile(r"[-+]?[￥¥]?[0-9][0-9,]*(\.[0-9]+)?[%元]?")


def widths(
    heads: Sequence[str],
    lines: Sequence[Sequence[str]],
    room: float,
    em: float,
    measure: Measure,
    pieces: Pieces,
) -> tuple[float, ...] | None:
    """Of each column, the gap after it included; together they are `room`.

    None where the cells cannot stand beside each other without being torn. `pieces`: what of a cell
    must not be parted.
    """
    natural = []
    least = []
    for at, head in enumerate(heads):
        cells = [line[at] for line in lines]
        natural.append(max(map(measure, [head, *cells])) + GAP * em)
        shortest = [_least(cell, em, measure, pieces) for cell in cells]
        least.append(max([_head_least(head, em, measure, pieces), *shortest]) + GAP * em)
    wanted, needed = sum(natural), sum(least)
    if needed > room:
        return None
    if wanted <= room:
        return tuple(one * room / wanted for one in natural)
    share = (room - needed) / (wanted - needed)
    return tuple(low + share * (high - low) for low, high in zip(least, natural, strict=True))


def is_number(cell: str) -> bool:
    """Whether it is to stand flush right."""
    return bool(_NUMBER.fullmatch(cell))


def _least(cell: str, em: float, measure: Measure, pieces: Pieces) -> float:
    whole = measure(cell)
    if whole <= WHOLE * em or is_number(cell):
        return whole
    return max(LEAST * em, max(map(measure, pieces(cell))))


def _head_least(head: str, em: float, measure: Measure, pieces: Pieces) -> float:
    longest = max(map(measure, pieces(head)), default=0.0)
    return min(measure(head), max(HEAD_LEAST * em, longest, measure(head) * 0.55))
