"""A visit that pauses, and one that goes on: one object in the visit, dropped with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from devices.idcard_text import IdCard
from kiosk.visits.draft_content import DraftContent, document_of
from kiosk.visits.draft_events import DraftKept, DraftOpened, DraftPast, DraftsThere, DraftUnknown
from kiosk.visits.events import CardRead, Event
from kiosk.visits.form_events import Answered

CODE_PAGE = "resume_code"
CODE_DIGITS = 8
MOST_TRIES = 5


@dataclass(slots=True, repr=False)
class Pause:
    """`take` is told what happened and on which page; nothing else changes it.

    document: whose draft it is, see `document_of`. code: of the draft that is kept or open, or as
        it was typed; `mistyped` is what was typed last, where it is none.
    key: of the handing in: one draft is handed in once, however often the power is cut meanwhile.
    changed: how many answers and papers of the draft do not fit any more.
    ends: the last moment of each draft that is kept here for the document, as far as it was asked.
    """

    document: bytes = b""
    code: str = ""
    mistyped: str = ""
    tries: int = 0
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    draft: DraftContent | None = None
    until: datetime | None = None
    changed: int = 0
    ends: tuple[datetime, ...] = ()

    @property
    def is_taken_up(self) -> bool:
        return self.draft is not None

    @property
    def tries_left(self) -> int:
        return MOST_TRIES - self.tries

    def take(self, page: str, event: Event) -> None:
        match event:
            case CardRead(card=card):
                self._card_read(card)
            case Answered() if page == CODE_PAGE:
                digits = "".join(filter(str.isdigit, str(event.value)))
                good = len(digits) == CODE_DIGITS
                self.code, self.mistyped = (digits, "") if good else ("", str(event.value))
            case DraftUnknown():
                self.tries, self.code = self.tries + 1, ""
            case DraftPast():
                self.code = ""
            case DraftsThere():
                self.ends = event.ends
            case DraftKept():
                self.code, self.until = event.code, event.until
            case DraftOpened():
                self.draft, self.until, self.key = event.draft, event.until, event.draft.key

    def _card_read(self, card: IdCard) -> None:
        """Another document has nothing to do with this draft; how often was tried stays."""
        document = document_of(card)
        if document != self.document:
            self.document, self.key = document, str(uuid.uuid4())
            self.code, self.mistyped = "", ""
            self.draft, self.until, self.changed, self.ends = None, None, 0, ()
