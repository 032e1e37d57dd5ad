"""From a visit to the pages of notices. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.makers.information_page_makers import printing
from kiosk.makers.message_makers import message
from kiosk.makers.notice_board import Notice, NoticeBoard
from kiosk.visits.events import Again, Confirmed, Declined
from kiosk.visits.form_pages import DetailsPage, Fact, ListPage, Row, Section
from kiosk.visits.pages import Action, Mood
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class NoticePageMaker:
    """`words`: language → texts."""

    words: Words
    board: NoticeBoard

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "notices": self._list,
            "notice": self._read,
            "notice_printed": message("notice_printed", Mood.GOOD, ("action.got_paper", Confirmed)),
            "notice_no_slip": message(
                "notice_no_slip",
                Mood.NOTE,
                ("action.try_again", Again),
                ("action.understood", Confirmed),
            ),
        }

    def _list(self, visit: Visit, _: Terminal) -> ListPage:
        say, language = self.words[visit.language], visit.language
        return ListPage(
            say["notices.title"],
            tuple(
                Row(one.id, one.title_in(language), until_in_words(one, say, language))
                for one in self.board.shown()
            ),
            "",
            "notices.none",
        )

    def _read(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        say, language = self.words[visit.language], visit.language
        one = self.board.notice(visit.lookup.notice)
        back = Action("action.back_to_notices", Declined)
        if one is None:
            return DetailsPage(
                say["notices.title"], (Section(say["notices.gone"]),), actions=(back,)
            )
        facts = tuple(Fact("", words) for words in one.paragraphs_in(language))
        return DetailsPage(
            title=one.title_in(language),
            sections=(Section("", facts),),
            note=until_in_words(one, say, language),
            actions=(*printing(terminal), back),
        )


def until_in_words(one: Notice, say: Mapping[str, str], language: str) -> str:
    return say["notices.until"].format(day=day_in_words(one.until, language))
