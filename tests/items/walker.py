"""A resident who brings an item from home to its end by touches, and remembers what was entered.

The page map says which step is on the screen; what is touched there is decided by that alone, so
that whatever order the terminal asks in is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from random import Random
from typing import Any, Final

from pypinyin import Style, lazy_pinyin

from config.catalogue_models import Ability, Audience, Form, Item, Kind, Material, Question, When
from config.catalogue_pack import Catalogue
from kiosk.visits.forms import subject
from kiosk.visits.identity import age_on
from sandbox.platform.people import BY_REF
from sandbox.resident import ResidentError, Sight
from tests.items import answers
from tests.items.answers import Value
from tests.items.dealing import DEALS, GOING
from tests.items.errand import SLOW_S, Entered, Errand, Way
from tests.items.finger import Finger

OWN_PLACE: Final = "520502100011"  # where the sandbox's terminal stands
AT_MOST: Final = 4  # pages of a form are seen before somebody goes away


class Walker:
    """watch: is told of every new step before it is dealt with. leap: puts the terminal's clock on,
    past every patience; only who goes away needs it.
    """

    own_place = OWN_PLACE

    def __init__(
        self,
        finger: Finger,
        catalogue: Catalogue,
        errand: Errand,
        watch: Callable[[Sight], None] = lambda _: None,
        leap: Callable[[], None] = lambda: None,
    ) -> None:
        self.finger, self.errand = finger, errand
        self._watch, self._leap = watch, leap
        found = catalogue.item(errand.item)
        assert found is not None, errand.item
        self.item: Item = found
        self._catalogue = catalogue
        self.person = BY_REF[errand.person]
        # Where there is but one possibility nobody is asked.
        firm = found.audience is Audience.ENTERPRISE and found.ability is Ability.FORWARD
        self.entered = Entered(whom="enterprise" if firm else "")
        self.lot = Random(f"{errand.item} {errand.seed}")
        self._left = self.lot.randrange(1, AT_MOST) if Way.LAPSE in errand.ways else -1
        self.laid = False
        self.brought = ""  # the paper that is not there yet, and is brought after all

    def walk(self) -> Entered:
        """From the resting page to the resting page. Raises: ResidentError."""
        self.finger.bench.do("reader/lift")
        self.finger.bench.do("camera/show", film="obliging")
        seen = self._until(lambda now: now.step == "lobby/attract", "the resting page")
        self.finger.hands.touch(seen.size[0] // 2, seen.size[1] // 2)
        self._until(lambda now: now.step == "lobby/home", "the home page")
        self._find_item()
        step = ""
        while step != "lobby/attract":
            seen = self._next(step)
            step = seen.step
            self.entered.steps.append(step)
            self._watch(seen)
            self._deal(step)
        return self.entered

    def _deal(self, step: str) -> None:
        _, name, *which = step.split("/")
        if name in GOING and self._left >= 0:
            self._left -= 1
            if self._left < 0:
                self._go_away()
                return
        deal = DEALS.get(name)
        if deal is not None:
            deal(self, "/".join(which))

    def _go_away(self) -> None:
        """Without a word: nobody answers the countdown either."""
        self.entered.went.add(Way.LAPSE)
        self._leap()
        self._until(lambda now: now.overlay == "countdown", "the countdown")
        self._leap()

    # What the dealings need

    def goes(self, way: Way) -> bool:
        """Once, and where the errand wants it."""
        if way not in self.errand.ways or way in self.entered.went:
            return False
        self.entered.went.add(way)
        return True

    def lay(self, person: str) -> None:
        self.finger.bench.do("reader/lay", person=person)
        self.laid = True

    def rows(self, event: str) -> list[str]:
        """What the controls of this event that can be touched carry."""
        return [
            one.name.partition(":")[2]
            for one in self.finger.look().controls
            if one.name.startswith(f"{event}:") and one.enabled
        ]

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
        return "".join(lazy_pinyin(self.item.zh.short, style=Style.FIRST_LETTER))

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

    def paper(self, slot: str) -> Material:
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

    def invented(self, question: Question) -> Value:
        if question.kind is Kind.DIVISION:
            other = self.entered.answers.get(question.differs_from, "")
            found = other
            while found == other:
                found = answers.place(self.lot, OWN_PLACE, question.down_to)
            return found
        given = {path.rpartition(".")[2]: value for path, value in self.entered.answers.items()}
        return answers.answer(question, given, date.today(), self.lot)

    def _next(self, step: str) -> Sight:
        return self._until(lambda now: now.step != step, f"a step after {step}")

    def _until(self, seen: Callable[[Sight], bool], what: str) -> Sight:
        return self.finger.eyes.until(seen, what, SLOW_S)


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
