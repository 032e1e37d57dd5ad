"""From a visit to the pages of originals that travel. See `kiosk/makers/page_makers.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.catalogue_models import Kind
from devices.base import Condition, Status
from kiosk.makers.message_makers import message, waiting
from kiosk.platform.affairs_messages import BundleCase, Parcel
from kiosk.services.questions import intake_of
from kiosk.visits.events import Again, Confirmed, Declined, Event
from kiosk.visits.form_pages import DetailsPage, Fact, QuestionPage, Section
from kiosk.visits.pages import Action, MessagePage, Mood
from kiosk.visits.relaying import Sending, parcel_of, posted, sendings, shown
from kiosk.visits.terminal import PageMaker, Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.wording import day_in_words, in_groups

Words = Mapping[str, Mapping[str, str]]
WAYBILL_SIGNS = 32  # at the most

_AGAIN: tuple[str, type[Event]] = ("action.try_again", Again)
_LEAVE: tuple[str, type[Event]] = ("action.leave", Confirmed)


@dataclass(frozen=True, slots=True)
class RelayPageMaker:
    """`words`: language → texts."""

    words: Words

    def makers(self) -> Mapping[str, PageMaker]:
        return {
            "inventory": self._inventory,
            "asking_office": waiting("wait.asking_office"),
            "printing_label": waiting("wait.printing_label"),
            "no_label": message("no_label", Mood.NOTE, _AGAIN, ("action.without_label", Declined)),
            "parcel": self._parcel,
            "scan_waybill": _scan_waybill,
            "type_waybill": self._type_waybill,
            "recording_hand_over": waiting("wait.recording_hand_over"),
            "handed_on": self._handed_on,
            "not_its_turn": message("not_its_turn", Mood.NOTE, ("action.see_again", Again), _LEAVE),
            "not_recorded": message("not_recorded", Mood.STOP, _AGAIN, _LEAVE),
        }

    def _inventory(self, visit: Visit, _: Terminal) -> DetailsPage:
        intake, say, language = intake_of(visit), self.words[visit.language], visit.language
        goes, stays = (
            tuple(Fact(one.name.said(language), say[told]) for one in papers)
            for papers, told in (
                (posted(intake), "inventory.goes"),
                (shown(intake), "inventory.stays"),
            )
        )
        sections = [Section(say["inventory.posted"], goes)]
        if stays:
            sections.append(Section(say["inventory.shown"], stays))
        return DetailsPage(
            title="inventory.title",
            sections=tuple(sections),
            mood=Mood.NOTE,
            note=say["inventory.consent"],
            actions=(Action("inventory.right", Confirmed),),
        )

    def _parcel(self, visit: Visit, terminal: Terminal) -> DetailsPage:
        """What to do with the papers that were printed: before the platform was asked there is no
        address for a label.
        """
        say, language, parcels = self.words[visit.language], visit.language, sendings(visit)
        labelled = all(one.parcel is not None for one in parcels)
        steps = ("put_in", "stick_on", "give") if labelled else ("put_in", "give")
        printer = terminal.health.get("receipt_printer", Status(Condition.UNKNOWN)).condition
        reprint = (Action("action.print_label", Again),) if printer is not Condition.ABSENT else ()
        names = say["answer.and"].join(
            paper.name.said(language) for one in parcels for paper in one.papers
        )
        return DetailsPage(
            title="parcel.title",
            sections=(
                Section(
                    say["parcel.now"],
                    tuple(
                        Fact(str(at), say[f"parcel.{step}"].format(papers=names))
                        for at, step in enumerate(steps, start=1)
                    ),
                ),
                *(_where_to(one, say) for one in parcels),
            ),
            mood=Mood.NOTE,
            note=say["parcel.note"],
            actions=(Action("action.given", Confirmed), *reprint),
        )

    def _type_waybill(self, visit: Visit, _: Terminal) -> QuestionPage:
        say, typed = self.words[visit.language], visit.lookup.mistyped
        return QuestionPage(
            ask=say["type_waybill.ask"],
            kind=Kind.CODE,
            value=typed,
            why=say["type_waybill.why"],
            trouble=say["type_waybill.trouble"] if typed else "",
            most=WAYBILL_SIGNS,
        )

    def _handed_on(self, visit: Visit, _: Terminal) -> MessagePage:
        say, parcel = self.words[visit.language], parcel_of(visit)
        taker = say[f"holder.{parcel.next}"] if parcel is not None and parcel.next else ""
        return MessagePage(
            mood=Mood.GOOD,
            title="handed_on.title",
            body="handed_on.body",
            actions=(Action("action.done", Confirmed), Action("action.another_parcel", Again)),
            values={"number": in_groups(visit.lookup.code), "taker": taker},
            help_line=False,
        )


def _where_to(one: Sending, say: Mapping[str, str]) -> Section:
    where = one.parcel.office.name if one.parcel is not None else say["parcel.office_later"]
    facts = (Fact(say["slip.number"], in_groups(one.number)), Fact(say["parcel.to"], where))
    return Section(say["parcel.heading"], facts)


def parcel_section(parcel: Parcel, say: Mapping[str, str], language: str) -> Section:
    """Who has the originals, and each hand they went into."""
    facts = [
        Fact(say["parcel.holder"], say[f"holder.{parcel.holder}"]),
        Fact(say["parcel.papers"], say["parcel.count"].format(count=parcel.papers)),
        Fact(say["parcel.to"], parcel.office.name),
        *(
            Fact(say[f"taken.{one.to}"], day_in_words(one.at.date(), language))
            for one in parcel.hand_overs
        ),
    ]
    return Section(say["parcel.heading"], tuple(facts))


def bundle_section(
    cases: tuple[BundleCase, ...], say: Mapping[str, str], name_of: Callable[[str], str]
) -> Section:
    """All that was handed in at once, each with how it stands. `name_of`: of an item's code."""
    return Section(
        say["bundle.heading"],
        tuple(
            Fact(name_of(one.item), f"{say[f'progress.{one.state}']} {in_groups(one.number)}")
            for one in cases
        ),
    )


def _scan_waybill(visit: Visit, terminal: Terminal) -> MessagePage:
    there = terminal.health.get("code_reader", Status(Condition.ABSENT)).usable
    return MessagePage(
        mood=Mood.NOTE,
        title="scan_waybill.title",
        body="scan_waybill.body" if there else "scan_waybill.no_reader",
        actions=(Action("action.type_it", Declined),),
        help_line=False,
    )
