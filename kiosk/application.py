"""From a visit to the packet of an application: what was answered, given, agreed to and signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogue_models import Material, MaterialClass
from kiosk import packets, signature
from kiosk.certification import ID_TYPES
from kiosk.coaching import staff_reason
from kiosk.fees import payment_told
from kiosk.forms.commitment import commitment_text
from kiosk.forms.intake import ENTERPRISE, ON_BEHALF, Intake
from kiosk.forms.papers import WAYS, How
from kiosk.forms.telling import Teller
from kiosk.packets import JPEG_TYPE, JSON_TYPE, PNG_TYPE, Packet, Piece
from kiosk.place import Place
from kiosk.questions import intake_of
from kiosk.visit import Visit

HOW: Mapping[How, str] = {How.SCAN: "scanned"}  # the others are called the same there

# Relation → by what right somebody acts for another.
RIGHTS = {
    "parent": "guardian",
    "guardian": "guardian",
    "child": "family",
    "spouse": "family",
    "entrusted": "entrusted",
}


@dataclass(frozen=True, slots=True)
class Application:
    """`key`: of the handing in. `packet`: to be sealed. `paid_with`: the key of the order that the
    packet names, "" without one.
    """

    key: str
    item: str
    packet: Packet
    paid_with: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationMaker:
    """`catalogue`: its version. `tellers`: by language."""

    place: Place
    catalogue: str
    tellers: Mapping[str, Teller]

    def application(self, visit: Visit) -> Application:
        """For one signature the same but for the keys of what travels apart."""
        intake = intake_of(visit)
        language = intake.signed_in
        teller = self.tellers[language]
        pieces = self._pieces(visit, intake, teller)
        text = commitment_text(intake, teller.words, language)
        signed_at = intake.signed_at or intake.basis.now()
        head: dict[str, object] = {
            "key": visit.key,
            "kind": "application",
            "item": intake.item.code,
            "catalogue": self.catalogue,
            "case": visit.key,
            "terminal": self.place.terminal,
            "place": {"name": self.place.name, "division": self.place.division},
            "confirmed_at": signed_at.isoformat(timespec="seconds"),
            "language": language,
            "mode": str(intake.item.modes_at(self.place.division)[0]),
            "identity": _identity(intake),
            "on_behalf": _on_behalf(intake),
            "helper": visit.helped.told(),
            "answers": intake.walk.counting(),
            "consent": self._consent(intake),
            "commitment": {
                "text": text,
                "text_sha256": packets.text_digest(text),
                "signature": [piece.slot for piece in pieces].index("signature"),
            },
            "evidence": "face" if visit.portrait else "staff" if visit.staff else "card",
            "staff": visit.staff or None,
            "staff_reason": staff_reason(visit),
            "payment": payment_told(intake, visit.paying.order),
        }
        packet = packets.packet(head, pieces)
        paid_with = visit.paying.key if visit.paying.is_paid else ""
        return Application(visit.key, intake.item.code, packet, paid_with)

    def _consent(self, intake: Intake) -> list[dict[str, object]]:
        return [
            {
                "text_sha256": packets.text_digest(self.tellers[one.language].words[one.text]),
                "at": one.at.isoformat(timespec="seconds"),
            }
            for one in intake.agreed
        ]

    def _pieces(self, visit: Visit, intake: Intake, teller: Teller) -> list[Piece]:
        """What was made here first: words travel before pictures."""
        say, language, papers = teller.words, teller.language, intake.papers
        form = _form(intake, teller)
        made = [one for one in papers.applying() if one.travels is MaterialClass.GENERATED]
        pieces = [
            *(Piece(one.id, one.name.said(language), "made", JSON_TYPE, form) for one in made),
            Piece("signature", say["stage.sign"], "made", PNG_TYPE, signature.png(intake.strokes)),
        ]
        if not made:
            pieces.insert(0, Piece("form", say["stage.form"], "made", JSON_TYPE, form))
        if visit.portrait:
            pieces.append(Piece("face", say["stage.face"], "made", JPEG_TYPE, visit.portrait))
        for one in papers.applying():
            pieces += _given(intake, one, language)
        return pieces


def _given(intake: Intake, one: Material, language: str) -> list[Piece]:
    """A page is a piece; they bear the same slot, in their order."""
    name, given = one.name.said(language), intake.papers.given.get(one.id)
    if one.travels is MaterialClass.SHARED:
        return [Piece(one.id, name, "on_file")]
    if one.travels not in WAYS or given is None:
        return []
    how = HOW.get(given.how, str(given.how))
    if not given.pages:
        return [Piece(one.id, name, how)]
    return [Piece(one.id, name, how, JPEG_TYPE, page) for page in given.pages]


def _identity(intake: Intake) -> dict[str, object]:
    card = intake.card
    assert card is not None  # the flow leads here only with a card  # noqa: S101
    return {
        "id_type": ID_TYPES[card.kind],
        "id_number": card.number,
        "name": card.name or card.english_name,
        "valid_to": card.valid_to.isoformat() if card.valid_to else None,
    }


def _on_behalf(intake: Intake) -> dict[str, object] | None:
    answers = intake.walk.counting()
    if intake.whom == ON_BEHALF:
        relation = answers.get("for_relation", "")
        return {
            "kind": RIGHTS.get(str(relation), "entrusted"),
            "relation": relation,
            "name": answers.get("for_name", ""),
            "id_number": answers.get("for_number", ""),
        }
    if intake.whom == ENTERPRISE:
        return {
            "kind": "enterprise",
            "credit_code": answers.get("credit_code", ""),
            "name": answers.get("ent_name", ""),
            "role": answers.get("oper_role", ""),
        }
    return None


def _form(intake: Intake, teller: Teller) -> bytes:
    """The form as it was seen and signed: headings, labels and answers, in the order of asking."""
    sections = [
        {"heading": one.heading, "facts": [[fact.label, fact.value] for fact in one.facts]}
        for one in teller.sections(intake.walk)
    ]
    title = intake.item.words(teller.language).name
    return json.dumps({"title": title, "sections": sections}, ensure_ascii=False).encode()
