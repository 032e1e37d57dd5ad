"""From a visit to the pages of notices. See `kiosk/page_makers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.terminal import PageMaker, Terminal
from kiosk.events import Again, Confirmed, Declined
from kiosk.form_pages import DetailsPage, Fact, ListPage, Row, Section
from kiosk.information_page_makers import printing
from kiosk.message_makers import message
from kiosk.notice_board import Notice, NoticeBoard
from kiosk.pages import Action, Mood
from kiosk.visit import Visit
from kiosk.wording import day_in_words

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
