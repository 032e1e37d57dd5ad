"""How the result comes to a resident (service facts 1.3), as forms ask for it.

Most forms close with the catalogue's `delivery`; some ask in words of their own how a card or a
paper is fetched (`pick`, `get_by`).
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.visits.forms.asking import Answers, Asked
from kiosk.visits.forms.telling import mask_mobile
from kiosk.visits.identity import mask_name

QUESTIONS = ("pick", "get_by", "notify_by")
POSTED = frozenset({"post"})
COLLECTED = frozenset({"collect", "branch", "at_once"})
_TO_WHOM = ("rcpt_name", "rcpt_mobile")


def delivery_of(answers: Answers) -> str:
    """The answer; "" where nobody was asked."""
    return next((str(answers[one]) for one in QUESTIONS if answers.get(one)), "")


def delivery_in_words(
    asked: tuple[Asked, ...], answers: Answers, say: Mapping[str, str], language: str
) -> str:
    """For paper: by post with whom it goes to, masked; the address stays in the form."""
    chosen = delivery_of(answers)
    labels = {
        option.value: option.label.said(language)
        for one in asked
        if one.path in QUESTIONS
        for option in one.question.options
    }
    told = labels.get(chosen, "")
    name, mobile = (str(answers.get(one, "")) for one in _TO_WHOM)
    if chosen in POSTED and name and mobile:
        return say["delivery.to"].format(way=told, name=mask_name(name), mobile=mask_mobile(mobile))
    return told
