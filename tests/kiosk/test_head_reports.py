"""How far the journal is, told to the platform; and a journal that was exchanged shows."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.machines.head_reports import HeadReports, report
from kiosk.machines.references import Intervals
from kiosk.machines.store_room import StoreRoom
from kiosk.platform.gateway import Platform, PlatformRefusedError
from offline_cache.journal import JournalEvent
from offline_cache.journal_chain import SignedHead
from offline_cache.submission import Outcome, Problem, Submission
from offline_cache.terminal_key import TerminalKey, load_or_make
from sandbox.platform.server import PlatformPeer
from tests.kiosk.test_delivery import until
from tests.platform_kit import new_key

TERMINAL = "430121"
SOON = Intervals(every_s=0.05, after_fault_s=0.05)


@pytest.fixture
def key(tmp_path: Path) -> TerminalKey:
    return load_or_make(tmp_path / "terminal.key")


@pytest.fixture
def peer(tmp_path: Path, key: TerminalKey) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path / "platform", enrolled={TERMINAL: key.public}) as peer:
        yield peer


def room(folder: Path, key: TerminalKey) -> StoreRoom:
    store = StoreRoom(
        folder / "state" / "store.db", folder / "terminal.key", TERMINAL, load_key=lambda _: key
    )
    store.begin()
    return store


def platform(peer: PlatformPeer, key: TerminalKey) -> Platform:
    return Platform(peer.url, TERMINAL, key.sign, 5.0, 5.0, 10.0)


def noted(store: StoreRoom, *events: JournalEvent) -> SignedHead:
    with closing(store.connect()) as connection:
        journal = store.journal(connection)
        for event in events:
            journal.note(event)
        head = store.signed_head(journal)
    assert head is not None
    return head


@contextmanager
def reporting(peer: PlatformPeer, key: TerminalKey, store: StoreRoom) -> Iterator[None]:
    reports = HeadReports(platform(peer, key), store, SOON)
    reports.start()
    try:
        yield
    finally:
        reports.stop()


def told(peer: PlatformPeer) -> list[tuple[int, str | None]]:
    return [(one.lines, one.contradicts) for one in peer.heads.reported()]


def test_the_head_is_reported_at_the_start_and_again_when_there_are_more_lines(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey
) -> None:
    store = room(tmp_path, key)
    first = noted(store)
    with reporting(peer, key, store):
        until(lambda: told(peer))
        more = noted(store, JournalEvent.STOPPED)
        until(lambda: len(told(peer)) == 2)
    assert told(peer) == [(first.seq, None), (more.seq, None)]
    assert more.seq == first.seq + 1


def test_the_same_head_counts_once_however_often_it_is_told(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey
) -> None:
    head = noted(room(tmp_path, key))
    peer.switches.set(fault="lost_answer", times=1)
    with reporting(peer, key, room(tmp_path, key)):
        until(lambda: len([one for one in peer.exchanges() if one.reply is not None]) >= 4)
    lines = [one for one, _ in told(peer)]
    assert len(lines) == len(set(lines))
    assert lines[0] >= head.seq


def test_a_head_waits_until_nothing_of_a_resident_waits(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = room(tmp_path, key)
    looked: list[int] = []
    open_outbox: Callable[[], object] = store.outbox
    monkeypatch.setattr(store, "outbox", lambda: (looked.append(1), open_outbox())[1])
    waiting = Submission(new_key(), "application", "2020-35/1/2", b"box", "k", "s")
    with closing(store.outbox()) as outbox:
        outbox.keep(waiting)
        with reporting(peer, key, store):
            until(lambda: len(looked) >= 4)
            assert peer.exchanges() == []
            outbox.acknowledge(waiting.key, Outcome.ACCEPTED)
            until(lambda: told(peer))


def test_a_disk_that_was_put_back_contradicts_what_was_reported(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey, caplog: pytest.LogCaptureFixture
) -> None:
    store = room(tmp_path, key)
    line = platform(peer, key)
    early = noted(store)
    shutil.copytree(tmp_path / "state", tmp_path / "old" / "state")
    late = noted(store, *[JournalEvent.STOPPED] * 3)
    assert report(line, early).contradicts is None
    assert report(line, late).contradicts is None

    old = StoreRoom(
        tmp_path / "old" / "state" / "store.db", tmp_path / "k", TERMINAL, load_key=lambda _: key
    )
    old.begin()
    assert report(line, noted(old)).contradicts == "FEWER_LINES"
    with caplog.at_level(logging.ERROR):
        while noted(old, JournalEvent.STOPPED).seq < late.seq:
            continue
        with reporting(peer, key, old):
            until(lambda: "contradicts an earlier report: OTHER_LINES" in caplog.text)


def test_a_head_that_arrives_late_contradicts_nothing(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey
) -> None:
    store = room(tmp_path, key)
    early, late = noted(store), noted(store, JournalEvent.STOPPED)
    for head in (late, early, late):
        assert report(platform(peer, key), head).contradicts is None


def test_a_head_that_the_terminal_has_not_signed_is_refused(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey
) -> None:
    head = noted(room(tmp_path, key))
    forged = SignedHead(head.seq + 1, head.hash, head.at, head.key, head.signature)
    with pytest.raises(PlatformRefusedError) as refused:
        report(platform(peer, key), forged)
    assert refused.value.reason == "PACKET_INVALID"
    assert told(peer) == []


def test_the_report_says_which_catalogue_is_in_use_and_what_was_set_aside(
    tmp_path: Path, peer: PlatformPeer, key: TerminalKey
) -> None:
    store = room(tmp_path, key)
    noted(store)
    case = new_key()
    with closing(store.outbox()) as outbox:
        for name in (new_key(), new_key()):  # the second is held behind the first
            outbox.keep(Submission(name, "application", "2020-35/1/2", b"box", "k", "s", case))
            if not outbox.aside():
                outbox.set_aside(name, Problem.REJECTED)
        assert (outbox.waiting(), outbox.held()) == (1, 1)
    reports = HeadReports(platform(peer, key), store, SOON, catalogue="2026.11.21")
    reports.start()
    try:
        until(lambda: peer.heads.in_use())
    finally:
        reports.stop()
    assert peer.heads.in_use() == {TERMINAL: ("2026.11.21", 1)}
