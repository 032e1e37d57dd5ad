"""From a visit that somebody helps with to its pages. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.visits.events import Confirmed
from kiosk.visits.form_pages import ListPage, Row
from kiosk.visits.helping import REASONS
from kiosk.visits.identity import mask_name
from kiosk.visits.pages import Action, MessagePage, Mood, PresentCardPage
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class HelpingPageMaker:
    """`words`: language → texts."""

    words: Words

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "present_helper_card": _present_helper_card,
            "why_help": self._why,
            "hand_over": self._hand_over,
        }

    def _why(self, visit: Visit, _: Terminal) -> ListPage:
        say = self.words[visit.language]
        rows = tuple(Row(one, say[f"why_help.{one}"]) for one in REASONS)
        return ListPage(say["why_help.title"], rows, say["why_help.hint"])

    def _hand_over(self, visit: Visit, _: Terminal) -> MessagePage:
        card = visit.card
        assert card is not None  # only a card that was read leads here  # noqa: S101
        return MessagePage(
            mood=Mood.WAIT,
            title="hand_over.title",
            body="hand_over.body",
            actions=(Action("action.resident_here", Confirmed),),
            values={
                "helper": visit.helped.id,
                "resident": mask_name(card.name or card.english_name),
            },
            help_line=False,
        )


def _present_helper_card(visit: Visit, _: Terminal) -> PresentCardPage:
    return PresentCardPage(staff=False, trouble=visit.trouble, helper=True)
