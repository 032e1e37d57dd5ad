"""A resident's way through the questions of a form: forth, back, and from the summary to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from config.catalogue_models import Kind, Question
from kiosk.visits.forms import asking
from kiosk.visits.forms.asking import Asked
from kiosk.visits.forms.subject import Fields, known
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble, Value


@dataclass(slots=True, repr=False)
class Walk:
    """`at`: the path of the question on the page, "" while it is none.

    answers: all that were ever given; which of them count is asked of `counting`.
    editing: the path that the resident came for from the summary, and goes back there from.
    taken_up: on from an answer it goes to what is still open: the rest was answered another day.
    """

    questions: tuple[Question, ...]
    around: Callable[[], Surroundings]
    fields: Fields = field(default_factory=dict)
    answers: dict[str, Value] = field(default_factory=dict)
    at: str = ""
    trouble: Trouble | None = None
    editing: str = ""
    taken_up: bool = False

    # What the pages show

    @property
    def here(self) -> Asked:
        """Raises: LookupError: no question is on the page."""
        found = asking.find(self._order(), self.at)
        if found is None:
            raise LookupError("no question is being asked")
        return found

    @property
    def position(self) -> tuple[int, int]:
        return asking.position(self._to_ask(), self.at)

    def shown(self, one: Asked) -> tuple[Value, bool]:
        """What stands in the field, and whether it comes from the card."""
        if one.path in self.answers:
            return self.answers[one.path], False
        value = "" if one.within else known(one.question, self.fields)
        return value, bool(value)

    def entries(self, path: str) -> int:
        return asking.entries(self.answers, path)

    def counting(self) -> dict[str, Value]:
        """What is handed in: path → answer, in the order of asking."""
        return asking.counting(self._order(), self._all())

    def typed(self, *kinds: Kind) -> list[str]:
        """Answers to questions of these kinds, also those that do not count any more."""
        of_kind = {one.path for one in self._order() if one.question.kind in kinds}
        of_kind |= {one.id for one in self.questions if one.kind in kinds}
        answers = self.answers.items()
        return [value for path, value in answers if path in of_kind and isinstance(value, str)]

    def all_asked(self) -> tuple[Asked, ...]:
        """Those too that the card has answered."""
        return self._order()

    def asked_with(self, answers: dict[str, Value]) -> tuple[Asked, ...]:
        """What would be asked if these were all answers."""
        fixed = self._fixed()
        order = asking.asked(self.questions, {**answers, **fixed})
        return tuple(one for one in order if one.path not in fixed)

    def is_fixed(self, path: str) -> bool:
        return path in self._fixed()

    @property
    def settled(self) -> bool:
        return not self._unsettled()[0]

    def open_questions(self) -> int:
        """How many are still to be answered, as things stand."""
        return sum(not one.is_list and one.path not in self.answers for one in self._to_ask())

    # What a resident does

    def begin(self) -> None:
        order = self._to_ask()
        self.at, self.trouble, self.editing = (order[0].path if order else ""), None, ""

    def last(self) -> None:
        """The last question: the way back from what follows the form."""
        order = [one for one in self._to_ask() if not one.within]
        self.at, self.trouble, self.editing = (order[-1].path if order else ""), None, ""

    def edit(self, path: str) -> None:
        """From the summary, and then straight back to it."""
        if asking.find(self._to_ask(), path) is not None:
            self.at, self.trouble, self.editing = path, None, path

    def to_unsettled(self) -> None:
        """To whatever is still to be answered; nowhere when all is."""
        self.at, self.trouble = self._unsettled()
        self.editing = self.at

    def take_up(self, answers: dict[str, Value]) -> None:
        """Answers of another day; on at the first that is missing."""
        self.answers, self.editing, self.taken_up = answers, "", True
        self.at, self.trouble = self._unsettled()

    def look_into(self, path: str) -> None:
        """From a list to a question of one of its entries, and then back to the list."""
        if asking.find(self._to_ask(), path) is not None:
            self.at, self.trouble = path, None

    def read(self, told: Fields) -> None:
        """What a card says that was laid for the question here, in place of what stood there."""
        self.fields, self.trouble = {**self.fields, **told}, None
        if self.here.question.from_card in told:
            self.answers.pop(self.at, None)

    def refuse(self, trouble: Trouble) -> None:
        """Of a card that was laid for the question here."""
        self.trouble = trouble

    def answer(self, given: Value) -> None:
        here, around = self.here, self.around()
        taken = asking.judge(self._order(), here, given, self._all(), around)
        if isinstance(taken, Trouble):
            self.trouble = taken
            return
        self.answers[here.path] = taken
        self._on(here)

    def add_entry(self) -> None:
        here = self.here
        count = self.entries(here.path)
        if here.question.most is not None and count >= here.question.most:
            self.trouble = Trouble("check.people_many", {"most": here.question.most, "now": count})
            return
        self.answers[here.path] = str(count + 1)
        first = next((one for one in self._to_ask() if self._is_of(one, here.path, count)), None)
        self.at, self.trouble = (first.path if first else here.path), None

    def drop_entry(self, entry: int) -> None:
        """Those behind it move up."""
        path = self.here.path
        count = self.entries(path)
        if not 0 <= entry < count:
            return
        left: dict[str, Value] = {path: str(count - 1)}
        for name, value in self.answers.items():
            if not name.startswith(f"{path}."):
                left.setdefault(name, value)
                continue
            at, _, rest = name.removeprefix(f"{path}.").partition(".")
            if int(at) != entry:
                left[f"{path}.{int(at) - (int(at) > entry)}.{rest}"] = value
        self.answers, self.trouble = left, None

    def finish_list(self) -> None:
        """On from a list: to what its entries lack, or past it."""
        here = self.here
        judged = asking.judge(self._order(), here, "", self._all(), self.around())
        if isinstance(judged, Trouble):
            self.trouble = judged
            return
        self.answers.setdefault(here.path, "0")
        lacking = {one.path for one in self._to_ask() if one.within == here.path}
        path, wrong = self._unsettled()
        if path in lacking:
            self.at, self.trouble = path, wrong
        else:
            self._on(here)

    def back(self) -> None:
        order, here = self._to_ask(), self.here
        self.trouble = None
        if here.path == self.editing:
            self.at = ""
            return
        if here.within:
            self._leave_empty(here)
        elif self.editing:
            self.at = self.editing
            return
        self.at = asking.before(order, self.at)

    # How it is done

    def _on(self, here: Asked) -> None:
        self.trouble = None
        order = self._to_ask()
        following = asking.after(order, here.path)
        in_passing = here.within and "." not in self.editing
        if following and (in_passing or not (self.editing or self.taken_up)):
            self.at = following
        else:
            self.at, self.trouble = self._unsettled()

    def _leave_empty(self, here: Asked) -> None:
        """An entry that was begun by mistake goes away when its first page is left backwards."""
        entry = f"{here.within}.{here.entry}."
        first = next(one for one in self._to_ask() if self._is_of(one, here.within, here.entry))
        if first.path == here.path and not any(name.startswith(entry) for name in self.answers):
            self.answers[here.within] = str(self.entries(here.within) - 1)

    def _unsettled(self) -> tuple[str, Trouble | None]:
        return asking.unsettled(self._order(), self._all(), self.around(), self._fixed())

    def _all(self) -> dict[str, Value]:
        return {**self.answers, **self._fixed()}

    def _fixed(self) -> dict[str, Value]:
        """What the card has answered for good: nobody is asked."""
        return {
            question.id: value
            for question in self.questions
            if question.locked and (value := known(question, self.fields))
        }

    def _order(self) -> tuple[Asked, ...]:
        return asking.asked(self.questions, self._all())

    def _to_ask(self) -> tuple[Asked, ...]:
        fixed = self._fixed()
        return tuple(one for one in self._order() if one.path not in fixed)

    @staticmethod
    def _is_of(one: Asked, path: str, entry: int) -> bool:
        return one.within == path and one.entry == entry
