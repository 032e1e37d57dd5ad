"""Which work is done by whom, and with what: by the names the tables use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from config.catalogue_models import Ability
from config.settings import DocumentCameraSettings, SaneScannerSettings, Settings
from devices.slip import Slip
from kiosk.machines.crew import Crew
from kiosk.machines.information_works import information_works
from kiosk.machines.looking_works import LookingWorks
from kiosk.machines.preview import Preview
from kiosk.makers.guides import GuideMaker
from kiosk.makers.summary_page_maker import SummaryMaker
from kiosk.papers.a4_pages import Fonts
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.papers.information_papers import InformationPapers
from kiosk.papers.relay_slips import ParcelSlipMaker
from kiosk.papers.result_pages import ResultPages
from kiosk.papers.slips import SlipMaker
from kiosk.platform.drivers import open_detector
from kiosk.visits.events import Event, Kept
from kiosk.visits.forms.intake import Items
from kiosk.visits.forms.telling import Teller
from kiosk.visits.place import Place
from kiosk.visits.standing import Standings
from kiosk.visits.terminal import Work as Conducted
from kiosk.visits.visit import Visit
from kiosk.works.absent import NoDevice
from kiosk.works.application import ApplicationMaker
from kiosk.works.base import Work
from kiosk.works.cards import read_card, read_helper_card, read_staff_card, watch_card
from kiosk.works.faces import take_face
from kiosk.works.feedback import keep_feedback
from kiosk.works.followed_cases import FollowedCases
from kiosk.works.handing_in import await_answer, keep, keep_rating
from kiosk.works.liveness import Prompt
from kiosk.works.looking_up import look_up
from kiosk.works.pausing import keep_draft, open_draft, print_draft_slip, then_drop_draft
from kiosk.works.paying import paying_works
from kiosk.works.printing import print_slip, print_slip_again, slip_in_hand
from kiosk.works.reading_aloud import ReadAloud
from kiosk.works.relaying import ask_office, print_papers, record_hand_over
from kiosk.works.scanning import card_sides, purpose_mark, scan_page
from kiosk.works.sheets import scan_sheet
from kiosk.works.social_cards import AtQuestion, read_social_card
from kiosk.works.taking_in import keep_application, print_checklist
from kiosk.works.watching_desk import watch_desk

Works = Mapping[str, Conducted]


@dataclass(frozen=True, slots=True)
class Workshop:
    """place_name: of a division's code. catalogue: its version."""

    given: Settings
    crew: Crew
    words: Mapping[str, Mapping[str, str]]
    preview: Preview
    desk_preview: Preview
    place_name: Callable[[str], str]
    items: Items
    catalogue: str
    post: Callable[[Event], None]

    def works(self) -> Works:
        crew = self.crew
        return {
            **self._identifying(),
            "scan page": self._scanning(),
            "watch desk": self._watching_desk(),
            **paying_works(crew.online, crew.store.orders, crew.now),
            **self._handing_in(),
            **self._on_paper(),
            **self._pausing(),
            "ask office": Work(crew.online, ask_office),
            "record hand-over": Work(crew.online, record_hand_over),
            **self._informing(),
            **self._looking_up(),
            "read aloud": self._reading_aloud(),
        }

    def _identifying(self) -> Works:
        given, crew, terminal = self.given, self.crew, self.given.terminal
        staff, helpers, using = terminal.staff, terminal.helpers, crew.left_cards.using
        movements = tuple(Prompt(movement) for movement in given.face.movements)
        face = take_face(open_detector(given), movements, self.preview.put)
        return {
            "read card": Work(
                crew.reader, using(read_card(lambda: crew.now().date(), terminal.helpers))
            ),
            "read staff card": Work(crew.reader, using(read_staff_card(staff, helpers))),
            "read helper card": Work(crew.reader, using(read_helper_card(helpers, crew.now))),
            "watch card": Work(crew.reader, watch_card),
            "look up": Work(crew.online, look_up),
            "take face": Work(crew.camera, face),
            "read social card": self._social_card(),
        }

    def _social_card(self) -> Conducted:
        if (worker := self.crew.others.get("social_card")) is None:
            return AtQuestion(None)
        return AtQuestion(Work(worker, self.crew.left_social_cards.using(read_social_card)))

    def _reading_aloud(self) -> Conducted:
        speech, speaker = self.crew.others.get("speech"), self.crew.others.get("speaker")
        if speech is None or speaker is None:
            return NoDevice("speech", self.post)
        summary = SummaryMaker(self.words, self.place_name)
        return ReadAloud(speech, speaker, summary.script)

    def _scanning(self) -> Conducted:
        """By whatever the terminal has for it; the table has other ways where that is nothing."""
        mark = purpose_mark(self.given.display.fonts)
        match self.given.scanner:
            case DocumentCameraSettings():
                looked = scan_page(self.desk_preview.put, card_sides, mark)
                left = self.crew.left_papers
                return Work(self.crew.others["scanner"], left.using(looked) if left else looked)
            case SaneScannerSettings(resolution_dpi=resolution_dpi):
                fed = scan_sheet(resolution_dpi, mark, sides=card_sides)
                return Work(self.crew.others["scanner"], fed)
        return NoDevice("scanner", self.post)

    def _watching_desk(self) -> Conducted:
        if isinstance(self.given.scanner, DocumentCameraSettings):
            return Work(self.crew.others["scanner"], watch_desk)
        return NoDevice("scanner", self.post)

    def _handing_in(self) -> Works:
        crew, place, words = self.crew, self._place, self.words
        sealer, answers, now, nudge = crew.sealer, crew.answers, crew.now, crew.forwarder.nudge
        tellers = {one: Teller(said, one, self.place_name) for one, said in words.items()}
        made = ApplicationMaker(place, self.catalogue, tellers).applications
        application = keep_application(made, sealer, answers, now, nudge)
        certification = keep(place, sealer, answers, now, nudge, self.catalogue, words)
        return {
            "keep": Work(crew.desk, certification),
            "keep application": Work(
                crew.desk, then_drop_draft(crew.store.drafts, application, Kept)
            ),
            "await answer": Work(crew.desk, await_answer(answers)),
            "keep rating": Work(crew.desk, keep_rating(place, now, nudge)),
            "keep feedback": Work(crew.desk, keep_feedback(place, sealer, words["zh"], now, nudge)),
        }

    def _on_paper(self) -> Works:
        crew, forwarded, slips = self.crew, self._forwarded, self._slips
        terminal, ledger, using = self.given.terminal, crew.store.ledger, crew.left_slips.using
        parcels = ParcelSlipMaker(self._place, terminal.phone, terminal.status_url, self.words)

        def receipt(visit: Visit) -> Slip:
            return (forwarded.receipt if is_application(visit) else slips.certification)(visit)

        def reprint(visit: Visit) -> Slip:
            return (forwarded.reprint if is_application(visit) else slips.reprint)(visit)

        return {
            "print slip": Work(crew.printer, using(print_slip(receipt, ledger))),
            "print slip again": Work(crew.printer, using(print_slip_again(reprint, ledger))),
            "slip in hand": Work(crew.desk, slip_in_hand(ledger)),
            "print checklist": Work(crew.printer, using(print_checklist(forwarded.checklist))),
            "print draft slip": Work(crew.printer, using(print_draft_slip(forwarded.paused))),
            "print label": Work(crew.printer, using(print_papers(parcels.papers))),
        }

    def _pausing(self) -> Works:
        crew, days = self.crew, self.given.terminal.draft_days
        kept = keep_draft(crew.store.drafts, self.catalogue, days, crew.now)
        return {
            "keep draft": Work(crew.desk, kept),
            "open draft": Work(crew.desk, open_draft(crew.store.drafts)),
        }

    def _informing(self) -> Works:
        crew, items = self.crew, self.items
        guides = GuideMaker(self.words, items.form, self.given.terminal.division)
        papers = InformationPapers(
            *(self.words, crew.board, guides, items.item, self._place),
            *(_paper_fonts(self.given), crew.now),
        )
        return information_works(papers, crew.printer, crew.left_slips, crew.others, self.post)

    def _looking_up(self) -> Works:
        crew, place, roots = self.crew, self._place, self.given.platform.seal_roots_file
        return LookingWorks(
            *(place, crew.sealer, crew.now, crew.others, roots),
            page_of=ResultPages(_paper_fonts(self.given), place, self.words, crew.now).of,
            post=self.post,
            followed=FollowedCases(crew.store.known),
            standings=Standings(crew.store.outbox),
            drafts=crew.store.drafts,
        ).works(crew.online, crew.printer, crew.left_slips, self._slips)

    @property
    def _place(self) -> Place:
        terminal = self.given.terminal
        return Place(terminal.id, terminal.place, terminal.division)

    @property
    def _slips(self) -> SlipMaker:
        return SlipMaker(self._place, self.given.terminal.status_url, self.words, self.crew.now)

    @property
    def _forwarded(self) -> ForwardSlipMaker:
        status_url = self.given.terminal.status_url
        return ForwardSlipMaker(self._place, status_url, self.words, self.crew.now, self.place_name)


def is_application(visit: Visit) -> bool:
    """What is handed in, rather than a certification."""
    return visit.intake is not None and visit.intake.item.ability is not Ability.CERTIFY


def _paper_fonts(given: Settings) -> Fonts:
    folder = given.display.fonts
    return Fonts(
        folder / "NotoSansSC-Regular.otf",
        folder / "NotoSansSC-Bold.otf",
        given.display.fallback_fonts,
    )
