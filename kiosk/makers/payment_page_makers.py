"""From a visit to the pages on which a fee is paid. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from devices.base import Condition, Status
from kiosk.services.questions import intake_of
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.fees import due_here_fen, in_yuan, later_of
from kiosk.visits.form_pages import ListPage, PayPage, Row
from kiosk.visits.pages import Action, MessagePage, Mood, PleaseWaitPage
from kiosk.visits.paying import LATER, NOW
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit

Words = Mapping[str, Mapping[str, str]]

_GONE = (Condition.FAULT, Condition.ABSENT)
_UNKNOWN = Status(Condition.UNKNOWN)


@dataclass(frozen=True, slots=True)
class PaymentPageMaker:
    """`words`: language → texts. `now`: aware."""

    words: Words
    now: Callable[[], datetime]

    def makers(self, cannot_keep: PageMaker) -> Mapping[str, PageMaker]:
        """`cannot_keep`: of that page where nothing was paid."""
        understood: tuple[str, type[Event]] = ("action.understood", Confirmed)
        return {
            "how_to_pay": self._how,
            "opening_order": lambda _visit, _terminal: PleaseWaitPage("wait.opening_order"),
            "pay": self._pay,
            "pay_silent": self._message(
                "pay_silent",
                Mood.WAIT,
                ("action.look_again", Again),
                ("action.pay_later", Declined),
            ),
            "closing_order": lambda _visit, _terminal: PleaseWaitPage("wait.closing_order"),
            "pay_unsure": self._message("pay_unsure", Mood.NOTE, ("action.hand_in", Confirmed)),
            "money_back": self._message("money_back", Mood.NOTE, understood),
            "money_to_come": self._message("money_to_come", Mood.NOTE, understood),
            "cannot_keep": self._cannot_keep(cannot_keep),
        }

    def _how(self, visit: Visit, terminal: Terminal) -> ListPage:
        intake, say = intake_of(visit), self.words[visit.language]
        away = terminal.health.get("platform", _UNKNOWN).condition in _GONE
        return ListPage(
            title=say["how_to_pay.title"].format(yuan=in_yuan(due_here_fen(intake))),
            rows=(
                Row(
                    NOW,
                    say["how_to_pay.now"],
                    say["how_to_pay.now_plain"],
                    why_not="how_to_pay.no_network" if away else None,
                ),
                Row(LATER, say["how_to_pay.later"], say[f"fee.{later_of(intake)}"]),
            ),
            hint=say[visit.paying.news] if visit.paying.news else say["how_to_pay.hint"],
        )

    def _pay(self, visit: Visit, terminal: Terminal) -> PayPage:
        intake, say, paying = intake_of(visit), self.words[visit.language], visit.paying
        left_s = terminal.left_s
        if paying.until is not None:
            left_s = min(left_s, (paying.until - self.now()).total_seconds())
        return PayPage(
            amount=say["about.fee"].format(yuan=in_yuan(due_here_fen(intake))),
            purpose=intake.item.words(visit.language).short,
            code=paying.payment.pay_url if paying.payment is not None else "",
            seconds=max(0, ceil(left_s)),
        )

    def _message(self, page: str, mood: Mood, *actions: tuple[str, type[Event]]) -> PageMaker:
        def make(visit: Visit, _: Terminal) -> MessagePage:
            return MessagePage(
                mood=mood,
                title=f"{page}.title",
                body=f"{page}.body",
                actions=tuple(Action(label, event) for label, event in actions),
                values=_sums(visit),
            )

        return make

    def _cannot_keep(self, unpaid: PageMaker) -> PageMaker:
        def make(visit: Visit, terminal: Terminal) -> MessagePage:
            page = unpaid(visit, terminal)
            assert isinstance(page, MessagePage)  # noqa: S101
            if not visit.paying.is_paid:
                return page
            return replace(
                page,
                body="cannot_keep.paid",
                actions=(*page.actions, Action("action.money_back", Declined)),
                values={**page.values, **_sums(visit)},
            )

        return make


def _sums(visit: Visit) -> dict[str, str]:
    payment = visit.paying.payment
    return {
        "yuan": in_yuan(due_here_fen(intake_of(visit))),
        "order": payment.order if payment is not None else "",
    }
