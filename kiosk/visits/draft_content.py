"""What a draft holds, and what of it still fits when it is taken up again. Opens nothing.

A draft is a head, JSON, and behind it the scanned pages, one after the other:

    head's length (4 bytes, big-endian) | head | pages

Not in it: who it is (the identity document is needed to open it), the face, the signature, what was
agreed to. Whoever comes back shows, agrees and signs anew.

Beside every answer and every paper stands a mark of what was asked. An item whose questions have
changed since keeps what was asked in the same words, and asks the rest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.catalogue_models import Kind, Material, Question
from devices.idcard_text import IdCard
from kiosk.visits.forms.asking import Asked, judge
from kiosk.visits.forms.intake import Intake
from kiosk.visits.forms.papers import WAYS, Given, How
from kiosk.visits.forms.trouble import Trouble, Value
from kiosk.visits.packets import canonical

FORMAT: Final = 1
_LENGTH_BYTES: Final = 4

Text = Annotated[str, Field(max_length=2000)]
Mark = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class DraftContentError(ValueError):
    """Not a draft of this format; nothing of it is repeated."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class _Answer(_Part):
    mark: Mark
    value: Text | tuple[Text, ...]


class _Paper(_Part):
    mark: Mark
    how: How
    pages: tuple[Annotated[int, Field(ge=1)], ...] = ()  # bytes of each


class _Head(_Part):
    format: Literal[1]
    key: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    item: Text
    catalogue: Text
    whom: Literal["self", "on_behalf", "enterprise"]
    answers: dict[str, _Answer]
    papers: dict[str, _Paper]


@dataclass(frozen=True, slots=True)
class DraftContent:
    """`key`: of the handing in that it will become. `marks`: of what was asked, by path or paper.

    catalogue: its version, when this was kept.
    """

    key: str
    item: str
    catalogue: str
    whom: str
    answers: dict[str, Value] = field(repr=False)
    papers: dict[str, Given] = field(repr=False)
    marks: dict[str, str] = field(repr=False)


def document_of(card: IdCard) -> bytes:
    """What only this identity document says, the same at each reading; a new card is another."""
    valid_from = card.valid_from.isoformat() if card.valid_from else ""
    return "|".join((card.number, card.name or card.english_name, valid_from, card.issuer)).encode()


def packed(intake: Intake, key: str, catalogue: str) -> bytes:
    answers = {
        one.path: {"mark": _mark_of_question(one.question), "value": intake.walk.answers[one.path]}
        for one in intake.walk.all_asked()
        if one.path in intake.walk.answers
    }
    papers, pages = dict[str, object](), list[bytes]()
    for one in intake.papers.wanted():
        if (given := intake.papers.given.get(one.id)) is not None:
            papers[one.id] = {
                "mark": _mark_of_material(one),
                "how": str(given.how),
                "pages": [len(page) for page in given.pages],
            }
            pages += given.pages
    head = canonical(
        {
            "format": FORMAT,
            "key": key,
            "item": intake.item.code,
            "catalogue": catalogue,
            "whom": intake.whom,
            "answers": answers,
            "papers": papers,
        }
    )
    return b"".join((len(head).to_bytes(_LENGTH_BYTES, "big"), head, *pages))


def unpacked(content: bytes) -> DraftContent:
    """Raises: DraftContentError."""
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
    try:
        head = _Head.model_validate_json(content[_LENGTH_BYTES:end])
    except ValidationError as fault:
        raise DraftContentError(f"{fault.error_count()} fields do not fit") from None
    pages = _Pages(content[end:])
    papers = {
        name: Given(one.how, tuple(pages.next(size) for size in one.pages))
        for name, one in head.papers.items()
    }
    if pages.rest:
        raise DraftContentError("there is more behind the last page")
    marks = {path: one.mark for path, one in head.answers.items()}
    marks |= {_PAPER + name: one.mark for name, one in head.papers.items()}
    answers: dict[str, Value] = {path: one.value for path, one in head.answers.items()}
    return DraftContent(head.key, head.item, head.catalogue, head.whom, answers, papers, marks)


def take_up(intake: Intake, draft: DraftContent, card: IdCard) -> int:
    """Puts into a fresh intake what still fits, and goes to the first thing that is open; how many
    answers and papers did not fit. A paper that was to follow later is asked for again.
    """
    intake.card_read(card)
    intake.choose_whom(draft.whom)
    if not intake.whom:
        return len(draft.answers) + len(draft.papers)
    fit = _fitting_answers(intake, draft)
    kept = {name: one for name, one in draft.papers.items() if one.how is not How.LATER}
    materials = {one.id: one for one in intake.papers.materials}
    papers = {
        name: given
        for name, given in kept.items()
        if name in materials
        and draft.marks[_PAPER + name] == _mark_of_material(materials[name])
        and _fits(given, materials[name])
    }
    intake.take_up(fit, papers)
    return len(draft.answers) - len(fit) + len(kept) - len(papers)


def _fitting_answers(intake: Intake, draft: DraftContent) -> dict[str, Value]:
    """In the order of asking, so that what depends on an answer is looked at after it."""
    fit = dict[str, Value]()
    for one in _asked_in_turn(intake, fit):
        value = draft.answers.get(one.path)
        if value is None or draft.marks[one.path] != _mark_of_question(one.question):
            continue
        if value == "" and not one.question.required and not one.is_list:
            fit[one.path] = ""
        elif isinstance(value, tuple) == (one.question.kind is Kind.CHOICES):
            fit[one.path] = value
            order = intake.walk.asked_with(fit)
            if isinstance(judge(order, one, value, fit, intake.walk.around()), Trouble):
                del fit[one.path]
    return fit


def _asked_in_turn(intake: Intake, answers: dict[str, Value]) -> Iterator[Asked]:
    """Each question once, in the order that `answers`, which grows meanwhile, leads to."""
    done = set[str]()
    while following := [one for one in intake.walk.asked_with(answers) if one.path not in done]:
        done.add(following[0].path)
        yield following[0]


def _fits(given: Given, material: Material) -> bool:
    if given.how not in WAYS.get(material.travels, ()):
        return False
    return (given.how is How.SCAN) == bool(given.pages) and len(given.pages) <= material.pages


class _Pages:
    def __init__(self, rest: bytes) -> None:
        self.rest = rest

    def next(self, size: int) -> bytes:
        page, self.rest = self.rest[:size], self.rest[size:]
        if len(page) < size:
            raise DraftContentError("a page is not there")
        return page


_PAPER: Final = "material/"  # no question is called so


def _mark_of_question(question: Question) -> str:
    """The questions of a list have marks of their own. What is as usual is left out: a key that
    models get later changes no mark.
    """
    return _mark(question.model_dump(mode="json", exclude={"each"}, exclude_defaults=True))


def _mark_of_material(material: Material) -> str:
    return _mark(material.model_dump(mode="json", exclude_defaults=True))


def _mark(asked: object) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
