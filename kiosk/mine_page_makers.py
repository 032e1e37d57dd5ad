"""From a visit to the page of a person's own affairs. See `kiosk/page_makers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.affairs_messages import IDLE_DAYS, Affairs, Case, Due
from kiosk.conductor import PageMaker, Terminal
from kiosk.events import Confirmed
from kiosk.form_pages import DetailsPage, Fact, Section
from kiosk.pages import Action, Mood
from kiosk.visit import Visit
from kiosk.wording import day_in_words, in_groups

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class MinePageMaker:
    """`words`: language → texts."""

    words: Words
    now: Callable[[], datetime] = datetime.now

    def makers(self) -> Mapping[str, PageMaker]:
        return {"affairs": self._affairs}

    def _affairs(self, visit: Visit, _: Terminal) -> DetailsPage:
        say, told = self.words[visit.language], visit.lookup.affairs
        assert told is not None  # only an answer leads here  # noqa: S101
        sections = _sections(told, say, visit.language, self.now().date())
        return DetailsPage(
            title=say["affairs.title"],
            sections=sections or (Section(say["affairs.nothing"]),),
            mood=Mood.GOOD,
            actions=(Action("action.done", Confirmed),),
        )


def _sections(
    told: Affairs, say: Mapping[str, str], language: str, today: date
) -> tuple[Section, ...]:
    rows = (
        ("affairs.due", [Fact(one.title, _due(one, say, language, today)) for one in told.due]),
        ("affairs.cases", [Fact(one.title, _case(one, say, language)) for one in told.cases]),
        ("affairs.certificates", [Fact(one.title, one.issuer) for one in told.certificates]),
    )
    return tuple(Section(say[heading], tuple(facts)) for heading, facts in rows if facts)


def _due(one: Due, say: Mapping[str, str], language: str, today: date) -> str:
    """The deadline, and how many days are left until it or have passed since."""
    left = (one.due_on - today).days
    key = "affairs.left" if left >= 0 else "affairs.late"
    return say[key].format(day=day_in_words(one.due_on, language), days=abs(left))


def _case(one: Case, say: Mapping[str, str], language: str) -> str:
    since = day_in_words(one.since.astimezone().date(), language)
    told = say["affairs.case"].format(
        number=in_groups(one.number),
        state=say[f"progress.{one.state}"],
        desk=one.desk,
        since=since,
    )
    if one.idle_working_days < IDLE_DAYS:
        return told
    return f"{told} {say['progress.idle'].format(days=one.idle_working_days)}"
