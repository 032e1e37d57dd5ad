"""A parser, as it is fuzzed: what it takes and what it may raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from devices.base import DeviceError

_LONGEST_MESSAGE: Final = 300


class BrokenPromiseError(AssertionError):
    """A parser raised nothing, or only what it may, and still did not do what it says."""


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the table.

    Args:
        parse: takes any bytes; raises `BrokenPromiseError` when a promise of the parser is broken.
        declared: what its docstring says that it raises.
        seeds: inputs to begin with; the first is one that the parser accepts.
        max_bytes: longer inputs are cut: the most that the caller ever hands over, or a little
            more than what makes a difference.
    """

    name: str
    parse: Callable[[bytes], object]
    declared: tuple[type[Exception], ...]
    seeds: Sequence[bytes]
    max_bytes: int = 4096

    def attempt(self, data: bytes) -> bool:
        """Whether `data` was accepted.

        Raises:
            BrokenPromiseError: as `parse`, or the technician's line is none.
            Exception: what the parser does not declare.
        """
        try:
            self.parse(data[: self.max_bytes])
        except self.declared as fault:
            if isinstance(fault, DeviceError):
                promise_line(str(fault))
            return False
        return True


def promise(kept: bool, what: str) -> None:
    """Raises: BrokenPromiseError, unless `kept`."""
    if not kept:
        raise BrokenPromiseError(what)


def promise_line(message: str) -> None:
    """What the technician reads of a fault. Raises: BrokenPromiseError."""
    promise(message.isprintable(), "a fault's message is one line")
    promise(0 < len(message) <= _LONGEST_MESSAGE, "a fault's message fits a log line")
