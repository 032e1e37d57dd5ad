"""What the platform publishes comes to the terminal, is checked, and hangs there without a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from config.catalogue_models import Form
from config.settings import check
from devices.base import Condition, Status
from devices.slip import Slip
from kiosk.conductor import Conductor
from kiosk.machines.references import Fetcher, Intervals, fetchers
from kiosk.makers.guides import GuideMaker
from kiosk.makers.information_page_makers import InformationPageMaker
from kiosk.makers.notice_board import NoticeBoard, Notices, read_notices
from kiosk.makers.notice_page_makers import NoticePageMaker
from kiosk.makers.page_makers import makers
from kiosk.makers.query_page_makers import QueryPageMaker
from kiosk.papers.a4_pages import Fonts
from kiosk.papers.information_papers import InformationPapers
from kiosk.platform.drivers import SetUpError
from kiosk.platform.gateway import Platform
from kiosk.platform.platform_set_up import publisher_of
from kiosk.services.lobby import LOBBY
from kiosk.services.notices import NOTICES
from kiosk.visits.events import (
    Confirmed,
    Declined,
    Event,
    Printed,
    PrintStopped,
    StatusChanged,
    Touched,
)
from kiosk.visits.form_events import OfferChosen, RowChosen
from kiosk.visits.form_pages import DetailsPage, ListPage
from kiosk.visits.information_events import NoticesAsked
from kiosk.visits.lookup import Lookup
from kiosk.visits.pages import AttractPage, HomePage
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from offline_cache.reference import Shelf
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.contract_kit import changed, fits, named
from tests.kiosk.looking import WORDS
from tests.kiosk.test_delivery import until
from tests.kiosk.test_other_devices import LEAST
from tests.platform_kit import KEY

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SOON = Intervals(every_s=0.05, after_fault_s=0.05)


def notice(name: str, begins: str = "2026-01-01", until_day: str = "2026-12-31") -> dict[str, Any]:
    said = {"zh": f"通知 {name}", "en": f"notice {name}"}
    body = {"zh": "第一段\n第二段", "en": "one\ntwo"}
    return {"id": name, "title": said, "body": body, "from": begins, "until": until_day}


def notices(*told: dict[str, Any]) -> bytes:
    return json.dumps({"notices": told}, ensure_ascii=False).encode()


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path / "platform") as peer:
        yield peer


@pytest.fixture
def board() -> NoticeBoard:
    return NoticeBoard(lambda: NOW)


@contextmanager
def fetching(peer: PlatformPeer, board: NoticeBoard, folder: Path) -> Iterator[list[int]]:
    """How often the screen was told."""
    told: list[int] = []
    public = bytes.fromhex(peer.publisher_key_file.read_text())
    fetcher = Fetcher(
        Platform(peer.url, TERMINAL, KEY.sign, 5.0, 5.0, 10.0),
        Shelf(folder, public),
        {"notices": lambda reference: board.hang(read_notices(reference))},
        lambda: told.append(1),
        SOON,
    )
    fetcher.start()
    try:
        yield told
    finally:
        fetcher.stop()


def asked_again(peer: PlatformPeer, path: str = "/v1/references") -> None:
    """Waits until the terminal has asked twice more: what came before is dealt with."""
    before = len(peer.exchanges())

    def seen() -> bool:
        later = peer.exchanges()[before:]
        return sum(one.request.path == path for one in later) >= 2

    until(seen)


def test_notices_are_fetched_at_the_start_and_hang_there_without_a_line(
    peer: PlatformPeer, board: NoticeBoard, tmp_path: Path
) -> None:
    with fetching(peer, board, tmp_path / "shelf") as told:
        until(lambda: board.shown())
        assert board.line("zh") == "冬季办公时间：周六上午也开门"
        asked_again(peer)
        assert told == [1]  # once: what is the same is not fetched again
    asked = [one.request.path for one in peer.exchanges()]
    assert asked.count("/v1/references/notices") == 1

    peer.switches.set(fault="dead")
    later = NoticeBoard(lambda: NOW)
    with fetching(peer, later, tmp_path / "shelf"):
        until(lambda: later.shown())
    assert later.shown() == board.shown()


def test_a_new_version_takes_the_place_of_the_old_one(
    peer: PlatformPeer, board: NoticeBoard, tmp_path: Path
) -> None:
    with fetching(peer, board, tmp_path / "shelf"):
        until(lambda: board.shown())
        assert peer.references.publish("notices", notices(notice("n1"))) == 2
        until(lambda: [one.id for one in board.shown()] == ["n1"])
        peer.references.publish("notices", notices())
        until(lambda: board.shown() == ())


def test_what_is_altered_older_or_not_of_its_form_changes_nothing(
    peer: PlatformPeer, board: NoticeBoard, tmp_path: Path
) -> None:
    references = peer.references
    references.publish("notices", notices(notice("good")))
    with fetching(peer, board, tmp_path / "shelf"):
        until(lambda: [one.id for one in board.shown()] == ["good"])
        whole = references.signed("notices", 9, notices(notice("evil")))
        for wrong in (
            whole.replace(b"evil", b"EVIL"),
            whole.replace(b'"version": 9', b'"version": 10'),
            references.signed("guides", 11, notices(notice("evil"))),
        ):
            references.lay_down("notices", wrong)
            asked_again(peer)
            assert [one.id for one in board.shown()] == ["good"]
        references.lay_down("notices", references.signed("notices", 12, b'{"notices": 5}'))
        asked_again(peer)
        assert [one.id for one in board.shown()] == ["good"]
        references.lay_down("notices", references.signed("notices", 13, notices(notice("new"))))
        until(lambda: [one.id for one in board.shown()] == ["new"])


def test_a_file_that_is_too_long_for_the_line_is_left_there(
    peer: PlatformPeer, board: NoticeBoard, tmp_path: Path
) -> None:
    peer.references.publish("notices", notices(notice("n1")) + b" " * 1_000_001)
    with fetching(peer, board, tmp_path / "shelf"):
        asked_again(peer)
    asked = {one.request.path for one in peer.exchanges()}
    assert asked == {"/v1/references"}
    assert board.shown() == ()


@pytest.mark.parametrize("fault", ["lost_answer", "not_json", "portal", "half", "huge", "dead"])
def test_a_line_that_breaks_is_tried_again(
    peer: PlatformPeer, board: NoticeBoard, tmp_path: Path, fault: str
) -> None:
    peer.switches.set(fault=fault, times=2)
    with fetching(peer, board, tmp_path / "shelf"):
        until(lambda: board.shown())
    assert board.line("en").startswith("Winter hours")


def test_a_notice_hangs_from_its_first_day_to_its_last(board: NoticeBoard) -> None:
    days = (("past", "2026-01-01", "2026-11-20"), ("now", "2026-11-21", "2026-11-21"))
    days += (("later", "2026-11-22", "2026-12-31"),)
    told = Notices.model_validate_json(notices(*(notice(*one) for one in days)))
    board.hang(told.notices)
    assert [one.id for one in board.shown()] == ["now"]
    assert board.notice("past") is None
    assert board.shown()[0].until == date(2026, 11, 21)


def test_the_terminal_reads_whatever_notices_the_contract_allows() -> None:
    example = {"notices": [notice("n1")]}
    assert fits(named("Notices"), example)
    whole = example["notices"][0]
    for what, one in changed(whole):
        value = {"notices": [one]}
        try:
            Notices.model_validate_json(json.dumps(value))
            read = True
        except ValidationError:
            read = False
        assert read == fits(named("Notices"), value), what
    assert not fits(named("Notices"), {"notices": [whole] * 51})
    with pytest.raises(ValidationError):
        Notices.model_validate_json(json.dumps({"notices": [whole] * 51}))


# On the screen


class _Printing:
    device = "receipt_printer"

    def __init__(self) -> None:
        self.visits: list[Visit] = []

    def __call__(self, visit: Visit) -> Any:
        self.visits.append(visit)
        return lambda: None


class _NoItems:
    def item(self, _: str) -> None:
        return None

    def featured(self) -> tuple[()]:
        return ()

    groups = featured


def no_form(name: str) -> Form:
    raise LookupError(name)


GUIDES = GuideMaker(WORDS, no_form, "")


def slip_of(visit: Visit, board: NoticeBoard) -> Slip:
    place = Place("522401", "石桥镇", "")
    papers = InformationPapers(
        *(WORDS, board, GUIDES, lambda _: None, place), *(Fonts(Path(), Path()), lambda: NOW)
    )
    return papers.notice_slip(visit)


class Walk:
    def __init__(self, board: NoticeBoard) -> None:
        self.views: list[Any] = []
        self.printing = _Printing()
        services = {"notices": NOTICES}
        self.conductor = Conductor(
            LOBBY,
            services,
            _NoItems(),  # type: ignore[arg-type]
            {
                **makers("石桥镇", lambda: None, None, services, board.line),
                **QueryPageMaker(WORDS).makers(),
                **NoticePageMaker(WORDS, board).makers(),
                **InformationPageMaker(WORDS, GUIDES, published=True).makers(),
            },
            self.views.append,
            lambda _: None,
            0.0,
        )
        names = ("print notice", "print notice page", "print guide", "print guide page")
        self.conductor.equip(dict.fromkeys(names, self.printing))
        self.conductor.handle(StatusChanged(0, "receipt_printer", Status(Condition.OK)))

    @property
    def page(self) -> Any:
        return self.views[-1].page

    def happen(self, *events: Any) -> Any:
        for event in events:
            kind, *values = event if isinstance(event, tuple) else (event,)
            self.conductor.handle(kind(self.views[-1].visit, *values))
        return self.page


@pytest.fixture
def hung(board: NoticeBoard) -> NoticeBoard:
    told = notices(notice("n1"), notice("n2"))
    board.hang(Notices.model_validate_json(told).notices)
    return board


def test_the_resting_page_shows_one_line_and_what_was_left_behind_comes_before_it(
    hung: NoticeBoard,
) -> None:
    walk = Walk(hung)
    assert walk.page == AttractPage("石桥镇", words="通知 n1")
    hung.hang(())
    walk.conductor.handle(StatusChanged(0, "references", Status(Condition.OK)))
    assert walk.page == AttractPage("石桥镇")


def test_a_notice_is_chosen_read_and_taken_along_on_paper(hung: NoticeBoard) -> None:
    walk = Walk(hung)
    home = walk.happen(Touched)
    assert isinstance(home, HomePage)
    assert home.offers == ("notices",)
    corner = walk.happen((OfferChosen, "notices"))
    assert [row.row for row in corner.rows] == ["notices", "guides", "feedback"]
    listed = walk.happen(NoticesAsked)
    assert isinstance(listed, ListPage)
    assert [(row.row, row.title) for row in listed.rows] == [("n1", "通知 n1"), ("n2", "通知 n2")]
    read = walk.happen((RowChosen, "n2"))
    assert isinstance(read, DetailsPage)
    assert read.title == "通知 n2"
    assert [fact.value for fact in read.sections[0].facts] == ["第一段", "第二段"]
    assert read.note == "有效到2026年12月31日"
    walk.happen(Confirmed)
    slip = slip_of(walk.printing.visits[0], hung)
    assert "第二段" in str(slip)
    assert walk.happen(Printed).title == "notice_printed.title"
    assert isinstance(walk.happen(Confirmed), ListPage)


def test_a_printer_that_stops_leaves_the_notice_on_the_screen(hung: NoticeBoard) -> None:
    walk = Walk(hung)
    walk.happen(Touched, (OfferChosen, "notices"), NoticesAsked, (RowChosen, "n1"), Confirmed)
    assert walk.happen((PrintStopped, "paper_end")).title == "notice_no_slip.title"
    assert isinstance(walk.happen(Confirmed), ListPage)
    assert isinstance(walk.happen((RowChosen, "n1")), DetailsPage)
    assert isinstance(walk.happen(Declined), ListPage)


def test_a_notice_taken_down_while_it_is_read_says_so(hung: NoticeBoard) -> None:
    walk = Walk(hung)
    walk.happen(Touched, (OfferChosen, "notices"), NoticesAsked, (RowChosen, "n1"))
    hung.hang(())
    walk.conductor.handle(StatusChanged(0, "references", Status(Condition.OK)))
    assert walk.page.sections[0].heading == "这条通知已经撤下。"
    assert isinstance(walk.happen(Declined), ListPage)
    visit = Visit(1, lookup=Lookup(notice="n1"))
    slip = slip_of(visit, hung)
    assert "这条通知已经撤下。" in str(slip)


# Whose signature counts


def _settings(tmp_path: Path, text: str | None) -> Any:
    file = tmp_path / "publisher"
    platform = dict(LEAST["platform"])
    if text is not None:
        file.write_text(text)
        platform["publisher_key_file"] = str(file)
    return check({**LEAST, "platform": platform}, tmp_path / "kiosk.toml")


def test_the_publishers_key_is_read_from_pem_and_from_digits(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    pem = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    raw = key.public_bytes_raw()
    assert publisher_of(_settings(tmp_path, pem)) == raw
    assert publisher_of(_settings(tmp_path, f"{raw.hex()}\n")) == raw
    assert publisher_of(_settings(tmp_path, None)) is None


@pytest.mark.parametrize("text", ["", "00" * 31, "zz" * 32, "-----BEGIN PUBLIC KEY-----\nAA=="])
def test_a_publishers_key_that_is_none_stops_the_start(tmp_path: Path, text: str) -> None:
    with pytest.raises(SetUpError, match="64 hexadecimal digits"):
        publisher_of(_settings(tmp_path, text))


def test_a_terminal_whose_settings_name_a_publisher_fetches_and_others_do_not(
    peer: PlatformPeer, board: NoticeBoard, tmp_path: Path
) -> None:
    line = Platform(peer.url, TERMINAL, KEY.sign, 5.0, 5.0, 10.0)
    told: list[Event] = []
    assert fetchers(_settings(tmp_path, None), line, board, told.append) == ()
    given = _settings(tmp_path, peer.publisher_key_file.read_text())
    (one,) = fetchers(given, line, board, told.append)
    one.start()
    try:
        until(lambda: told)
    finally:
        one.stop()
    assert board.line("zh") == "冬季办公时间：周六上午也开门"
    assert (tmp_path / "state" / "references" / "notices.1").exists()
