"""What the terminal does while something is looked up, against the real far ends: the stand-in
platform, CUPS, and a code reader on its cable.
"""

import json
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest

from devices.code_reader import SerialCodeReader
from devices.code_reader_profiles import load_profiles
from devices.idcard_text import CardKind, IdCard
from kiosk.papers.a4_pages import Fonts
from kiosk.papers.result_pages import ResultPages
from kiosk.papers.slips import SlipMaker
from kiosk.platform.affairs_messages import parse_progress
from kiosk.platform.certificates import Verdict
from kiosk.platform.gateway import Platform
from kiosk.platform.query_results import QueryCode
from kiosk.visits.events import PlatformAway, Printed, PrintStopped
from kiosk.visits.paper_codes import receipt_number
from kiosk.visits.place import Place
from kiosk.visits.query_events import (
    AffairsTold,
    CodeRead,
    CodeStrange,
    FaceDoubted,
    Found,
    NotHad,
    NumberUnknown,
    PaperFetched,
    PaperJudged,
    ProgressTold,
    Several,
)
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.followed_cases import FollowedCases
from kiosk.works.page_printing import print_page
from kiosk.works.querying import affairs, ask_progress, fetch_paper, query, verify_paper
from kiosk.works.reading_codes import read_code
from offline_cache.database import begin, connect
from offline_cache.last_known import LastKnown
from offline_cache.sealing import load_sealer
from sandbox.code_reader import SerialCodeReaderPeer
from sandbox.page_printer import PagePrinterPeer
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.kiosk.looking import CERTIFICATE, RIGHTS, WORDS, item
from tests.paper_kit import came_out, opened, pdf
from tests.platform_kit import KEY, jpeg
from tests.printer_kit import ROOT

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PLACE = Place(TERMINAL, "石桥镇便民服务中心", "430121100001")
CASE = "43012188000027"
REGULAR, BOLD = (ROOT / f"build/fonts/NotoSansSC-{name}.otf" for name in ("Regular", "Bold"))


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    with PlatformPeer(tmp_path_factory.mktemp("platform")) as peer:
        yield peer


@pytest.fixture
def platform(peer):
    peer.switches.clear()
    return Platform(peer.url, TERMINAL, KEY.sign, 5.0, 5.0, 20.0)


def visit_of(ref, item=RIGHTS, portrait=True, staff=""):
    person = BY_REF[ref]
    card = IdCard(
        kind=CardKind.RESIDENT,
        name=person.card_name,
        number=person.number,
        birth=person.birth,
        valid_from=person.valid_from,
        valid_to=person.valid_to,
        long_term=person.valid_to is None,
        sex=person.sex,
        nation_code=person.nation,
        address=person.address,
    )
    picture = jpeg() if portrait else None
    return Visit(1, chosen=item, card=card, portrait=picture, liveness="blink", staff=staff)


def job():
    return Job(1, lambda _: None)


def asked(peer, platform, visit):
    event = query(PLACE, load_sealer(peer.key_file), lambda: NOW)(visit)(platform, job())
    visit.take(event)
    return event


@pytest.mark.parametrize(
    ("ref", "item", "kind", "code"),
    [
        ("p39", RIGHTS, Found, QueryCode.FOUND),
        ("p46", CERTIFICATE, Found, QueryCode.REVOKED),
        ("p40", RIGHTS, Several, QueryCode.SEVERAL),
        ("p14", RIGHTS, FaceDoubted, QueryCode.FACE_MISMATCH),
        ("p41", RIGHTS, NotHad, QueryCode.ARREARS),
        ("p17", RIGHTS, NotHad, QueryCode.UPSTREAM_BUSY),
    ],
)
def test_each_answer_leads_its_own_way(peer, platform, ref, item, kind, code):
    event = asked(peer, platform, visit_of(ref, item))
    assert (type(event), event.told.code) == (kind, code)


def test_staff_who_vouch_are_told_to_the_platform(peer, platform):
    event = asked(peer, platform, visit_of("p14", portrait=False, staff="430121-S01"))
    assert isinstance(event, Found)


def test_the_card_alone_is_told_as_such(peer, platform):
    event = asked(peer, platform, visit_of("p39", portrait=False))
    assert event.told.code is QueryCode.REFUSED


def test_nothing_that_is_asked_can_be_read_on_the_way(peer, platform):
    asked(peer, platform, visit_of("p39"))
    sent = peer.exchanges()[-1].request.body
    for secret in (BY_REF["p39"].number, BY_REF["p39"].name):
        assert secret.encode() not in sent


def test_no_event_shows_what_was_found_in_a_log(peer, platform):
    event = asked(peer, platform, visit_of("p39"))
    assert BY_REF["p39"].number not in repr(event)


@pytest.mark.parametrize(
    ("ref", "verdict"),
    [
        ("p39", Verdict.GOOD),
        ("p52", Verdict.BROKEN),
        ("p53", Verdict.UNKNOWN_SIGNER),
        ("p54", Verdict.EXPIRED),
        ("p55", Verdict.NONE),
    ],
)
def test_a_certificate_comes_with_what_is_to_be_said_of_its_seal(peer, platform, ref, verdict):
    visit = visit_of(ref, CERTIFICATE)
    asked(peer, platform, visit)
    event = fetch_paper(peer.seal_roots_file)(visit)(platform, job())
    assert isinstance(event, PaperFetched)
    assert event.seal.verdict is verdict
    visit.take(event)
    assert bool(visit.lookup.printable) == (verdict is Verdict.GOOD)


@pytest.mark.parametrize("fault", ["lost_answer", "not_json", "silence"])
def test_without_an_answer_the_platform_is_away(peer, fault):
    platform = Platform(peer.url, TERMINAL, KEY.sign, 1.0, 1.0, 2.0)
    peer.switches.set(fault=fault)
    try:
        assert asked(peer, platform, visit_of("p39")) == PlatformAway(1)
    finally:
        peer.switches.clear()


class _Nowhere:
    """A store that never gave a number."""

    def of(self, number):
        return None


NOWHERE = _Nowhere()


def remembering(folder, now=NOW, most=10_000):
    store = folder / "store.db"
    begin(store).connection.close()
    return FollowedCases(lambda: closing(LastKnown(connect(store), lambda: now, most)))


def test_the_last_known_progress_is_told_with_its_age_while_the_platform_is_away(
    peer, platform, tmp_path
):
    work = ask_progress(remembering(tmp_path), NOWHERE)
    visit = Visit(1)
    visit.take(CodeRead(1, CASE))
    first = work(visit)(platform, job())
    assert isinstance(first, ProgressTold)
    assert first.told_at is None
    peer.switches.set(fault="dead")
    work = ask_progress(remembering(tmp_path, NOW + timedelta(days=399)), NOWHERE)  # after a start
    again = work(visit)(platform, job())
    assert (again.progress, again.told_at) == (first.progress, NOW)
    visit.take(CodeRead(1, "0" * 14))
    assert work(visit)(platform, job()) == PlatformAway(1)
    peer.switches.clear()
    assert work(visit)(platform, job()) == NumberUnknown(1)


def test_the_oldest_number_is_forgotten_first(peer, platform, tmp_path):
    followed = remembering(tmp_path, most=1)
    for number in (CASE, "43012188000019"):
        visit = Visit(1)
        visit.take(CodeRead(1, number))
        ask_progress(followed, NOWHERE)(visit)(platform, job())
    assert followed.last(CASE) is None
    assert followed.last("43012188000019") is not None


def test_what_was_told_more_than_400_days_ago_is_told_no_more(platform, tmp_path):
    visit = Visit(1)
    visit.take(CodeRead(1, CASE))
    ask_progress(remembering(tmp_path), NOWHERE)(visit)(platform, job())
    assert remembering(tmp_path, NOW + timedelta(days=401)).last(CASE) is None
    assert remembering(tmp_path, NOW - timedelta(days=20_000)).last(CASE) is not None


@pytest.mark.parametrize(
    "told",
    [
        {"state": "accepted", "desk": "转移岗", "since": "2026-11-05T09:30:00+08:00"},
        {"state": "awaiting", "missing": [{"material": 1, "next": 3}]},
        {
            "state": "decided",
            "code": "PASS",
            "valid_to": "2027-11-30",
            "record_ids": ["R-1"],
            "decided_at": "2026-11-20T12:00:00+08:00",
            "steps": [{"name": "受理", "state": "done"}],
            "waybill": {"carrier": "邮政", "number": "1100000000019"},
        },
    ],
)
def test_every_progress_comes_back_as_it_was_but_for_whose_it_is(tmp_path, told):
    followed, progress = remembering(tmp_path), parse_progress(json.dumps({"number": CASE} | told))
    followed.note(progress)
    back = followed.last(CASE).progress
    assert back.whereabouts == progress.whereabouts
    if "record_ids" in told:
        assert back.answer == replace(progress.answer, record_ids=())
    else:
        assert back.answer == progress.answer
    files = b"".join(part.read_bytes() for part in tmp_path.glob("store.db*"))
    assert b"R-1" not in files


def test_a_store_that_refuses_costs_the_memory_and_not_the_answer(peer, platform, tmp_path):
    followed = FollowedCases(lambda: closing(LastKnown(connect(tmp_path / "nothing.db"))))
    visit = Visit(1)
    visit.take(CodeRead(1, CASE))
    work = ask_progress(followed, NOWHERE)
    assert isinstance(work(visit)(platform, job()), ProgressTold)
    peer.switches.set(fault="dead")
    assert work(visit)(platform, job()) == PlatformAway(1)
    peer.switches.clear()


def test_a_paper_is_verified_by_its_code(platform):
    visit = Visit(1)
    visit.take(CodeRead(1, "2C8PDZ4E6YGJ0B1F"))
    event = verify_paper(visit)(platform, job())
    assert isinstance(event, PaperJudged)
    assert event.verified.state == "WITHDRAWN"


@pytest.mark.parametrize(
    ("ref", "kind"), [("p40", AffairsTold), ("p14", FaceDoubted), ("p15", NotHad)]
)
def test_affairs_are_asked_for_a_face(peer, platform, ref, kind):
    work = affairs(PLACE, load_sealer(peer.key_file), lambda: NOW)
    assert type(work(visit_of(ref))(platform, job())) is kind


# On paper


def test_a_page_comes_out_once_and_leaves_nothing_in_the_queue():
    with PagePrinterPeer() as far, opened(far) as printer:
        work = print_page(lambda _: lambda: pdf(2), "page")
        assert work(Visit(1))(printer, job()) == Printed(1)
        assert len(came_out(far)) == 2


def test_a_page_that_does_not_come_out_never_comes_out_before_somebody_else():
    with PagePrinterPeer() as far, opened(far) as printer:
        work = print_page(lambda _: lambda: pdf(), "page")
        far.end_paper()
        assert work(Visit(1))(printer, job()) == PrintStopped(1, "paper_out")
        far.refill()
        assert work(Visit(1))(printer, job()) == Printed(1)
        assert len(came_out(far)) == 1


def result_pages():
    return ResultPages(Fonts(REGULAR, BOLD), PLACE, WORDS, lambda: NOW)


def words_on(document):
    pages = pypdfium2.PdfDocument(document)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in pages)
    finally:
        pages.close()


def test_an_answer_without_a_paper_is_laid_out_whole(peer, platform):
    visit = visit_of("p39", item("2020-35/3/6", "query", "card_and_face"))
    asked(peer, platform, visit)
    written = words_on(result_pages().of(visit)())
    assert "社会保险缴费记录" in written
    assert "2026-10" in written


def test_a_paper_with_a_good_seal_is_printed_byte_for_byte(peer, platform):
    visit = visit_of("p39", CERTIFICATE)
    asked(peer, platform, visit)
    visit.take(fetch_paper(peer.seal_roots_file)(visit)(platform, job()))
    assert result_pages().of(visit)() == visit.lookup.pdf


def test_a_slip_of_what_was_looked_up_is_masked(peer, platform):
    visit = visit_of("p39")
    asked(peer, platform, visit)
    slip = repr(SlipMaker(PLACE, "https://x", WORDS, lambda: NOW).lookup(visit))
    assert "430121********0628" in slip
    for secret in (BY_REF["p39"].number, BY_REF["p39"].name, "13900000139"):
        assert secret not in slip


# Codes


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (f"https://platform.example.gov.cn/s/{CASE}", CodeRead(1, CASE)),
        ("https://elsewhere.example/", CodeStrange(1)),
    ],
)
def test_a_code_that_is_held_up_is_read_or_told_as_strange(tmp_path, text, event):
    link = tmp_path / "ttyACM0"
    with (
        SerialCodeReaderPeer(link) as far,
        SerialCodeReader(str(link), load_profiles()["generic-cr"]) as reader,
    ):
        looking = job()
        seen = []
        work = read_code(receipt_number)(Visit(1))
        thread = threading.Thread(target=lambda: seen.append(work(reader, looking)))
        thread.start()
        while not seen:  # what came before the page was there does not count
            far.scan(text)
            thread.join(0.5)
        assert seen == [event]


def test_looking_for_a_code_ends_when_the_page_is_left(tmp_path):
    link = tmp_path / "ttyACM0"
    with (
        SerialCodeReaderPeer(link),
        SerialCodeReader(str(link), load_profiles()["generic-cr"]) as reader,
    ):
        looking = job()
        looking.stopped.set()
        assert read_code(receipt_number)(Visit(1))(reader, looking) is None
