"""After a visit: the terminal looks for what is left of it, and says what it found."""

import logging
import resource
import sqlite3
from contextlib import closing
from datetime import timedelta
from queue import SimpleQueue

import pytest

from devices.base import Condition, Status
from kiosk.machines import caretaker as caretaker_module
from kiosk.machines.caretaker import Caretaker, DeviceNews, Rooms, going_round, needles_of
from kiosk.machines.store_room import StoreRoom
from kiosk.visits.events import Confirmed, PageTaken, StatusChanged, Touched
from kiosk.visits.form_events import HowChosen
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Worker
from offline_cache import database
from offline_cache.journal import DeviceName, Journal, JournalEvent, Residue
from offline_cache.steady_clock import Jump
from tests.kiosk.forwarding import PAPER
from tests.kiosk.people import ZHANG
from tests.kiosk.test_application import answers, visit_of
from tests.offline_cache.helpers import MORNING

WAIT_S = 30
NEEDLES = needles_of(Visit(1, card=ZHANG))


@pytest.fixture
def state(tmp_path):
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    state = tmp_path / "state"
    database.begin(state / "store.db").connection.close()
    return state


@pytest.fixture
def caretaker(state):
    store = state / "store.db"
    room = StoreRoom(store, state / "terminal.key", "522401")
    room.begin()
    return Caretaker(room, Rooms((state,), (store,)))


def last_line(state):
    with closing(sqlite3.connect(state / "store.db")) as store:
        return store.execute(
            "SELECT event, word, count, took_ms >= 0 FROM journal_lines ORDER BY seq DESC LIMIT 1"
        ).fetchone()


def test_a_visit_that_left_nothing_is_written_down_as_such_and_signed(state, caretaker):
    with caretaker:
        assert caretaker.go_round(NEEDLES) is Residue.CLEAN
        assert caretaker.status() == Status(Condition.OK)
    assert last_line(state) == ("residue-checked", "clean", 0, 1)
    with closing(database.connect(state / "store.db")) as store:
        journal = Journal(store)
        assert [head.seq for head in journal.signed_heads()] == [2, 3]


def test_what_was_left_is_removed_written_down_and_a_fault_from_then_on(state, caretaker, caplog):
    caplog.set_level(logging.INFO)
    (state / f"scan of {ZHANG.name}.tmp").write_text(ZHANG.number)
    with caretaker:
        assert caretaker.go_round(NEEDLES) is Residue.REMOVED
        assert last_line(state) == ("residue-checked", "removed", 1, 1)
        assert caretaker.go_round(NEEDLES) is Residue.CLEAN
        assert caretaker.status().condition is Condition.FAULT
    assert len([file for file in state.iterdir() if "scan" in file.name]) == 0
    assert ZHANG.name not in caplog.text
    assert ZHANG.number not in caplog.text


def test_what_cannot_be_removed_is_told_as_such(state, caretaker):
    with closing(sqlite3.connect(state / "store.db")) as store, store:
        store.execute("CREATE TABLE careless (x)")
        store.execute("INSERT INTO careless VALUES (?)", (ZHANG.number,))
    with caretaker:
        assert caretaker.go_round(NEEDLES) is Residue.LEFT
        assert "could not be removed" in caretaker.status().detail


def test_a_search_that_did_not_take_place_is_not_called_clean(state, caretaker, monkeypatch):
    def fails(_):
        raise caretaker_module.ResidueSearchError("the search did not start")

    monkeypatch.setattr(caretaker_module, "search_apart", fails)
    with caretaker:
        assert caretaker.go_round(NEEDLES) is Residue.UNFINISHED


def test_a_visit_without_a_card_leaves_nothing_to_look_for(state, caretaker):
    assert needles_of(Visit(1)) == ()
    with caretaker:
        assert caretaker.go_round(()) is None
    assert last_line(state)[0] == "key-made"


def test_a_piece_of_the_portrait_is_looked_for_too(state, caretaker):
    portrait = bytes(range(256)) * 40
    (state / "frame.jpg").write_bytes(portrait)
    with caretaker:
        needles = needles_of(Visit(1, card=ZHANG, portrait=portrait))
        assert caretaker.go_round(needles) is Residue.REMOVED
    assert not (state / "frame.jpg").exists()


def test_a_terminal_that_would_dump_its_memory_says_so(caretaker):
    before = resource.getrlimit(resource.RLIMIT_CORE)
    if before[1] == 0:
        pytest.fail("run the tests where the hard limit of core files is not 0: ulimit -Hc")
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        assert caretaker.status().condition is Condition.FAULT
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def test_the_round_is_made_by_a_worker_whose_asker_goes_on_at_once(state, caretaker):
    (state / "left").write_text(ZHANG.number)
    events = SimpleQueue()
    worker = Worker("residue", lambda: caretaker, Caretaker.status, events.put)
    worker.start()
    try:
        worker.ask(going_round(NEEDLES), 0)
        while (event := events.get(timeout=WAIT_S)).status.condition is not Condition.FAULT:
            pass
        assert event.device == "residue"
    finally:
        worker.stop()
    assert last_line(state)[:2] == ("residue-checked", "removed")


def test_a_device_that_goes_and_comes_back_is_worth_two_lines():
    news = DeviceNews()
    told = [
        news.line_for(StatusChanged(0, "camera", Status(condition)))
        for condition in (
            *(Condition.OK, Condition.BUSY, Condition.ABSENT, Condition.FAULT),
            *(Condition.UNKNOWN, Condition.OK, Condition.ATTENTION),
        )
    ]
    assert [line for line in told if line] == [
        (JournalEvent.DEVICE_LOST, DeviceName.CAMERA),
        (JournalEvent.DEVICE_BACK, DeviceName.CAMERA),
    ]
    assert news.line_for(Touched(1)) is None
    assert news.line_for(StatusChanged(0, "residue", Status(Condition.FAULT))) is None


def test_a_disk_that_takes_no_journal_is_searched_all_the_same(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "left").write_text(ZHANG.number)
    room = StoreRoom(tmp_path / "file" / "store.db", tmp_path / "terminal.key", "522401")
    (tmp_path / "file").touch()  # no directory can be made there
    with Caretaker(room, Rooms((state,), ())) as caretaker:
        assert caretaker.go_round(NEEDLES) is Residue.REMOVED
        assert caretaker.status().condition is Condition.FAULT


def test_what_was_typed_and_scanned_for_a_form_is_looked_for_as_well():
    page = bytes(range(256)) * 4
    way = (*answers("13900001234", "no"), ("materials", Confirmed), ("material", HowChosen, "scan"))
    scanned = (("scan_page", PageTaken, page, None), ("look_at", Confirmed))
    needles = needles_of(visit_of(PAPER, *way, *scanned))
    assert ZHANG.number.encode() in needles
    assert b"13900001234" in needles
    assert any(needle in page for needle in needles)


class Hours:
    """The caretaker's own clock."""

    def __init__(self):
        self.s = 0.0

    def __call__(self):
        return self.s


def test_drafts_whose_days_are_over_go_at_the_start_and_every_day_while_nobody_comes(
    state, monkeypatch
):
    clock, hours = [MORNING], Hours()
    room = StoreRoom(state / "store.db", state / "terminal.key", "522401", lambda: clock[0])
    monkeypatch.setattr(room, "_look_at_the_clock", lambda _: Jump())
    room.begin()
    with room.drafts() as drafts:
        drafts.keep(b"one", b"document", 1)
        drafts.keep(b"two", b"document", 2)

    def expired():
        with closing(sqlite3.connect(state / "store.db")) as store:
            rows = store.execute("SELECT count FROM journal_lines WHERE event = 'draft-expired'")
            return [count for (count,) in rows]

    clock[0] += timedelta(days=1, minutes=1)
    with Caretaker(room, Rooms((state,), ()), hours) as caretaker:
        caretaker.status()
        assert expired() == [1]
        clock[0] += timedelta(days=1)
        hours.s += 3600
        caretaker.status()
        assert expired() == [1]
        hours.s += 24 * 3600
        caretaker.status()
        assert expired() == [1, 1]


def test_a_store_that_cannot_be_looked_over_is_looked_over_later(state):
    hours = Hours()
    room = StoreRoom(state / "none" / "store.db", state / "terminal.key", "522401")
    state.joinpath("none").write_text("not a directory")
    with Caretaker(room, Rooms((state,), ()), hours) as caretaker:
        assert caretaker.status() == Status(Condition.OK)
        state.joinpath("none").unlink()
        room.begin()
        with room.drafts() as drafts:
            drafts.keep(b"one", b"document", 1)
        hours.s += 600
        assert caretaker.status() == Status(Condition.OK)
