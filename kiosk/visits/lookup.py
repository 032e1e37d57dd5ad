"""What was looked up in this visit: one object in it, dropped with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.platform.affairs_messages import Affairs, Parcel, Progress
from kiosk.platform.certificates import SealState
from kiosk.platform.query_messages import QueryAnswer, Verified
from kiosk.visits.events import Event
from kiosk.visits.form_events import Answered, RevealAsked, RowChosen
from kiosk.visits.paper_codes import receipt_number, verify_code, waybill_number
from kiosk.visits.query_events import (
    AffairsTold,
    CaseChosen,
    CodeRead,
    PaperFetched,
    PaperJudged,
    ProgressTold,
    QueryAnswered,
    Several,
    StandsHere,
)
from kiosk.visits.relay_events import ParcelsTold
from kiosk.visits.standing import StandingHere

CHOICE_PAGE = "choose_record"
NOTICES_PAGE, GUIDES_PAGE = "notices", "guides"
CODE_PAGES = ("type_code", "type_number")
WAYBILL_PAGES = ("scan_waybill", "type_waybill")


@dataclass(slots=True, repr=False)
class Lookup:
    """`take` is told what happened and on which page; nothing else changes it.

    chosen: question → value, where there were several records.
    code: a receipt number or a verification code, whichever was read or typed; `mistyped` is what
        was typed last, where it is none.
    waybill: of the post, for the parcel of `code`. parcels: by number, of what was handed in.
    """

    told: QueryAnswer | None = None
    chosen: dict[str, str] = field(default_factory=dict)
    revealed: bool = False
    pdf: bytes = b""
    seal: SealState | None = None
    code: str = ""
    mistyped: str = ""
    waybill: str = ""
    parcels: dict[str, Parcel] = field(default_factory=dict)
    verified: Verified | None = None
    progress: Progress | None = None
    told_at: datetime | None = None  # when `progress` was told, where it is an old one
    here: StandingHere | None = None  # of what the platform has not
    affairs: Affairs | None = None
    notice: str = ""  # which one is read, by its id
    guide: str = ""  # of which item the guide is read, by its code

    def take(self, page: str, event: Event) -> None:
        match event:
            case QueryAnswered():
                self.told, self.revealed = event.told, False
                self.pdf, self.seal = b"", None
                if not isinstance(event, Several):
                    self.chosen = {}
            case RowChosen() if page == CHOICE_PAGE and self.told is not None:
                if self.told.choices is not None:
                    self.chosen[self.told.choices.question] = event.row
            case RowChosen() if page == NOTICES_PAGE:
                self.notice = event.row
            case RowChosen() if page == GUIDES_PAGE:
                self.guide = event.row
            case PaperFetched():
                self.pdf, self.seal = event.pdf, event.seal
            case CodeRead() if page in WAYBILL_PAGES:
                self.waybill = event.code
            case CaseChosen():
                self.code = event.row
            case CodeRead():
                self.code, self.waybill = event.code, ""
            case Answered() if page in WAYBILL_PAGES:
                self.waybill = waybill_number(str(event.value)) or ""
                self.mistyped = "" if self.waybill else str(event.value)
            case Answered() if page in CODE_PAGES:
                self.code = typed(page, str(event.value))
                self.mistyped = "" if self.code else str(event.value)
            case ParcelsTold():
                self.parcels = dict(event.parcels)
            case PaperJudged():
                self.verified = event.verified
            case ProgressTold():
                self.progress, self.told_at = event.progress, event.told_at
            case StandsHere():
                self.here = event.whereabouts
            case AffairsTold():
                self.affairs = event.affairs
            case RevealAsked():
                self.revealed = True

    @property
    def printable(self) -> bytes:
        """The document as it came, where its seal is good."""
        return self.pdf if self.seal is not None and self.seal.printable else b""


def typed(page: str, text: str) -> str:
    """What was typed as a code of ours; "" when it is none."""
    read = receipt_number if page == "type_number" else verify_code
    return read(text) or ""
