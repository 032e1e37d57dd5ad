"""Makers of pages that say one thing: by their keys alone, or nearly."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.visits.events import Event
from kiosk.visits.pages import Action, MessagePage, Mood, PleaseWaitPage
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit


def waiting(text: str, hands: str | None = None) -> PageMaker:
    return lambda _visit, _terminal: PleaseWaitPage(text, hands)


def actions(*labels: tuple[str, type[Event]]) -> tuple[Action, ...]:
    return tuple(Action(label, event) for label, event in labels)


def message(
    page: str,
    mood: Mood,
    *labels: tuple[str, type[Event]],
    trouble: str | None = None,
    help_line: bool = True,
    values: Callable[[Visit], dict[str, str]] = lambda _: {},
) -> PageMaker:
    """`trouble`: where the body's key begins when it depends on what went wrong. `values`: for the
    {places} in the texts.
    """

    def make(visit: Visit, _: Terminal) -> MessagePage:
        body = f"{trouble}.{visit.trouble}" if trouble and visit.trouble else f"{page}.body"
        return MessagePage(
            mood=mood,
            title=f"{page}.title",
            body=body,
            actions=actions(*labels),
            values=values(visit),
            help_line=help_line,
            code=visit.trouble or "",
        )

    return make
