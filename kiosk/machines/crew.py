"""Who works in one terminal: a worker for each device, and those who work behind residents' backs.

Built from the settings; nothing runs before `start`.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from config.settings import DocumentCameraSettings, Settings
from devices.base import Status
from devices.camera import Camera
from devices.camera_presence import presence
from devices.idcard_reader import IdCardReader
from devices.nodes import nodes, pattern_of
from devices.receipt_printer import ReceiptPrinter
from devices.social_card import SocialCardReader
from kiosk.machines.caretaker import Caretaker, DeviceNews, Rooms, going_round, needles_of
from kiosk.machines.delivery import sender
from kiosk.machines.head_reports import HeadReports
from kiosk.machines.key_custody import key_place, loader_of
from kiosk.machines.left_media import (
    LeftMedia,
    card_lies_there,
    slip_hangs_there,
    social_card_lies_there,
)
from kiosk.machines.media import Slot
from kiosk.machines.other_devices import open_document_camera, other_devices
from kiosk.machines.references import Fetcher, fetchers
from kiosk.machines.sounding import alarm, back_to_normal
from kiosk.machines.store_room import StoreRoom, desk_status
from kiosk.makers.notice_board import NoticeBoard
from kiosk.platform.answers import Answers
from kiosk.platform.drivers import open_camera, open_printer, open_reader, own_profiles
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.platform_set_up import platform_of, sealer_of
from kiosk.visits.events import Event, MediaForgotten, StatusChanged
from kiosk.visits.helping import HelperKnown
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Task, Worker
from kiosk.works.looking_up import platform_status
from kiosk.works.order_closing import OrderCloser
from kiosk.works.watching_desk import DeskLook
from offline_cache.forwarder import Forwarder
from offline_cache.journal import DeviceName, JournalEvent
from offline_cache.steady_clock import SteadyClock

PLATFORM_CHECK_S = 15.0
LAST_ROUND_S = 5.0


class Crew:
    """post: from any thread. board: where notices hang. catalogue: its version.

    Raises:
        SetUpError: before anything was started.
    """

    def __init__(
        self,
        given: Settings,
        post: Callable[[Event], None],
        board: NoticeBoard | None = None,
        catalogue: str = "",
    ) -> None:
        self._post, clock = post, SteadyClock()
        self.now: Callable[[], datetime] = lambda: clock().astimezone()
        self.board = board or NoticeBoard(self.now)
        kept = key_place(given.state)
        self.store = StoreRoom(
            given.state / "store.db", kept.file, given.terminal.id, clock, loader_of(kept)
        )
        self.sealer = sealer_of(given, clock)
        platform = platform_of(given, self.store.signature, clock)
        opening = open_reader(given), open_camera(given), open_printer(given)
        self.store.begin()
        self.answers = Answers()
        self.forwarder = Forwarder(self.store.outbox, sender(platform), self.answers.put, clock)
        self._fetching = fetchers(given, platform, self.board, post)
        self._orders = OrderCloser(Enquiries(platform), self.store.orders)
        caretaker, self._news = Caretaker(self.store, rooms_of(given)), DeviceNews()
        self._caretaker = Worker("residue", lambda: caretaker, Caretaker.status, post)
        forgotten_s = given.terminal.forgotten_after_s
        self.left_cards = LeftMedia(
            *(Slot("idcard_reader", forgotten_s), IdCardReader.status, card_lies_there),
            self._heard,
        )
        self.left_slips = LeftMedia(
            *(Slot("receipt_printer", forgotten_s), ReceiptPrinter.status, slip_hangs_there),
            self._heard,
        )

        self.left_social_cards = LeftMedia(
            *(Slot("social_card", forgotten_s), SocialCardReader.status, social_card_lies_there),
            self._heard,
        )
        self.left_papers = _left_papers(given, self._heard)
        minded = {
            "social_card": self.left_social_cards.status,
            **({} if self.left_papers is None else {"scanner": self.left_papers.status}),
        }
        self.others = other_devices(given, self._heard, minded)
        self._speaker = self.others.get("speaker")

        def look() -> Status:
            return presence(given.camera.source)

        reader_at, camera_at, printer_at = opening
        self.reader = Worker(
            *("idcard_reader", reader_at, self.left_cards.status, self._heard),
            nodes=lambda: nodes(given.idcard_reader.port),
        )
        self.camera = Worker("camera", camera_at, Camera.status, self._heard, look)
        self.printer = Worker(
            *("receipt_printer", printer_at, self.left_slips.status, self._heard),
            nodes=lambda: nodes(pattern_of(given.receipt_printer.link)),
        )
        self.online = Worker(
            *("platform", lambda: nullcontext(platform), platform_status, self._heard),
            check_every_s=PLATFORM_CHECK_S,
        )
        self.desk = Worker("outbox", self.store.desk, desk_status, self._heard)
        self._all: tuple[Forwarder | Fetcher | HeadReports | OrderCloser | Worker[Any], ...] = (
            *(self._caretaker, self.forwarder, self._orders),
            *(self.reader, self.camera, self.printer, self.online, self.desk),
            *self.others.values(),
            *self._fetching,
            HeadReports(platform, self.store, catalogue=catalogue),
        )

    def start(self) -> None:
        for one in self._all:
            one.start()

    def stop(self) -> None:
        gone_round = threading.Event()  # also after a visit that the stop has ended
        self._caretaker.ask(lambda *_: gone_round.set(), 0)
        gone_round.wait(LAST_ROUND_S)
        for one in self._all:
            one.stop()
        self.store.end()

    def forget(self, visit: Visit) -> None:
        """What a visit left here, when it has ended; memory goes back to the system. What it may
        have left on the disk is looked for in the caretaker's own time.
        """
        self._caretaker.ask(going_round(needles_of(visit)), 0)
        self.answers.forget()
        self._orders.visit_over(visit.number)
        for left in (self.left_cards, self.left_slips, self.left_social_cards):
            left.visit_over()
        if self.left_papers is not None and visit.by_camera:
            self.left_papers.visit_over()
        if self._speaker is not None:
            self._speaker.ask(back_to_normal, 0)
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)

    def _heard(self, event: Event) -> None:
        """On the worker's thread: what is news for others than the resident."""
        match event:
            case StatusChanged(device="platform", status=status) if status.usable:
                self.forwarder.nudge()
                self._orders.nudge()
                for one in self._fetching:
                    one.nudge()
            case HelperKnown():
                self._caretaker.ask(lambda caretaker, _: caretaker.note_helper(), 0)
            case MediaForgotten() if self._speaker is not None:
                self._speaker.ask(alarm, 0)
        if (line := self._news.line_for(event)) is not None:
            self._caretaker.ask(_noting(*line), 0)
        self._post(event)


def _left_papers(given: Settings, post: Callable[[Event], None]) -> LeftMedia[Any] | None:
    """Of a camera over a desk: no other scanner can tell."""
    section = given.scanner
    if not isinstance(section, DocumentCameraSettings):
        return None
    own, slot = own_profiles(given), Slot("scanner", given.terminal.forgotten_after_s)
    # The profile is read when it is needed: what is wrong with it the worker's own opening tells.
    look = DeskLook(lambda: open_document_camera(section, own)())
    return LeftMedia(slot, lambda _: presence(section.source), look.there, post)


def rooms_of(given: Settings) -> Rooms:
    """The state, and wherever else a file of the terminal may lie."""
    roots = (given.state, *(() if given.scratch is None else (given.scratch,)), *given.spools)
    return Rooms(roots, (given.state / "store.db",))


def _noting(event: JournalEvent, device: DeviceName) -> Task[Caretaker]:
    return lambda caretaker, _: caretaker.note_device(event, device)
