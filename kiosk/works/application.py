"""From a visit to the packet of an application: what was answered, given, agreed to and signed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from config.catalogue_models import Material, MaterialClass
from kiosk.services.questions import intake_of
from kiosk.visits import packets, signature
from kiosk.visits.certification import ID_TYPES
from kiosk.visits.coaching import staff_reason
from kiosk.visits.fees import payment_told
from kiosk.visits.forms.bundling import Part
from kiosk.visits.forms.commitment import commitment_text
from kiosk.visits.forms.intake import ENTERPRISE, ON_BEHALF, POSTED_TEXT, Intake
from kiosk.visits.forms.papers import WAYS, How
from kiosk.visits.forms.telling import Teller
from kiosk.visits.joining import branches
from kiosk.visits.packets import JPEG_TYPE, JSON_TYPE, PNG_TYPE, Packet, Piece
from kiosk.visits.place import Place
from kiosk.visits.relaying import mode_of, posted, shown
from kiosk.visits.visit import Visit

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

    def applications(self, visit: Visit) -> tuple[Application, ...]:
        """Of a bundle one for each of its items, in their order; otherwise the one."""
        parts = intake_of(visit).parts
        return tuple(self.application(visit, at) for at in range(len(parts)))

    def application(self, visit: Visit, at: int = 0) -> Application:
        """For one signature the same but for the keys of what travels apart.

        at: which of the items of a bundle; the first bears the key of the visit, and all are of
        that case.
        """
        intake = intake_of(visit)
        language = intake.signed_in
        teller, part = self.tellers[language], intake.parts[at]
        key = visit.key if at == 0 else str(uuid.uuid5(uuid.UUID(visit.key), part.item.code))
        pieces = self._pieces(visit, intake, teller, part)
        answers = part.answers(intake.walk.counting())
        parcel = _parcel(intake, part)
        mode = mode_of(part.item, self.place.division, with_parcel=parcel is not None)
        text = commitment_text(intake, teller.words, language)
        signed_at = intake.signed_at or intake.basis.now()
        head: dict[str, object] = {
            "key": key,
            "kind": "application",
            "item": part.item.code,
            "catalogue": self.catalogue,
            "case": visit.key,
            "terminal": self.place.terminal,
            "place": {"name": self.place.name, "division": self.place.division},
            "confirmed_at": signed_at.isoformat(timespec="seconds"),
            "language": language,
            "mode": str(mode),
            "branches": branches(part.item, mode, answers),
            "parcel": parcel,
            "bundle": _bundle(intake, at),
            "identity": _identity(intake),
            "on_behalf": _on_behalf(intake),
            "helper": visit.helped.told(),
            "answers": answers,
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
        paid_with = visit.paying.key if visit.paying.is_paid and at == 0 else ""
        return Application(key, part.item.code, packet, paid_with)

    def _consent(self, intake: Intake) -> list[dict[str, object]]:
        return [
            {
                "text_sha256": packets.text_digest(self.tellers[one.language].words[one.text]),
                "at": one.at.isoformat(timespec="seconds"),
            }
            for one in intake.agreed
            if one.text != POSTED_TEXT or posted(intake)
        ]

    def _pieces(self, visit: Visit, intake: Intake, teller: Teller, part: Part) -> list[Piece]:
        """What was made here first: words travel before pictures."""
        say, language = teller.words, teller.language
        form = _form(intake, teller, part)
        given = intake.walk.counting()
        papers = [
            (slot, one) for one in intake.papers.applying() if (slot := part.slot(one.id, given))
        ]
        made = [(slot, one) for slot, one in papers if one.travels is MaterialClass.GENERATED]
        pieces = [
            *(Piece(slot, one.name.said(language), "made", JSON_TYPE, form) for slot, one in made),
            Piece("signature", say["stage.sign"], "made", PNG_TYPE, signature.png(intake.strokes)),
        ]
        if not made:
            pieces.insert(0, Piece("form", say["stage.form"], "made", JSON_TYPE, form))
        if visit.portrait:
            pieces.append(Piece("face", say["stage.face"], "made", JPEG_TYPE, visit.portrait))
        for slot, one in papers:
            pieces += _given(intake, slot, one, language)
        return pieces


def _parcel(intake: Intake, part: Part) -> dict[str, object] | None:
    """The inventory as it was confirmed; None where nothing of the item goes by post."""
    given = intake.walk.counting()
    goes, stays = (
        [slot for one in papers if (slot := part.slot(one.id, given)) is not None]
        for papers in (posted(intake), shown(intake))
    )
    return {"posted": goes, "shown": stays} if goes else None


def _bundle(intake: Intake, at: int) -> dict[str, object] | None:
    if not intake.basis.parts:
        return None
    name = intake.item.code.rpartition("/")[2]
    return {"id": name, "at": at + 1, "of": len(intake.parts)}


def _given(intake: Intake, slot: str, one: Material, language: str) -> list[Piece]:
    """A page is a piece; they bear the same slot, in their order."""
    name, given = one.name.said(language), intake.papers.given.get(one.id)
    if one.travels is MaterialClass.SHARED:
        return [Piece(slot, name, "on_file")]
    if one.travels not in WAYS or given is None:
        return []
    how = HOW.get(given.how, str(given.how))
    if not given.pages:
        return [Piece(slot, name, how)]
    return [Piece(slot, name, how, JPEG_TYPE, page) for page in given.pages]


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


def _form(intake: Intake, teller: Teller, part: Part) -> bytes:
    """The form as it was seen and signed: headings, labels and answers, in the order of asking."""
    sections = [
        {"heading": one.heading, "facts": [[fact.label, fact.value] for fact in one.facts]}
        for one in teller.sections(intake.walk, only=lambda path: part.path(path) is not None)
    ]
    title = part.item.words(teller.language).name
    return json.dumps({"title": title, "sections": sections}, ensure_ascii=False).encode()
