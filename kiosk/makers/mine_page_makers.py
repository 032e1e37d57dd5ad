"""From a visit to the page of a person's own affairs: every line leads on. See
`kiosk/makers/page_makers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.makers.notices import why_not
from kiosk.platform.affairs_messages import IDLE_DAYS, Case, CertificateOnFile, Due
from kiosk.visits.events import Confirmed, ItemChosen
from kiosk.visits.form_events import OfferChosen
from kiosk.visits.form_pages import ListPage, Row
from kiosk.visits.pages import Action
from kiosk.visits.query_events import CaseChosen
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words

Words = Mapping[str, Mapping[str, str]]
RESUME = "resume"  # the offer that leads back into what was kept


@dataclass(frozen=True, slots=True)
class MinePageMaker:
    """`words`: language → texts. services: the flows there are; without, all are taken to be."""

    words: Words
    services: Collection[str] | None = None
    now: Callable[[], datetime] = datetime.now

    def makers(self) -> Mapping[str, PageMaker]:
        return {"affairs": self._affairs}

    def _affairs(self, visit: Visit, terminal: Terminal) -> ListPage:
        """What is due first, then what is under way, what is on file, and what was kept here: how
        much and until when, for what it is opens with the code on its slip alone.
        """
        say = self.words[visit.language]
        return ListPage(
            title=say["affairs.title"],
            rows=tuple(self._rows(visit, terminal, say)),
            hint=say["affairs.hint"],
            empty="affairs.nothing",
            actions=(Action("action.done", Confirmed),),
        )

    def _rows(self, visit: Visit, terminal: Terminal, say: Mapping[str, str]) -> Iterator[Row]:
        told, language = visit.lookup.affairs, visit.language
        assert told is not None  # only an answer leads here  # noqa: S101
        today = self.now().date()
        for due in told.due:
            yield self._item(due, _due(due, say, language, today), "mark.due", terminal)
        for case in told.cases:
            idle = case.idle_working_days >= IDLE_DAYS
            mark = "mark.idle" if idle else f"mark.{case.state}"
            yield Row(case.number, case.title, _case(case, say, language), mark, tells=CaseChosen)
        for one in told.certificates:
            yield self._item(one, one.issuer, "mark.certificate", terminal)
        if self.services is None or RESUME in self.services:
            yield _put_aside(visit.pause.ends, say, language)

    def _item(self, one: Due | CertificateOnFile, plain: str, mark: str, terminal: Terminal) -> Row:
        item = terminal.items.item(one.item)
        here = item is not None and (self.services is None or item.ability in self.services)
        closed = why_not(item.devices, terminal) if item is not None and here else None
        not_here = None if here else "why_not.not_here"
        return Row(one.item, one.title, plain, mark, closed or not_here, ItemChosen)


def _put_aside(ends: tuple[datetime, ...], say: Mapping[str, str], language: str) -> Row:
    """Also where none is known of: it may have been kept under a card that was renewed since."""
    if not ends:
        return Row(RESUME, say["affairs.drafts"], say["affairs.drafts_plain"], tells=OfferChosen)
    few = "one" if len(ends) == 1 else "several"
    title = say[f"affairs.drafts_{few}"].format(count=len(ends))
    until = say[f"affairs.drafts_{few}_plain"].format(day=day_in_words(ends[0].date(), language))
    return Row(RESUME, title, until, tells=OfferChosen)


def _due(one: Due, say: Mapping[str, str], language: str, today: date) -> str:
    """The deadline, and how many days are left until it or have passed since."""
    left = (one.due_on - today).days
    key = "affairs.left" if left >= 0 else "affairs.late"
    return say[key].format(day=day_in_words(one.due_on, language), days=abs(left))


def _case(one: Case, say: Mapping[str, str], language: str) -> str:
    """Where it is and since when, or for how long nobody has opened it."""
    if one.idle_working_days >= IDLE_DAYS:
        return say["affairs.idle"].format(days=one.idle_working_days)
    since = day_in_words(one.since.astimezone().date(), language)
    return say["affairs.case"].format(desk=one.desk, since=since)
