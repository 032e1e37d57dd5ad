"""A damaged store: what can still be read is in the new one, and nothing that is wrong."""

from __future__ import annotations

import os
import random
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache.database import Opened, begin, connect, transaction
from offline_cache.drafts import SECRET_PURPOSE, Drafts
from offline_cache.journal import Journal, JournalEvent
from offline_cache.outbox import Outbox
from offline_cache.print_ledger import Begun, PrintLedger
from offline_cache.salvage import Salvaged
from offline_cache.schema import PAGE_BYTES
from offline_cache.submission import Outcome, Problem, State, Submission
from offline_cache.terminal_key import load_or_make
from tests.offline_cache.helpers import (
    MORNING,
    TERMINAL,
    Clock,
    a_submission,
    an_outbox,
    some_materials,
)

WAITING, DELIVERED = 20, 10


class Day:
    """A store with submissions that wait, one set aside, some delivered, slips and a journal."""

    def __init__(self, path: Path, body_bytes: int = 900) -> None:
        self.path = path
        outbox = an_outbox(path)
        with closing(connect(path)) as db:
            Journal(db, Clock()).note(JournalEvent.STARTED)
            Journal(db, Clock()).sign(load_or_make(path.with_name("terminal.key")))
        self.waiting: dict[str, Submission] = {}
        self.delivered: set[str] = set()
        lots = random.Random(5)
        for turn in range(WAITING + DELIVERED):
            submission = a_submission(lots.randbytes(body_bytes))
            number = outbox.keep(submission).number
            if turn % 3 == 0:
                outbox.acknowledge(submission.key, Outcome.ACCEPTED)
                self.delivered.add(number)
            else:
                self.waiting[number] = submission
                self.last = submission
        outbox.set_aside(self.last.key, Problem.REJECTED)
        self.printed = next(iter(self.delivered))
        with closing(PrintLedger(connect(path))) as ledger:
            ledger.begin(self.printed)
            ledger.finish(self.printed)
        outbox.close()
        self.sound = path.read_bytes()

    def opened(self, damaged: bytes) -> Opened:
        for part in self.path.parent.glob(self.path.name + "*"):
            part.unlink()
        self.path.write_bytes(damaged)
        return begin(self.path)

    def require_truth(self, opened: Opened) -> int:
        """Everything the new store says is so; how many submissions it has."""
        with closing(Outbox(opened.connection, TERMINAL, clock=Clock())) as outbox:
            assert Journal(opened.connection).verify() is None
            (faults,) = opened.connection.execute("PRAGMA integrity_check").fetchone()
            assert faults == "ok"
            for number in self.waiting:
                standing = outbox.state_of(number)
                assert standing is None or standing.state is not State.DELIVERED
            kept = 0
            poisoned = {row.number for row in outbox.poison()}
            while (queued := outbox.peek(Clock()())) is not None:
                assert queued.number in self.waiting
                before = self.waiting[queued.number]
                assert (queued.key, queued.kind, queued.item) == (
                    before.key,
                    before.kind,
                    before.item,
                )
                outbox.acknowledge(queued.key, Outcome.ACCEPTED)
                kept += 1
            assert outbox.keep(a_submission()).new
        return kept + len(poisoned)


@pytest.fixture
def day(tmp_path: Path) -> Day:
    return Day(tmp_path / "state" / "store.db")


def flipped(sound: bytes, *positions: int) -> bytes:
    damaged = bytearray(sound)
    for position in positions:
        damaged[position] ^= 0xFF
    return bytes(damaged)


def test_a_store_with_a_damaged_header_is_saved_whole(day: Day) -> None:
    opened = day.opened(b"X" * 40 + day.sound[40:])
    assert opened.salvaged is not None
    assert opened.salvaged.submissions == len(day.waiting)
    assert opened.salvaged.lost == 0
    assert opened.salvaged.slips == 1
    assert opened.salvaged.lines > len(day.waiting)
    ledger = PrintLedger(opened.connection)
    assert ledger.begin(day.printed) is Begun.ALREADY_PRINTED
    (heads,) = opened.connection.execute("SELECT count(*) FROM journal_heads").fetchone()
    assert heads == 1
    assert day.require_truth(opened) == len(day.waiting)


def test_a_store_whose_first_page_is_gone_is_saved_by_the_order_of_its_tables(day: Day) -> None:
    opened = day.opened(bytes(PAGE_BYTES) + day.sound[PAGE_BYTES:])
    assert opened.salvaged is not None
    assert opened.salvaged.submissions == len(day.waiting)
    assert day.require_truth(opened) == len(day.waiting)


def test_one_damaged_page_anywhere_costs_what_was_on_it_and_no_more(day: Day) -> None:
    costs = []
    for page in range(1, len(day.sound) // PAGE_BYTES):
        start = page * PAGE_BYTES
        opened = day.opened(
            day.sound[:start] + b"\xa5" * PAGE_BYTES + day.sound[start + PAGE_BYTES :]
        )
        costs.append(len(day.waiting) - day.require_truth(opened))
    assert sorted(costs)[len(costs) // 2] <= 4  # four bodies of this size share a page


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bytes_never_make_the_store_say_what_is_not_so(day: Day, seed: int) -> None:
    lots = random.Random(seed)
    for _ in range(6):
        positions = [lots.randrange(len(day.sound)) for _ in range(lots.choice((1, 8, 64)))]
        opened = day.opened(flipped(day.sound, *positions))
        if opened.set_aside is not None:
            day.require_truth(opened)
        else:
            opened.connection.close()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.1, 0.35, 0.5, 0.77, 0.9, 0.999])
def test_a_store_cut_short_anywhere_is_a_store_that_works(day: Day, share: float) -> None:
    opened = day.opened(day.sound[: int(len(day.sound) * share)])
    day.require_truth(opened)


def test_a_log_cut_short_anywhere_costs_only_what_was_not_yet_kept(tmp_path: Path) -> None:
    """SQLite's own promise (https://sqlite.org/wal.html): up to the last whole commit."""
    path = tmp_path / "store.db"
    outbox = an_outbox(path)
    keys = [a_submission(bytes([n]) * 2000) for n in range(6)]
    for submission in keys:
        outbox.keep(submission)
    main, log = path.read_bytes(), path.with_name("store.db-wal").read_bytes()
    outbox.close()
    counts = []
    for length in (*range(0, len(log), 1777), len(log)):
        for part in tmp_path.glob("store.db*"):
            part.unlink()
        path.write_bytes(main)
        path.with_name("store.db-wal").write_bytes(log[:length])
        opened = begin(path)
        assert opened.set_aside is None
        counts.append(opened.connection.execute("SELECT count(*) FROM submissions").fetchone()[0])
        opened.connection.close()
    assert counts == sorted(counts)
    assert counts[-1] == len(keys)


def test_the_log_of_the_damaged_store_is_read_with_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    outbox = an_outbox(path)
    number = outbox.keep(a_submission()).number
    main, log = path.read_bytes(), path.with_name("store.db-wal").read_bytes()
    outbox.close()
    for part in tmp_path.glob("store.db*"):
        part.unlink()
    path.write_bytes(flipped(main, 18, 19))  # SQLite will not have it
    path.with_name("store.db-wal").write_bytes(log)
    opened = begin(path)
    assert opened.set_aside is not None
    assert opened.connection.execute("SELECT number FROM submissions").fetchall() == [(number,)]
    opened.connection.close()


def test_nothing_that_was_read_halfway_lies_about_afterwards(day: Day) -> None:
    opened = day.opened(b"X" * 40 + day.sound[40:])
    opened.connection.close()
    names = {path.name.partition(".damaged")[0] for path in day.path.parent.iterdir()}
    assert names <= {"store.db", "store.db-wal", "store.db-shm", "terminal.key"}


def test_a_store_begun_again_after_the_salvage_is_sound(day: Day) -> None:
    day.opened(b"X" * 40 + day.sound[40:]).connection.close()
    again = begin(day.path)
    assert (again.set_aside, again.salvaged) == (None, None)
    with transaction(again.connection):
        Journal(again.connection).note(JournalEvent.STORE_REPLACED)
    assert Journal(again.connection).verify() is None
    again.connection.close()


def test_where_there_is_nothing_to_be_saved_nothing_is_made_up(day: Day) -> None:
    opened = day.opened(random.Random(1).randbytes(50_000))
    assert opened.salvaged == Salvaged()
    assert day.require_truth(opened) == 0


def test_materials_are_saved_with_their_submission_or_it_counts_as_lost(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    whole, torn = a_submission(), a_submission()
    with closing(an_outbox(path)) as outbox:
        outbox.keep(whole, some_materials(2, 1))
        outbox.keep(torn, some_materials(2))
    with closing(connect(path)) as db:
        ((name,),) = db.execute("SELECT file FROM submissions WHERE seq = 2").fetchall()
    torn_file = path.with_name(f"{path.name}-material-{name}")
    os.truncate(torn_file, torn_file.stat().st_size - 1)
    damaged = bytearray(path.read_bytes())
    damaged[18] = 9  # a header that SQLite does not take
    path.write_bytes(damaged)
    for log in path.parent.glob(f"{path.name}-[ws]*"):
        log.unlink()
    opened = begin(path)
    opened.connection.close()
    assert opened.salvaged is not None
    assert (opened.salvaged.submissions, opened.salvaged.lost) == (1, 1)
    with closing(Outbox(connect(path), TERMINAL, clock=Clock())) as outbox:
        queued = outbox.peek(MORNING)
        assert queued is not None
        assert [(each.chunks, each.next) for each in queued.uploads] == [(2, 0), (1, 0)]
        outbox.advance(whole.key, {0: 1, 1: 0})
        again = outbox.peek(MORNING)
        assert again is not None
        assert again.chunk is not None
        assert again.chunk.box == some_materials(2, 1)[0].chunks[1]
    assert torn_file.exists()  # it may be of use to whoever looks at the damaged store


def test_drafts_are_saved_and_open_as_before(tmp_path: Path) -> None:
    path = tmp_path / "state" / "store.db"
    an_outbox(path).close()
    secret = load_or_make(path.with_name("terminal.key")).sign(SECRET_PURPOSE)
    with closing(connect(path)) as db:
        drafts = Drafts(db, secret, Clock())
        codes = [drafts.keep(b"%d" % each, b"document", 15) for each in range(3)]
    path.write_bytes(b"X" * 40 + path.read_bytes()[40:])
    opened = begin(path)
    with closing(opened.connection):
        assert opened.salvaged is not None
        assert opened.salvaged.drafts == 3
        drafts = Drafts(opened.connection, secret, Clock())
        found = [drafts.open(b"document", code) for code in codes]
        assert [draft and draft.content for draft in found] == [b"0", b"1", b"2"]
        assert len(drafts.of(b"document")) == 3
