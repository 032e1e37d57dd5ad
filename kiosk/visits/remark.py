"""What a resident says of the service (投诉、建议): one object in the visit, dropped with it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field

from kiosk.platform.payment_messages import FeedbackKind
from kiosk.visits.events import Event, RatedPoorly
from kiosk.visits.form_events import Answered, RowChosen, Skipped

WHAT_PAGE, WORDS_PAGE, MOBILE_PAGE = "feedback", "feedback_words", "feedback_mobile"

# Rows of the page: sentences that are ready, and two that are in one's own words.
READY = ("waited", "unclear", "machine", "papers", "manner")
OWN, IDEA = "own", "idea"

POOR = 2  # stars, and below: who gives so few is asked why
LEAST, MOST = 2, 200  # characters of one's own words
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(slots=True, repr=False)
class Remark:
    """`take` is told what happened and on which page; nothing else changes it.

    row: what was chosen. words: in one's own words. trouble: the key of what is wrong with the last
    answer, which stays in the field.
    """

    row: str = ""
    key: str = ""  # of what is handed in
    words: str = field(default="", repr=False)
    mobile: str = field(default="", repr=False)
    trouble: str = ""

    @property
    def kind(self) -> FeedbackKind:
        return FeedbackKind.SUGGESTION if self.row == IDEA else FeedbackKind.COMPLAINT

    @property
    def is_typed(self) -> bool:
        return self.row in (OWN, IDEA)

    def take(self, page: str, event: Event) -> None:
        match event:
            case RatedPoorly():
                self.row = ""
            case RowChosen() if page == WHAT_PAGE:
                self.row = event.row if event.row in (*READY, OWN, IDEA) else ""
                self.key, self.trouble = str(uuid.uuid4()), ""
            case Answered() if page == WORDS_PAGE:
                self.words = str(event.value).strip()[:MOST]
                self.trouble = "" if len(self.words) >= LEAST else "feedback_words.too_short"
            case Answered() if page == MOBILE_PAGE:
                self.mobile = re.sub(r"[ -]", "", str(event.value))
                right = not self.mobile or _MOBILE.fullmatch(self.mobile)
                self.trouble = "" if right else "feedback_mobile.wrong"
            case Skipped() if page == MOBILE_PAGE:
                self.mobile, self.trouble = "", ""
