"""The print ledger, with the process killed between any two of its calls."""

from __future__ import annotations

import itertools
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from offline_cache import database
from offline_cache.errors import StoreIoError, StoreReadOnlyError
from offline_cache.journal import Journal
from offline_cache.print_ledger import Begun, PrintLedger

NUMBER = "52240112345670"
NEXT = {  # what a killed process has done last → what the next `begin` says
    (): Begun.FRESH,
    ("begin",): Begun.UNSURE,
    ("begin", "unsure"): Begun.UNSURE,
    ("begin", "finish"): Begun.ALREADY_PRINTED,
    ("begin", "unsure", "finish"): Begun.ALREADY_PRINTED,
    ("begin", "release"): Begun.FRESH,
    ("begin", "unsure", "release"): Begun.FRESH,
    ("begin", "release", "begin", "finish"): Begun.ALREADY_PRINTED,
}
DOER = """
import os, signal, sqlite3, sys
from offline_cache.print_ledger import PrintLedger
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
ledger = PrintLedger(db)
for call in sys.argv[3:]:
    getattr(ledger, call)(sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


def connect(file):
    db = sqlite3.connect(file)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    return db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
def ledger(file):
    held = PrintLedger(connect(file))
    yield held
    held.close()


@pytest.mark.parametrize("done", NEXT, ids="-".join)
def test_killed_after_any_call_a_receipt_is_neither_printed_again_nor_lost(file, done):
    killed = subprocess.run([sys.executable, "-c", DOER, str(file), NUMBER, *done], check=False)
    assert killed.returncode == -signal.SIGKILL
    ledger = PrintLedger(connect(file))
    lost = NEXT[done] is Begun.UNSURE
    assert ledger.unfinished() == ([NUMBER] if lost else [])
    assert ledger.begin(NUMBER) is NEXT[done]
    ledger.close()


def test_only_one_begin_is_fresh(ledger, file):
    other = PrintLedger(connect(file))
    assert [ledger.begin(NUMBER), other.begin(NUMBER)] == [Begun.FRESH, Begun.UNSURE]
    other.close()


def test_after_each_order_of_calls_paper_that_came_out_is_never_printed_again(file):
    for calls in itertools.product(("finish", "unsure", "release"), repeat=3):
        ledger = PrintLedger(connect(file))
        number = "-".join(calls)
        assert ledger.begin(number) is Begun.FRESH
        finished = False
        for call in calls:
            try:
                getattr(ledger, call)(number)
                finished = finished or call == "finish"
            except LookupError:
                assert finished or "release" in calls
        if finished:
            assert ledger.begin(number) is Begun.ALREADY_PRINTED
        ledger.close()


@pytest.mark.parametrize("call", ["finish", "unsure", "release"])
def test_a_receipt_never_begun_cannot_be_ended(ledger, call):
    with pytest.raises(LookupError):
        getattr(ledger, call)(NUMBER)


def test_what_is_unfinished_is_listed_oldest_first(ledger):
    for number in ("3", "1", "2", "4"):
        ledger.begin(number)
    ledger.finish("1")
    ledger.unsure("3")
    assert ledger.unfinished() == ["3", "2", "4"]


def test_an_error_names_no_receipt(ledger):
    with pytest.raises(LookupError) as caught:
        ledger.finish(NUMBER)
    assert NUMBER not in str(caught.value)


def test_a_disk_that_refuses_is_told_before_anything_is_printed(ledger, file):
    db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with pytest.raises((StoreReadOnlyError, StoreIoError)):
        PrintLedger(db).begin(NUMBER)
    db.close()


def test_what_became_of_a_slip_stands_in_the_journal_in_the_same_transaction(tmp_path):
    with closing(database.begin(tmp_path / "store.db").connection) as db:
        journal = Journal(db)
        ledger = PrintLedger(db, journal)
        ledger.begin(NUMBER)
        ledger.unsure(NUMBER)
        ledger.finish(NUMBER)
        with pytest.raises(LookupError):
            ledger.release(NUMBER)
        told = [(line[2], line[3]) for line, _ in journal.lines()]
        assert told == [("slip-unsure", NUMBER), ("slip-printed", NUMBER)]
        assert journal.verify() is None
