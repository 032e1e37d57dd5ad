"""Walks one visit at a time through the tables; the only place that knows where a resident is.

Everything here runs in the window's thread. Time is an argument: `tick` is called about twice a
second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from devices.base import Condition, Status
from kiosk.services import lobby as lobby_questions
from kiosk.visits.draft_events import DraftOpened
from kiosk.visits.events import (
    Back,
    DeviceBack,
    Event,
    HelpAsked,
    ItemChosen,
    LanguageChosen,
    Lapsed,
    LargePrintChosen,
    LeaveAsked,
    MediaForgotten,
    MediaPresent,
    MediaTaken,
    StatusChanged,
    StillHere,
    TimedOut,
    Touched,
)
from kiosk.visits.flow import CHOICE, END, GUIDE, HOME, SAY, SERVICE, TAKEN_UP, Flow, Step
from kiosk.visits.form_events import PauseAsked
from kiosk.visits.forms.intake import Intake
from kiosk.visits.helping import banner
from kiosk.visits.pages import Overlay, View
from kiosk.visits.terminal import Items, PageMaker, Question, Terminal, Work
from kiosk.visits.visit import Visit

log = logging.getLogger(__name__)

COUNTDOWN_S = 30.0  # WCAG 2.2.1 asks for 20 at least
HELP_PATIENCE_S = 300.0  # somebody is being waited for: the screen does not hurry them

OVERLAYS: Mapping[type[Event], Overlay | None] = {
    HelpAsked: Overlay.HELP,
    LeaveAsked: Overlay.LEAVE,
    StillHere: None,
}

BESIDE: Mapping[str, str] = {SAY: "feedback", GUIDE: "guide"}  # exit → the flow it leads into


Begin = Callable[[str], Intake | None]  # by an item's code: what it is taken in with


class Conductor:
    """`show` draws a view; `wiped` forgets whatever lies outside the visit (the camera's last
    picture): it is given the visit that has ended, and may not keep it. Until `equip`, pages come
    and go and what has a work waits for it. `questions`: what forks ask besides those of the lobby.
    """

    def __init__(
        self,
        lobby: Flow,
        services: Mapping[str, Flow],
        items: Items,
        pages: Mapping[str, PageMaker],
        show: Callable[[View], None],
        wiped: Callable[[Visit], None],
        now_s: float,
        questions: Mapping[str, Question] | None = None,
        begin: Begin = lambda _: None,
    ) -> None:
        self._questions = {**lobby_questions.QUESTIONS, **(questions or {})}
        self._begin = begin
        for flow in (lobby, *services.values()):
            for fork in flow.forks.values():
                if fork.asks not in self._questions:
                    raise LookupError(f"{flow.name}: nobody answers {fork.asks!r}")
            for step in flow.steps.values():
                if step.page not in pages:
                    raise LookupError(f"{flow.name}: nobody makes {step.page!r}")
                if step.which is not None and step.which not in self._questions:
                    raise LookupError(f"{flow.name}: nobody answers {step.which!r}")
        self._lobby, self._services, self._items = lobby, services, items
        self._pages, self._show, self._wiped = pages, show, wiped
        self._works: Mapping[str, Work] = {}
        self._health: dict[str, Status] = {}
        self._known: dict[str, Status] = {}  # the last that was not unknown
        self._forgotten: frozenset[str] = frozenset()
        self._now_s = now_s
        self._call_off: Callable[[], None] = lambda: None
        self._shown: View | None = None
        self._asked = ""  # the device of the last work: its return is news for this step
        self._overlay: Overlay | None = None
        self._countdown_s = self._entered_s = self._touched_s = now_s
        self._visit, self._flow, self._step = Visit(1), lobby, lobby.first
        self._enter(lobby.first)

    @property
    def at_rest(self) -> bool:
        return self._flow.resting == self._step

    def equip(self, works: Mapping[str, Work]) -> None:
        """The machines are there: begins what the page on the screen has waited for.

        Raises:
            LookupError: a table names a work that nobody does.
        """
        for flow in (self._lobby, *self._services.values()):
            for step in flow.steps.values():
                if step.work is not None and step.work not in works:
                    raise LookupError(f"{flow.name}: nobody does {step.work!r}")
        self._works = works
        self._begin_work()

    def handle(self, event: Event) -> None:
        if isinstance(event, StatusChanged):
            self._note(event)
        elif isinstance(event, MediaPresent | MediaTaken | MediaForgotten):
            self._mind(event)
        elif event.visit == self._visit.number:
            self._react(event)

    def tick(self, now_s: float) -> None:
        self._now_s = now_s
        rows = self._flow.steps[self._step]
        if rows.limit_s is not None and self._left_s() <= 0:
            self._react(TimedOut(self._visit.number))
        elif self._overlay is Overlay.COUNTDOWN:
            if self._seconds_left() <= 0:
                self._react(Lapsed(self._visit.number))
            else:
                self._refresh()
        elif rows.patience_s is not None and now_s - self._touched_s >= self._patience(
            rows.patience_s
        ):
            self._overlay, self._countdown_s = Overlay.COUNTDOWN, now_s
            self._refresh()
        elif rows.limit_s is not None:
            self._refresh()  # some pages show what is left of it

    def close(self) -> None:
        """Ends the visit under way, as on every other way out."""
        self._end()

    # The visit

    def _end(self) -> None:
        self._stop_work()
        ended, self._visit = self._visit, Visit(self._visit.number + 1)
        self._wiped(ended)
        del ended
        self._flow = self._lobby
        self._enter(self._lobby.first)

    def _react(self, event: Event) -> None:
        if isinstance(event, Touched) and self._overlay is not Overlay.COUNTDOWN:
            self._touched_s = self._now_s
        target = self._flow.after(self._step, event)
        if target is not None:
            self._visit.trouble = None
        self._visit.take(event, self._flow.steps[self._step].page)
        match event:
            case ItemChosen():
                self._visit.chosen = self._items.item(event.item)
                if self._visit.chosen is None:
                    return
                self._visit.intake = self._begin(event.item)
            case DraftOpened():
                self._visit.take_up(self._items.item(event.draft.item), self._begin)
            case LargePrintChosen() | LanguageChosen():
                self._refresh()
        if target is not None:
            self._go(target)
        elif type(event) in OVERLAYS:
            self._overlay = OVERLAYS[type(event)]
            self._touched_s = self._now_s
            self._refresh()
        elif not isinstance(event, Touched):
            self._refresh()

    def _go(self, target: str) -> None:
        if target == END:
            self._end()
        elif target in (HOME, CHOICE):
            self._flow, self._visit.chosen, self._visit.intake = self._lobby, None, None
            self._visit.offer = ""
            self._enter("home" if target == HOME else self._visit.came_from)
        elif target == TAKEN_UP:
            service = self._service()
            if service is None or service.taken_up is None:
                raise LookupError(f"{self._flow.name}: nobody takes this up")
            self._flow = service
            self._enter(service.taken_up)
        elif target in BESIDE:
            if (beside := self._services.get(BESIDE[target])) is not None:
                self._flow = beside
                self._enter(beside.first)
        elif target == SERVICE:
            if (service := self._service()) is None:
                self._visit.chosen = None  # nobody does it here; no page offers it either
                return
            if self._flow is self._lobby:
                self._visit.came_from = self._step
            self._flow = service
            self._enter(service.first)
        elif (fork := self._flow.forks.get(target)) is not None:
            self._go(fork.ways[self._questions[fork.asks](self._visit, self._terminal())])
        else:
            self._enter(target)

    def _service(self) -> Flow | None:
        """Of the item; without one, of the offer."""
        chosen = self._visit.chosen
        return self._services.get(chosen.ability if chosen else self._visit.offer)

    def _enter(self, step: str) -> None:
        self._stop_work()
        self._step = step
        self._overlay = None
        self._entered_s = self._touched_s = self._now_s
        log.info("visit %d: %s/%s", self._visit.number, self._flow.name, step)
        self._refresh()
        self._begin_work()

    def _begin_work(self) -> None:
        work = self._works.get(self._flow.steps[self._step].work or "")
        if work is not None:
            self._asked = work.device
            self._call_off = work(self._visit)

    def _stop_work(self) -> None:
        self._call_off()
        self._call_off = lambda: None

    # The terminal

    def _note(self, event: StatusChanged) -> None:
        before = self._known.get(event.device, Status(Condition.UNKNOWN))
        self._health[event.device] = event.status
        if event.status.condition is not Condition.UNKNOWN:
            self._known[event.device] = event.status  # a doubt that passes is no return
        if event.status.usable and not before.usable and event.device == self._asked:
            self._react(DeviceBack(self._visit.number, event.device))
        else:
            self._refresh()

    def _mind(self, event: MediaPresent | MediaTaken | MediaForgotten) -> None:
        if isinstance(event, MediaForgotten):
            self._forgotten |= {event.device}
        elif isinstance(event, MediaTaken):
            self._forgotten -= {event.device}
        self._refresh()

    def _terminal(self) -> Terminal:
        work = self._flow.steps[self._step].work
        return Terminal(self._items, self._health, self._left_s(), self._forgotten, work)

    def _left_s(self) -> float:
        limit_s = self._flow.steps[self._step].limit_s
        return 0.0 if limit_s is None else limit_s - (self._now_s - self._entered_s)

    def _patience(self, patience_s: float) -> float:
        return HELP_PATIENCE_S if self._overlay is Overlay.HELP else patience_s

    def _seconds_left(self) -> float:
        return COUNTDOWN_S - (self._now_s - self._countdown_s)

    def _refresh(self) -> None:
        visit, rows = self._visit, self._flow.steps[self._step]
        item = visit.chosen
        self._show_once(
            View(
                visit=visit.number,
                step=f"{self._flow.name}/{rows.of or self._step}{self._which(rows)}",
                page=self._pages[rows.page](visit, self._terminal()),
                overlay=self._overlay,
                seconds=round(self._seconds_left()) if self._overlay is Overlay.COUNTDOWN else 0,
                stages=self._flow.stages,
                stage=self._flow.stages.index(rows.stage) + 1 if rows.stage else None,
                can_go_back=Back in rows.on,
                can_pause=PauseAsked in rows.on,
                in_visit=not self.at_rest,
                language=visit.language,
                large=visit.large,
                heading=item.words(visit.language).short if item else "",
                helped=banner(visit, rows.page),
                hotline=item.hotline if item else "",
            )
        )

    def _which(self, rows: Step) -> str:
        if rows.which is None:
            return ""
        return "/" + self._questions[rows.which](self._visit, self._terminal())

    def _show_once(self, view: View) -> None:
        if view != self._shown:
            self._shown = view
            self._show(view)
