"""A card or slip that stays when its visit is over: told, alarmed, and told when it is gone."""

import logging
import queue
import threading
from contextlib import closing, contextmanager
from datetime import date

import pytest

from devices.base import Condition
from devices.idcard_reader import IdCardReader
from devices.printer_links import TcpLink
from devices.receipt_printer import ReceiptPrinter
from devices.slip import Line, Slip
from kiosk.conductor import Conductor
from kiosk.machines.left_media import LeftMedia, card_lies_there, slip_hangs_there
from kiosk.machines.media import Slot
from kiosk.makers.page_makers import makers
from kiosk.services.lobby import LOBBY
from kiosk.visits.events import (
    CardRead,
    MediaForgotten,
    MediaPresent,
    MediaTaken,
    Printed,
    StatusChanged,
    Touched,
)
from kiosk.visits.pages import AttractPage
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Worker
from kiosk.works.base import Work
from kiosk.works.cards import read_card
from kiosk.works.printing import print_slip
from offline_cache import database
from offline_cache.print_ledger import PrintLedger
from sandbox.id_cards import ZHANG_SAN
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.printer import ReceiptPrinterPeer
from tests.packs import catalogue
from tests.printer_kit import PROFILES, font, glyphs

WAIT_S = 20
TELLING = "cashino-kp-628e"  # bit 7 of its answer to DLE EOT 1: a slip hangs in the mouth
SLIP = Slip((Line("回执"),))


class Terminal:
    """A device with its worker, and what was told, in its order."""

    def __init__(self, device, opened, status, there, forgotten_after_s):
        self.news, self._checks = queue.Queue(), threading.Semaphore(0)
        self.left = LeftMedia(Slot(device, forgotten_after_s), status, there, self.news.put)
        self.worker = Worker(device, opened, self._status, self.news.put, check_every_s=0.05)

    def do(self, task, visit):
        Work(self.worker, self.left.using(task))(Visit(visit, receipt=f"{visit:014}"))
        return self.next()

    def next(self):
        """What is told next, statuses apart."""
        while isinstance(told := self.news.get(timeout=WAIT_S), StatusChanged):
            pass
        return told

    def no_news_in_two_checks(self):
        while self._checks.acquire(blocking=False):
            pass
        for _ in range(3):  # the first may have begun before
            assert self._checks.acquire(timeout=WAIT_S)
        told = [self.news.get() for _ in range(self.news.qsize())]
        return all(isinstance(event, StatusChanged) for event in told)

    def _status(self, tool):
        try:
            return self.left.status(tool)
        finally:
            self._checks.release()


class AtReader(Terminal):
    def __init__(self, link, peer, forgotten_after_s):
        super().__init__(
            "idcard_reader",
            lambda: IdCardReader(str(link), 115_200),
            IdCardReader.status,
            card_lies_there,
            forgotten_after_s,
        )
        self.peer = peer

    def read(self, visit):
        self.peer.lay(ZHANG_SAN)
        assert isinstance(self.do(read_card(date.today), visit), CardRead)


class AtPrinter(Terminal):
    def __init__(self, store, peer, profile, forgotten_after_s):
        super().__init__(
            "receipt_printer",
            lambda: ReceiptPrinter(TcpLink(*peer.address), profile, glyphs(), 10.0, 20.0),
            ReceiptPrinter.status,
            slip_hangs_there,
            forgotten_after_s,
        )
        database.begin(store).connection.close()
        self.peer, self._store = peer, store

    def print(self, visit):
        task = print_slip(
            lambda _: SLIP, lambda: closing(PrintLedger(database.connect(self._store)))
        )
        assert isinstance(self.do(task, visit), Printed)


@contextmanager
def terminal_at(tmp_path, forgotten_after_s):
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link) as peer:
        yield from running(AtReader(link, peer, forgotten_after_s))


@contextmanager
def printer_at(tmp_path, forgotten_after_s, model=TELLING, **habits):
    profile = PROFILES[model]
    with ReceiptPrinterPeer(font(), profile.dots, profile.charset, **habits) as peer:
        yield from running(AtPrinter(tmp_path / "store.db", peer, profile, forgotten_after_s))


def running(terminal):
    terminal.worker.start()
    yield terminal
    terminal.worker.stop(WAIT_S)


def test_a_card_left_behind_raises_the_alarm_and_taking_it_ends_it(tmp_path, caplog):
    with caplog.at_level(logging.INFO), terminal_at(tmp_path, 0.3) as terminal:
        terminal.read(visit=1)
        terminal.left.visit_over()
        assert terminal.next() == MediaPresent(0, "idcard_reader")
        assert terminal.next() == MediaForgotten(0, "idcard_reader")
        terminal.peer.lift()
        assert terminal.next() == MediaTaken(0, "idcard_reader")
    assert len([line for line in caplog.messages if "was left" in line]) == 1
    assert ZHANG_SAN.number not in caplog.text
    assert ZHANG_SAN.name not in caplog.text


def test_a_card_that_was_taken_is_no_news(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.read(visit=1)
        terminal.peer.lift()
        terminal.left.visit_over()
        assert terminal.no_news_in_two_checks()


def test_a_card_laid_before_the_first_touch_alarms_nobody_and_is_read(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.left.visit_over()
        terminal.peer.lay(ZHANG_SAN)
        assert terminal.no_news_in_two_checks()
        terminal.read(visit=2)


def test_while_a_visit_holds_its_card_on_the_reader_nobody_is_alarmed(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.left.visit_over()
        terminal.read(visit=2)
        assert terminal.no_news_in_two_checks()


def test_a_reader_that_is_pulled_with_the_card_on_it_alarms_nobody(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.read(visit=1)
        terminal.peer.unplug()
        terminal.left.visit_over()
        told = terminal.news.get(timeout=WAIT_S)
        while told.status.condition is not Condition.ABSENT:  # no other event has a status
            told = terminal.news.get(timeout=WAIT_S)
        assert terminal.news.empty()


def test_a_slip_left_behind_raises_the_alarm_and_taking_it_ends_it(tmp_path, caplog):
    with (
        caplog.at_level(logging.INFO),
        printer_at(tmp_path, 0.3, mouth_status=0x80) as terminal,
    ):
        terminal.print(visit=1)
        terminal.left.visit_over()
        assert terminal.next() == MediaPresent(0, "receipt_printer")
        assert terminal.next() == MediaForgotten(0, "receipt_printer")
        terminal.peer.tear_off()
        assert terminal.next() == MediaTaken(0, "receipt_printer")
    assert len([line for line in caplog.messages if "was left" in line]) == 1


def test_a_slip_that_was_taken_is_no_news(tmp_path):
    with printer_at(tmp_path, 0.0, mouth_status=0x80) as terminal:
        terminal.print(visit=1)
        terminal.peer.tear_off()
        terminal.left.visit_over()
        assert terminal.no_news_in_two_checks()


def test_a_slip_in_the_mouth_while_its_visit_lasts_alarms_nobody(tmp_path):
    with printer_at(tmp_path, 0.0, mouth_status=0x80) as terminal:
        terminal.left.visit_over()
        terminal.print(visit=2)
        assert terminal.no_news_in_two_checks()


def test_the_last_slip_of_the_roll_is_minded_too(tmp_path):
    with printer_at(tmp_path, 0.0, mouth_status=0x80) as terminal:
        terminal.print(visit=1)
        terminal.peer.end_paper()
        terminal.left.visit_over()
        assert terminal.next() == MediaPresent(0, "receipt_printer")
        assert terminal.next() == MediaForgotten(0, "receipt_printer")
        terminal.peer.tear_off()
        assert terminal.next() == MediaTaken(0, "receipt_printer")


def test_a_printer_that_cannot_tell_alarms_nobody(tmp_path):
    with printer_at(tmp_path, 0.0, "generic-80") as terminal:
        terminal.print(visit=1)
        terminal.left.visit_over()
        assert terminal.no_news_in_two_checks()


@pytest.mark.parametrize("kind", [MediaPresent, MediaForgotten, MediaTaken])
def test_a_page_knows_what_was_forgotten_until_it_is_taken(kind):
    seen = []

    def attract(_, terminal):
        seen.append(terminal.forgotten)
        return AttractPage(f"page {len(seen)}")

    pages = {**makers("", lambda: None), "attract": attract}
    conductor = Conductor(LOBBY, {}, catalogue(), pages, lambda _: None, lambda _: None, 0.0)
    conductor.handle(MediaForgotten(0, "idcard_reader"))
    conductor.handle(kind(0, "idcard_reader"))
    expected = frozenset() if kind is MediaTaken else frozenset({"idcard_reader"})
    assert seen[-1] == expected
    assert conductor.at_rest
    conductor.handle(Touched(1))
    assert not conductor.at_rest
