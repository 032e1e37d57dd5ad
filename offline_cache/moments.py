"""Moments as they are stored: UTC, ISO 8601, 24 characters each: text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_FORM: Final = "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ"  # faster than isoformat


def utc_now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """`moment` (aware) as "2026-03-01T08:30:00.000Z"."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    day, time = (utc.year, utc.month, utc.day), (utc.hour, utc.minute, utc.second)
    return _FORM % (*day, *time, utc.microsecond // 1000)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
