"""What holds between the parts of a catalogue; what holds within one is in its model."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from config.catalogue_models import (
    Ability,
    Audience,
    Bundle,
    Edition,
    Fee,
    Form,
    Group,
    Item,
    Kind,
    Material,
    Mode,
    Question,
    When,
)

LONGEST_PLAIN = 60  # Chinese characters: two lines of a tile
DEVICES = frozenset(
    {
        *("idcard_reader", "camera", "receipt_printer", "page_printer", "scanner", "code_reader"),
        *("social_card", "outbox", "platform"),
    }
)
CARD_FIELDS = frozenset(
    {
        *("name", "number", "sex", "nation", "birth", "address", "issuer", "valid_from"),
        *("valid_to", "under_16", "proxy_name", "proxy_number", "social_card_number"),
    }
)
_WITH_OPTIONS = (Kind.CHOICE, Kind.CHOICES)
_DAYS = (Kind.DATE, Kind.MONTH)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold. `thing`: "item CODE", "form ID" …; `path`: the key in its file."""

    thing: str
    path: Path
    rule: str


def rules_of(
    edition: Edition,
    groups: Mapping[str, Group],
    items: Mapping[str, Item],
    forms: Mapping[str, Form],
    bundles: Mapping[str, Bundle],
) -> Iterator[Broken]:
    loose = False  # whether a form is not even whole
    for form in forms.values():
        for fault in _of_form(form, forms):
            loose = True
            yield fault
    for item in items.values():
        yield from _of_code(item, edition)
        yield from _of_item(item, groups, forms, loose)
    yield from _of_order("group", groups.values())
    for bundle in bundles.values():
        yield from _of_bundle(bundle, groups, items)


def whole(form: Form, forms: Mapping[str, Form]) -> Form:
    """With the questions and materials of its blocks; what comes twice counts once.

    Raises:
        LookupError: a block is not there, or lies within itself.
    """
    questions, materials = dict[str, Question](), dict[str, Material]()
    for part in _parts(form, forms):
        for question in part.questions:
            questions.setdefault(question.id, question)
        for material in part.materials:
            materials.setdefault(material.id, material)
    return Form(
        id=form.id, questions=tuple(questions.values()), materials=tuple(materials.values())
    )


def form_of(item: Item, forms: Mapping[str, Form]) -> Form | None:
    """All that is asked for an item. Its own questions stand before those that close its form."""
    if not item.questions and not item.materials:
        return whole(forms[item.form], forms) if item.form else None
    base = forms[item.form] if item.form else Form(id="none")
    own = Form(
        id=f"item_{re.sub('[^0-9]', '_', item.code)}",
        blocks=base.blocks,
        closing=base.closing,
        questions=(*base.questions, *item.questions),
        materials=(*base.materials, *item.materials),
    )
    return whole(own, forms)


def _parts(form: Form, forms: Mapping[str, Form]) -> Iterator[Form]:
    yield from _opening(form, forms, ())
    yield from _closing(form, forms)


def _opening(form: Form, forms: Mapping[str, Form], within: tuple[str, ...]) -> Iterator[Form]:
    if form.id in within:
        raise LookupError(f"{form.id} lies within itself")
    for block in form.blocks:
        yield from _opening(forms[block], forms, (*within, form.id))
    yield form


def _closing(form: Form, forms: Mapping[str, Form]) -> Iterator[Form]:
    """What closes a block closes whatever it is a block of."""
    for block in form.blocks:
        yield from _closing(forms[block], forms)
    for block in form.closing:
        yield from _parts(forms[block], forms)


def _asked_before(form: Form, forms: Mapping[str, Form]) -> tuple[Question, ...]:
    """What is asked before the questions of an item with this form: all but what closes it."""
    return tuple(one for part in _opening(form, forms, ()) for one in part.questions)


def _of_form(form: Form, forms: Mapping[str, Form]) -> Iterator[Broken]:
    thing = f"form {form.id}"
    for key in ("blocks", "closing"):
        for number, block in enumerate(getattr(form, key)):
            if block not in forms:
                yield Broken(thing, (key, number), f"there is no form {block!r}")
                return
    try:
        before = _asked_before(form.model_copy(update={"questions": ()}), forms)
        closing = whole(form, forms).questions[len(before) + len(form.questions) :]
    except LookupError as fault:
        yield Broken(thing, ("blocks",), str(fault.args[0]))
        return
    yield from _of_questions(thing, form.questions, before, closing)
    yield from _of_materials(thing, form.materials, (*before, *form.questions))


def _of_code(item: Item, edition: Edition) -> Iterator[Broken]:
    document, batch, serial = item.code.split("/")
    counts = {(one.document, one.batch): one.items for one in edition.lists}
    if not 1 <= int(serial) <= counts.get((document, int(batch)), 0):
        rule = f"{item.code} is in none of the lists of pack.toml"
        yield Broken(f"item {item.code}", ("code",), rule)


def _of_item(
    item: Item, groups: Mapping[str, Group], forms: Mapping[str, Form], loose: bool
) -> Iterator[Broken]:
    thing = f"item {item.code}"
    if item.group not in groups:
        yield Broken(thing, ("group",), f"there is no group {item.group!r}")
    if len(item.zh.plain) > LONGEST_PLAIN:
        rule = f"has {len(item.zh.plain)} characters; at most {LONGEST_PLAIN} are allowed"
        yield Broken(thing, ("zh", "plain"), rule)
    for key in ("devices", "devices_wanted"):
        for number, device in enumerate(getattr(item, key)):
            if device not in DEVICES:
                yield Broken(thing, (key, number), f"there is no device {device!r}")
    if item.until is not None and item.until < item.since:
        yield Broken(thing, ("until",), "lies before since")
    if len(set(item.modes)) < len(item.modes):
        yield Broken(thing, ("modes",), "names a mode twice")
    if item.ability is Ability.FORWARD and item.form is None:
        yield Broken(thing, ("form",), "is missing: an item that is forwarded needs one")
    if item.form is not None and item.form not in forms:
        yield Broken(thing, ("form",), f"there is no form {item.form!r}")
    elif not loose:
        base = forms[item.form] if item.form else Form(id="none")
        every, before = whole(base, forms), _asked_before(base, forms)
        yield from _of_branches(thing, item, (*every.questions, *item.questions))
        yield from _of_questions(thing, item.questions, before, every.questions[len(before) :])
        yield from _of_materials(
            thing,
            item.materials,
            (*every.questions, *item.questions),
            {material.id for material in every.materials},
        )
        yield from _of_fee(thing, item.fee, (*every.questions, *item.questions))


def _of_fee(thing: str, fee: Fee, questions: tuple[Question, ...]) -> Iterator[Broken]:
    known = {question.id: question for question in questions}
    for number, rate in enumerate(fee.rates):
        yield from _of_when(thing, rate.when, known, ("fee", "rates", number))
    if fee.here and not any((fee.yuan, *(rate.yuan for rate in fee.rates))):
        yield Broken(thing, ("fee", "here"), "nothing is to be paid")


def _of_branches(thing: str, item: Item, asked: tuple[Question, ...]) -> Iterator[Broken]:
    """Several places work on what is joined; a form that asks for them says which."""
    places = {one.id for one in asked if one.kind is Kind.DIVISION}
    modes = {*item.modes, *(mode for one in item.regional_modes for mode in one.modes)}
    if item.branches and Mode.JOINED not in modes:
        yield Broken(thing, ("branches",), "belong to an item that is joined")
    if len(item.branches) == 1:
        yield Broken(thing, ("branches",), "are at least 2")
    for number, branch in enumerate(item.branches):
        if branch.question not in places:
            rule = f"no question {branch.question!r} asks for a division"
            yield Broken(thing, ("branches", number, "question"), rule)


def _of_order(kind: str, groups: Collection[Group]) -> Iterator[Broken]:
    seen: dict[int, str] = {}
    for number, group in enumerate(groups):
        if group.order in seen:
            rule = f"{group.order} is the place of {seen[group.order]} already"
            yield Broken(f"{kind} {group.id}", ("groups", number, "order"), rule)
        seen[group.order] = group.id


def _of_bundle(
    bundle: Bundle, groups: Mapping[str, Group], items: Mapping[str, Item]
) -> Iterator[Broken]:
    thing = f"bundle {bundle.id}"
    if bundle.group not in groups:
        yield Broken(thing, ("group",), f"there is no group {bundle.group!r}")
    for number, code in enumerate(bundle.items):
        if code not in items:
            yield Broken(thing, ("items", number), f"there is no item {code}")
        elif code in bundle.items[:number]:
            yield Broken(thing, ("items", number), f"{code} is there twice")
        elif items[code].ability is not Ability.FORWARD:
            yield Broken(thing, ("items", number), f"{code} is not taken in here")
        elif items[code].fee.here:
            yield Broken(thing, ("items", number), f"{code} is paid here, so it is asked alone")
    narrow = {items[code].audience for code in bundle.items if code in items} - {Audience.BOTH}
    if len(narrow) > 1:
        yield Broken(thing, ("items",), "some are for persons and some for enterprises")


def _of_questions(
    thing: str,
    questions: tuple[Question, ...],
    before: tuple[Question, ...],
    after: tuple[Question, ...] = (),
    at: Path = (),
) -> Iterator[Broken]:
    """`before`: what is asked earlier; only that may decide about what follows."""
    known = {question.id: question for question in before}
    own = {question.id for question in after}
    for number, question in enumerate(questions):
        here = (*at, "questions" if not at else "each", number)
        if question.id in own or question.id in known:
            yield Broken(thing, (*here, "id"), f"{question.id!r} is asked already")
        yield from _of_question(thing, question, here)
        yield from _of_when(thing, question.when, known, here)
        for key in ("differs_from", "not_before"):
            other = getattr(question, key)
            if other and other not in known:
                yield Broken(thing, (*here, key), f"no question {other!r} comes before")
            elif key == "not_before" and other and known[other].kind not in _DAYS:
                yield Broken(thing, (*here, key), f"{other!r} is neither a date nor a month")
        if question.each:
            yield from _of_questions(thing, question.each, tuple(known.values()), (), here)
        known[question.id] = question
        own.add(question.id)


def _of_question(thing: str, question: Question, here: Path) -> Iterator[Broken]:
    chosen = question.kind in _WITH_OPTIONS
    if chosen and len(question.options) < 2:
        yield Broken(thing, (*here, "options"), "at least 2 are needed")
    if question.options and not chosen:
        yield Broken(thing, (*here, "options"), f"a {question.kind} has none")
    values = [option.value for option in question.options]
    for number, value in enumerate(values):
        if value in values[:number]:
            path = (*here, "options", number, "value")
            yield Broken(thing, path, f"{value!r} is there already")
    if (question.kind is Kind.PEOPLE) != bool(question.each):
        yield Broken(thing, (*here, "each"), "belongs to a list of people, and such a list has it")
    if question.from_card and question.from_card not in CARD_FIELDS:
        path = (*here, "from_card")
        yield Broken(thing, path, f"a card has no {question.from_card!r}")
    if question.locked and not question.from_card:
        yield Broken(thing, (*here, "locked"), "only an answer from the card can be")
    least, most = question.least, question.most
    relative = question.kind is Kind.YEAR  # one may be a year, the other years from this one
    if least is not None and most is not None and least > most and not relative:
        yield Broken(thing, (*here, "least"), f"is more than most, {most}")
    try:
        re.compile(question.pattern)
    except re.error as fault:
        yield Broken(thing, (*here, "pattern"), f"is no regular expression: {fault}")
    if question.pattern and question.pattern_hint is None:
        yield Broken(thing, (*here, "pattern"), "needs a pattern_hint that says it in words")


def _of_when(
    thing: str, when: When | None, known: Mapping[str, Question], here: Path
) -> Iterator[Broken]:
    if when is None:
        return
    question = known.get(when.question)
    if question is None:
        path = (*here, "when", "question")
        yield Broken(thing, path, f"no question {when.question!r} comes before")
        return
    allowed = {option.value for option in question.options}
    if question.kind is Kind.YES_NO:
        allowed = {"yes", "no"}
    for number, value in enumerate(when.one_of):
        if value not in allowed:
            path = (*here, "when", "one_of", number)
            yield Broken(thing, path, f"{value!r} is no answer to {when.question!r}")


def _of_materials(
    thing: str,
    materials: tuple[Material, ...],
    questions: tuple[Question, ...],
    before: Collection[str] = (),
) -> Iterator[Broken]:
    known = {question.id: question for question in questions}
    seen = set(before)
    for number, material in enumerate(materials):
        if material.id in seen:
            path: Path = ("materials", number, "id")
            yield Broken(thing, path, f"{material.id!r} is there already")
        if material.sides == 2 and not material.identity_document:
            path = ("materials", number, "sides")
            yield Broken(thing, path, "is 2 for the copy of an ID card: identity_document is false")
        yield from _of_when(thing, material.when, known, ("materials", number))
        seen.add(material.id)
