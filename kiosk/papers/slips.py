"""What a receipt says. Not on it: amounts, bank accounts, faces, whole numbers or names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from devices.slip import Align, Gap, Line, Pair, Qr, Rule, Slip, Title
from kiosk.makers.query_sections import note_of, result_sections
from kiosk.platform.results import Code
from kiosk.visits.helping import helper_in_words
from kiosk.visits.identity import mask_name, mask_number
from kiosk.visits.packets import shown
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words, in_groups, moment_in_words

# Of what has no answer: the keys of its title, its result and what stands below.
KEPT = ("slip.title_kept", "slip.result_kept", "slip.disclaimer_kept")
NOT_TAKEN = ("slip.title_not_taken", "slip.result_not_taken", "slip.disclaimer_not_taken")
RESULTS: Mapping[Code, str] = {
    Code.PASS: "slip.result_passed",
    Code.NOT_DUE: "slip.result_passed",
    Code.ACCEPTED: "slip.result_accepted",
}


@dataclass(frozen=True, slots=True)
class SlipMaker:
    """`words`: language → texts. `status_url`: the QR code opens it with the number behind it."""

    place: Place
    status_url: str
    words: Mapping[str, Mapping[str, str]]
    now: Callable[[], datetime]

    def reprint(self, visit: Visit) -> Slip:
        return self.certification(visit, reprint=True)

    def certification(self, visit: Visit, reprint: bool = False) -> Slip:
        """After service facts 2.7. The QR code holds the receipt number and nothing else.

        Without an answer from the platform it says that the certification is kept, or that the
        platform will not have it.
        """
        card, item, language = visit.card, visit.chosen, visit.language
        assert card is not None and item is not None  # noqa: S101, PT018  a receipt has both
        words, answer = self.words[language], visit.answer
        title, result, note = _without_answer(visit)
        if answer is not None:
            title = "slip.title_kept" if answer.code is Code.ACCEPTED else "slip.title"
            result = RESULTS.get(answer.code, "slip.result_other")
            note = "slip.disclaimer"
        confirmed_at = visit.confirmed_at or self.now()
        identity = "slip.identity_staff" if visit.staff else "slip.identity_face"
        rows = [
            ("slip.number", in_groups(visit.receipt)),
            ("slip.item", item.words(language).name),
            ("slip.name", mask_name(card.name or card.english_name)),
            ("slip.social_number", mask_number(card.number)),
            ("slip.agency", "；".join(_agencies(visit)) or words["slip.agency_unknown"]),
            ("slip.time", moment_in_words(confirmed_at, language)),
            ("slip.method", words["slip.method_kiosk"]),
            ("slip.identity", words[identity].format(staff=visit.staff)),
            ("slip.terminal", self.place.terminal),
            ("slip.place", self.place.name),
            ("slip.result", words[result]),
        ]
        rows += _declared(visit, words)
        if answer is not None and answer.valid_to is not None:
            rows.append(("slip.valid_to", day_in_words(answer.valid_to, language)))
        rows.append(("slip.helper", helper_in_words(visit, words)))
        rows.append(("slip.hotline", item.hotline))
        rows.append(("slip.digest", shown(visit.digest)))
        again = (Line(words["slip.again"], align=Align.CENTER),) if reprint else ()
        return Slip(
            (
                Title(words[title]),
                *again,
                Rule(),
                *(Pair(words[label], value) for label, value in rows if value),
                Rule(),
                Line(words[note]),
                Gap(),
                Qr(f"{self.status_url}/{visit.receipt}"),
                Line(words["slip.scan"], align=Align.CENTER),
            ),
            large=visit.large,
        )

    def lookup(self, visit: Visit) -> Slip:
        """What was looked up, with names and numbers masked; tables are for the screen and A4."""
        item, told, language = visit.chosen, visit.lookup.told, visit.language
        assert item is not None and told is not None  # noqa: S101, PT018  only a result is printed
        words = self.words[language]
        rows = [
            Pair(fact.label, fact.masked or fact.value)
            for section in result_sections(visit, words)
            for fact in section.facts
        ]
        code = told.documents[0].verify_code if told.documents else ""
        return Slip(
            (
                Title(told.title),
                Rule(),
                Pair(words["slip.item"], item.words(language).name),
                *rows,
                Rule(),
                Pair(words["slip.time"], moment_in_words(self.now(), language)),
                Pair(words["slip.terminal"], self.place.terminal),
                Pair(words["slip.place"], self.place.name),
                *_by_others(visit, words),
                Pair(words["slip.hotline"], item.hotline),
                *((Pair(words["slip.verify_code"], in_groups(code)),) if code else ()),
                Line(note_of(told, words, language)),
                Line(words["slip.lookup_disclaimer"]),
            ),
            large=visit.large,
        )


def _declared(visit: Visit, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a survivor said has changed, and who answers for a child."""
    if visit.intake is None:
        return []
    answers, language = visit.intake.walk.counting(), visit.language
    changes = next((one for one in visit.intake.walk.questions if one.id == "changes"), None)
    said = (
        [one for one in changes.options if one.value in answers.get("changes", ())]
        if changes
        else []
    )
    return [
        ("slip.changes", words["answer.and"].join(one.label.said(language) for one in said)),
        ("slip.guardian", mask_name(str(answers.get("guardian_name", "")))),
    ]


def _by_others(visit: Visit, words: Mapping[str, str]) -> list[Pair]:
    """Who of the service point confirmed the person, and who helped."""
    rows = [("slip.helper", helper_in_words(visit, words))]
    if visit.staff:
        staff = words["slip.identity_staff"].format(staff=visit.staff)
        rows.insert(0, ("slip.identity", staff))
    return [Pair(words[label], value) for label, value in rows if value]


def _without_answer(visit: Visit) -> tuple[str, str, str]:
    return NOT_TAKEN if visit.not_taken else KEPT


def _agencies(visit: Visit) -> list[str]:
    records = visit.eligibility.records if visit.eligibility is not None else ()
    return list(dict.fromkeys(record.pay_agency for record in records))
