"""Which questions a form asks as things stand, in what order, and what of the answers counts.

Pure. Answers are by path: a question's name, or `kids.0.name` for a question of the first entry of
a list. The list itself is answered with how many entries it has.

Only what was asked before can decide whether something is asked (`when`): so it is settled in one
pass, and a form of any shape ends.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace

from config.catalogue_models import Form, Kind, Material, Question, Said, When
from kiosk.visits.forms.checks import check, check_count
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble, Value

Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in its place. `within`: the path of the list it belongs to, "" for none.

    entry: of that list, from 0.
    """

    path: str
    question: Question
    within: str = ""
    entry: int = 0

    @property
    def is_list(self) -> bool:
        return self.question.kind is Kind.PEOPLE


def joined(*forms: Form) -> Form:
    """As one, in this order; what comes twice is asked once."""
    questions, materials = dict[str, Question](), dict[str, Material]()
    for form in forms:
        for question in form.questions:
            questions.setdefault(question.id, question)
        for material in form.materials:
            materials.setdefault(material.id, material)
    return Form(
        id=forms[-1].id, questions=tuple(questions.values()), materials=tuple(materials.values())
    )


def asked(questions: tuple[Question, ...], answers: Answers) -> tuple[Asked, ...]:
    """All that apply; the entries of a list stand behind it. A list within a list is not asked."""
    return tuple(_asked(questions, answers))


def _asked(questions: tuple[Question, ...], answers: Answers) -> Iterator[Asked]:
    known = dict[str, Value]()  # what was asked so far, and answered
    for question in questions:
        if not applies(question.when, known):
            continue
        here = Asked(question.id, question)
        yield here
        if (answer := answers.get(question.id)) is not None:
            known[question.id] = answer
        if here.is_list:
            for entry in range(entries(answers, question.id)):
                yield from _entry(here, entry, answers, known)


def _entry(listed: Asked, entry: int, answers: Answers, known: Answers) -> Iterator[Asked]:
    inside = dict(known)
    for question in listed.question.each:
        if question.kind is Kind.PEOPLE or not applies(question.when, inside):
            inside.pop(question.id, None)  # of the same name outside
            continue
        path = f"{listed.path}.{entry}.{question.id}"
        yield Asked(path, question, listed.path, entry)
        inside[question.id] = answers.get(path, "")


def applies(when: When | None, answers: Answers) -> bool:
    if when is None:
        return True
    answer = answers.get(when.question, "")
    given = (answer,) if isinstance(answer, str) else answer
    return any(value in when.one_of for value in given)


def entries(answers: Answers, path: str) -> int:
    count = answers.get(path, "0")
    return int(count) if isinstance(count, str) and count.isdigit() else 0


def counting(order: tuple[Asked, ...], answers: Answers) -> dict[str, Value]:
    """The answers that are handed in: to questions that are asked, and not left empty."""
    return {one.path: given for one in order if (given := answers.get(one.path, ""))}


def after(order: tuple[Asked, ...], path: str) -> str:
    """Of the question that follows; "" behind the last. An entry ends at its list."""
    return _neighbour(order, path, 1)


def before(order: tuple[Asked, ...], path: str) -> str:
    """Of the question before; "" before the first. An entry begins at its list."""
    return _neighbour(order, path, -1)


def _neighbour(order: tuple[Asked, ...], path: str, way: int) -> str:
    here = find(order, path)
    if here is None:
        return order[0].path if order else ""
    same = [one.path for one in order if (one.within, one.entry) == (here.within, here.entry)]
    at = same.index(path) + way
    return same[at] if 0 <= at < len(same) else here.within


def find(order: tuple[Asked, ...], path: str) -> Asked | None:
    return next((one for one in order if one.path == path), None)


def position(order: tuple[Asked, ...], path: str) -> tuple[int, int]:
    """The number of a question from 1, and of all; a list with its entries counts as one."""
    outer = [one.path for one in order if not one.within]
    top = path.split(".")[0]
    return (outer.index(top) + 1 if top in outer else 1), max(1, len(outer))


def judge(
    order: tuple[Asked, ...], one: Asked, given: Value, answers: Answers, around: Surroundings
) -> Value | Trouble:
    """The answer as it is kept, or what is wrong with it beside the others."""
    if one.is_list:
        return check_count(one.question, entries(answers, one.path)) or given

    def other(name: str) -> tuple[Value, Said] | None:
        """Of the same entry first, then of the form."""
        for path in (one.path.rpartition(".")[0] + "." + name, name):
            found = find(order, path)
            if found is not None and (value := answers.get(path, "")):
                return value, found.question.label
        return None

    return check(one.question, given, replace(around, other=other))


def unsettled(
    order: tuple[Asked, ...], answers: Answers, around: Surroundings, fixed: Container[str] = ()
) -> tuple[str, Trouble | None]:
    """The first question that is still to be answered, or to be answered anew and why.

    ("", None) when there is none. `fixed`: paths that nobody is asked about.
    """
    for one in order:
        if one.path in fixed:
            continue
        if one.path not in answers:
            return one.path, None
        found = judge(order, one, answers[one.path], answers, around)
        if isinstance(found, Trouble):
            return one.path, found
    return "", None
