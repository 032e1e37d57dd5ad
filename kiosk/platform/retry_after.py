"""How long the platform wishes to be left alone: `Retry-After`, RFC 9110, 10.2.3."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_WAIT_S = 86_400.0


def retry_after_s(text: str, now: datetime) -> float | None:
    """Seconds or a date as seconds from `now` (aware), a day at most; None when unreadable."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), _MAX_WAIT_S)
    then = http_date(text)
    return None if then is None else min(max((then - now).total_seconds(), 0.0), _MAX_WAIT_S)


def http_date(text: str) -> datetime | None:
    """A date as RFC 9110, 5.6.7 has it, aware; None when it is none."""
    try:
        then = parsedate_to_datetime(text)
        return None if then.tzinfo is None else then.astimezone(UTC)
    except (ValueError, OverflowError):  # the second: a zone ages away
        return None
