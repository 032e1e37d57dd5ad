"""Several items asked as one (一件事): what they share is asked once, and each gets back its own.

Two questions are the same when they are called the same and ask the same in the same words; of the
same name with other words they are two, and the second gets another name. Papers likewise: a
certificate of which one item wants a scan and another the original is asked for twice. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, takewhile

from config.catalogue_models import Form, Item, Material, Question, Said, When
from kiosk.visits.forms import asking
from kiosk.visits.forms.asking import Answers
from kiosk.visits.forms.trouble import Value

# In what two that are the same may differ: it is asked if either asks, and needed if either needs.
_EITHER = {"id", "required", "when", "why", "hint", "pages"}


@dataclass(frozen=True, slots=True)
class Part:
    """One item, and what of a form is its own: name there → its own name.

    form: its own; None for an item that is alone. foreign: names there of questions that only
        others of the bundle ask.
    """

    item: Item
    form: Form | None = None
    questions: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    foreign: frozenset[str] = frozenset()

    def path(self, path: str) -> str | None:
        """Of a question as the item has it; None for one that is not its own."""
        top, dot, rest = path.partition(".")
        return None if top in self.foreign else f"{self.questions.get(top, top)}{dot}{rest}"

    def answers(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """Those that are its own, as if it had been asked alone."""
        own = {mine: value for path, value in given.items() if (mine := self.path(path))}
        if self.form is None:
            return own
        asks = {question.id for question in self.form.questions}
        alone = asking.counting(asking.asked(self.form.questions, own), own)
        return {
            path: value
            for path, value in own.items()
            if path.partition(".")[0] not in asks or path in alone
        }

    def slot(self, slot: str, given: Answers) -> str | None:
        """Of a paper as the item has it; None for one that it does not want."""
        if self.form is None:
            return slot
        mine = {one.id: one for one in self.form.materials}.get(self.papers.get(slot, ""))
        if mine is None or not asking.applies(mine.when, self.answers(given)):
            return None
        return mine.id


def merged(wanted: Sequence[tuple[Item, Form]]) -> tuple[Form, tuple[Part, ...]]:
    """The form that asks for all of them, and of each what is its own.

    Questions that several forms end with (how to be told, where to send it) come last and once.
    """
    questions, papers = dict[str, Question](), dict[str, Material]()
    own: list[tuple[Item, Form, dict[str, str], dict[str, str]]] = []
    for item, form in wanted:
        names, slots = dict[str, str](), dict[str, str]()
        for one in form.questions:
            asked = _placed(_renamed(one, names), item, questions)
            names[one.id] = asked.id
            questions[asked.id] = asked
        for paper in form.materials:
            needed = _laid(_of_answers(paper, names), item, papers)
            slots[paper.id] = needed.id
            papers[needed.id] = needed
        own.append((item, form, names, slots))
    tail = _tail([names.values() for _, _, names, _ in own])
    order = [*(name for name in questions if name not in tail), *tail]
    parts = tuple(
        Part(
            item,
            form,
            {name: was for was, name in names.items()},
            {slot: was for was, slot in slots.items()},
            frozenset(questions) - set(names.values()),
        )
        for item, form, names, slots in own
    )
    whole = Form(
        id="bundle",
        questions=tuple(questions[name] for name in order),
        materials=tuple(papers.values()),
    )
    return whole, parts


def _placed(one: Question, item: Item, there: Mapping[str, Question]) -> Question:
    """As it stands in the bundle's form: one with what is there, or beside it by another name."""
    for name in _names(one.id):
        before = there.get(name)
        if before is None:
            first = there.get(one.id)
            told = {}
            if first is not None and first.label == one.label:
                told["label"] = _of(item, one.label)
            if first is not None and first.ask == one.ask:
                told["ask"] = _of(item, one.ask)
            return one.model_copy(update={"id": name, **told})
        if name == one.id and _alike(before, one):
            return before.model_copy(
                update={
                    "required": before.required or one.required,
                    "when": before.when if before.when == one.when else None,
                }
            )
    raise AssertionError("names do not end")


def _laid(one: Material, item: Item, there: Mapping[str, Material]) -> Material:
    """As `_placed`."""
    for name in _names(one.id):
        before = there.get(name)
        if before is None:
            told = {"name": _of(item, one.name)} if name != one.id else {}
            return one.model_copy(update={"id": name, **told})
        if name == one.id and _alike(before, one):
            return before.model_copy(
                update={
                    "required": before.required or one.required,
                    "when": before.when if before.when == one.when else None,
                    "hint": before.hint or one.hint,
                    "pages": max(before.pages, one.pages),
                }
            )
    raise AssertionError("names do not end")


def _alike(one: Question | Material, other: Question | Material) -> bool:
    """The same but for what `_EITHER` says. Of two conditions no third can be made, and what is
    needed on a condition alone does not become needed without it.
    """
    if one.when != other.when:
        always, sometimes = (one, other) if one.when is None else (other, one)
        if always.when is not None or (sometimes.required and not always.required):
            return False
    return one.model_dump(exclude=_EITHER) == other.model_dump(exclude=_EITHER)


def _names(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))


def _of(item: Item, said: Said) -> Said:
    return Said(zh=f"{said.zh}（{item.zh.short}）", en=f"{said.en} ({item.en.short})")


def _renamed(one: Question, names: Mapping[str, str]) -> Question:
    """What it refers to under the names of the bundle."""
    inner = {each.id for each in one.each}
    outside = {was: name for was, name in names.items() if was not in inner}
    return one.model_copy(
        update={
            "when": _when(one.when, names),
            "differs_from": names.get(one.differs_from, one.differs_from),
            "not_before": names.get(one.not_before, one.not_before),
            "each": tuple(_renamed(each, outside) for each in one.each),
        }
    )


def _of_answers(one: Material, names: Mapping[str, str]) -> Material:
    return one.model_copy(update={"when": _when(one.when, names)})


def _when(when: When | None, names: Mapping[str, str]) -> When | None:
    if when is None:
        return None
    return when.model_copy(update={"question": names.get(when.question, when.question)})


def _tail(orders: Sequence[Iterable[str]]) -> list[str]:
    """What stands in several forms, and at the end of each where it stands; in its order there."""
    forms = [list(order) for order in orders]
    shared = {name for form in forms for name in form if sum(name in one for one in forms) > 1}
    ends = [list(takewhile(lambda name: name in shared, reversed(form)))[::-1] for form in forms]
    tail = list(dict.fromkeys(name for end in sorted(ends, key=len)[::-1] for name in end))
    return [
        name
        for name in tail
        if all(name in end for form, end in zip(forms, ends, strict=True) if name in form)
    ]
