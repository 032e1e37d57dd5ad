"""What a driver offers so that its device can be found: a question that costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """`words`: what the device says it is, for the technician."""

    words: str
    baud: int


Recognise = Callable[[str], Identity | None]
"""Asks at a port, for some two seconds; None when what is there is something else.

Raises:
    DeviceAbsentError: the port cannot be opened.
"""
