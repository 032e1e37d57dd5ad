"""The outbox at its limits: full, unwritable, used by several at once, killed."""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from offline_cache.database import begin, connect
from offline_cache.errors import OutboxFullError, StoreError, StoreFullError, StoreReadOnlyError
from offline_cache.journal import Journal
from offline_cache.outbox import Limits, Outbox
from offline_cache.submission import Outcome
from tests.offline_cache.helpers import (
    PATIENCE_S,
    TERMINAL,
    Clock,
    a_submission,
    an_outbox,
    drained,
)

ROOT = Path(__file__).parents[2]


# Limits and faults


@pytest.mark.parametrize(
    "limits",
    [Limits(rows=3), Limits(body_bytes=3 * 6 + 5), Limits(disk_free_bytes=10**18)],
    ids=["rows", "bytes", "disk"],
)
def test_a_full_queue_refuses_before_anything_is_lost(path: Path, limits: Limits) -> None:
    outbox = an_outbox(path, limits=Limits(rows=100, body_bytes=10**6, disk_free_bytes=0))
    known = [a_submission() for _ in range(3)]
    for submission in known:
        outbox.keep(submission)
    outbox.close()

    outbox = an_outbox(path, limits=limits)
    with pytest.raises(OutboxFullError) as caught:
        outbox.keep(a_submission())
    assert caught.value.remedy == "attendant"
    assert outbox.waiting() == 3
    assert not outbox.keep(known[0]).new  # the resident who asks again still gets the number
    outbox.close()


def test_a_full_queue_takes_in_again_after_a_delivery(path: Path) -> None:
    outbox = an_outbox(path, limits=Limits(rows=1))
    first = a_submission()
    outbox.keep(first)
    with pytest.raises(OutboxFullError):
        outbox.keep(a_submission())
    outbox.acknowledge(first.key, Outcome.ACCEPTED)
    assert outbox.keep(a_submission()).new
    outbox.close()


def test_a_disk_that_fills_up_in_the_middle_keeps_nothing_by_halves(path: Path) -> None:
    outbox = an_outbox(path)
    outbox.close()
    connection = connect(path)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    outbox = Outbox(connection, TERMINAL)
    big = a_submission(bytes(100_000))
    with pytest.raises(StoreFullError):
        outbox.keep(big)
    assert outbox.waiting() == 0
    assert connection.execute("SELECT count(*) FROM submissions").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM journal_lines").fetchone() == (0,)
    connection.execute("PRAGMA max_page_count = 100000")
    assert outbox.keep(big).new
    outbox.close()


def test_a_store_that_cannot_be_written_is_told_and_still_answers(path: Path) -> None:
    outbox = an_outbox(path)
    number = outbox.keep(a_submission()).number
    outbox.close()
    connection = connect(path)
    connection.execute("PRAGMA query_only = ON")
    outbox = Outbox(connection, TERMINAL)
    with pytest.raises(StoreReadOnlyError):
        outbox.keep(a_submission())
    assert outbox.state_of(number) is not None
    outbox.close()


def test_two_threads_keep_while_a_third_delivers(path: Path, clock: Clock) -> None:
    an_outbox(path).close()
    given: list[list[str]] = [[], []]
    delivered: list[str] = []
    faults: list[StoreError] = []
    kept_all = threading.Event()

    def keep(mine: list[str]) -> None:
        outbox = Outbox(connect(path), TERMINAL, clock=clock)
        try:
            for _ in range(50):
                submission = a_submission()
                outbox.keep(submission)
                mine.append(submission.key)
        except StoreError as fault:
            faults.append(fault)
        finally:
            outbox.close()

    def deliver() -> None:
        outbox = Outbox(connect(path), TERMINAL, clock=clock)
        try:
            while True:
                last_look = kept_all.is_set()
                delivered.extend(drained(outbox, clock))
                if last_look:
                    return
        except StoreError as fault:
            faults.append(fault)
        finally:
            outbox.close()

    keepers = [threading.Thread(target=keep, args=(mine,)) for mine in given]
    deliverer = threading.Thread(target=deliver)
    for thread in (*keepers, deliverer):
        thread.start()
    for thread in keepers:
        thread.join(PATIENCE_S)
    kept_all.set()
    deliverer.join(PATIENCE_S)
    assert faults == []
    assert sorted(delivered) == sorted(itertools.chain(*given))


# Killed


def test_every_number_given_survives_being_killed(path: Path) -> None:
    lots = random.Random(20260308)
    promised: dict[str, str] = {}
    for _ in range(20):
        for key, number in promised_until_killed(path, lots.randrange(1, 40)):
            assert promised.setdefault(key, number) == number
    opened = begin(path)
    assert opened.set_aside is None
    assert opened.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert Journal(opened.connection).verify() is None
    stored = opened.connection.execute("SELECT key, number FROM submissions").fetchall()
    assert len(stored) == len(dict(stored))
    assert promised.items() <= dict(stored).items()
    # Whatever is neither delivered nor waiting with its body is lost.
    lost = opened.connection.execute(
        "SELECT count(*) FROM submissions WHERE acknowledged_at IS NULL AND body IS NULL"
    )
    assert lost.fetchone() == (0,)
    opened.connection.close()


def promised_until_killed(path: Path, lines: int) -> list[tuple[str, str]]:
    """What a keeper printed before it was killed, some time after its line number `lines`."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.offline_cache.keeper", str(path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    with keeper.stdout as printed:
        read = list(itertools.islice(printed, lines))
        keeper.kill()
        read += [line for line in printed if line.endswith("\n")]
    keeper.wait(PATIENCE_S)
    assert len(read) >= lines
    return [(key, number) for key, number in (line.split() for line in read)]
