"""Whether a page still lies under the camera when its visit is over, seen by the camera."""

import queue
import threading

import cv2
import numpy as np
import pytest

from devices.base import Condition, Status
from devices.camera_presence import presence
from devices.camera_profiles import CameraProfile
from devices.document_camera import DocumentCamera
from kiosk.machines.caretaker import DeviceNews
from kiosk.machines.left_media import LeftMedia
from kiosk.machines.media import Slot
from kiosk.makers.notices import left_notices
from kiosk.visits.desk_events import DeskEmpty, PageLies
from kiosk.visits.events import MediaForgotten, MediaPresent, MediaTaken, StatusChanged
from kiosk.visits.terminal import Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Worker
from kiosk.works.watching_desk import DeskLook, page_lies, watch_desk
from offline_cache.journal import DeviceName, JournalEvent
from sandbox.camera import CameraPeer
from sandbox.document_films import EMPTY, FILMS, HELD, LYING, draw
from tests.packs import catalogue

WAIT_S = 60
PROFILE = CameraProfile("test", 1280, 720, 0, 2, 0.3, 10.0)


@pytest.fixture
def peer():
    with CameraPeer(film=FILMS["page"]) as peer:
        yield peer


def test_a_page_is_told_from_the_boards_of_a_desk():
    assert page_lies(draw(LYING)) is True
    assert page_lies(draw(EMPTY)) is False


def test_a_page_under_a_hand_lies_there():
    assert page_lies(draw(HELD)) is not False


def test_in_the_dark_nobody_can_tell():
    assert page_lies(np.full((720, 1280, 3), 8, np.uint8)) is None


def test_what_may_be_the_desks_own_alarms_nobody():
    """White on white: an outline, but not one to be sure of."""
    frame = np.full((720, 1280, 3), 205, np.uint8)
    cv2.rectangle(frame, (300, 150), (960, 600), (209, 209, 209), -1)
    assert page_lies(frame) is not True


class Watch:
    """The work in a thread of its own."""

    def __init__(self, peer):
        self.told, self.answer = queue.Queue(), queue.Queue()
        self.job = Job(7, self.told.put)
        task = watch_desk(Visit(7))

        def run():
            with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
                self.answer.put(task(camera, self.job))

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def stop(self):
        self.job.stopped.set()
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()


@pytest.fixture
def watch(peer):
    watch = Watch(peer)
    yield watch
    watch.stop()


def test_a_page_that_lies_there_is_told_once_and_then_that_it_is_gone(peer, watch):
    assert type(watch.told.get(timeout=WAIT_S)) is PageLies
    peer.show(FILMS["desk"])
    assert type(watch.answer.get(timeout=WAIT_S)) is DeskEmpty
    assert watch.told.empty()


def test_whoever_does_not_wait_for_it_stops_it(watch):
    watch.told.get(timeout=WAIT_S)
    watch.stop()
    assert watch.answer.get(timeout=WAIT_S) is None


class Between:
    """The worker of the camera between visits, and what it tells."""

    def __init__(self, peer, forgotten_after_s):
        self.opened = 0
        self.news = queue.Queue()

        def camera():
            self.opened += 1
            return DocumentCamera(peer.url, PROFILE, WAIT_S)

        self.left = LeftMedia(
            Slot("scanner", forgotten_after_s),
            lambda _: presence(peer.url),
            DeskLook(camera, every_s=0.1).there,
            self.news.put,
        )
        self.worker = Worker(
            *("scanner", camera, DocumentCamera.status, self.news.put),
            look=lambda: self.left.status(None),
            check_every_s=0.05,
        )

    def next(self):
        while isinstance(told := self.news.get(timeout=WAIT_S), StatusChanged):
            pass
        return type(told)


@pytest.fixture
def between(peer):
    between = Between(peer, forgotten_after_s=0.2)
    between.worker.start()
    yield between
    between.worker.stop(WAIT_S)


def test_a_page_that_stays_is_alarmed_and_told_when_it_is_taken(peer, between):
    between.left.visit_over()
    assert between.next() is MediaPresent
    assert between.next() is MediaForgotten
    peer.show(FILMS["desk"])
    assert between.next() is MediaTaken


def test_the_camera_is_not_opened_before_a_visit_has_laid_something_there(between):
    assert isinstance(between.news.get(timeout=WAIT_S), StatusChanged)
    assert between.opened == 0


def test_a_camera_that_is_gone_is_not_opened():
    look = DeskLook(lambda: pytest.fail("nobody opens it"))
    assert look.there(None, Status(Condition.ABSENT)) is None


def test_what_was_forgotten_is_a_notice_on_the_resting_page():
    terminal = Terminal(catalogue(), {}, 0.0, frozenset({"scanner"}))
    assert left_notices(terminal) == ("notice.paper_left",)


def test_what_was_forgotten_and_that_it_is_gone_are_lines_of_the_journal():
    news = DeviceNews()
    assert news.line_for(MediaTaken(0, "scanner")) is None, "its owner took it in time"
    assert news.line_for(MediaForgotten(0, "scanner")) == (
        JournalEvent.MEDIA_FORGOTTEN,
        DeviceName.SCANNER,
    )
    assert news.line_for(MediaTaken(0, "scanner")) == (
        JournalEvent.MEDIA_TAKEN,
        DeviceName.SCANNER,
    )
    assert news.line_for(MediaTaken(0, "scanner")) is None
