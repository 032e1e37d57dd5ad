"""Whether an answer can be taken: one pure check for each kind of question.

What passes comes back in the one form in which it is handed in: digits narrow, letters of a number
large, days as YYYY-MM-DD. What does not is a `Trouble`, never an exception.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from config.catalogue_models import Kind, Question
from kiosk.visits.forms import day_checks, number_checks
from kiosk.visits.forms.number_checks import within_length
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble, Value

LONGEST_NAME = 50
LONGEST_TEXT = 300

_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･●", "·"))  # all of them are typed for the one in names
_IN_NAMES = frozenset("· -'’.()（）")
_RARE = range(0x20000, 0x40000)  # planes of Chinese characters: newer ones are still unassigned

Check = Callable[[str, Question, Surroundings], str | Trouble]


def check(question: Question, given: Value, around: Surroundings) -> Value | Trouble:
    """`given`: a text, and of `CHOICES` the options chosen."""
    if not given or (isinstance(given, str) and not given.strip()):
        if question.required:
            return Trouble(_NOTHING_CHOSEN.get(question.kind, "check.required"))
        return () if question.kind is Kind.CHOICES else ""
    if question.kind is Kind.CHOICES:
        return _choices(question, given)
    if not isinstance(given, str):
        return Trouble("check.required")
    taken = CHECKS[question.kind](given, question, around)
    if isinstance(taken, Trouble):
        return taken
    return _form_of_its_own(question, taken) or _beside_others(question, taken, around) or taken


def check_count(question: Question, entries: int) -> Trouble | None:
    """Of a list of people."""
    least = question.least if question.least is not None else int(question.required)
    if entries < least:
        return Trouble("check.people_few", {"least": least, "now": entries})
    if question.most is not None and entries > question.most:
        return Trouble("check.people_many", {"most": question.most, "now": entries})
    return None


def _yes_no(text: str, _: Question, __: Surroundings) -> str | Trouble:
    return text if text in ("yes", "no") else Trouble("check.choose")


def _choice(text: str, question: Question, _: Surroundings) -> str | Trouble:
    known = {option.value for option in question.options}
    return text if text in known else Trouble("check.choose")


def _choices(question: Question, given: Value) -> Value | Trouble:
    wanted = set((given,) if isinstance(given, str) else given)
    known = tuple(option.value for option in question.options if option.value in wanted)
    if len(known) != len(wanted):
        return Trouble("check.choose")
    if len(known) > 1:
        for option in question.options:
            if option.alone and option.value in wanted:
                return Trouble("check.choices_alone", {"alone": option.label})
    if question.least is not None and len(known) < question.least:
        return Trouble("check.choices_few", {"least": question.least, "now": len(known)})
    if question.most is not None and len(known) > question.most:
        return Trouble("check.choices_many", {"most": question.most, "now": len(known)})
    return known


def _name(text: str, question: Question, _: Surroundings) -> str | Trouble:
    name = " ".join(text.translate(_DOTS).split())
    if any(unicodedata.category(character).startswith("N") for character in name):
        return Trouble("check.name_digits")
    if any(unicodedata.category(character) == "Co" for character in name):
        return Trouble("check.private_use")
    if not all(_of_names(character) for character in name) or not any(map(_letter, name)):
        return Trouble("check.name_characters")
    return within_length(name, question, LONGEST_NAME) or name


def _text(text: str, question: Question, _: Surroundings) -> str | Trouble:
    given = unicodedata.normalize("NFC", text).strip()
    for character in given:
        category = unicodedata.category(character)
        if category == "Co":
            return Trouble("check.private_use")
        if category in ("Cc", "Cs") and character != "\n":
            return Trouble("check.text_characters")
    return within_length(given, question, LONGEST_TEXT) or given


def _of_names(character: str) -> bool:
    marks = unicodedata.category(character)[0] == "M"  # a variant of the character before it
    return marks or character in _IN_NAMES or _letter(character)


def _letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L" or ord(character) in _RARE


def _form_of_its_own(question: Question, taken: str) -> Trouble | None:
    if not question.pattern or re.fullmatch(question.pattern, taken):
        return None
    if question.pattern_hint is None:
        return Trouble("check.pattern")
    return Trouble("check.pattern_hint", {"hint": question.pattern_hint})


def _beside_others(question: Question, taken: str, around: Surroundings) -> Trouble | None:
    if question.differs_from and (found := around.other(question.differs_from)):
        value, label = found
        if value == taken:
            return Trouble("check.same", {"other": label})
    if question.not_before and (found := around.other(question.not_before)):
        value, label = found
        # Of a day and a month the month decides: both begin with it.
        if isinstance(value, str) and taken[: len(value)] < value[: len(taken)]:
            return Trouble("check.before", {"other": label})
    return None


_NOTHING_CHOSEN = dict.fromkeys((Kind.YES_NO, Kind.CHOICE, Kind.CHOICES), "check.choose")

CHECKS: Mapping[Kind, Check] = {
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.NAME: _name,
    Kind.TEXT: _text,
    Kind.NUMBER: number_checks.number,
    Kind.CODE: number_checks.code,
    Kind.INTEGER: day_checks.integer,
    Kind.MONEY: day_checks.money,
    Kind.MOBILE: number_checks.mobile,
    Kind.ID_NUMBER: number_checks.id_number,
    Kind.CREDIT_CODE: number_checks.credit_code,
    Kind.DATE: day_checks.day,
    Kind.MONTH: day_checks.month,
    Kind.YEAR: day_checks.year,
    Kind.DIVISION: number_checks.division,
}
