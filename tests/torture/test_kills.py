"""Killed with -9 at any moment, the terminal loses, doubles and leaves nothing."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from sandbox.platform.outcomes import Decision
from sandbox.platform.store import Packet, Store
from sandbox.traces import traces
from tests.torture.harness import last_line, spoilt
from torture.kills import Tally, compare

NOW = datetime(2026, 11, 20, 12).astimezone()
KILLS = "200"


def test_a_terminal_that_is_killed_again_and_again_keeps_its_word():
    line = last_line("kills", "--kills", KILLS, "--seed", "20260308")
    found = re.fullmatch(
        rf"torture: {KILLS} kills, (\d+) submissions, 0 lost, 0 duplicated, 0 readable", line
    )
    assert found
    assert int(found[1]) > 50


def test_a_terminal_that_forgets_before_it_sends_is_found_out():
    found = spoilt(
        "from torture import kills, terminal\n"
        "from offline_cache.forwarder import Delivered\n"
        "from offline_cache.submission import Outcome\n"
        "terminal.sender = lambda platform: lambda queued: Delivered(Outcome.ACCEPTED)\n"
        "print(kills.kill(4, 1).lost)"
    )
    assert int(found[-1]) > 0


def test_a_terminal_that_writes_down_who_came_is_found_out():
    found = spoilt(
        "import logging; logging.disable(logging.NOTSET)\n"
        "from torture import kills, terminal\n"
        "card_of = terminal._card_of\n"
        "def loud(person):\n"
        "    logging.getLogger('kiosk').info('%s', person.name)\n"
        "    return card_of(person)\n"
        "terminal._card_of = loud\n"
        "print(kills.kill(4, 1).readable)"
    )
    assert int(found[-1]) > 0


@pytest.fixture
def kept(tmp_path):
    store = Store(tmp_path / "platform.db")
    yield store
    store.close()


def hand_in(kept, key, number, decision=None):
    passed = decision or Decision("PASS", date(2027, 11, 30), ("R-p01-1",))
    kept.hand_in(
        *(key, number, "2020-35/1/13", key.encode()),
        lambda: Packet("430121", "none", b"{}", {}),
        lambda _manifest, _contents: passed,
        NOW,
    )


def told(*lines):
    tally = Tally()
    for line in (*lines, "idle"):
        tally.take(line)
    return tally


def test_what_was_told_and_is_there_once_is_well(kept):
    hand_in(kept, "k1", "n1")
    hand_in(kept, "k2", "n2")  # the terminal was killed before it told the number
    kept.rate("r1", b"", "n1", 5)
    tally = told("keeping k1", "kept k1 n1", "slip n1", "rating n1", "rated n1", "keeping k2")
    assert compare(tally, kept) == (0, 0)


def test_what_was_told_and_is_not_there_is_lost(kept):
    hand_in(kept, "k2", "n2")
    kept.rate("r1", b"", "n1", 5)
    tally = told("keeping k1", "kept k1 n1", "keeping k2", "kept k2 n2", "rating n2", "rated n2")
    lost, _ = compare(tally, kept)
    assert lost == 2  # the first submission, the second's rating


def test_more_than_was_asked_for_is_duplicated(kept):
    hand_in(kept, "k1", "n1")
    hand_in(kept, "k1-again", "n3")
    for key in ("r1", "r2"):
        kept.rate(key, b"", "n1", 5)
    tally = told("keeping k1", "kept k1 n1", "slip n1", "slip n1", "rating n1")
    assert compare(tally, kept) == (0, 3)  # an effect more, a rating more, a slip more


def test_a_person_is_found_in_every_encoding(tmp_path):
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        (tmp_path / encoding).write_bytes(b"\0" + "他是张桂兰".encode(encoding))
    (tmp_path / "number").write_text("430121194803120424 ", encoding="ascii")
    found = traces(sorted(tmp_path.iterdir()), ["p01"])
    assert {line.split(":")[0].rpartition("/")[2] for line in found} == {
        *("utf-8", "utf-16-le", "utf-16-be", "gb18030", "number")
    }
    assert traces(tmp_path.iterdir(), ["p02"]) == []
