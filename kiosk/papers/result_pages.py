"""What was looked up, as a document for the A4 printer: the platform's own, or one of its sections.

Drawing takes a second a page, so it is for the printer's thread: here it is only prepared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiosk.makers.query_sections import note_of, result_sections
from kiosk.papers.a4_pages import A4, A4Maker, Fonts
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class ResultPages:
    """`words`: language → texts."""

    fonts: Fonts
    place: Place
    words: Mapping[str, Mapping[str, str]]
    now: Callable[[], datetime]

    def of(self, visit: Visit) -> Callable[[], bytes]:
        """A paper with a good seal is printed as it came; an answer without a paper is laid out
        whole, because it is for the person's own hands.
        """
        lookup, language = visit.lookup, visit.language
        if pdf := lookup.printable:
            return lambda: pdf
        told, say = lookup.told, self.words[language]
        assert told is not None  # only a result leads here  # noqa: S101
        content = A4(
            heading=told.title,
            sections=result_sections(visit, say),
            purpose=say["slip.lookup_disclaimer"],
            note=note_of(told, say, language),
            whole=True,
        )
        made = self.now()
        return lambda: A4Maker(self.fonts, self.place, self.words).document(content, made, language)
