"""A catalogue that is published is fetched, proved, and used from the next start on."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.catalogue_pack import open_pack
from config.settings import INSTALLED, Settings, check
from kiosk.machines.catalogue_shelf import published, shelf_of
from kiosk.machines.references import fetchers
from kiosk.makers.notice_board import NoticeBoard
from kiosk.platform.gateway import Platform
from kiosk.visits.events import Event
from offline_cache.reference import Shelf, Taken
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.kiosk.test_delivery import until
from tests.kiosk.test_other_devices import LEAST
from tests.platform_kit import KEY

PACK = INSTALLED / "build" / "catalogue.pack"
ITEM = "2020-35/1/13"


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path / "platform") as peer:
        yield peer


@pytest.fixture
def given(tmp_path: Path, peer: PlatformPeer) -> Settings:
    platform = {
        "url": peer.url,
        "sealing_key_file": str(peer.key_file),
        "publisher_key_file": str(peer.publisher_key_file),
    }
    return check(
        {**LEAST, "state": str(tmp_path / "state"), "platform": platform}, tmp_path / "kiosk.toml"
    )


def made_on(folder: Path, day: str, *statements: str) -> bytes:
    """The installed pack as one of another day, with these changes."""
    file = folder / f"{day}.pack"
    file.write_bytes(PACK.read_bytes())
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE about SET value = ? WHERE name = 'made'", (day,))
        db.execute("UPDATE about SET value = ? WHERE name = 'version'", (f"of {day}",))
        for statement in statements:
            db.execute(statement)
    return gzip.compress(file.read_bytes())


@contextmanager
def fetching(given: Settings, peer: PlatformPeer) -> Iterator[list[Event]]:
    told: list[Event] = []
    board = NoticeBoard(lambda: datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    line = Platform(peer.url, TERMINAL, KEY.sign, 5.0, 5.0, 10.0)
    (fetcher,) = fetchers(given, line, board, told.append)
    fetcher.start()
    try:
        yield told
    finally:
        fetcher.stop()


def version_at_start(given: Settings) -> str:
    with published(given, open_pack(PACK)) as catalogue:
        assert catalogue.item(ITEM) is not None
        return catalogue.version


def test_a_newer_one_that_is_published_is_there_at_the_next_start(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    gone = f"DELETE FROM items WHERE code = '{ITEM}'"  # noqa: S608 (ours)
    peer.references.publish("catalogue", made_on(tmp_path, "2027-03-01", gone))
    with fetching(given, peer):
        until(lambda: (shelf_of(given) / "catalogue.1").exists())
    with published(given, open_pack(PACK)) as catalogue:
        assert catalogue.version == "of 2027-03-01"
        assert catalogue.item(ITEM) is None


def test_of_several_the_last_is_used_and_the_one_before_goes(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    peer.references.publish("catalogue", made_on(tmp_path, "2027-03-01"))
    peer.references.publish("catalogue", made_on(tmp_path, "2027-04-01"))
    with fetching(given, peer):
        until(lambda: (shelf_of(given) / "catalogue.2").exists())
    assert version_at_start(given) == "of 2027-04-01"
    assert [file.name for file in shelf_of(given).glob("catalogue.*")] == ["catalogue.2"]


def test_one_that_is_older_than_the_release_is_not_used(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    peer.references.publish("catalogue", made_on(tmp_path, "2020-01-01"))
    with fetching(given, peer):
        until(lambda: (shelf_of(given) / "catalogue.1").exists())
    with open_pack(PACK) as installed:
        assert version_at_start(given) == installed.version


def test_one_that_cannot_be_read_is_put_aside_and_the_one_before_stays(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    bad_row = f"UPDATE items SET said = '{{}}' WHERE code = '{ITEM}'"  # noqa: S608 (ours)
    another = "UPDATE about SET value = '1' WHERE name = 'format'"
    good = made_on(tmp_path, "2027-03-01")
    peer.references.publish("catalogue", good)
    with fetching(given, peer):
        until(lambda: (shelf_of(given) / "catalogue.1").exists())
    for number, bad in enumerate(
        (
            made_on(tmp_path, "2027-05-01", bad_row),
            made_on(tmp_path, "2027-06-01", another),
            good[:-9],
            b"no gzip",
            gzip.compress(b"no pack"),
        ),
        start=2,
    ):
        assert peer.references.publish("catalogue", bad) == number
        with fetching(given, peer):
            until(lambda n=number: [*shelf_of(given).glob(f"catalogue.{n}.damaged-*")])
        assert version_at_start(given) == "of 2027-03-01"


def test_one_that_was_altered_on_the_disk_is_not_used(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    """Whoever can write to the state may still not tell residents what an item costs."""
    signed = peer.references.signed("catalogue", 3, made_on(tmp_path, "2027-03-01"))
    label, _, _ = signed.partition(b"\n")
    shelf_of(given).mkdir(parents=True)
    forged = label + b"\n" + made_on(tmp_path, "2027-07-01")
    (shelf_of(given) / "catalogue.3").write_bytes(forged)
    with open_pack(PACK) as installed:
        assert version_at_start(given) == installed.version
    stranger = Shelf(tmp_path / "other", bytes(32))
    assert stranger.take("catalogue", signed) is Taken.NOT_SIGNED


def test_without_a_publisher_the_installed_one_is_used(tmp_path: Path) -> None:
    given = check({**LEAST, "state": str(tmp_path / "state")}, tmp_path / "kiosk.toml")
    with open_pack(PACK) as installed:
        assert version_at_start(given) == installed.version


def test_where_a_key_is_named_for_catalogues_none_is_fetched(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    peer.references.publish("catalogue", made_on(tmp_path, "2027-03-01"))
    with fetching(given.model_copy(update={"catalogue_key": "00" * 32}), peer) as told:
        until(lambda: told)  # the notices are there
    asked = {one.request.path for one in peer.exchanges()}
    assert "/v1/references/catalogue" not in asked
    assert not [*shelf_of(given).glob("catalogue.*")]


def test_one_of_a_later_day_waits_for_its_day_and_the_one_before_stays(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    since = "INSERT INTO about VALUES ('since', '2999-01-01')"
    peer.references.publish("catalogue", made_on(tmp_path, "2027-03-01"))
    with fetching(given, peer):
        until(lambda: (shelf_of(given) / "catalogue.1").exists())
    peer.references.publish("catalogue", made_on(tmp_path, "2027-04-01", since))
    for _ in range(2):  # at the second start it is there already
        with fetching(given, peer) as told:
            until(lambda: told and (shelf_of(given) / "catalogue.2").exists())
            until(lambda: len(told) > 1)
        assert version_at_start(given) == "of 2027-03-01"
        assert (shelf_of(given) / "catalogue.1").exists()
    asked = [
        one.request.path for one in peer.exchanges() if "catalogue/2/pieces/0" in one.request.path
    ]
    assert len(asked) == 1
    later = date(2999, 1, 1)
    with published(given, open_pack(PACK), lambda: later) as catalogue:
        assert catalogue.version == "of 2027-04-01"


def test_a_line_that_drops_goes_on_with_the_piece_it_had_come_to(
    given: Settings, peer: PlatformPeer, tmp_path: Path
) -> None:
    ballast = "CREATE TABLE ballast AS SELECT randomblob(900000) AS noise"
    pack = made_on(tmp_path, "2027-03-01", ballast)
    peer.references.publish("catalogue", pack)
    arriving = shelf_of(given) / "arriving" / "catalogue.1"
    with fetching(given, peer):
        until(arriving.exists)  # and the power is cut
    peer.switches.set(fault="lost_answer", times=1)
    for _ in range(3):  # each start tries at once
        with fetching(given, peer):
            until(lambda: peer.switches.now.fault != "lost_answer")
    with fetching(given, peer):
        until(lambda: (shelf_of(given) / "catalogue.1").exists())
    assert version_at_start(given) == "of 2027-03-01"
    asked = [one.request.path for one in peer.exchanges() if "/pieces/" in one.request.path]
    pieces = -(-len(pack) // 262_144)
    assert pieces > 3
    assert len(set(asked)) == pieces
    assert len(asked) <= pieces + 3  # what was lost on the way; who begins anew asks twice for all
    assert not arriving.exists()
