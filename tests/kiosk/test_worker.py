"""One owner a device: it opens, holds, re-opens, and always answers."""

import queue
import threading
from contextlib import contextmanager

import pytest

from devices.base import (
    Condition,
    DeviceAbsentError,
    DeviceFailedError,
    GarbledReplyError,
    Remedy,
    Status,
)
from kiosk.visits.events import CardTaken, DeviceDown, StatusChanged
from kiosk.visits.worker import TRIES, Worker

WAIT_S = 10


class Tool:
    """Its owner's life with it, as a list; `absent` and `broken` are switches."""

    def __init__(self):
        self.diary, self.absent, self.news = [], False, queue.Queue()
        self.condition = Condition.OK

    @contextmanager
    def open(self):
        if self.absent:
            raise DeviceAbsentError("nothing there")
        self.diary.append("open")
        yield self
        self.diary.append("close")

    def status(self):
        if self.absent:
            raise DeviceAbsentError("it went away")
        return Status(self.condition)

    def next(self, kind):
        """The next event of this kind; others before it are passed over."""
        while True:
            event = self.news.get(timeout=WAIT_S)
            if isinstance(event, kind):
                return event


@pytest.fixture
def tool():
    return Tool()


@pytest.fixture
def worker(tool):
    worker = Worker("reader", tool.open, lambda t: t.status(), tool.news.put, check_every_s=0.02)
    worker.start()
    yield worker
    worker.stop()
    assert not worker.is_alive()
    assert tool.diary.count("open") == tool.diary.count("close")


def test_a_task_gets_the_open_tool_and_its_answer_is_posted(worker, tool):
    worker.ask(lambda t, job: CardTaken(job.visit) if t is tool else None, visit=7)
    assert tool.next(CardTaken).visit == 7


def test_a_device_that_comes_back_is_news_once(worker, tool):
    assert tool.next(StatusChanged).status.usable
    tool.absent = True
    assert tool.next(StatusChanged).status.condition is Condition.ABSENT
    tool.absent = False
    assert tool.next(StatusChanged).status.condition is Condition.OK
    assert tool.news.empty()


def test_asking_again_helps_with_a_garbled_reply(worker, tool):
    tries = []

    def task(_, job):
        tries.append(1)
        if len(tries) < TRIES:
            raise GarbledReplyError("noise")
        return CardTaken(job.visit)

    worker.ask(task, visit=1)
    assert tool.next(CardTaken)


def test_after_all_tries_the_step_hears_who_can_help(worker, tool):
    tries = []

    def task(*_):
        tries.append(1)
        raise GarbledReplyError("noise")

    worker.ask(task, visit=3)
    down = tool.next(DeviceDown)
    assert (down.visit, down.device, down.remedy) == (3, "reader", Remedy.ATTENDANT)
    assert len(tries) == TRIES


def test_a_device_that_says_it_is_broken_is_not_asked_again(worker, tool):
    tries = []

    def task(*_):
        tries.append(1)
        raise DeviceFailedError("self-test failed")

    worker.ask(task, visit=3)
    assert tool.next(DeviceDown).remedy is Remedy.TECHNICIAN
    assert len(tries) == 1


def test_a_mistake_in_a_task_answers_too_and_the_worker_lives_on(worker, tool):
    worker.ask(lambda *_: 1 / 0, visit=1)
    assert tool.next(DeviceDown).remedy is Remedy.TECHNICIAN
    worker.ask(lambda _, job: CardTaken(job.visit), visit=2)
    assert tool.next(CardTaken).visit == 2


def test_a_task_that_was_called_off_answers_nobody(worker, tool):
    begun, may_end = threading.Event(), threading.Event()

    def task(_, job):
        begun.set()
        may_end.wait(WAIT_S)
        return CardTaken(job.visit)

    call_off = worker.ask(task, visit=1)
    assert begun.wait(WAIT_S)
    call_off()
    may_end.set()
    worker.ask(lambda _, job: CardTaken(job.visit), visit=2)
    assert tool.next(CardTaken).visit == 2


def test_a_camera_is_open_only_while_somebody_asked_for_it(tool):
    looked = threading.Event()

    def look():
        looked.set()
        return Status(Condition.OK)

    worker = Worker("camera", tool.open, lambda t: t.status(), tool.news.put, look, 0.02)
    worker.start()
    assert looked.wait(WAIT_S)
    assert tool.diary == []
    worker.ask(lambda t, job: CardTaken(job.visit), visit=1)
    tool.next(CardTaken)
    worker.stop()
    assert tool.diary == ["open", "close"]
