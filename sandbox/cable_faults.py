"""What a bad cable, or what stands at its far end, can do to the answers that pass, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final

NOISE: Final = bytes(range(0x80, 0x100)) * 8
LATE_S: Final = 0.1
DRIP_S: Final = 0.02

Piece = tuple[bytes, float]  # what goes out, and how long to wait before it


class CableFault(StrEnum):
    SILENCE = "nothing comes back any more"
    GARBAGE = "answers turned into noise"
    HALF = "half of each answer, and nothing after it"
    LATE = "each answer held back for a moment"
    DUPLICATE = "each answer twice"
    STALE = "the answer before in place of this one"
    DRIP = "answers in single bytes with gaps"
    FLOOD = "noise without end in place of an answer"


def _flood(_: bytes, __: bytes) -> Iterator[Piece]:
    while True:
        yield NOISE, 0.0


# The answer as it came, and the one before → what goes on.
SPOILS: Final[dict[CableFault, Callable[[bytes, bytes], Iterator[Piece]]]] = {
    CableFault.SILENCE: lambda answer, before: iter(()),
    CableFault.GARBAGE: lambda answer, before: iter([(bytes(b ^ 0xA5 for b in answer), 0.0)]),
    CableFault.HALF: lambda answer, before: iter([(answer[: len(answer) // 2], 0.0)]),
    CableFault.LATE: lambda answer, before: iter([(answer, LATE_S)]),
    CableFault.DUPLICATE: lambda answer, before: iter([(answer + answer, 0.0)]),
    CableFault.STALE: lambda answer, before: iter([(before, 0.0)]),
    CableFault.DRIP: lambda answer, before: ((bytes([byte]), DRIP_S) for byte in answer),
    CableFault.FLOOD: _flood,
}
