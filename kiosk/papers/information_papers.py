"""Notices and guides on paper: as a slip, and as A4 pages where there is a printer for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.catalogue_models import Item
from devices.slip import Line, Pair, Rule, Slip, Title
from kiosk.makers.guides import GuideMaker
from kiosk.makers.notice_board import NoticeBoard
from kiosk.makers.notice_page_makers import until_in_words
from kiosk.papers.a4_pages import A4, A4Maker, Fonts
from kiosk.visits.form_pages import Fact, Section
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    sections: tuple[Section, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class InformationPapers:
    """`words`: language → texts. item: by its code, from any thread."""

    words: Mapping[str, Mapping[str, str]]
    board: NoticeBoard
    guides: GuideMaker
    item: Callable[[str], Item | None]
    place: Place
    fonts: Fonts
    now: Callable[[], datetime]

    def notice_slip(self, visit: Visit) -> Slip:
        return self._slip(visit, self._notice(visit))

    def guide_slip(self, visit: Visit) -> Slip:
        return self._slip(visit, self._guide(visit))

    def notice_page(self, visit: Visit) -> Callable[[], bytes]:
        return self._page(visit, self._notice(visit))

    def guide_page(self, visit: Visit) -> Callable[[], bytes]:
        return self._page(visit, self._guide(visit))

    def _notice(self, visit: Visit) -> Paper:
        """Of one that was taken down meanwhile it says so."""
        say, language = self.words[visit.language], visit.language
        one = self.board.notice(visit.lookup.notice)
        if one is None:
            return Paper(say["notices.title"], (Section(say["notices.gone"]),))
        facts = tuple(Fact("", words) for words in one.paragraphs_in(language))
        note = until_in_words(one, say, language)
        return Paper(one.title_in(language), (Section("", facts),), note)

    def _guide(self, visit: Visit) -> Paper:
        say, language = self.words[visit.language], visit.language
        item = self.item(visit.lookup.guide)
        if item is None:
            return Paper(say["guides.title"], (Section(say["guides.gone"]),))
        day = day_in_words(self.now().date(), language)
        return Paper(
            item.words(language).name,
            self.guides.sections(item, language),
            say["guide_read.as_of"].format(day=day),
        )

    def _slip(self, visit: Visit, paper: Paper) -> Slip:
        say = self.words[visit.language]
        lines: list[Line | Pair | Rule] = []
        for section in paper.sections:
            lines.append(Rule())
            if section.heading:
                lines.append(Line(section.heading, bold=True))
            for fact in section.facts:
                lines.append(Pair(fact.label, fact.value) if fact.label else Line(fact.value))
        return Slip(
            (
                Title(paper.title),
                *lines,
                Rule(),
                *((Line(paper.note),) if paper.note else ()),
                Pair(say["slip.place"], self.place.name),
            ),
            large=visit.large,
        )

    def _page(self, visit: Visit, paper: Paper) -> Callable[[], bytes]:
        content = A4(heading=paper.title, sections=paper.sections, note=paper.note, whole=True)
        made, language = self.now(), visit.language
        return lambda: A4Maker(self.fonts, self.place, self.words).document(content, made, language)
