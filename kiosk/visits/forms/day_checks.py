"""Days, months and years, and amounts: text in; the answer in its one form, or what is wrong."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

from config.catalogue_models import Question, Said
from kiosk.visits.forms.number_checks import plain
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble

_EARLIEST, _LATEST = 1900, 2100
_SAID_FROM_NOW = 1000  # a limit of a year that is less than this counts from the year it is now
_INTEGER = re.compile(r"-?[0-9]{1,12}")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


def day(text: str, question: Question, around: Surroundings) -> str | Trouble:
    """`least` and `most` of the question: days from today."""
    parts = _parts(text, 3)
    try:
        given = date(*parts) if parts else None
    except ValueError:
        given = None
    if given is None:
        return Trouble("check.no_day")
    first, last = _from(around.today, question.least), _from(around.today, question.most)
    if first is not None and given < first:
        return Trouble("check.day_early", {"first": first})
    if last is not None and given > last:
        return Trouble("check.day_late", {"last": last})
    return given.isoformat()


def month(text: str, question: Question, around: Surroundings) -> str | Trouble:
    """`least` and `most` of the question: months from this one."""
    parts = _parts(text, 2)
    if not parts or not 1 <= parts[1] <= 12:
        return Trouble("check.no_month")
    given, now = parts[0] * 12 + parts[1] - 1, around.today.year * 12 + around.today.month - 1
    if question.least is not None and given < now + question.least:
        return Trouble("check.month_early", {"first": _said(now + question.least)})
    if question.most is not None and given > now + question.most:
        return Trouble("check.month_late", {"last": _said(now + question.most)})
    return _month(given)


def year(text: str, question: Question, around: Surroundings) -> str | Trouble:
    """`least` and `most` of the question: a year, or years from this one (0, -1)."""
    parts = _parts(text, 1)
    if not parts:
        return Trouble("check.no_year")
    first, last = (
        around.today.year + limit if limit is not None and abs(limit) < _SAID_FROM_NOW else limit
        for limit in (question.least, question.most)
    )
    if first is not None and parts[0] < first:
        return Trouble("check.year_early", {"first": first})
    if last is not None and parts[0] > last:
        return Trouble("check.year_late", {"last": last})
    return str(parts[0])


def integer(text: str, question: Question, _: Surroundings) -> str | Trouble:
    given = plain(text) if not text.strip().startswith("-") else text.strip()
    if not _INTEGER.fullmatch(given):
        return Trouble("check.no_integer")
    return _within(int(given), question) or str(int(given))


def money(text: str, question: Question, _: Surroundings) -> str | Trouble:
    """Without a comma; with two decimals, or none where they are nought."""
    given = plain(text).replace(",", "").removesuffix("元").removeprefix("¥")
    if not _AMOUNT.fullmatch(given):
        return Trouble("check.no_amount")
    amount = Decimal(given)
    whole = amount == amount.to_integral_value()
    return _within(amount, question) or (f"{amount:.0f}" if whole else f"{amount:.2f}")


def _within(given: int | Decimal, question: Question) -> Trouble | None:
    if question.least is not None and given < question.least:
        return Trouble("check.too_little", {"least": question.least})
    if question.most is not None and given > question.most:
        return Trouble("check.too_much", {"most": question.most})
    return None


def _parts(text: str, wanted: int) -> list[int]:
    """Year, month, day as numbers, so many as are wanted; [] when that is not what it says."""
    found = re.split(r"[-/.]", unicodedata.normalize("NFKC", text).strip())
    if len(found) != wanted or not all(part.isascii() and part.isdigit() for part in found):
        return []
    if len(found[0]) != 4 or any(len(part) > 2 for part in found[1:]):
        return []
    parts = [int(part) for part in found]
    return parts if _EARLIEST <= parts[0] <= _LATEST else []


def _month(count: int) -> str:
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _said(count: int) -> Said:
    return Said(zh=f"{count // 12}年{count % 12 + 1}月", en=_month(count))


def _from(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)
