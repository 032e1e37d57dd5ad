"""Values as residents read them: dates, numbers in groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]

_DAY: Mapping[str, Callable[[date], str]] = {
    "zh": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "en": lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
}


def day_in_words(day: date, language: str) -> str:
    return _DAY[language](day)


def moment_in_words(moment: datetime, language: str) -> str:
    """To the second, in the local time that `moment` carries."""
    return f"{day_in_words(moment.date(), language)} {moment:%H:%M:%S}"


def in_groups(number: str, size: int = 4) -> str:
    """`12345678901234` as `1234 5678 9012 34`: easier to read over the telephone."""
    return " ".join(number[start : start + size] for start in range(0, len(number), size))
