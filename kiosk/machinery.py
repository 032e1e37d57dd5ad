"""The machines of one terminal and the works they do, built from its settings.

Building takes half a second, most of it imports; main.py has it done in a thread of its own while
the first page is on the screen.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

from config.catalogue_models import Ability, Form
from config.settings import DocumentCameraSettings, SaneScannerSettings, Settings
from devices.base import Status
from devices.camera import Camera
from devices.camera_presence import presence
from devices.idcard_reader import IdCardReader
from devices.nodes import nodes, pattern_of
from devices.receipt_printer import ReceiptPrinter
from devices.slip import Slip
from kiosk.a4_pages import Fonts
from kiosk.answers import Answers
from kiosk.application import ApplicationMaker
from kiosk.caretaker import Caretaker, DeviceNews, Rooms, going_round, needles_of
from kiosk.conductor import Work as Conducted
from kiosk.delivery import sender
from kiosk.divisions import Digits, Divisions
from kiosk.drivers import open_camera, open_detector, open_printer, open_reader
from kiosk.enquiries import Enquiries
from kiosk.events import Event, Kept, MediaForgotten, StatusChanged
from kiosk.followed_cases import FollowedCases
from kiosk.form_pages import FormPage
from kiosk.forms.intake import Items
from kiosk.forms.telling import Teller
from kiosk.forward_slips import ForwardSlipMaker
from kiosk.guides import GuideMaker
from kiosk.guiding import guider
from kiosk.head_reports import HeadReports
from kiosk.helping import HelperKnown
from kiosk.information_papers import InformationPapers
from kiosk.information_works import information_works
from kiosk.key_custody import key_place, loader_of
from kiosk.left_media import LeftMedia, card_lies_there, slip_hangs_there
from kiosk.liveness import Prompt
from kiosk.looking_works import LookingWorks
from kiosk.media import Slot
from kiosk.notice_board import NoticeBoard
from kiosk.order_closing import OrderCloser
from kiosk.other_devices import other_devices
from kiosk.pages import Page
from kiosk.place import Place
from kiosk.platform_set_up import platform_of, sealer_of
from kiosk.preview import Preview
from kiosk.references import Fetcher, fetchers
from kiosk.relay_slips import ParcelSlipMaker
from kiosk.result_pages import ResultPages
from kiosk.slips import SlipMaker
from kiosk.sounding import alarm, back_to_normal
from kiosk.standing import Standings
from kiosk.store_room import StoreRoom, desk_status
from kiosk.visit import Visit
from kiosk.worker import Task, Worker
from kiosk.works.absent import NoDevice
from kiosk.works.base import Work
from kiosk.works.cards import read_card, read_helper_card, read_staff_card, watch_card
from kiosk.works.faces import take_face
from kiosk.works.feedback import keep_feedback
from kiosk.works.handing_in import await_answer, keep, keep_rating
from kiosk.works.looking_up import look_up, platform_status
from kiosk.works.pausing import keep_draft, open_draft, print_draft_slip, then_drop_draft
from kiosk.works.paying import paying_works
from kiosk.works.printing import print_slip, print_slip_again, slip_in_hand
from kiosk.works.relaying import ask_office, print_papers, record_hand_over
from kiosk.works.scanning import purpose_mark, scan_page
from kiosk.works.sheets import scan_sheet
from kiosk.works.taking_in import keep_application, print_checklist
from offline_cache.forwarder import Forwarder
from offline_cache.journal import DeviceName, JournalEvent
from offline_cache.steady_clock import SteadyClock

log = logging.getLogger(__name__)

PLATFORM_CHECK_S = 15.0
LAST_ROUND_S = 5.0


class Machinery:
    """`works` by the names the tables use; `guide` is told each page that is shown. May be built in
    another thread than it is started in.

    desk_preview: where the document camera's pictures go. catalogue: its version. board: where
    notices hang. items: asked in the thread of the window alone.

    Raises:
        SetUpError: before anything was started.
    """

    def __init__(
        self,
        given: Settings,
        words: Mapping[str, Mapping[str, str]],
        preview: Preview,
        post: Callable[[Event], None],
        desk_preview: Preview | None = None,
        divisions: Divisions | None = None,
        catalogue: str = "",
        board: NoticeBoard | None = None,
        items: Items | None = None,
    ) -> None:
        terminal = given.terminal
        places = divisions or Digits()
        clock = SteadyClock()
        kept = key_place(given.state)
        self._store = StoreRoom(
            given.state / "store.db", kept.file, terminal.id, clock, loader_of(kept)
        )
        sealer = sealer_of(given, clock)
        platform = platform_of(given, self._store.signature, clock)
        reader_at, camera_at, printer_at = (
            open_reader(given),
            open_camera(given),
            open_printer(given),
        )
        self._store.begin()
        self._answers = Answers()
        place = Place(terminal.id, terminal.place, terminal.division)

        open_ledger = self._store.ledger

        def now() -> datetime:
            return clock().astimezone()

        def today() -> date:
            return now().date()

        def look() -> Status:
            return presence(given.camera.source)

        forwarder = Forwarder(self._store.outbox, sender(platform), self._answers.put, clock)

        board, items = board or NoticeBoard(now), items or _NoItems()
        fetching = fetchers(given, platform, board, post)

        self._orders = OrderCloser(Enquiries(platform), self._store.orders)
        caretaker, news = Caretaker(self._store, rooms_of(given)), DeviceNews()
        self._caretaker = Worker("residue", lambda: caretaker, Caretaker.status, post)

        def heard(event: Event) -> None:
            match event:
                case StatusChanged(device="platform", status=status) if status.usable:
                    forwarder.nudge()
                    self._orders.nudge()
                    for one in fetching:
                        one.nudge()
                case HelperKnown():
                    self._caretaker.ask(lambda caretaker, _: caretaker.note_helper(), 0)
                case MediaForgotten() if speaker is not None:
                    speaker.ask(alarm, 0)
            if (line := news.line_for(event)) is not None:
                self._caretaker.ask(_noting(*line), 0)
            post(event)

        others = other_devices(given, heard)
        self._speaker = speaker = others.get("speaker")
        self.guide = guider(others["lights"].ask) if "lights" in others else _nowhere
        left_cards = LeftMedia(
            Slot("idcard_reader", terminal.forgotten_after_s),
            IdCardReader.status,
            card_lies_there,
            heard,
        )
        left_slips = LeftMedia(
            Slot("receipt_printer", terminal.forgotten_after_s),
            ReceiptPrinter.status,
            slip_hangs_there,
            heard,
        )
        self._left_media = (left_cards, left_slips)
        reader = Worker(
            "idcard_reader",
            reader_at,
            left_cards.status,
            heard,
            nodes=lambda: nodes(given.idcard_reader.port),
        )
        camera = Worker("camera", camera_at, Camera.status, heard, look)
        printer = Worker(
            "receipt_printer",
            printer_at,
            left_slips.status,
            heard,
            nodes=lambda: nodes(pattern_of(given.receipt_printer.link)),
        )
        online = Worker(
            "platform",
            lambda: nullcontext(platform),
            platform_status,
            heard,
            check_every_s=PLATFORM_CHECK_S,
        )
        desk = Worker("outbox", self._store.desk, desk_status, heard)

        slips = SlipMaker(place, terminal.status_url, words, now)
        forwarded = ForwardSlipMaker(place, terminal.status_url, words, now, places.full_name)
        parcels = ParcelSlipMaker(place, terminal.phone, terminal.status_url, words)
        tellers = {one: Teller(said, one, places.full_name) for one, said in words.items()}
        applications = ApplicationMaker(place, catalogue, tellers)

        def receipt(visit: Visit) -> Slip:
            return (forwarded.receipt if is_application(visit) else slips.certification)(visit)

        def reprint(visit: Visit) -> Slip:
            return (forwarded.reprint if is_application(visit) else slips.reprint)(visit)

        self.works: Mapping[str, Conducted] = {
            "read card": Work(reader, left_cards.using(read_card(today, terminal.helpers))),
            "read staff card": Work(
                reader, left_cards.using(read_staff_card(terminal.staff, terminal.helpers))
            ),
            "read helper card": Work(
                reader, left_cards.using(read_helper_card(terminal.helpers, now))
            ),
            "watch card": Work(reader, watch_card),
            "look up": Work(online, look_up),
            "take face": Work(
                camera, take_face(open_detector(given), _movements(given), preview.put)
            ),
            "keep": Work(
                desk, keep(place, sealer, self._answers, now, forwarder.nudge, catalogue, words)
            ),
            "await answer": Work(desk, await_answer(self._answers)),
            "keep rating": Work(desk, keep_rating(place, now, forwarder.nudge)),
            "print slip": Work(printer, left_slips.using(print_slip(receipt, open_ledger))),
            "print slip again": Work(
                printer, left_slips.using(print_slip_again(reprint, open_ledger))
            ),
            "slip in hand": Work(desk, slip_in_hand(open_ledger)),
            "scan page": _scanning(given, others, desk_preview or Preview(), post),
            "keep application": Work(
                desk,
                then_drop_draft(
                    self._store.drafts,
                    keep_application(
                        applications.applications, sealer, self._answers, now, forwarder.nudge
                    ),
                    Kept,
                ),
            ),
            **paying_works(online, self._store.orders, now),
            "keep draft": Work(
                desk, keep_draft(self._store.drafts, catalogue, terminal.draft_days, now)
            ),
            "open draft": Work(desk, open_draft(self._store.drafts)),
            "print draft slip": Work(printer, left_slips.using(print_draft_slip(forwarded.paused))),
            "print checklist": Work(
                printer, left_slips.using(print_checklist(forwarded.checklist))
            ),
            "ask office": Work(online, ask_office),
            "record hand-over": Work(online, record_hand_over),
            "print label": Work(printer, left_slips.using(print_papers(parcels.papers))),
            "keep feedback": Work(
                desk, keep_feedback(place, sealer, words["zh"], now, forwarder.nudge)
            ),
            **information_works(
                InformationPapers(
                    words,
                    board,
                    GuideMaker(words, items.form, terminal.division),
                    *(items.item, place, _paper_fonts(given), now),
                ),
                *(printer, left_slips, others, post),
            ),
            **LookingWorks(
                *(place, sealer, now, others, given.platform.seal_roots_file),
                page_of=ResultPages(_paper_fonts(given), place, words, now).of,
                post=post,
                followed=FollowedCases(self._store.known),
                standings=Standings(self._store.outbox),
            ).works(online, printer, left_slips, slips),
        }
        self._running: tuple[Forwarder | Fetcher | HeadReports | OrderCloser | Worker[Any], ...] = (
            *(self._caretaker, forwarder, self._orders, reader, camera, printer, online, desk),
            *others.values(),
            *fetching,
            HeadReports(platform, self._store, catalogue=catalogue),
        )

    def start(self) -> None:
        for one in self._running:
            one.start()

    def stop(self) -> None:
        gone_round = threading.Event()  # also after a visit that the stop has ended
        self._caretaker.ask(lambda *_: gone_round.set(), 0)
        gone_round.wait(LAST_ROUND_S)
        for one in self._running:
            one.stop()
        self._store.end()

    def forget(self, visit: Visit) -> None:
        """What a visit left here, when it has ended; memory goes back to the system. What it may
        have left on the disk is looked for in the caretaker's own time.
        """
        self._caretaker.ask(going_round(needles_of(visit)), 0)
        self._answers.forget()
        self._orders.visit_over(visit.number)
        for left in self._left_media:
            left.visit_over()
        if self._speaker is not None:
            self._speaker.ask(back_to_normal, 0)
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)


class _NoItems:
    """Where no catalogue is handed over."""

    def item(self, _: str) -> None:
        return None

    def form(self, name: str) -> Form:
        raise LookupError(f"there is no form {name!r}")


def _scanning(
    given: Settings,
    others: Mapping[str, Worker[Any]],
    preview: Preview,
    post: Callable[[Event], None],
) -> Conducted:
    """By whatever the terminal has for it; the table has other ways where that is nothing."""
    mark = purpose_mark(given.display.fonts)
    match given.scanner:
        case DocumentCameraSettings():
            return Work(others["scanner"], scan_page(preview.put, mark=mark))
        case SaneScannerSettings(resolution_dpi=resolution_dpi):
            return Work(others["scanner"], scan_sheet(resolution_dpi, mark))
    return NoDevice("scanner", post)


def _paper_fonts(given: Settings) -> Fonts:
    folder = given.display.fonts
    return Fonts(
        folder / "NotoSansSC-Regular.otf",
        folder / "NotoSansSC-Bold.otf",
        given.display.fallback_fonts,
    )


def is_application(visit: Visit) -> bool:
    """What is handed in, rather than a certification."""
    return visit.intake is not None and visit.intake.item.ability is not Ability.CERTIFY


def _nowhere(_: Page | FormPage) -> None:
    """Where there are no lights."""


def rooms_of(given: Settings) -> Rooms:
    """The state, and wherever else a file of the terminal may lie."""
    roots = (given.state, *(() if given.scratch is None else (given.scratch,)), *given.spools)
    return Rooms(roots, (given.state / "store.db",))


def _noting(event: JournalEvent, device: DeviceName) -> Task[Caretaker]:
    return lambda caretaker, _: caretaker.note_device(event, device)


def _movements(given: Settings) -> tuple[Prompt, ...]:
    return tuple(Prompt(movement) for movement in given.face.movements)
