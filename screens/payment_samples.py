"""Samples of a fee: how it is paid, and what is said when that does not go by itself.

All orders are invented.
"""

from __future__ import annotations

from config import texts
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_pages import ListPage, Row
from kiosk.visits.pages import Action, MessagePage, Mood, Page, PleaseWaitPage, View
from kiosk.visits.paying import LATER, NOW

STAGES = ("card", "form", "page", "sign", "result")
_ITEM = {"zh": "社保卡补换", "en": "Card: replace"}
_SUMS = {"yuan": "20", "order": "20261121103045K7M2QX"}


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    say = texts.load(language)

    def how(news: str, why_not: str | None = None) -> ListPage:
        return ListPage(
            say["how_to_pay.title"].format(**_SUMS),
            (
                Row(NOW, say["how_to_pay.now"], say["how_to_pay.now_plain"], why_not=why_not),
                Row(LATER, say["how_to_pay.later"], say["fee.told"]),
            ),
            hint=say[news],
        )

    def message(name: str, mood: Mood, *actions: tuple[str, type[Event]]) -> MessagePage:
        told = tuple(Action(*one) for one in actions)
        return MessagePage(mood, f"{name}.title", f"{name}.body", told, dict(_SUMS))

    understood = ("action.understood", Confirmed)
    cannot_keep = MessagePage(
        Mood.STOP,
        "cannot_keep.title",
        "cannot_keep.paid",
        (Action("action.try_again", Again), Action("action.money_back", Declined)),
        dict(_SUMS),
        code="disk",
    )
    pages: dict[str, Page] = {
        "how": how("how_to_pay.hint"),
        "how-away": how("pay.away", "how_to_pay.no_network"),
        "how-changed": how("pay.changed"),
        "opening": PleaseWaitPage("wait.opening_order"),
        "closing": PleaseWaitPage("wait.closing_order"),
        "silent": message(
            "pay_silent",
            Mood.WAIT,
            ("action.look_again", Again),
            ("action.pay_later", Declined),
        ),
        "unsure": message("pay_unsure", Mood.NOTE, ("action.hand_in", Confirmed)),
        "money-back": message("money_back", Mood.NOTE, understood),
        "money-to-come": message("money_to_come", Mood.NOTE, understood),
        "cannot-keep": cannot_keep,
    }
    return {f"29-fee-{name}": _at(name, page, _ITEM[language]) for name, page in pages.items()}


def _at(step: str, page: Page, heading: str) -> View:
    return View(
        7,
        f"fee/{step}",
        page,
        stages=STAGES,
        stage=4,
        in_visit=True,
        can_go_back=step.startswith("how"),
        can_pause=step.startswith("how"),
        heading=heading,
    )
