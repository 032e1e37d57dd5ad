"""A resident who brings an item from home to its end by touches, and remembers what was entered.

The page map says which step is on the screen; what is touched there is decided by that alone, so
that whatever order the terminal asks in is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from random import Random
from typing import Any, Final

from config.catalogue_models import Ability, Audience, Form, Item, Kind, Material, Question, When
from config.catalogue_pack import Catalogue
from kiosk.forms import subject
from kiosk.identity import age_on
from sandbox.platform.people import PEOPLE
from sandbox.resident import ResidentError, Sight
from tests.items import answers
from tests.items.answers import Value
from tests.items.finger import Finger
from tests.typist import places, touches

OWN_PLACE: Final = "520502100011"  # where the sandbox's terminal stands
SLOW_S: Final = 90.0  # for the face, the platform, the printer
ENDS: Final = frozenset({"lobby/attract"})
DETOURS: Final = frozenset({"back", "edit", "gaps", "lapse"})


@dataclass(slots=True)
class Entered:
    """What went in by touch. ways: a paper's name → how it was given. scanned: how many pages."""

    whom: str = ""
    answers: dict[str, Value] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)  # found in the field, and left there
    ways: dict[str, str] = field(default_factory=dict)
    scanned: int = 0
    steps: list[str] = field(default_factory=list)  # in the order in which they were seen

    def saw(self, step: str) -> bool:
        return any(one.split("/")[1] == step for one in self.steps)


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody came for. detours: some of DETOURS. choices: answers that are not left to the
    lot, by question.
    """

    item: str
    person: str
    seed: int = 0
    whom: str = ""
    scans: bool = False
    search: bool = False
    detours: frozenset[str] = frozenset()
    choices: Mapping[str, Value] = field(default_factory=dict)


class Walker:
    def __init__(
        self, finger: Finger, catalogue: Catalogue, errand: Errand, watch: Callable[[Sight], None]
    ) -> None:
        """`watch` is told of every new step before it is dealt with."""
        self.finger, self._watch, self.errand = finger, watch, errand
        found = catalogue.item(errand.item)
        assert found is not None, errand.item
        self.item: Item = found
        self._catalogue = catalogue
        self.person = next(one for one in PEOPLE if one.ref == errand.person)
        # Where there is but one possibility nobody is asked.
        firm = found.audience is Audience.ENTERPRISE and found.ability is Ability.FORWARD
        self.entered = Entered(whom="enterprise" if firm else "")
        self._lot = Random(f"{errand.item} {errand.seed}")
        self._detours = set(errand.detours)
        self._laid = False

    def walk(self) -> Entered:
        """From the resting page to the resting page. Raises: ResidentError."""
        self.finger.bench.do("reader/lift")
        self.finger.bench.do("camera/show", film="obliging")
        seen = self._until(lambda now: now.step == "lobby/attract", "the resting page")
        self.finger.hands.touch(seen.size[0] // 2, seen.size[1] // 2)
        self._until(lambda now: now.step == "lobby/home", "the home page")
        self._find_item()
        step = ""
        while step not in ENDS:
            seen = self._next(step)
            step = seen.step
            self.entered.steps.append(step)
            self._watch(seen)
            self._deal(seen)
        return self.entered

    # To the item

    def _find_item(self) -> None:
        wanted = f"ItemChosen:{self.item.code}"
        if self.errand.search:
            self.finger.touch("OfferChosen:search")
            self._until(lambda now: now.step == "lobby/search", "the search")
            for letter in self._initials():
                if self.finger.look().control(wanted):
                    break
                self.finger.touch(f"Letter:{letter}")
            self._leave_by(wanted)
            return
        self.finger.touch(f"GroupChosen:{self.item.group}")
        self._until(lambda now: now.step == "lobby/group" and bool(now.controls), "the group")
        while (seen := self.finger.look()).control(wanted) is None:
            turn = seen.control("RowsOn")
            if turn is None or not turn.enabled:
                raise ResidentError(f"{self.item.code} is not in its group")
            self.finger.touch("RowsOn")
        self._leave_by(wanted)

    def _leave_by(self, wanted: str) -> None:
        self.finger.touch(wanted)
        self._until(lambda now: not now.step.startswith("lobby/"), "the item")

    def _initials(self) -> str:
        from pypinyin import Style, lazy_pinyin

        return "".join(lazy_pinyin(self.item.zh.short, style=Style.FIRST_LETTER))

    # What is done at each step

    def _deal(self, seen: Sight) -> None:
        _, step, *which = seen.step.split("/")
        deal = _DEALS.get(step)
        if deal is not None:
            deal(self, "/".join(which))

    def on(self, _: str) -> None:
        self.finger.touch("Confirmed")

    def lay(self, _: str) -> None:
        if not self._laid:
            self.finger.bench.do("reader/lay", person=self.errand.person)
            self._laid = True

    def lift(self, _: str) -> None:
        self.finger.bench.do("reader/lift")

    def choose_whom(self, _: str) -> None:
        whom = self.errand.whom or "self"
        rows = [one.name for one in self.finger.look().controls]
        if f"RowChosen:{whom}" not in rows:
            whom = next(one for one in rows if one.startswith("RowChosen:")).partition(":")[2]
        self.entered.whom = whom
        self.finger.touch(f"RowChosen:{whom}")

    def answer(self, path: str) -> None:
        question = self.question(path)
        if "back" in self._detours and len(self.entered.answers) == 2:
            self._detours.remove("back")
            self.finger.touch("Back")
            return
        before = self.entered.answers.get(path)
        if before is not None or (known := self._known(question, path)):
            if before is None:
                self.entered.kept[path] = known
                self.entered.answers[path] = known
            self.finger.touch("Answered")
            return
        value = self.errand.choices.get(question.id)
        if value is None:
            value = self._invented(question)
        if question.kind is Kind.DIVISION:
            keys = places(str(value), OWN_PLACE, question.down_to)
        else:
            keys = touches(question.kind, value, leaf=self._leaf(question, value))
        self.finger.type(keys)
        self.entered.answers[path] = value

    def list_people(self, path: str) -> None:
        question = self.question(path)
        there = int(str(self.entered.answers.get(path, "0")))
        if there < max(1, question.least or 0):
            self.entered.answers[path] = str(there + 1)
            self.finger.touch("EntryAdded")
        else:
            self.finger.touch("Confirmed")

    def give(self, which: str) -> None:
        """A paper. One that was promised for later after a look at the gaps stays so."""
        slot = which.rpartition(".")[0]
        offered = [
            one.name.partition(":")[2]
            for one in self.finger.look().controls
            if one.name.startswith("HowChosen:") and one.enabled
        ]
        how = self._way(slot, offered)
        self.entered.ways[slot] = how
        self.finger.touch(f"HowChosen:{how}")

    def _way(self, slot: str, offered: list[str]) -> str:
        if self.errand.scans and "scan" in offered and not self.entered.scanned:
            return "scan"
        if "gaps" in self._detours and "later" in offered and self._paper(slot).required:
            self._detours.remove("gaps")
            return "later"
        rest = [one for one in offered if one not in ("scan", "later")]
        return self._lot.choice(rest or offered)

    def look_at(self, _: str) -> None:
        self.entered.scanned += 1
        self.finger.touch("Confirmed")

    def look_through(self, _: str) -> None:
        """The summary: to its end and, on the way, back to one answer."""
        if "edit" in self._detours:
            self._detours.remove("edit")
            if self._edit_one():
                return
        self.finger.touch("Confirmed")

    def _edit_one(self) -> bool:
        while True:
            seen = self.finger.look()
            names = [one.name for one in seen.controls if one.name.startswith("EditAsked:")]
            for name in names:
                path = name.partition(":")[2]
                if path in self.entered.answers and path not in self.entered.kept:
                    question = self.question(path)
                    if question.kind in (Kind.YES_NO, Kind.CHOICE):
                        continue  # may change what is asked
                    self.finger.touch(name)
                    return True
            turn = seen.control("LeafOn")
            if turn is None or not turn.enabled:
                return False
            self.finger.touch("LeafOn")

    def sign(self, _: str) -> None:
        self.finger.write("SignField")
        self.finger.touch("Signed")

    def rate(self, _: str) -> None:
        self.finger.touch("Rated:5")

    def first_row(self, _: str) -> None:
        rows = [one.name for one in self.finger.look().controls if one.name.startswith("RowChosen")]
        self.finger.touch(rows[0])

    # What is asked

    @cached_property
    def form(self) -> Form:
        return self._catalogue.form(self.item.form) if self.item.form else Form(id="nothing")

    @property
    def forms(self) -> tuple[Form, ...]:
        before = () if self.entered.whom in ("", "self") else (self.entered.whom,)
        return (*(self._catalogue.form(one) for one in before), self.form)

    def question(self, path: str) -> Question:
        top, *inner = path.split(".")
        found = _named(top, *(form.questions for form in self.forms))
        return _named(inner[1], found.each) if inner else found

    def _paper(self, slot: str) -> Material:
        return _named(slot, *(form.materials for form in self.forms))

    def known(self) -> Mapping[str, str]:
        """What the card says; of somebody else what was said of them."""
        given, person = self.entered.answers, self.person
        if self.entered.whom == "on_behalf":
            told = (str(given.get(one, "")) for one in ("for_name", "for_number"))
            proxy = {"proxy_name": person.name, "proxy_number": person.number}
            return {**subject.of_words(*told, date.today()), **proxy}
        valid_to = person.valid_to.isoformat() if person.valid_to else subject.LONG_TERM
        return {
            "name": person.name,
            "number": person.number,
            "sex": person.sex,
            "nation": person.nation,
            "birth": person.birth.isoformat(),
            "address": person.address,
            "issuer": person.issuer,
            "valid_from": person.valid_from.isoformat(),
            "valid_to": valid_to,
            "under_16": "yes" if age_on(person.birth, date.today()) < subject.OWN_FEET else "no",
        }

    def known_of(self, question: Question) -> str:
        return subject.known(question, self.known())

    def _known(self, question: Question, path: str) -> str:
        return "" if "." in path else self.known_of(question)

    def _invented(self, question: Question) -> Value:
        if question.kind is Kind.DIVISION:
            other = self.entered.answers.get(question.differs_from, "")
            found = other
            while found == other:
                found = answers.place(self._lot, OWN_PLACE, question.down_to)
            return found
        given = {path.rpartition(".")[2]: value for path, value in self.entered.answers.items()}
        return answers.answer(question, given, date.today(), self._lot)

    def _leaf(self, question: Question, value: Value) -> int:
        """How often the options are leafed through: seven on an upright page, or six and a bar."""
        if question.kind is not Kind.CHOICE or len(question.options) <= 7:
            return 0
        at = next(at for at, one in enumerate(question.options) if one.value == value)
        return at // 6

    def _next(self, step: str) -> Sight:
        return self._until(lambda now: now.step != step, f"a step after {step}")

    def _until(self, seen: Callable[[Sight], bool], what: str) -> Sight:
        return self.finger.eyes.until(seen, what, SLOW_S)


_DEALS: Final[Mapping[str, Callable[[Walker, str], None]]] = {
    "about": Walker.on,
    "card": Walker.lay,
    "person": Walker.on,
    "consent": Walker.on,
    "for whom": Walker.choose_whom,
    "question": Walker.answer,
    "people": Walker.list_people,
    "materials": Walker.on,
    "material": Walker.give,
    "look": Walker.look_at,
    "gaps": Walker.on,
    "summary": Walker.look_through,
    "sign": Walker.sign,
    "sent": Walker.lift,
    "take card": Walker.lift,
    "take card first": Walker.lift,
    "card left": Walker.lift,
    "result": Walker.on,
    "receipt": Walker.on,
    "rating": Walker.rate,
    # What is looked up or certified here
    "not due": Walker.on,
    "not here": Walker.on,
    "declare": Walker.on,
    "not had": Walker.on,
    "choose": Walker.first_row,
    "shown": Walker.on,
    "on paper": Walker.on,
}


def _named(name: str, *lists: tuple[Any, ...]) -> Any:
    """Raises: LookupError: nothing is called so."""
    for one in (each for one_list in lists for each in one_list):
        if one.id == name:
            return one
    raise LookupError(f"nothing in the form is called {name!r}")


def applies(when: When | None, given: Mapping[str, Value]) -> bool:
    if when is None:
        return True
    answer = given.get(when.question, ())
    chosen = (answer,) if isinstance(answer, str) else answer
    return any(one in when.one_of for one in chosen)
