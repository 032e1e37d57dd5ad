"""Disks that are full, read-only or broken: the terminal starts, and says what cannot be done."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

import pytest

from devices.base import Condition, Status
from kiosk.machines.store_room import StoreRoom, desk_status
from kiosk.makers.page_makers import makers
from kiosk.visits.events import StatusChanged
from kiosk.visits.terminal import Terminal
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Worker
from offline_cache.errors import StoreError
from offline_cache.journal import Journal
from offline_cache.moments import stamp
from offline_cache.outbox import LIMITS
from offline_cache.steady_clock import SteadyClock
from tests.offline_cache.helpers import MORNING, a_submission
from tests.packs import catalogue

ROOT = Path(__file__).resolve().parents[2]
TERMINAL = "522401"
WAIT_S = 30


def room_in(directory):
    return StoreRoom(directory / "store.db", directory / "terminal.key", TERMINAL)


def mount(*words):
    if os.getuid() != 0:
        pytest.fail("run the tests as root: sudo -E .venv/bin/python -m pytest")
    subprocess.run(["mount", *words], check=True, timeout=WAIT_S)


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own, in memory."""
    directory = tmp_path / "disk"
    directory.mkdir()
    mount("-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", str(directory))
    yield directory
    subprocess.run(["umount", "-l", str(directory)], check=True, timeout=WAIT_S)


class Desk:
    """The outbox's worker; what it tells of the disk."""

    def __init__(self, room):
        self.events = SimpleQueue()
        self.worker = Worker("outbox", room.desk, desk_status, self.events.put)

    def __enter__(self):
        self.worker.start()
        return self

    def __exit__(self, *exc):
        self.worker.stop()

    def until(self, usable):
        while (event := self.events.get(timeout=WAIT_S)).status.usable is not usable or (
            event.status.condition is Condition.UNKNOWN
        ):
            assert isinstance(event, StatusChanged)
        return event.status


def fill(disk):
    """To the last byte."""
    with (disk / "rubbish").open("wb", 0) as rubbish:
        for size in (65536, 4096, 1):
            try:
                while rubbish.write(bytes(size)):
                    pass
            except OSError:
                continue


def test_a_sound_disk_is_begun_once_and_signed(tmp_path):
    room = room_in(tmp_path / "state")
    room.begin()
    with closing(room.connect()) as store:
        journal = Journal(store)
        assert [line[2] for line, _ in journal.lines()] == ["started", "key-made"]
        assert [head.seq for head in journal.signed_heads()] == [2]
    room.end()
    with closing(room.connect()) as store:
        assert Journal(store).verify() is None
        assert [head.seq for head in Journal(store).signed_heads()] == [2, 3]


def test_a_disk_that_can_only_be_read_is_told_and_used_as_soon_as_it_can_be_written(disk):
    room_in(disk).begin()
    mount("-o", "remount,ro", str(disk))
    room = room_in(disk)
    room.begin()
    with pytest.raises(StoreError):
        room.connect()
    with Desk(room) as desk:
        assert desk.until(usable=False).condition is Condition.FAULT
        mount("-o", "remount,rw,size=1g", str(disk))
        assert desk.until(usable=True)
    assert room.outbox().keep(a_submission()).new


def test_a_disk_that_becomes_read_only_is_told(disk):
    mount("-o", "remount,size=1g", str(disk))
    room = room_in(disk)
    room.begin()
    with Desk(room) as desk:
        desk.until(usable=True)
        # As after a fault of the disk: whoever has files open keeps them.
        mount("--bind", "-o", "ro", str(disk), str(disk))
        try:
            assert desk.until(usable=False).condition is Condition.FAULT
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True, timeout=WAIT_S)


def test_a_full_disk_is_told_and_used_as_soon_as_there_is_room(disk):
    fill(disk)
    room = room_in(disk)
    room.begin()
    with Desk(room) as desk:
        assert desk.until(usable=False).condition is Condition.FAULT
        (disk / "rubbish").unlink()
        mount("-o", "remount,size=1g", str(disk))
        desk.until(usable=True)
    assert room.outbox().keep(a_submission()).new


def test_a_disk_with_little_room_is_told_before_a_resident_has_come_to_the_end(disk):
    room = room_in(disk)  # 2 MB, and a terminal wants to keep more than that free
    room.begin()
    with Desk(room) as desk:
        status = desk.until(usable=False)
    assert "little room" in status.detail
    assert LIMITS.disk_free_bytes > 2_000_000


BEGINS = """
import logging, sys
from pathlib import Path
from kiosk.machines.store_room import StoreRoom
from offline_cache.errors import StoreError
logging.basicConfig(level=logging.ERROR, format="%(message)s")
state = Path(sys.argv[1])
room = StoreRoom(state / "store.db", state / "terminal.key", "522401")
room.begin()
try:
    room.connect().close()
except StoreError as fault:
    print(type(fault).__name__)
else:
    print("in order")
"""


@pytest.mark.parametrize("call", ["fsync,fdatasync", "pwrite64", "pread64", "openat"])
def test_a_disk_that_answers_with_eio_is_a_typed_fault_at_the_start(tmp_path, call):
    if shutil.which("strace") is None:
        pytest.fail("strace is missing: apt-get install strace")
    state = tmp_path / "state"
    room_in(state).begin()
    injected = ["-P", str(state / "store.db"), "-P", str(state / "store.db-wal"), "-P", str(state)]
    done = subprocess.run(
        [
            *("strace", "-f", "-qq", "-o", "/dev/null", *injected),
            *("-e", f"inject={call}:error=EIO", sys.executable, "-c", BEGINS, str(state)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("Store")
    assert list(state.glob("*.damaged-*")) == []  # a fault of the disk is no damage
    with closing(room_in(state).connect()) as store:
        assert [line[2] for line, _ in Journal(store).lines()][:2] == ["started", "key-made"]


def test_an_item_that_hands_something_in_says_that_it_cannot_be_done_now():
    items = catalogue()
    health = {"outbox": Status(Condition.FAULT), "idcard_reader": Status(Condition.OK)}
    page = makers("石桥镇", lambda: None)["home"](Visit(1), Terminal(items, health, 0))
    assert {tile.why_not for tile in page.tiles} == {"why_not.no_store"}


@pytest.mark.parametrize(
    ("wall", "event"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), "clock-behind"),
        (datetime(2099, 1, 1, tzinfo=UTC), "clock-ahead"),
    ],
)
def test_a_start_with_a_clock_that_cannot_be_right_is_written_down(tmp_path, wall, event):
    def room_at(moment):
        clock = SteadyClock(lambda: moment, lambda: 0.0, lambda: False)
        return StoreRoom(tmp_path / "store.db", tmp_path / "terminal.key", TERMINAL, clock)

    room_at(MORNING).begin()
    room_at(wall).begin()
    with closing(room_at(MORNING).connect()) as store:
        lines = [line for line, _ in Journal(store).lines()]
    assert event in [line[2] for line in lines]
    assert {line[1] for line in lines} == {stamp(MORNING)}
