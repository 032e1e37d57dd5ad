"""What a resident agreed to outside a form: which words, in which language, and when."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kiosk.visits.events import Confirmed, Declined, Event
from kiosk.visits.forms.intake import DECLARATION_TEXT, FACE_TEXT
from kiosk.visits.packets import text_digest

# Page → the words on it.
_TEXTS: Final = {"face_consent": FACE_TEXT, "declaration": DECLARATION_TEXT}


@dataclass(frozen=True, slots=True)
class Consent:
    """`at_s`: monotonic, so that a clock that is put right between agreeing and handing in moves
    both.
    """

    text: str
    language: str
    at_s: float


@dataclass(slots=True)
class Consents:
    """In the order of agreeing. Who declines on the same page takes it back."""

    monotonic: Callable[[], float] = time.monotonic
    given: tuple[Consent, ...] = field(default=())

    def take(self, page: str, event: Event, language: str) -> None:
        text = _TEXTS.get(page)
        if text is None or not isinstance(event, Confirmed | Declined):
            return
        self.given = tuple(one for one in self.given if one.text != text)
        if isinstance(event, Confirmed):
            self.given += (Consent(text, language, self.monotonic()),)

    def told(
        self, words: Mapping[str, Mapping[str, str]], confirmed_at: datetime
    ) -> list[dict[str, object]]:
        """As the packet has them. `words`: by language; `confirmed_at`: now."""
        now_s = self.monotonic()
        return [
            {
                "text_sha256": text_digest(words[one.language][one.text]),
                "at": (confirmed_at - timedelta(seconds=now_s - one.at_s)).isoformat(
                    timespec="seconds"
                ),
            }
            for one in self.given
        ]
