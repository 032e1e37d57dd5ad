"""Everything a resident gives, in one object that is dropped whole when the visit ends."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime

from config.catalogue_models import Ability, Item
from devices.idcard_text import IdCard
from kiosk.platform.platform_messages import Answer, Eligibility
from kiosk.visits.consents import Consents
from kiosk.visits.draft_content import take_up
from kiosk.visits.events import (
    Back,
    CardRead,
    Event,
    FaceFailed,
    FaceRefused,
    FaceTaken,
    ItemChosen,
    StaffKnown,
)
from kiosk.visits.form_events import GroupChosen, OfferChosen, Signed, Unsure, WayChosen
from kiosk.visits.forms.intake import Intake
from kiosk.visits.helping import Helped
from kiosk.visits.information_events import GuideAsked
from kiosk.visits.lookup import Lookup
from kiosk.visits.pausing import Pause
from kiosk.visits.paying import Paying
from kiosk.visits.query_events import FaceDoubted
from kiosk.visits.remark import Remark


@dataclass(slots=True, repr=False)
class Visit:
    """Lives in memory alone. `key` names one handing-in: a new proof of identity is a new one.

    came_from: the step of the lobby where the item was chosen. ways: the guiding questions that
    have been met, by name; the first is "".
    """

    number: int
    language: str = "zh"
    large: bool = False
    chosen: Item | None = None
    came_from: str = "home"
    group: str = ""
    offer: str = ""
    text: str = ""  # what was looked for
    ways: tuple[str, ...] = ()
    card: IdCard | None = None
    eligibility: Eligibility | None = None
    portrait: bytes | None = None
    liveness: str = ""
    staff: str = ""
    key: str = ""
    receipt: str = ""
    others: tuple[str, ...] = ()  # receipts of the other items of a bundle
    digest: str = ""
    place_in_line: int = 0
    line: int = 0
    confirmed_at: datetime | None = None
    answer: Answer | None = None
    not_taken: bool = False
    stars: int = 0
    trouble: str | None = None
    prompt: str = ""
    advice: str = ""  # what stood most in the way of a picture
    face_tries: int = 0  # pictures that were not taken, or not recognised
    share: float = 0.0
    by_camera: bool = False  # papers were laid where it is seen whether they still lie there
    intake: Intake | None = None
    lookup: Lookup = field(default_factory=Lookup)
    pause: Pause = field(default_factory=Pause)
    remark: Remark = field(default_factory=Remark)
    consents: Consents = field(default_factory=Consents)
    paying: Paying = field(default_factory=Paying)
    helped: Helped = field(default_factory=Helped)

    @property
    def in_service(self) -> bool:
        """Something was chosen: an item, or an offer of the home page."""
        return self.chosen is not None or bool(self.offer)

    def take(self, event: Event, page: str = "") -> None:
        """Keeps what the event brings: each of its fields that bears the name of one of ours.

        What is given for a form is kept by the intake, what is looked up by the lookup, what is
        for another day by the pause, what is paid by the paying; `page` is where it happened.
        """
        if isinstance(event, ItemChosen | OfferChosen):
            self.lookup, self.pause, self.remark = Lookup(), Pause(), Remark()
            self.consents, self.paying = Consents(), Paying()
            # What was shown of a person for one thing is not used for another.
            self.card, self.portrait, self.liveness, self.staff = None, None, "", ""
        self.helped.take(page, event)
        self.pause.take(page, event)
        self.lookup.take(page, event)
        self.remark.take(page, event)
        self.paying.take(page, event)
        self.consents.take(page, event, self.language)
        if self.intake is not None:
            self.intake.language = self.language
            self.intake.take(page, event)
        ours = {each.name for each in fields(self)} - {"number"}
        for each in fields(event):
            if each.name in ours:
                setattr(self, each.name, getattr(event, each.name))
        match event:
            case OfferChosen():
                self.text = ""
            case GroupChosen():
                self.ways = ()
            case Unsure():
                self.ways = ("",)
            case WayChosen():
                self.ways += (event.way,)
            case GuideAsked() if self.chosen is not None:
                self.lookup.guide = self.chosen.code
            case Back() if self.chosen is None:
                self.ways = self.ways[:-1]
        if isinstance(event, FaceTaken | StaffKnown | Signed):
            self.key, self.receipt, self.answer = str(uuid.uuid4()), "", None
            self.not_taken = False
        if isinstance(event, FaceTaken):
            self.staff = self.advice = ""
        if isinstance(event, FaceFailed | FaceRefused | FaceDoubted):
            self.face_tries += 1
        if isinstance(event, CardRead):
            self.face_tries, self.advice, self.prompt = 0, "", ""
        if isinstance(event, Signed) and self.pause.is_taken_up:
            self.key = self.pause.key
        if isinstance(event, StaffKnown):
            self.portrait, self.liveness = None, ""

    def take_up(self, item: Item | None, begin: Callable[[str], Intake | None]) -> None:
        """Goes on with the draft that was opened; without an item where it cannot be any more."""
        draft, card = self.pause.draft, self.card
        self.chosen = self.intake = None
        if draft is None or card is None or item is None or item.ability is not Ability.FORWARD:
            return
        self.chosen, self.intake = item, begin(item.code)
        if self.intake is not None:
            self.pause.changed = take_up(self.intake, draft, card)
