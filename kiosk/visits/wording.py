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


def age_in_words(moment: datetime, now: datetime, language: str) -> str:
    """How long ago, as people say it: 昨天下午3点. Both in local time."""
    day, days = moment.date(), (now.date() - moment.date()).days
    if language == "zh":
        near = {0: "今天", 1: "昨天", 2: "前天"}.get(days)
        return f"{near or day_in_words(day, language)}{_part_of_day(moment.hour)}"
    near = {0: "today", 1: "yesterday"}.get(days)
    return f"{near or day_in_words(day, language)} about {moment:%H}:00"


def _part_of_day(hour: int) -> str:
    """After the announcements on the radio: noon is 12点 and belongs to 中午."""
    parts = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
    part = next(name for end, name in parts if hour < end)
    return f"{part}{hour - 12 if hour > 12 else hour}点"


def in_groups(number: str, size: int = 4) -> str:
    """`12345678901234` as `1234 5678 9012 34`: easier to read over the telephone."""
    return " ".join(number[start : start + size] for start in range(0, len(number), size))
