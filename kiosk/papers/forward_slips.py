"""Slips of what was taken in: what a resident takes home, and what there is still to bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.catalogue_models import Material
from devices.slip import Align, Gap, Line, Pair, Qr, Rule, Slip, Title
from kiosk.makers.item_words import remembered
from kiosk.services.questions import intake_of
from kiosk.visits.forms.commitment import bring_by
from kiosk.visits.forms.intake import ENTERPRISE, ON_BEHALF, Intake
from kiosk.visits.helping import helper_in_words
from kiosk.visits.identity import mask_name, mask_number
from kiosk.visits.packets import shown
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words, in_groups, moment_in_words


@dataclass(frozen=True, slots=True)
class ForwardSlipMaker:
    """`words`: language → texts. `status_url`: the QR code opens it with the number behind it.
    place_name: of a division's 12 digits.
    """

    place: Place
    status_url: str
    words: Mapping[str, Mapping[str, str]]
    now: Callable[[], datetime]
    place_name: Callable[[str], str] = lambda _: ""

    def reprint(self, visit: Visit) -> Slip:
        return self.receipt(visit, reprint=True)

    def receipt(self, visit: Visit, reprint: bool = False) -> Slip:
        """Not on it: answers, whole numbers or names. The QR code holds the receipt number alone.

        The digest is that of the packet: years later it proves what was handed in.
        """
        intake, words = intake_of(visit), self.words[visit.language]
        rows = [
            ("slip.number", in_groups(visit.receipt)),
            ("slip.item", intake.item.words(visit.language).name),
            *_who(intake),
            *_by_others(visit, words),
            ("slip.taken_in", moment_in_words(visit.confirmed_at or self.now(), visit.language)),
            ("slip.terminal", self.place.terminal),
            ("slip.place", self.place.name),
            ("slip.digest", shown(visit.digest)),
        ]
        again = (Line(words["slip.again"], align=Align.CENTER),) if reprint else ()
        # The number stands above.
        own = remembered(visit, intake, words, self.place.division, self.place_name)[1:]
        return Slip(
            (
                Title(words["slip.title_not_taken" if visit.not_taken else "slip.title_taken_in"]),
                *again,
                Rule(),
                *(Pair(words[label], value) for label, value in rows if value),
                Rule(),
                *(Pair(label, value) for label, value in own),
                Rule(),
                Line(words[_disclaimer(visit)]),
                Gap(),
                Qr(f"{self.status_url}/{visit.receipt}"),
                Line(words["slip.scan"], align=Align.CENTER),
            ),
            large=visit.large,
        )

    def paused(self, visit: Visit) -> Slip:
        """How to go on with what was kept, and what to bring then. Nobody is named: without the
        identity document the code opens nothing.
        """
        intake, words, language = intake_of(visit), self.words[visit.language], visit.language
        until = day_in_words((visit.pause.until or self.now()).date(), language)
        papers = _to_bring(intake.papers.open(), language)
        return Slip(
            (
                Title(words["slip.title_paused"]),
                Rule(),
                Line(words["slip.resume_code"], align=Align.CENTER),
                Title(in_groups(visit.pause.code)),
                Rule(),
                Pair(words["slip.item"], intake.item.words(language).name),
                Pair(words["slip.resume_until"], until),
                Pair(words["slip.place"], self.place.name),
                Pair(words["slip.hotline"], intake.item.hotline),
                Rule(),
                *((Line(words["slip.resume_papers"]), *papers) if papers else ()),
                Line(words["slip.bring_too"]),
                *(Line(f"    {one}") for one in intake.item.words(language).bring),
                Gap(),
                Line(words["slip.resume_note"]),
            ),
            large=visit.large,
        )

    def checklist(self, visit: Visit) -> Slip:
        """What to bring, all at once; nothing was handed in yet, so it bears no number."""
        intake, words = intake_of(visit), self.words[visit.language]
        item, language = intake.item, visit.language
        papers = _to_bring(intake.papers.gaps(), language)
        return Slip(
            (
                Title(words["slip.title_checklist"]),
                Rule(),
                Pair(words["slip.item"], item.words(language).name),
                Pair(words["slip.place"], self.place.name),
                Pair(words["slip.printed_on"], day_in_words(self.now().date(), language)),
                Pair(words["slip.hotline"], item.hotline),
                Rule(),
                *papers,
                Rule(),
                Line(words["slip.bring_too"]),
                *(Line(f"    {one}") for one in item.words(language).bring),
                Gap(),
                Line(
                    words["slip.checklist_note"].format(
                        last=day_in_words(bring_by(intake), language)
                    )
                ),
            ),
            large=visit.large,
        )


def _by_others(visit: Visit, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who of the service point confirmed the person, and who helped."""
    staff = words["slip.identity_staff"].format(staff=visit.staff) if visit.staff else ""
    return [("slip.identity", staff), ("slip.helper", helper_in_words(visit, words))]


def _disclaimer(visit: Visit) -> str:
    if visit.answer is not None:
        return "slip.disclaimer_taken_in"
    return "slip.disclaimer_not_taken" if visit.not_taken else "slip.disclaimer_taken_in_kept"


def _to_bring(papers: tuple[Material, ...], language: str) -> list[Line]:
    lines = []
    for at, one in enumerate(papers, start=1):
        lines.append(Line(f"□ {at}. {one.name.said(language)}", bold=True))
        if one.hint is not None:
            lines.append(Line(f"    {one.hint.said(language)}"))
    return lines


def _who(intake: Intake) -> list[tuple[str, str]]:
    card = intake.card
    if card is None:
        return []
    rows = [
        ("slip.name", mask_name(card.name or card.english_name)),
        ("slip.id_number", mask_number(card.number)),
    ]
    if intake.whom == ON_BEHALF:
        rows.append(("slip.for_whom", mask_name(str(intake.walk.answers.get("for_name", "")))))
    if intake.whom == ENTERPRISE:
        rows.append(("slip.for_whom", str(intake.walk.answers.get("ent_name", ""))))
    return rows
