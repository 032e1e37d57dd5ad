"""What goes with originals that travel: a label for the envelope, and a slip that is signed.

On neither stands whole whose papers they are; the code on both holds the number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devices.slip import Align, Block, Gap, Line, Pair, Qr, Rule, Slip, Title
from kiosk.platform.affairs_messages import Office
from kiosk.visits.identity import mask_name
from kiosk.visits.place import Place
from kiosk.visits.relaying import Sending, sendings
from kiosk.visits.visit import Visit
from kiosk.visits.wording import in_groups

HANDS = ("helper", "post", "office")  # who signs, in this order
THEIRS = "zh"  # read by the post and the office, whatever the resident speaks
_BLANK = "＿" * 10  # as much as the narrowest paper has room for


@dataclass(frozen=True, slots=True)
class ParcelSlipMaker:
    """`words`: language → texts. `status_url`: the QR code opens it with the number behind it.
    phone: of the terminal's place, for the post that cannot deliver.
    """

    place: Place
    phone: str
    status_url: str
    words: Mapping[str, Mapping[str, str]]

    def papers(self, visit: Visit) -> tuple[Slip, ...]:
        """Of each parcel the label, where it is known what to write on it, and the slip that is
        signed.
        """
        card = visit.intake.card if visit.intake is not None else None
        name = mask_name(card.name or card.english_name) if card is not None else ""
        return tuple(slip for one in sendings(visit) for slip in self._of(one, name))

    def _of(self, one: Sending, name: str) -> tuple[Slip, ...]:
        label = () if one.parcel is None else (self._label(one, one.parcel.office),)
        return (*label, self._hand_over(one, name))

    def _label(self, one: Sending, office: Office) -> Slip:
        """The address in large signs: it is read on an envelope."""
        words = self.words[THEIRS]
        return Slip(
            (
                Title(words["parcel.label_title"]),
                Rule(),
                Line(words["parcel.to"], bold=True),
                Line(office.postcode, size=2, bold=True),
                Line(office.address, size=2),
                Line(office.name, size=2, bold=True),
                Pair(words["parcel.telephone"], office.telephone),
                Rule(),
                Line(words["parcel.from"], bold=True),
                Line(self.place.name),
                Pair(words["parcel.telephone"], self.phone),
                Rule(),
                Pair(words["slip.number"], in_groups(one.number)),
                Pair(words["parcel.papers"], words["parcel.count"].format(count=one.count)),
                *self._code(one.number, words["parcel.scan_label"]),
            )
        )

    def _hand_over(self, one: Sending, name: str) -> Slip:
        """Never in large print: a line to sign on has to stay one line."""
        words = self.words[THEIRS]
        rows = [
            ("slip.number", in_groups(one.number)),
            ("slip.item", one.item.words(THEIRS).name if one.item is not None else ""),
            ("slip.name", name),
            ("slip.place", self.place.name),
            ("parcel.to", one.parcel.office.name if one.parcel is not None else ""),
            ("parcel.papers", words["parcel.count"].format(count=one.count)),
        ]
        papers: list[Block] = [
            Line(f"□ {at}. {paper.name.said(THEIRS)}", bold=True)
            for at, paper in enumerate(one.papers, start=1)
        ]
        unlabelled = (Line(words["parcel.no_label_yet"], bold=True),) if one.parcel is None else ()
        return Slip(
            (
                Title(words["parcel.slip_title"]),
                Rule(),
                *(Pair(words[label], value) for label, value in rows if value),
                Rule(),
                *papers,
                *((Rule(),) if papers else ()),
                *(block for hand in HANDS for block in _signed_by(hand, words)),
                Line(words["parcel.sign_note"]),
                *unlabelled,
                *self._code(one.number, words["parcel.scan_slip"]),
            )
        )

    def _code(self, number: str, why: str) -> tuple[Block, ...]:
        return Gap(), Qr(f"{self.status_url}/{number}"), Line(why, align=Align.CENTER)


def _signed_by(hand: str, words: Mapping[str, str]) -> tuple[Block, ...]:
    return (
        Line(words[f"parcel.taken_by_{hand}"], bold=True),
        Gap(),  # room for a pen
        Line(f"{words['parcel.signature']}{_BLANK}"),
        Gap(),
        Line(f"{words['parcel.day']}{_BLANK}"),
        Gap(),
    )
