"""A catalogue that the office publishes: fetched in pieces, proved, in use from the next start."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.catalogue_pack import Catalogue, open_pack
from config.settings import check
from kiosk.gateway import Platform
from kiosk.notice_board import NoticeBoard
from kiosk.published_catalogue import in_force, room_of
from kiosk.references import Fetcher, Intervals, fetchers
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.kiosk.test_delivery import until
from tests.kiosk.test_other_devices import LEAST
from tests.packs import PENSION, pack_file
from tests.platform_kit import KEY

TODAY = date(2026, 11, 21)
PIECES = "/pieces/"


def pack_of(folder: Path, version: str, made: date = TODAY, since: date | None = None) -> bytes:
    """The installed catalogue under another version."""
    file = folder / f"{version}.pack"
    file.write_bytes(pack_file().read_bytes())
    about = {"version": version, "made": made.isoformat()}
    about |= {"since": since.isoformat()} if since else {}
    with closing(sqlite3.connect(file)) as db, db:
        db.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())
    return file.read_bytes()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path / "platform") as peer:
        yield peer


class Terminal:
    """Its start, and its fetcher."""

    def __init__(self, peer: PlatformPeer, folder: Path) -> None:
        self.peer, self.state = peer, folder / "state"
        self.public = bytes.fromhex(peer.publisher_key_file.read_text())
        self._installed = folder / "installed.pack"
        self._installed.write_bytes(pack_of(folder, "installed", date(2026, 1, 1)))
        platform = {**LEAST["platform"], "publisher_key_file": str(peer.publisher_key_file)}  # type: ignore[dict-item]
        self.given = check({**LEAST, "platform": platform}, folder / "kiosk.toml")

    def started(self, today: date = TODAY) -> str:
        """The version in use."""
        used = in_force(room_of(self.state, self.public), self.pack(today), lambda: today)
        assert used.item(PENSION) is not None
        version = used.version
        used.close()
        return version

    def pack(self, today: date = TODAY) -> Catalogue:
        return open_pack(self._installed, lambda: today)

    def fetcher(self) -> Fetcher:
        line = Platform(self.peer.url, TERMINAL, KEY.sign, 5.0, 5.0, 10.0)
        board = NoticeBoard(lambda: datetime(2026, 11, 21, tzinfo=UTC))
        (one,) = fetchers(self.given, line, board, lambda _: None)
        one._intervals = Intervals(every_s=0.05, after_fault_s=0.05)
        return one

    def fetch(self, version: int) -> None:
        """Until it lies there, proved."""
        fetcher = self.fetcher()
        fetcher.start()
        try:
            until((self.state / "catalogue" / f"catalogue.{version}.label").exists)
        finally:
            fetcher.stop()


@pytest.fixture
def terminal(peer: PlatformPeer, tmp_path: Path) -> Terminal:
    return Terminal(peer, tmp_path)


def test_a_published_catalogue_is_in_use_from_the_next_start(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path
) -> None:
    assert terminal.started() == "installed"
    peer.references.publish("catalogue", pack_of(tmp_path, "first"))
    terminal.fetch(1)
    assert terminal.started() == "first"
    peer.references.publish("catalogue", pack_of(tmp_path, "second"))
    terminal.fetch(2)
    assert terminal.started() == "second"


def test_a_line_that_drops_goes_on_with_the_piece_it_had_come_to(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path
) -> None:
    content = pack_of(tmp_path, "first")
    peer.references.publish("catalogue", content)
    fetcher = terminal.fetcher()
    arriving = terminal.state / "references" / "arriving" / "catalogue.1"
    fetcher.start()
    until(arriving.exists)
    fetcher.stop()  # the power is cut
    whole = (terminal.state / "catalogue").exists()
    peer.switches.set(fault="lost_answer", times=2)
    terminal.fetch(1)
    assert terminal.started() == "first"
    asked = [
        one.request.path
        for one in peer.exchanges()
        if PIECES in one.request.path and one.reply is not None
    ]
    pieces = -(-(len(content) + 400) // 262_144)
    assert len(set(asked)) == pieces
    assert len(asked) <= pieces + 3  # what was lost on the way; whoever begins anew asks twice each
    assert not whole


@pytest.mark.parametrize("damage", ["truncated", "no sqlite", "an item", "empty"])
def test_a_pack_that_cannot_be_used_is_put_aside_and_the_one_before_goes_on(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path, damage: str
) -> None:
    peer.references.publish("catalogue", pack_of(tmp_path, "first"))
    terminal.fetch(1)
    content = pack_of(tmp_path, "second")
    if damage == "truncated":
        content = content[: len(content) // 2]
    elif damage == "no sqlite":
        content = b"\x00" * 300_000
    else:
        file = tmp_path / "damaged.pack"
        file.write_bytes(content)
        with closing(sqlite3.connect(file)) as db, db:
            if damage == "empty":
                db.execute("DELETE FROM items")
            else:
                db.execute("UPDATE items SET said = '{}' WHERE code = ?", (PENSION,))
        content = file.read_bytes()
    peer.references.publish("catalogue", content)
    fetcher = terminal.fetcher()
    fetcher.start()
    until(lambda: list((terminal.state / "references").glob("catalogue.2.damaged-*")))
    fetcher.stop()
    assert terminal.started() == "first"


def test_a_catalogue_of_a_later_day_waits_for_its_day(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path
) -> None:
    peer.references.publish("catalogue", pack_of(tmp_path, "now"))
    terminal.fetch(1)
    later = pack_of(tmp_path, "later", since=date(2027, 1, 1))
    peer.references.publish("catalogue", later)
    terminal.fetch(2)
    assert terminal.started() == "now"
    assert terminal.started(date(2026, 12, 31)) == "now"
    assert terminal.started(date(2027, 1, 1)) == "later"
    assert terminal.started() == "now"  # a clock that went wrong does no harm


def test_a_pack_older_than_the_installed_one_is_not_used(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path
) -> None:
    peer.references.publish("catalogue", pack_of(tmp_path, "old", date(2025, 1, 1)))
    terminal.fetch(1)
    assert terminal.started() == "installed"


@pytest.mark.parametrize("kind", ["pack", "label"])
def test_a_pack_damaged_on_the_disk_falls_back_to_the_one_before(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path, kind: str
) -> None:
    for number, version in enumerate(("first", "second"), start=1):
        peer.references.publish("catalogue", pack_of(tmp_path, version))
        terminal.fetch(number)
    file = terminal.state / "catalogue" / f"catalogue.2.{kind}"
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)
    assert terminal.started() == "first"
    (terminal.state / "catalogue" / "catalogue.1.pack").unlink()
    assert terminal.started() == "installed"


def test_a_pack_that_another_publisher_signed_is_not_used(
    terminal: Terminal, peer: PlatformPeer, tmp_path: Path
) -> None:
    peer.references.publish("catalogue", pack_of(tmp_path, "first"))
    terminal.fetch(1)
    terminal.public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert terminal.started() == "installed"


def test_the_newest_three_are_kept(terminal: Terminal, peer: PlatformPeer, tmp_path: Path) -> None:
    for number in range(1, 6):
        peer.references.publish("catalogue", pack_of(tmp_path, f"v{number}"))
        terminal.fetch(number)
    left = sorted(path.name for path in (terminal.state / "catalogue").glob("*.pack"))
    assert left == ["catalogue.3.pack", "catalogue.4.pack", "catalogue.5.pack"]
    assert terminal.started() == "v5"
