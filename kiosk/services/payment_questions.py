"""What the forks of a fee ask. See `kiosk/services/questions.py`, which takes these in."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.visits.fees import due_here_fen
from kiosk.visits.terminal import Question, Terminal
from kiosk.visits.visit import Visit


def _to_be_paid(visit: Visit, _: Terminal) -> str:
    due = visit.intake is not None and due_here_fen(visit.intake) > 0
    return "something" if due and not visit.paying.is_paid else "nothing"


PAYMENT_QUESTIONS: Mapping[str, Question] = {
    "what is to be paid here": _to_be_paid,
    "is it paid now": lambda visit, _: "yes" if visit.paying.now else "no",
    "is it paid": lambda visit, _: "yes" if visit.paying.is_paid else "no",
}
