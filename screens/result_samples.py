"""Samples of results, lists of people, materials, signing and paying, with what is hard for each.

All people and numbers are invented.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.visits.events import Confirmed, Declined
from kiosk.visits.form_pages import (
    DetailsPage,
    EntriesPage,
    Fact,
    LookAtPage,
    MaterialPage,
    MaterialsPage,
    PayPage,
    Section,
    SignPage,
    Slot,
)
from kiosk.visits.pages import Action, Mood, Page, ScanPage, View
from screens.result_words import (
    CASE,
    CHILDREN,
    COMMITMENT,
    GUIDE,
    HINT,
    LONGEST_NAME,
    MATERIALS,
    NOTE,
    PAY_CODE,
    PAYMENT,
    RECORDS,
    SECTIONS,
    SUMMARY,
)
from screens.sample_pictures import (
    CARD_OUTLINE,
    LYING,
    card,
    desk,
    nothing,
    outline,
    sheet,
)

STAGES = ("card", "page", "result")
CARDS = {"zh": "双方身份证", "en": "Both ID cards"}


def views(language: str) -> dict[str, View]:
    """Name of the picture → what it shows."""
    understood = (Action("action.understood", Confirmed),)
    printed = (Action("action.print", Confirmed), Action("action.done", Declined))
    hand_in = (Action("action.understood", Confirmed),)
    summary, sections = SUMMARY[language], SECTIONS[language]
    case_title, case = CASE[language]
    guide_title, guide = GUIDE[language]
    ask, why, children, missing = CHILDREN[language]
    amount, much, purpose = PAYMENT[language]
    revealed = DetailsPage(summary, sections, revealed=True, actions=hand_in)
    return {
        "20-details-summary": _at("summary", DetailsPage(summary, sections, actions=hand_in)),
        "20-details-summary-revealed": _at("summary", revealed),
        "20-details-case": _at(
            "case", DetailsPage(case_title, case, Mood.WAIT, note=NOTE[language], actions=printed)
        ),
        "20-details-records": _at("records", _records(language, printed)),
        "20-details-guide": _at("guide", DetailsPage(guide_title, guide, actions=understood)),
        "21-entries": _at("children", EntriesPage(ask, why, children, True, True, "", 4, 11)),
        "21-entries-one": _at(
            "children", EntriesPage(ask, why, children[:1], True, False, missing, 4, 11)
        ),
        "21-entries-empty": _at("children", EntriesPage(ask, why, (), True, True, "", 4, 11)),
        "22-materials": _at("materials", _materials(language, 3)),
        "22-materials-complete": _at("materials", _materials(language, 8)),
        "23-material": _at("material", _material(language)),
        "23-material-two": _at(
            "material", MaterialPage(MATERIALS[language][5], "", ("scan", "later"), 6, 8)
        ),
        "24-look-at": _at("look", LookAtPage(sheet, MATERIALS[language][1], 2, 4)),
        "24-look-at-last": _at("look", LookAtPage(_small_card, MATERIALS[language][0], 1, 1)),
        "24-look-at-dark": _at("look", LookAtPage(nothing, MATERIALS[language][5], 1, 4)),
        "25-sign": _at("sign", SignPage(*COMMITMENT[language], "王桂兰")),
        "25-sign-trouble": _at("sign", SignPage(*COMMITMENT[language], LONGEST_NAME, "sign.empty")),
        "26-pay": _at("pay", PayPage(amount, purpose, PAY_CODE, 298)),
        "26-pay-much": _at("pay", PayPage(much, MATERIALS[language][5], PAY_CODE * 3, 9)),
        "27-scan-material": _at(
            "scan",
            ScanPage(
                lambda: desk(LYING), outline(LYING), True, "page.good", MATERIALS[language][1]
            ),
        ),
        "27-scan-card": _at(
            "scan", ScanPage(desk, (), False, "page.side_portrait", CARDS[language])
        ),
        "27-scan-card-glass": _at(
            "scan", ScanPage(nothing, (), False, "page.lay_card_emblem", CARDS[language])
        ),
        "27-scan-card-over": _at(
            "scan", ScanPage(card, CARD_OUTLINE, False, "page.side_emblem", CARDS[language])
        ),
    }


def _at(step: str, page: Page) -> View:
    return View(
        7,
        f"forms/{step}",
        page,
        stages=STAGES,
        stage=2,
        can_go_back=True,
        in_visit=True,
    )


def _records(language: str, actions: tuple[Action, ...]) -> DetailsPage:
    title, heading, columns, employer, state, label, total = RECORDS[language]
    months = [(2025 + (month > 11), (month % 12) + 1) for month in range(11, 23)]
    lines = tuple(
        (f"{year}-{month:02}", employer, "4,980.00", "796.80", "398.40", state)
        for year, month in months
    )
    sums = Section("", (Fact(label, total),))
    table = Section(heading, columns=columns, lines=lines)
    return DetailsPage(title, (sums, table), Mood.GOOD, note=NOTE[language], actions=actions)


def _materials(language: str, done: int) -> MaterialsPage:
    states = ("scanned", "on_file", "commitment", "scanned", "original", "later", "scanned", "made")
    return MaterialsPage(
        tuple(
            Slot(
                f"m{at}",
                name,
                f"material.{states[at]}" if at < done else "material.missing",
                at < done,
                2 if at < done and states[at] == "scanned" else 0,
            )
            for at, name in enumerate(MATERIALS[language])
        ),
        done == len(MATERIALS[language]),
    )


def _material(language: str) -> MaterialPage:
    ways = ("scan", "on_file", "original", "commitment", "later")
    return MaterialPage(MATERIALS[language][1], HINT[language], ways, 2, 8)


def _small_card() -> NDArray[np.uint8]:
    """A picture that lies: one side of a card."""
    return np.rot90(sheet()).copy()
