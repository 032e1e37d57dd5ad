"""What a resident may pay: an order is settled with what it is for, or given back, and no third."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from offline_cache.database import begin, connect
from offline_cache.errors import OrderGivenUpError, OutboxFullError
from offline_cache.journal import Journal
from offline_cache.outbox import Outbox
from offline_cache.payment_orders import Owed, PaymentOrders
from offline_cache.room import Limits
from tests.offline_cache.helpers import TERMINAL, Clock, a_submission, an_outbox, files_of

OWED = Owed("1f0c2f0a-6f0e-4f57-9a39-0a1b2c3d4e5f", "2020-35/2/23", "a-submission", 2000)
NUMBER = "20261121100000ABCDEF"
# Killed where it stands after these calls → what is given up by the next run, and kept.
KILLED = {
    "": (0, 0),
    "begin": (1, 0),
    "begin number": (1, 0),
    "begin number keep": (0, 1),
    "begin give_up": (1, 0),
    "begin number give_up keep_anyhow": (1, 0),
    "begin close": (0, 0),
}
DOER = """
import os, signal, sys
from pathlib import Path
from offline_cache.errors import OrderGivenUpError
from offline_cache.payment_orders import PaymentOrders
from tests.offline_cache.helpers import a_submission, an_outbox
from tests.offline_cache.test_payment_orders import NUMBER, OWED
from offline_cache.database import connect
outbox = an_outbox(Path(sys.argv[1]))
orders = PaymentOrders(connect(Path(sys.argv[1])), "one run")
for call in sys.argv[2].split():
    if call == "begin":
        orders.begin(OWED, 1)
    elif call == "number":
        orders.number(OWED.key, NUMBER)
    elif call == "give_up":
        orders.give_up(OWED.key)
    elif call == "close":
        orders.close(OWED.key)
    elif call == "keep":
        outbox.keep(a_submission(), paid_with=OWED.key)
    else:
        try:
            outbox.keep(a_submission(), paid_with=OWED.key)
        except OrderGivenUpError:
            continue
        sys.exit("it was kept")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    begin(tmp_path / "store.db").connection.close()
    return tmp_path / "store.db"


def orders_at(path: Path, run: str = "this run") -> PaymentOrders:
    db = connect(path)
    return PaymentOrders(db, run, Journal(db, Clock()))


def events(path: Path) -> list[tuple[object, object, object]]:
    """What of the journal is about fees: event, number, count."""
    with closing(connect(path)) as db:
        lines = [line for line, _ in Journal(db).lines()]
    return [(line[2], line[3], line[6]) for line in lines if str(line[2]).startswith("fee")]


@pytest.mark.parametrize("calls", KILLED)
def test_an_order_is_given_up_or_settled_wherever_the_terminal_is_killed(
    path: Path, calls: str
) -> None:
    given_up, kept = KILLED[calls]
    command = [sys.executable, "-c", DOER, str(path), calls]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    orders = orders_at(path)
    orders.give_up_until(0)
    assert len(orders.given_up()) == given_up
    with closing(an_outbox(path)) as outbox:
        assert outbox.waiting() == kept


def test_a_number_that_the_platform_gave_is_known_after_the_kill(path: Path) -> None:
    orders = orders_at(path, "one run")
    orders.begin(OWED, 1)
    orders.number(OWED.key, NUMBER)
    later = orders_at(path, "the next")
    later.give_up_until(0)
    assert [owed.number for owed in later.given_up()] == [NUMBER]


def test_what_is_kept_settles_its_order_and_says_so_in_the_journal(path: Path) -> None:
    orders = orders_at(path)
    orders.begin(OWED, 1)
    with closing(an_outbox(path)) as outbox:
        number = outbox.keep(a_submission(), paid_with=OWED.key).number
    assert not orders.is_open(OWED.key)
    assert events(path) == [("fee-taken", number, 2000)]


def test_what_was_given_up_is_not_kept_as_paid(path: Path) -> None:
    orders = orders_at(path)
    orders.begin(OWED, 1)
    orders.give_up(OWED.key)
    with closing(an_outbox(path)) as outbox:
        with pytest.raises(OrderGivenUpError):
            outbox.keep(a_submission(), paid_with=OWED.key)
        assert outbox.waiting() == 0
    assert len(orders.given_up()) == 1


def test_a_store_that_is_full_leaves_the_order_open(path: Path) -> None:
    orders = orders_at(path)
    orders.begin(OWED, 1)
    full = Outbox(connect(path), TERMINAL, Limits(rows=0), Clock())
    with closing(full), pytest.raises(OutboxFullError):
        full.keep(a_submission(), paid_with=OWED.key)
    assert orders.is_open(OWED.key)


def test_the_same_packet_kept_again_does_not_settle_another_order(path: Path) -> None:
    orders, again = orders_at(path), Owed("another", OWED.item, OWED.submission, 2000)
    orders.begin(OWED, 1)
    submission = a_submission()
    with closing(an_outbox(path)) as outbox:
        outbox.keep(submission, paid_with=OWED.key)
        orders.begin(again, 1)
        assert not outbox.keep(submission, paid_with=again.key).new
    assert orders.is_open(again.key)


def test_a_visit_that_is_over_gives_up_its_own_orders_and_not_those_of_the_next(path: Path) -> None:
    orders = orders_at(path)
    for visit in (4, 5):
        orders.begin(Owed(f"key {visit}", OWED.item, OWED.submission, 2000), visit)
    orders.give_up_until(4)
    assert [owed.key for owed in orders.given_up()] == ["key 4"]
    assert orders.is_open("key 5")


def test_money_that_went_back_stands_in_the_journal(path: Path) -> None:
    orders = orders_at(path)
    orders.begin(OWED, 1)
    orders.give_up(OWED.key)
    orders.close(OWED.key, returned=True)
    orders.close(OWED.key, returned=True)  # once more does nothing
    assert orders.given_up() == ()
    assert events(path) == [("fee-returned", None, 2000)]


def test_orders_of_a_damaged_store_are_closed_by_the_new_one(path: Path) -> None:
    orders_at(path).begin(OWED, 1)
    with closing(connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.write(b"not a database, as far as its header goes")
    opened = begin(path)
    opened.connection.close()
    assert opened.salvaged is not None
    assert opened.salvaged.orders == 1
    assert [owed.key for owed in orders_at(path).given_up()] == [OWED.key]


def test_nothing_of_an_order_says_whose_it_is(path: Path) -> None:
    orders_at(path).begin(OWED, 1)
    with closing(connect(path)) as db:
        (row,) = db.execute("SELECT * FROM payment_orders").fetchall()
    assert row == (*(OWED.key, OWED.item, OWED.submission, 2000), "", "this run", 1, 0)
    assert OWED.key.encode() in files_of(path)
