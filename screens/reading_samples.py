"""The summary where it can be read aloud: before, meanwhile, and with a headset."""

from __future__ import annotations

from config import texts
from kiosk.visits.events import Confirmed
from kiosk.visits.form_pages import DetailsPage
from kiosk.visits.pages import Action, View
from kiosk.visits.reading_events import HushAsked, ReadAloudAsked
from screens.result_words import SECTIONS

STAGES = ("card", "form", "page", "sign", "result")
READ, HUSH = Action("aloud.read", ReadAloudAsked), Action("aloud.hush", HushAsked)


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    return {
        "20-summary-aloud": _summary(language, READ),
        "20-summary-aloud-reading": _summary(language, HUSH),
        "20-summary-aloud-headset": _summary(language, HUSH, headset=True),
    }


def _summary(language: str, aloud: Action, *, headset: bool = False) -> View:
    say = texts.load(language)
    page = DetailsPage(
        title="summary.title",
        sections=SECTIONS[language],
        note=say["summary.consent"],
        actions=(Action("summary.right", Confirmed), aloud),
        aloud="" if headset else say["aloud.headset"],
    )
    return View(
        *(7, "forms/summary", page),
        stages=STAGES,
        stage=4,
        can_go_back=True,
        can_pause=True,
        in_visit=True,
        heading={"zh": "申请临时救助", "en": "Temporary relief"}[language],
    )
