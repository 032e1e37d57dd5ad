"""The person a form is about: the one whose card was read, or whom they speak for.

Fields are those that a question may name in `from_card`. Where somebody acts for another, the card
says nothing about that one; the number they gave says birth and sex (GB 11643).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from config.catalogue_models import Kind, Question
from devices.idcard_text import IdCard
from kiosk.forms.number_checks import birth_of

LONG_TERM = "long-term"  # in place of the last day of a card that has none

Fields = Mapping[str, str]


def of_card(card: IdCard) -> Fields:
    valid_to = LONG_TERM if card.long_term else _day(card.valid_to)
    told = {
        "name": card.name or card.english_name,
        "number": card.number,
        "sex": card.sex,
        "nation": card.nation_code,
        "birth": _day(card.birth),
        "address": card.address,
        "issuer": card.issuer,
        "valid_from": _day(card.valid_from),
        "valid_to": valid_to,
    }
    return {field: value for field, value in told.items() if value}


def of_words(name: str, number: str) -> Fields:
    """Of somebody who is not here: what was said of them."""
    told = {"name": name, "number": number}
    if len(number) == 18:
        told |= {"birth": _day(birth_of(number)), "sex": "1" if int(number[16]) % 2 else "2"}
    return {field: value for field, value in told.items() if value}


def known(question: Question, fields: Fields) -> str:
    """What the question would be answered with; "" when nothing is known, or it does not fit."""
    value = fields.get(question.from_card, "")
    if question.kind is Kind.CHOICE and value not in {one.value for one in question.options}:
        return ""
    if question.kind is Kind.DATE and value == LONG_TERM and not question.locked:
        return ""
    return value


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
