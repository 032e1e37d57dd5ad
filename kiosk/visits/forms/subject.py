"""The person a form is about: the one whose card was read, or whom they speak for.

Fields are those that a question may name in `from_card`. Where somebody acts for another, the card
says nothing about that one; the number they gave says birth and sex (GB 11643). Below 16 a parent
or another guardian acts; who acts for somebody is of age, and somebody else (service facts 1.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from config.catalogue_models import Kind, Question
from devices.idcard_text import IdCard
from kiosk.visits.forms.number_checks import birth_of
from kiosk.visits.identity import age_on

LONG_TERM = "long-term"  # in place of the last day of a card that has none
OF_AGE = 18  # who acts for another
OWN_FEET = 16  # below this somebody else acts
GUARDIANS = ("parent", "guardian")  # of the relations: who may act for a child

SOCIAL_CARD = "social_card_number"  # the field that a social security card tells

Fields = Mapping[str, str]


def of_card(card: IdCard, today: date) -> Fields:
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
        "under_16": _under_16(card.birth, today),
    }
    return {field: value for field, value in told.items() if value}


def of_words(name: str, number: str, today: date) -> Fields:
    """Of somebody who is not here: what was said of them."""
    told = {"name": name, "number": number}
    if len(number) == 18:
        born = birth_of(number)
        told |= {
            "birth": _day(born),
            "sex": "1" if int(number[16]) % 2 else "2",
            "under_16": _under_16(born, today),
        }
    return {field: value for field, value in told.items() if value}


def of_proxy(card: IdCard) -> Fields:
    """Of who stands here and acts for another."""
    return {"proxy_name": card.name or card.english_name, "proxy_number": card.number}


def may_act(relation: str, number: str, today: date) -> bool:
    """Whether somebody so related may act for whom this number names; "" is not known yet."""
    return not relation or relation in GUARDIANS or not _is_child(number, today)


def _is_child(number: str, today: date) -> bool:
    born = birth_of(number) if len(number) == 18 else None
    return _under_16(born, today) == "yes"


def _under_16(born: date | None, today: date) -> str:
    if born is None:
        return ""
    return "yes" if age_on(born, today) < OWN_FEET else "no"


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
