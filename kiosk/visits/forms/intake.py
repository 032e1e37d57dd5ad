"""What a resident has given for one item so far: one object in the visit, dropped with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from config.catalogue_models import Ability, Audience, Form, Item
from devices.idcard_text import IdCard
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    Confirmed,
    Declined,
    Event,
    PageSeen,
    PageTaken,
)
from kiosk.visits.form_events import (
    Answered,
    EditAsked,
    EntryAdded,
    EntryDropped,
    HowChosen,
    MorePages,
    PauseAsked,
    RevealAsked,
    RowChosen,
    Signed,
    Skipped,
)
from kiosk.visits.forms import subject
from kiosk.visits.forms.asking import joined
from kiosk.visits.forms.bundling import Part
from kiosk.visits.forms.number_checks import plain
from kiosk.visits.forms.papers import Given, How, Papers
from kiosk.visits.forms.signing import Strokes, is_signature
from kiosk.visits.forms.surroundings import Surroundings
from kiosk.visits.forms.trouble import Trouble, Value
from kiosk.visits.forms.walk import Walk
from kiosk.visits.identity import age_on
from kiosk.visits.social_card_events import SocialCardRead, SocialCardUnread

# The last two are forms of the catalogue, asked before the item's own.
SELF, ON_BEHALF, ENTERPRISE = "self", "on_behalf", "enterprise"
WHOM: Mapping[Audience, tuple[str, ...]] = {
    Audience.PERSON: (SELF, ON_BEHALF),
    Audience.ENTERPRISE: (ENTERPRISE,),
    Audience.BOTH: (SELF, ON_BEHALF, ENTERPRISE),
}
# What is agreed to, by its text's key.
FACE_TEXT, SUMMARY_TEXT = "face_consent.body", "summary.consent"
DECLARATION_TEXT = "declaration.promise"
POSTED_TEXT = "inventory.consent"

MATERIAL = "material/"  # before the name of a paper in a row of the summary


@dataclass(frozen=True, slots=True)
class Basis:
    """What every intake of an item begins from.

    form: with the questions and materials of its blocks. forms: any other of the catalogue; it
    raises LookupError for what is not there. parts: of a bundle, its items; () for one alone.
    """

    item: Item
    form: Form
    forms: Callable[[str], Form]
    knows: Callable[[str], bool]
    now: Callable[[], datetime]
    parts: tuple[Part, ...] = ()


class Items(Protocol):
    """The catalogue, as far as taking in asks it."""

    def item(self, code: str) -> Item | None: ...
    def form(self, name: str) -> Form: ...


def beginning(
    items: Items,
    knows: Callable[[str], bool],
    now: Callable[[], datetime],
) -> Callable[[str], Intake | None]:
    """By an item's code: what it is taken in with; None for what is not taken in."""

    def begin(code: str) -> Intake | None:
        item = items.item(code)
        if item is None or (item.ability is Ability.CERTIFY and item.form is None):
            return None
        form = items.form(item.form) if item.form else Form(id="nothing")
        return Intake(Basis(item, form, items.form, knows, now))

    return begin


@dataclass(frozen=True, slots=True)
class Agreed:
    """`text`: the key of what was read."""

    text: str
    language: str
    at: datetime


@dataclass(slots=True, repr=False)
class Intake:
    """`take` is told what happened and on which page; nothing else changes it.

    whom: for whom it is, one of WHOM. language: of the page on which something happened.
    agreed: what was agreed to, in the order of agreeing. signed_in: the language of the commitment.
    social_card: what such a card told that was laid for a question.
    posted: the originals that go by post, as they were confirmed.
    gaps_told: the papers whose lack the resident has been told of.
    """

    basis: Basis
    whom: str = ""
    card: IdCard | None = None
    walk: Walk = field(init=False)
    papers: Papers = field(init=False)
    social_card: subject.Fields = field(default_factory=dict)
    gaps_told: tuple[str, ...] = ()
    posted: tuple[str, ...] = ()
    seen: PageSeen | None = None
    revealed: bool = False
    language: str = "zh"
    agreed: tuple[Agreed, ...] = ()
    signed_at: datetime | None = None
    signed_in: str = "zh"
    strokes: Strokes = ()
    sign_trouble: str = ""

    def __post_init__(self) -> None:
        self._begin_anew()

    @property
    def item(self) -> Item:
        return self.basis.item

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is handed in each on its own: the items of a bundle, or the one."""
        return self.basis.parts or (Part(self.item),)

    def for_whom(self) -> tuple[str, ...]:
        """The possibilities, in the order of the page. What is looked up or certified is always
        one's own.
        """
        if self.item.ability is not Ability.FORWARD:
            return (SELF,)
        return WHOM[self.item.audience]

    def why_not(self, whom: str) -> str | None:
        """A text key: why the person at the terminal cannot do it so. A child is certified as
        anybody is: whoever came along answers for it in the form.
        """
        if self.card is None or self.card.birth is None or self.item.ability is Ability.CERTIFY:
            return None
        age = age_on(self.card.birth, self.basis.now().date())
        if whom == SELF and age < subject.OWN_FEET:
            return "whom.too_young_for_self"
        if whom != SELF and age < subject.OF_AGE:
            return "whom.too_young_for_others"
        return None

    @property
    def gaps_to_tell(self) -> bool:
        return bool(set(self._gaps()) - set(self.gaps_told))

    @property
    def is_signed(self) -> bool:
        return bool(self.strokes)

    def take(self, page: str, event: Event) -> None:
        happen = _HAPPENINGS.get((page, type(event)))
        if happen is not None:
            self.revealed = False  # whatever counts leads to another page, or reveals
            happen(self, event)

    # Who

    def card_read(self, card: IdCard) -> None:
        """Another card is another person: nothing of the one before stays."""
        if self.card is not None and self.card.number != card.number:
            self.agreed = ()
            self._begin_anew()
        self.card = card
        self._tell_fields()

    def choose_whom(self, whom: str) -> None:
        if whom not in self.for_whom() or self.why_not(whom):
            self.whom = ""
            return
        if whom != self.whom:
            self._begin_anew(whom)
        self._tell_fields()
        self.walk.begin()

    def go_on_from_person(self) -> None:
        """Where there is but one possibility nobody is asked."""
        if len(self.for_whom()) == 1:
            self.choose_whom(self.for_whom()[0])

    def take_up(self, answers: dict[str, Value], papers: dict[str, Given]) -> None:
        """Of another day, and looked over: what is left to do begins at the first gap."""
        self.walk.answers = answers
        self._tell_fields()
        self.walk.take_up(answers)
        self.papers.given = papers

    def _begin_anew(self, whom: str = "") -> None:
        """The item's form, behind the questions about whom it is for."""
        before = (self.basis.forms(whom),) if whom in (ON_BEHALF, ENTERPRISE) else ()
        form = joined(*before, self.basis.form)
        self.whom, self.social_card = whom, {}
        self.walk = Walk(form.questions, self._around)
        self.papers = Papers(form.materials, lambda: self.walk.counting())
        self.gaps_told, self.agreed, self.signed_at = (), self._of_the_face(), None
        self.posted = ()
        self.strokes, self.sign_trouble = (), ""

    def _of_the_face(self) -> tuple[Agreed, ...]:
        """It was agreed to before anything was begun, and by whoever stands here still."""
        return tuple(one for one in self.agreed if one.text == FACE_TEXT)

    def _around(self) -> Surroundings:
        return Surroundings(self.basis.now().date(), self.basis.knows)

    def _tell_fields(self) -> None:
        if self.whom == ON_BEHALF:
            name, number = (self.walk.answers.get(key, "") for key in ("for_name", "for_number"))
            told = subject.of_words(str(name), str(number), self._today)
            proxy = {} if self.card is None else subject.of_proxy(self.card)
            self.walk.fields = {**told, **proxy}
        elif self.card is not None:
            self.walk.fields = subject.of_card(self.card, self._today)
        self.walk.fields = {**self.walk.fields, **self.social_card}

    @property
    def _today(self) -> date:
        return self.basis.now().date()

    # Answers

    def answer(self, given: Value) -> None:
        if (trouble := self._of_proxy(self.walk.at, given)) is not None:
            self.walk.trouble = trouble
            return
        self.walk.answer(given)
        self._tell_fields()

    def _of_proxy(self, at: str, given: Value) -> Trouble | None:
        """What is wrong between who acts and whom it is for (service facts 1.4)."""
        if self.whom != ON_BEHALF or at not in ("for_number", "for_relation"):
            return None
        told = {**self.walk.answers, at: given}
        number = plain(str(told.get("for_number", ""))).upper()
        if self.card is not None and number == self.card.number:
            return Trouble("check.own_number")
        if subject.may_act(str(told.get("for_relation", "")), number, self._today):
            return None
        return Trouble("check.guardian_acts")

    def social_card_read(self, number: str) -> None:
        self.social_card = {subject.SOCIAL_CARD: number}
        self.walk.read(self.social_card)

    def choose_how(self, how: str) -> None:
        self.seen = None  # of the paper before
        self.papers.choose(how)

    def see(self, event: PageSeen) -> None:
        self.seen = event

    def reveal(self, _: RevealAsked) -> None:
        self.revealed = True

    # After the questions

    def _gaps(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.papers.gaps())

    def tell_gaps(self) -> None:
        self.gaps_told = self._gaps()

    def confirm_posted(self) -> None:
        self.posted = tuple(one.id for one in self.papers.given_as(How.ORIGINAL))
        self.agree_to(POSTED_TEXT)

    def edit(self, row: str) -> None:
        if row.startswith(MATERIAL):
            self.papers.take_up(row.removeprefix(MATERIAL))
        else:
            self.walk.edit(row)

    def agree_to(self, text: str) -> None:
        """Once more is instead of before."""
        before = tuple(one for one in self.agreed if one.text != text)
        self.agreed = (*before, Agreed(text, self.language, self.basis.now()))

    def agree(self) -> None:
        """The summary is right; what is not yet answered is asked first."""
        self.agree_to(SUMMARY_TEXT)
        self.walk.to_unsettled()

    def sign(self, strokes: Strokes) -> None:
        good = is_signature(strokes)
        self.strokes, self.sign_trouble = (strokes, "") if good else ((), "signing.too_little")
        self.signed_at, self.signed_in = (self.basis.now() if good else None), self.language

    def back_to_questions(self) -> None:
        if not self.papers.wanted():
            self.walk.last()


# Page and what happened on it → what the intake makes of it. What is not here changes nothing.
_HAPPENINGS: Mapping[tuple[str, type[Event]], Callable[[Intake, Any], None]] = {
    ("present_card", CardRead): lambda intake, event: intake.card_read(event.card),
    ("confirm_person", Confirmed): lambda intake, _: intake.go_on_from_person(),
    ("face_consent", Confirmed): lambda intake, _: intake.agree_to(FACE_TEXT),
    ("for_whom", RowChosen): lambda intake, event: intake.choose_whom(event.row),
    ("question", Answered): lambda intake, event: intake.answer(event.value),
    ("question", Skipped): lambda intake, _: intake.answer(""),
    ("question", Back): lambda intake, _: intake.walk.back(),
    ("question", SocialCardRead): lambda intake, event: intake.social_card_read(event.number),
    ("question", SocialCardUnread): lambda intake, event: intake.walk.refuse(Trouble(event.why)),
    ("people", EntryAdded): lambda intake, _: intake.walk.add_entry(),
    ("people", EntryDropped): lambda intake, event: intake.walk.drop_entry(event.entry),
    ("people", EditAsked): lambda intake, event: intake.walk.look_into(event.question),
    ("people", Confirmed): lambda intake, _: intake.walk.finish_list(),
    ("people", Back): lambda intake, _: intake.walk.back(),
    ("materials", RowChosen): lambda intake, event: intake.papers.take_up(event.row),
    ("materials", Confirmed): lambda intake, _: intake.papers.take_up(intake.papers.next()),
    ("materials", Back): lambda intake, _: intake.walk.last(),
    ("material", HowChosen): lambda intake, event: intake.choose_how(event.how),
    ("material", Back): lambda intake, _: intake.papers.put_down(),
    ("scan_page", PageSeen): Intake.see,
    ("scan_page", PageTaken): lambda intake, event: intake.papers.scanned(event.page),
    ("scan_page", Back): lambda intake, _: intake.papers.leave_scanning(),
    ("scan_page", Declined): lambda intake, _: intake.papers.leave_scanning(),
    ("not_scanned", Declined): lambda intake, _: intake.papers.leave_scanning(),
    ("no_scanner", Declined): lambda intake, _: intake.papers.leave_scanning(),
    ("scan_page", PauseAsked): lambda intake, _: intake.papers.leave_scanning(),
    ("not_scanned", PauseAsked): lambda intake, _: intake.papers.leave_scanning(),
    ("no_scanner", PauseAsked): lambda intake, _: intake.papers.leave_scanning(),
    ("look_at", PauseAsked): lambda intake, _: intake.papers.leave_scanning(),
    ("look_at", Confirmed): lambda intake, _: intake.papers.keep(),
    ("look_at", MorePages): lambda intake, _: intake.papers.keep(more=True),
    ("look_at", Again): lambda intake, _: intake.papers.anew(),
    ("gaps", Confirmed): lambda intake, _: intake.tell_gaps(),
    ("inventory", Confirmed): lambda intake, _: intake.confirm_posted(),
    ("draft_there", RevealAsked): Intake.reveal,
    ("summary", EditAsked): lambda intake, event: intake.edit(event.question),
    ("summary", RevealAsked): Intake.reveal,
    ("summary", Confirmed): lambda intake, _: intake.agree(),
    ("summary", Back): lambda intake, _: intake.back_to_questions(),
    ("declaration", EditAsked): lambda intake, event: intake.walk.edit(event.question),
    ("declaration", RevealAsked): Intake.reveal,
    ("declaration", Confirmed): lambda intake, _: intake.walk.to_unsettled(),
    ("declaration", Back): lambda intake, _: intake.walk.last(),
    ("hand_over", Back): lambda intake, _: intake.back_to_questions(),
    ("sign", Signed): lambda intake, event: intake.sign(event.strokes),
}
