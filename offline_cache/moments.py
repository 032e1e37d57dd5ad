"""Moments as they are stored: UTC, ISO 8601, 24 characters each: text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """`moment` (aware) as "2026-03-01T08:30:00.000Z"."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat("T", "milliseconds")[:23] + "Z"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
