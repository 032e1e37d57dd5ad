"""From a visit to the pages of what is looked up. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devices.base import Condition, Status
from kiosk.makers.message_makers import actions, message, waiting
from kiosk.makers.page_makers import MOODS
from kiosk.makers.query_sections import note_of, result_sections
from kiosk.platform.query_messages import QueryAnswer
from kiosk.platform.query_results import MEANINGS, QueryCode
from kiosk.visits.coaching import face_doubted
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_pages import DetailsPage, ListPage, Row
from kiosk.visits.pages import Action, MessagePage, Mood
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class QueryPageMaker:
    """`words`: language → texts. own_pages: whether an answer without a paper is made into one."""

    words: Words
    own_pages: bool = False

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "choose_record": self._choose,
            "face_doubted": face_doubted,
            "too_young": message("too_young", Mood.STOP, ("action.understood", Confirmed)),
            "not_had": self._of_code(("action.understood", Confirmed)),
            "query_away": message(
                "query_away", Mood.WAIT, ("action.try_again", Again), ("action.leave", Confirmed)
            ),
            "fetching_paper": waiting("wait.checking_seal", "wait.hands.leave_card"),
            "looked_up": waiting("wait.looked_up"),
            "query_result": self._result,
            "printing_page": waiting("wait.printing_page"),
            "printing_slip": waiting("wait.printing_page"),
            "paper_stopped": message("paper_stopped", Mood.NOTE, *_RETRY, trouble="paper_stopped"),
            "no_paper": message("no_paper", Mood.NOTE, *_RETRY),
            "is_paper_out": message(
                "is_paper_out",
                Mood.NOTE,
                ("action.paper_out", Confirmed),
                ("action.paper_not_out", Declined),
            ),
            "on_paper": message(
                "on_paper", Mood.GOOD, ("action.got_paper", Confirmed), help_line=False
            ),
        }

    def printed_on(self, visit: Visit, terminal: Terminal) -> str:
        """`page`, `slip` or `nothing`: answers the fork "what it is printed on".

        A paper whose seal is not good is not printed, nor is anything else in its place.
        """
        lookup = visit.lookup
        if lookup.seal is not None and not lookup.printable:
            return "nothing"
        if (lookup.printable or self.own_pages) and _is_there("page_printer", terminal):
            return "page"
        return "slip" if _is_there("receipt_printer", terminal) else "nothing"

    def _choose(self, visit: Visit, _: Terminal) -> ListPage:
        choices = _told(visit).choices
        options = choices.options if choices is not None else ()
        say = self.words[visit.language]
        return ListPage(
            say["choose_record.title"],
            tuple(Row(one.value, one.label) for one in options),
            say["choose_record.hint"],
        )

    def _result(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        told, say = _told(visit), self.words[visit.language]
        prints = self.printed_on(visit, terminal) != "nothing"
        print_it = (Action("action.print_it", Confirmed),) if prints else ()
        return DetailsPage(
            title=told.title,
            sections=result_sections(visit, say),
            mood=MOODS[MEANINGS[told.code]],
            revealed=visit.lookup.revealed,
            note=note_of(told, say, visit.language),
            actions=(*print_it, Action("action.no_print" if prints else "action.done", Declined)),
        )

    def _of_code(self, *labels: tuple[str, type[Event]]) -> PageMaker:
        def make(visit: Visit, _: Terminal) -> MessagePage:
            code = _told(visit).code
            return MessagePage(
                mood=MOODS[MEANINGS[code]],
                title=f"query.{code}.title",
                body=f"query.{code}.body",
                actions=actions(*labels),
                values={"hotline": visit.chosen.hotline if visit.chosen else ""},
                code=code,
            )

        return make


def _told(visit: Visit) -> QueryAnswer:
    return visit.lookup.told or QueryAnswer(code=QueryCode.UPSTREAM_BUSY)


def _is_there(device: str, terminal: Terminal) -> bool:
    """Paper can be put in; a device that is not there at all has no status."""
    condition = terminal.health.get(device, Status(Condition.ABSENT)).condition
    return condition is not Condition.ABSENT


_RETRY = (("action.try_again", Again), ("action.without_paper", Declined))
