"""A device goes and comes back: when it is tried, what is logged, and who does not notice."""

import logging
import queue
import threading
from contextlib import contextmanager

import pytest

from devices.base import (
    Condition,
    DeviceAbsentError,
    GarbledReplyError,
    NotToBeOpenedError,
    Status,
)
from devices.camera import Camera
from devices.camera_presence import presence
from devices.idcard_reader import IdCardReader
from devices.printer_links import TcpLink
from devices.receipt_printer import ReceiptPrinter
from kiosk.conductor import Conductor
from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from kiosk.visits.backoff import Backoff
from kiosk.visits.events import CardTaken, DeviceDown, ItemChosen, Printed, Touched
from kiosk.visits.flow import END, SERVICE, Flow, Step
from kiosk.visits.pages import HomePage
from kiosk.visits.worker import MISSES_TO_REOPEN, Worker
from kiosk.works.base import Work
from tests.certify_kit import QUESTIONS, certify_pages
from tests.packs import PENSION, catalogue
from tests.printer_kit import PROFILES, glyphs

WAIT_S = 20
NEVER_S = 3600.0


class Tool:
    """Does what its switches say; counts how often it was opened and asked."""

    def __init__(self):
        self.on_open = self.on_ask = self.on_next_ask = None
        self.opened, self.asked, self.nodes = 0, 0, "ttyUSB0"
        self.news = queue.Queue()
        self.happened = threading.Condition()

    @contextmanager
    def open(self):
        self._count("opened")
        if self.on_open:
            raise self.on_open
        yield self

    def status(self):
        self._count("asked")
        once, self.on_next_ask = self.on_next_ask, None
        if once:
            raise once
        if self.on_ask:
            raise self.on_ask
        return Status(Condition.OK)

    def _count(self, what):
        with self.happened:
            setattr(self, what, getattr(self, what) + 1)
            self.happened.notify_all()

    def wait_until(self, seen):
        with self.happened:
            assert self.happened.wait_for(seen, WAIT_S)

    def next_status(self):
        return self.news.get(timeout=WAIT_S).status

    def becomes(self, condition):
        """True once it is; a slow machine may doubt something else before."""
        while self.next_status().condition is not condition:
            pass
        return True


@pytest.fixture
def tool():
    return Tool()


@contextmanager
def at_work(tool, **pace):
    given = {"check_every_s": 0.02, "backoff": Backoff(0.01, 0.02), **pace}
    worker = Worker(
        "reader",
        tool.open,
        lambda t: t.status(),
        tool.news.put,
        nodes=lambda: tool.nodes,
        **given,
    )
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(WAIT_S)
    assert not worker.is_alive()


def test_it_is_logged_once_when_it_goes_and_once_when_it_is_back(tool, caplog):
    with caplog.at_level(logging.INFO, "kiosk.visits.worker"), at_work(tool):
        assert tool.next_status().usable
        tool.on_open = tool.on_ask = DeviceAbsentError("the driver's own words")
        assert tool.next_status() == Status(Condition.ABSENT, "the driver's own words")
        before = tool.opened
        tool.wait_until(lambda: tool.opened > before + 5)
        tool.on_open = tool.on_ask = None
        assert tool.next_status().usable
    lines = [each.message for each in caplog.records if "opening it again" not in each.message]
    assert lines == ["reader: ok ", "reader: absent the driver's own words", "reader: ok "]


def test_a_line_that_breaks_and_opens_again_is_no_news(tool):
    with at_work(tool):
        assert tool.next_status().usable
        tool.on_next_ask = DeviceAbsentError("hung up")
        tool.wait_until(lambda: tool.opened == 2)
        before = tool.asked
        tool.wait_until(lambda: tool.asked > before + 5)
    assert tool.news.empty()


def test_a_device_that_does_not_answer_is_asked_again_before_it_is_opened_again(tool):
    tool.on_ask = GarbledReplyError("noise")
    with at_work(tool):
        assert tool.next_status() == Status(Condition.FAULT, "noise")
        assert tool.opened == 1
        tool.wait_until(lambda: tool.opened == 2)
        assert tool.asked >= MISSES_TO_REOPEN


def test_what_lasts_is_not_tried_again_until_something_changes(tool):
    tool.on_open = NotToBeOpenedError("taken by another program")
    with at_work(tool, backoff=Backoff(lasting_s=NEVER_S)):
        assert tool.next_status().condition is Condition.ABSENT
        assert tool.opened == 1
        tool.on_open = None
        tool.nodes = "ttyUSB0, for everybody"
        assert tool.next_status().usable
        assert tool.opened == 2


def test_a_new_node_ends_the_waiting(tool):
    tool.on_open = DeviceAbsentError("nothing there")
    with at_work(tool, backoff=Backoff(NEVER_S, NEVER_S)):
        assert tool.next_status().condition is Condition.ABSENT
        tool.on_open, tool.nodes = None, "ttyUSB1"
        assert tool.next_status().usable


def test_a_task_that_says_nothing_leaves_its_device_unknown_until_it_does(tool):
    def task(_, job):
        job.answered()
        assert may_go_on.wait(WAIT_S)
        job.answered()
        assert may_end.wait(WAIT_S)

    may_go_on, may_end = threading.Event(), threading.Event()
    with at_work(tool, fresh_s=0.2) as worker:
        worker.ask(task, visit=1)
        assert tool.becomes(Condition.BUSY)
        assert tool.becomes(Condition.UNKNOWN)
        may_go_on.set()
        assert tool.becomes(Condition.BUSY)
        may_end.set()


def test_an_opening_that_hangs_does_not_keep_an_old_word_alive(tool):
    may_open = threading.Event()

    @contextmanager
    def slowly():
        with tool.open():
            if tool.opened > 1:
                assert may_open.wait(WAIT_S)
            yield tool

    worker = Worker(
        "reader", slowly, lambda t: t.status(), tool.news.put, check_every_s=0.02, fresh_s=0.1
    )
    worker.start()
    assert tool.becomes(Condition.OK)
    tool.on_next_ask = DeviceAbsentError("hung up")
    try:
        assert tool.becomes(Condition.UNKNOWN)
    finally:
        may_open.set()
        worker.stop(WAIT_S)


# A dead device never blocks a service that does not need it


class House:
    """A conductor with real workers; their events are handled here, as in the window's thread."""

    def __init__(self, events, works, services=None, lobby=LOBBY):
        self.events, self.views = events, []
        self.conductor = Conductor(
            lobby,
            services or {"certify": CERTIFY},
            catalogue(),
            certify_pages(),
            self.views.append,
            lambda _: None,
            0.0,
            QUESTIONS,
        )
        self.conductor.equip(works)

    def until(self, seen):
        while not seen(self.views[-1]):
            self.conductor.handle(self.events.get(timeout=WAIT_S))

    def touch(self, event, *values):
        self.conductor.handle(event(self.views[-1].visit, *values))


def dead_devices(tmp_path, post):
    link, source = TcpLink("127.0.0.1", 9), "http://127.0.0.1:9/video"  # nobody serves port 9
    port = str(tmp_path / "ttyUSB*")
    return {
        "idcard_reader": Worker(
            "idcard_reader", lambda: IdCardReader(port), IdCardReader.status, post
        ),
        "camera": Worker(
            "camera", lambda: Camera(source), Camera.status, post, lambda: presence(source)
        ),
        "receipt_printer": Worker(
            "receipt_printer",
            lambda: ReceiptPrinter(link, PROFILES["generic-80"], glyphs()),
            ReceiptPrinter.status,
            post,
        ),
    }


def test_with_every_device_absent_the_home_page_comes_and_says_what_is_missing(tmp_path):
    events = queue.Queue()
    workers = dead_devices(tmp_path, events.put)
    never_asked = Work(workers["camera"], lambda _: lambda *_: None)
    works = {step.work: never_asked for step in CERTIFY.steps.values() if step.work}
    house = House(events, works)
    for worker in workers.values():
        worker.start()
    house.touch(Touched)
    assert isinstance(house.views[-1].page, HomePage)
    house.until(lambda view: view.page.tiles[0].why_not == "why_not.no_reader")
    house.until(lambda view: len(view.page.notices) == 2)
    assert set(house.views[-1].page.notices) == {"notice.no_printer", "notice.no_camera"}
    for worker in workers.values():
        worker.stop(WAIT_S)


def test_a_reader_that_hangs_does_not_keep_the_printer_from_its_service(tool):
    hanging = threading.Event()

    @contextmanager
    def hang():
        assert hanging.wait(WAIT_S)
        raise DeviceAbsentError("never answered")
        yield

    reader = Worker("idcard_reader", hang, lambda t: t.status(), tool.news.put)
    printer = Worker("receipt_printer", tool.open, lambda t: t.status(), tool.news.put)
    printing = Flow(
        "print",
        {
            "print": Step("printing", {Printed: "out"}, work="print", patience_s=None, limit_s=60),
            "out": Step("goodbye", {}, limit_s=4),
        },
        anywhere={DeviceDown: END},
    )
    lobby = Flow(
        "lobby",
        resting="attract",
        steps={
            "attract": Step("attract", {Touched: "home"}, patience_s=None),
            "home": Step("home", {ItemChosen: SERVICE}, work="read card"),
        },
    )
    works = {
        "read card": Work(reader, lambda _: lambda __, job: CardTaken(job.visit)),
        "print": Work(printer, lambda _: lambda __, job: Printed(job.visit)),
    }
    house = House(tool.news, works, {"certify": printing}, lobby)
    reader.start()
    printer.start()
    try:
        house.touch(Touched)
        house.touch(ItemChosen, PENSION)
        house.until(lambda view: view.step == "print/out")
    finally:
        hanging.set()
        reader.stop(WAIT_S)
        printer.stop(WAIT_S)
