"""A card that stays on the reader after its visit: told, alarmed, and told when it is gone."""

import logging
import queue
import threading
from contextlib import contextmanager
from datetime import date

import pytest

from config import catalogue
from devices.base import Condition
from devices.idcard_reader import IdCardReader
from kiosk.conductor import Conductor
from kiosk.events import (
    CardRead,
    MediaForgotten,
    MediaPresent,
    MediaTaken,
    StatusChanged,
    Touched,
)
from kiosk.left_cards import LeftCards
from kiosk.media import Slot
from kiosk.pages import AttractPage
from kiosk.services.lobby import LOBBY
from kiosk.visit import Visit
from kiosk.worker import Worker
from kiosk.works.base import Work
from kiosk.works.cards import read_card
from sandbox.id_cards import ZHANG_SAN
from sandbox.idcard_reader import IdCardReaderPeer

WAIT_S = 20


class Terminal:
    """A reader with its worker, and what was told, in its order."""

    def __init__(self, link, peer, forgotten_after_s):
        self.peer, self.news = peer, queue.Queue()
        self.left_cards = LeftCards(Slot("idcard_reader", forgotten_after_s), self.news.put)
        self.worker = Worker(
            "idcard_reader",
            lambda: IdCardReader(str(link), 115_200),
            self._status,
            self.news.put,
            check_every_s=0.05,
        )
        self._checks = threading.Semaphore(0)
        self._read = Work(self.worker, self.left_cards.reading(read_card(date.today)))

    def read(self, visit):
        self.peer.lay(ZHANG_SAN)
        self._read(Visit(visit))
        assert isinstance(self.next(), CardRead)

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

    def _status(self, reader):
        try:
            return self.left_cards.status(reader)
        finally:
            self._checks.release()


@contextmanager
def terminal_at(tmp_path, forgotten_after_s):
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link) as peer:
        terminal = Terminal(link, peer, forgotten_after_s)
        terminal.worker.start()
        yield terminal
        terminal.worker.stop(WAIT_S)


def test_a_card_left_behind_raises_the_alarm_and_taking_it_ends_it(tmp_path, caplog):
    with caplog.at_level(logging.INFO), terminal_at(tmp_path, 0.3) as terminal:
        terminal.read(visit=1)
        terminal.left_cards.visit_over()
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
        terminal.left_cards.visit_over()
        assert terminal.no_news_in_two_checks()


def test_a_card_laid_before_the_first_touch_alarms_nobody_and_is_read(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.left_cards.visit_over()
        terminal.peer.lay(ZHANG_SAN)
        assert terminal.no_news_in_two_checks()
        terminal.read(visit=2)


def test_while_a_visit_holds_its_card_on_the_reader_nobody_is_alarmed(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.left_cards.visit_over()
        terminal.read(visit=2)
        assert terminal.no_news_in_two_checks()


def test_a_reader_that_is_pulled_with_the_card_on_it_alarms_nobody(tmp_path):
    with terminal_at(tmp_path, 0.0) as terminal:
        terminal.read(visit=1)
        terminal.peer.unplug()
        terminal.left_cards.visit_over()
        told = terminal.news.get(timeout=WAIT_S)
        while told.status.condition is not Condition.ABSENT:  # no other event has a status
            told = terminal.news.get(timeout=WAIT_S)
        assert terminal.news.empty()


@pytest.mark.parametrize("kind", [MediaPresent, MediaForgotten, MediaTaken])
def test_a_page_knows_what_was_forgotten_until_it_is_taken(kind):
    seen = []

    def attract(_, terminal):
        seen.append(terminal.forgotten)
        return AttractPage(f"page {len(seen)}")

    pages = {"attract": attract, "home": lambda *_: AttractPage("home")}
    conductor = Conductor(
        LOBBY, {}, catalogue.load_installed(), pages, lambda _: None, lambda _: None, 0.0
    )
    conductor.handle(MediaForgotten(0, "idcard_reader"))
    conductor.handle(kind(0, "idcard_reader"))
    expected = frozenset() if kind is MediaTaken else frozenset({"idcard_reader"})
    assert seen[-1] == expected
    assert conductor.at_rest
    conductor.handle(Touched(1))
    assert not conductor.at_rest
