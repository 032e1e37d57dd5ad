"""What an item costs whoever asks for it, and how that is said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from config.catalogue_models import Fee, Item, Later
from kiosk.visits.forms.asking import Answers, applies
from kiosk.visits.forms.delivering import COLLECTED, POSTED, delivery_of
from kiosk.visits.forms.intake import Intake

Words = Mapping[str, str]


def fee_of(fee: Fee, answers: Answers) -> Decimal:
    """In yuan."""
    for rate in fee.rates:
        if applies(rate.when, answers):
            return rate.yuan
    return fee.yuan


def due_here_fen(intake: Intake) -> int:
    """What can be paid at the terminal, in 0.01 yuan; 0: nothing."""
    fee = intake.item.fee
    return int(fee_of(fee, intake.walk.counting()) * 100) if fee.here else 0


def later_of(intake: Intake) -> Later:
    """How it is paid that was not paid here: of the ways of the item the one that goes with how the
    result comes.
    """
    ways, delivery = intake.item.fee.later, delivery_of(intake.walk.counting())
    if delivery in POSTED and Later.RECEIVE in ways:
        return Later.RECEIVE
    if delivery in COLLECTED and Later.COLLECT in ways:
        return Later.COLLECT
    return Later.TOLD


def in_yuan(fen: int) -> str:
    """Without the two decimals where they are none."""
    yuan = Decimal(fen) / 100
    return f"{yuan:,.0f}" if fen % 100 == 0 else f"{yuan:,.2f}"


def fee_in_words(item: Item, say: Words, language: str) -> str:
    """Before the form: what the note says, because it knows for whom and to whom."""
    if item.fee.note is not None:
        return item.fee.note.said(language)
    if not item.fee.yuan:
        return say["about.free"]
    return say["about.fee"].format(yuan=in_yuan(int(item.fee.yuan * 100)))


def fee_now_in_words(intake: Intake, say: Words, language: str) -> str:
    """After the answers: the very sum, and that it can be paid here."""
    if fen := due_here_fen(intake):
        return say["fee.here"].format(yuan=in_yuan(fen))
    return say["about.free"] if intake.item.fee.here else fee_in_words(intake.item, say, language)


def fee_to_remember(intake: Intake, order: str, say: Words, language: str) -> str:
    """What a resident takes home of it; `order`: what it was paid with, "" where it was not."""
    fen = due_here_fen(intake)
    if not fen:
        told = fee_now_in_words(intake, say, language)
        return "" if told == say["about.free"] else told
    if order:
        return say["fee.paid"].format(yuan=in_yuan(fen), order=order)
    return say["fee.open"].format(yuan=in_yuan(fen)) + say[f"fee.{later_of(intake)}"]


def payment_told(intake: Intake, order: str) -> dict[str, object] | None:
    """Of the packet (docs/api/packet.md); None where nothing is to be paid here."""
    fen = due_here_fen(intake)
    if not fen:
        return None
    return {
        "amount_fen": fen,
        "state": "paid" if order else "open",
        "order": order or None,
        "later": None if order else str(later_of(intake)),
    }
