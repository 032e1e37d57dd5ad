"""The cards that lie ready on the bench: one for each of the platform's invented people."""

from __future__ import annotations

from typing import Final

from sandbox.id_cards import CardData
from sandbox.platform.people import PEOPLE
from sandbox.platform.person import Person


def card_of(person: Person) -> CardData:
    """What the chip of this person's card holds."""
    return CardData(
        name=person.name,
        number=person.number,
        birth=f"{person.birth:%Y%m%d}",
        sex=person.sex,
        nation=person.nation,
        address=person.address,
        issuer=person.issuer,
        valid_from=f"{person.valid_from:%Y%m%d}",
        valid_to=f"{person.valid_to:%Y%m%d}" if person.valid_to else "长期",
        kind=person.kind.strip(),
        english_name=person.english_name,
        nationality=person.nationality,
        travel_permit=person.pass_number,
        count=person.issue_count,
    )


CARDS: Final = {person.ref: card_of(person) for person in PEOPLE}
