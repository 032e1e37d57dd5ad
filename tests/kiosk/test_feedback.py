"""Complaints and suggestions: from the first touch to what the platform has of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import texts
from kiosk.conductor import Conductor
from kiosk.machines.caretaker import needles_of
from kiosk.machines.delivery import sender
from kiosk.makers.feedback_page_makers import FeedbackPageMaker
from kiosk.makers.guides import GuideMaker
from kiosk.makers.information_page_makers import InformationPageMaker
from kiosk.makers.notice_board import NoticeBoard
from kiosk.makers.notice_page_makers import NoticePageMaker
from kiosk.makers.query_page_makers import QueryPageMaker
from kiosk.platform.gateway import Platform
from kiosk.services.certify import CERTIFY
from kiosk.services.feedback import FEEDBACK
from kiosk.services.lobby import LOBBY
from kiosk.services.notices import GUIDE_OF_ITEM, NOTICES
from kiosk.services.questions import QUESTIONS
from kiosk.visits.events import (
    Again,
    Back,
    CardTaken,
    Certified,
    Confirmed,
    Declined,
    Event,
    KeepFailed,
    Lapsed,
    Left,
    Rated,
    RatedPoorly,
    Touched,
)
from kiosk.visits.feedback_events import FeedbackAsked, FeedbackKept
from kiosk.visits.form_events import Answered, OfferChosen, RowChosen, Skipped
from kiosk.visits.form_pages import ListPage, QuestionPage
from kiosk.visits.pages import AttractPage, GoodbyePage, HomePage, MessagePage, Mood, RatingPage
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.feedback import keep_feedback
from offline_cache.courier import write_bundle
from offline_cache.database import begin, connect
from offline_cache.errors import OutboxFullError, StoreIoError
from offline_cache.forwarder import Delivered
from offline_cache.outbox import Outbox
from offline_cache.sealing import load_sealer
from offline_cache.terminal_key import load_or_make
from sandbox.platform.courier import Taken, take_in
from sandbox.platform.feedback import Said
from sandbox.platform.server import PlatformPeer
from tests.certify_kit import certify_pages
from tests.kiosk.test_conductor import PASSED, TO_SENT
from tests.kiosk.walker import FakeWork, Walker
from tests.kiosk.walking import DEVICES
from tests.packs import catalogue

TERMINAL = "522401"
PLACE = Place(TERMINAL, "石桥镇便民服务中心", "")
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
WORDS = {language: texts.load(language) for language in ("zh", "en")}
PENSION = "2020-35/1/13"


class Walk(Walker):
    """Steps bear the name of their flow here: the way leads through several."""

    def __init__(self, with_feedback: bool = True) -> None:
        super().__init__()
        services = {"certify": CERTIFY}
        if with_feedback:
            services |= {"notices": NOTICES, "guide": GUIDE_OF_ITEM, "feedback": FEEDBACK}
        items, board = catalogue(), NoticeBoard(lambda: NOW)
        guides = GuideMaker(WORDS, items.form, "")
        self.conductor = Conductor(
            LOBBY,
            services,
            items,
            {
                **certify_pages(None, services),
                **QueryPageMaker(WORDS).makers(),
                **NoticePageMaker(WORDS, board).makers(),
                **InformationPageMaker(WORDS, guides, published=False).makers(),
                **FeedbackPageMaker(WORDS).makers(),
            },
            self.views.append,
            lambda _: self.diary.append("wiped"),
            self.now_s,
            QUESTIONS,
        )
        names = {**DEVICES, "keep feedback": "outbox", "watch desk": "scanner"}
        names |= dict.fromkeys(("print notice", "print guide"), "receipt_printer")
        names |= dict.fromkeys(("print notice page", "print guide page"), "page_printer")
        self.conductor.equip({one: FakeWork(one, on, self.diary) for one, on in names.items()})

    @property
    def step(self) -> str:
        return str(self.view.step)

    def to_rating(self) -> str:
        return self.happen(*TO_SENT, (Certified, PASSED), CardTaken, Declined)


# At the end of an item


def test_who_gives_few_stars_is_asked_why_and_the_rating_is_kept_at_the_end() -> None:
    walk = Walk()
    assert walk.to_rating() == "certify/rating"
    assert walk.page == RatingPage(asks_why=True)
    assert walk.happen((RatedPoorly, 1)) == "feedback/what"
    assert isinstance(walk.page, ListPage)
    assert walk.page.title == WORDS["zh"]["feedback.why"]
    assert walk.happen((RowChosen, "waited")) == "feedback/mobile"
    assert walk.happen(Skipped) == "feedback/keep"
    assert walk.diary[-1] == "begin keep feedback"
    assert walk.happen(FeedbackKept) == "feedback/kept"
    assert walk.page.mood is Mood.GOOD
    assert walk.happen(Confirmed) == "feedback/thanks"
    assert walk.diary[-1] == "begin keep rating"
    assert isinstance(walk.page, GoodbyePage)
    assert walk.page.thanks_for_rating


@pytest.mark.parametrize("event", [Back, Left, Lapsed])
def test_who_walks_away_from_the_reasons_has_rated_all_the_same(event: type[Event]) -> None:
    walk = Walk()
    walk.to_rating()
    walk.happen((RatedPoorly, 2))
    assert walk.happen(event) == "feedback/thanks"
    assert walk.diary[-1] == "begin keep rating"
    assert walk.visit.stars == 2


def test_who_is_content_is_asked_nothing() -> None:
    walk = Walk()
    walk.to_rating()
    assert walk.happen((Rated, 4)) == "certify/thanks"


def test_who_does_not_rate_may_say_something_and_nothing_is_rated() -> None:
    walk = Walk()
    walk.to_rating()
    assert walk.happen(FeedbackAsked) == "feedback/what"
    assert walk.page.title == WORDS["zh"]["feedback.title"]
    walk.happen((RowChosen, "papers"), Skipped, FeedbackKept)
    assert walk.happen(Confirmed) == "feedback/goodbye"
    assert "begin keep rating" not in walk.diary


def test_a_terminal_that_takes_no_feedback_does_not_ask() -> None:
    walk = Walk(with_feedback=False)
    walk.to_rating()
    assert walk.page == RatingPage(asks_why=False)
    assert walk.happen((Rated, 1)) == "certify/thanks"


# In the information corner


def to_feedback(walk: Walk) -> str:
    return walk.happen(Touched, (OfferChosen, "notices"), FeedbackAsked)


def test_from_the_information_corner_it_leads_back_home() -> None:
    walk = Walk()
    assert to_feedback(walk) == "feedback/what"
    walk.happen((RowChosen, "machine"), Skipped, FeedbackKept)
    assert walk.happen(Confirmed) == "lobby/home"
    assert isinstance(walk.page, HomePage)
    assert to_feedback(Walk()) == "feedback/what"
    walk = Walk()
    to_feedback(walk)
    assert walk.happen(Back) == "lobby/home"
    walk = Walk()
    to_feedback(walk)
    walk.happen(Lapsed)
    assert isinstance(walk.page, AttractPage)


@pytest.mark.parametrize(("row", "ask"), [("own", "ask"), ("idea", "idea")])
def test_own_words_are_typed_and_asked_for_again_when_there_are_none(row: str, ask: str) -> None:
    walk = Walk()
    to_feedback(walk)
    assert walk.happen((RowChosen, row)) == "feedback/own words"
    assert isinstance(walk.page, QuestionPage)
    assert walk.page.ask == WORDS["zh"][f"feedback_words.{ask}"]
    assert walk.happen((Answered, " ")) == "feedback/own words"
    assert walk.page.trouble == WORDS["zh"]["feedback_words.too_short"]
    assert walk.happen((Answered, "窗口早点开门")) == "feedback/mobile"


@pytest.mark.parametrize("number", ["1390000123", "12900001234", "139000012345"])
def test_a_telephone_number_that_is_none_stays_in_the_field(number: str) -> None:
    walk = Walk()
    to_feedback(walk)
    walk.happen((RowChosen, "waited"))
    assert walk.happen((Answered, number)) == "feedback/mobile"
    assert walk.page.trouble
    assert walk.page.value == number
    assert walk.happen((Answered, "139 0000 1234")) == "feedback/keep"
    assert walk.visit.remark.mobile == "13900001234"


def test_a_row_that_nobody_offered_leads_nowhere() -> None:
    walk = Walk()
    to_feedback(walk)
    assert walk.happen((RowChosen, "2020-35/1/13")) == "feedback/what"


def test_what_could_not_be_kept_may_be_tried_again_and_names_the_citizens_line() -> None:
    walk = Walk()
    to_feedback(walk)
    walk.happen((RowChosen, "waited"), Skipped)
    assert walk.happen((KeepFailed, "full")) == "feedback/not kept"
    page = walk.page
    assert isinstance(page, MessagePage)
    assert page.help_line
    assert "12345" in WORDS["zh"][page.body]
    assert walk.happen(Again) == "feedback/keep"
    walk.happen((KeepFailed, "disk"))
    assert walk.happen(Declined) == "lobby/home"


def test_a_number_left_with_a_complaint_is_looked_for_on_the_disk_afterwards() -> None:
    walk = Walk()
    to_feedback(walk)
    walk.happen((RowChosen, "waited"), (Answered, "13900001234"))
    assert b"13900001234" in needles_of(walk.visit)
    assert "13900001234" not in repr(walk.visit.remark)


# What the platform has of it


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PlatformPeer]:
    key = load_or_make(tmp_path / "key")
    with PlatformPeer(tmp_path / "platform", enrolled={TERMINAL: key.public}) as peer:
        yield peer


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    begin(tmp_path / "store.db").connection.close()
    with closing(Outbox(connect(tmp_path / "store.db"), TERMINAL)) as outbox:
        yield outbox


def line(peer: PlatformPeer, tmp_path: Path) -> Platform:
    sign = load_or_make(tmp_path / "key").sign
    return Platform(peer.url, TERMINAL, sign, 20.0, 20.0, 30.0)


def said(*events: Event, item: bool = False) -> Visit:
    visit = Visit(1)
    if item:
        visit.chosen, visit.receipt = catalogue().item(PENSION), "52240112345678"
    pages = {RowChosen: "feedback", Skipped: "feedback_mobile"}
    for event in events:
        typed = (
            "feedback_mobile" if str(getattr(event, "value", "")).isdigit() else "feedback_words"
        )
        visit.take(event, pages.get(type(event), typed))
    return visit


def keep(outbox: Outbox, peer: PlatformPeer, visit: Visit) -> Event | None:
    work = keep_feedback(PLACE, load_sealer(peer.key_file), WORDS["zh"], lambda: NOW, lambda: None)
    return work(visit)(outbox, Job(1, lambda _: None))


def test_the_platform_has_what_was_said_and_who_wants_to_be_called(
    outbox: Outbox, peer: PlatformPeer, tmp_path: Path
) -> None:
    idea = said(RowChosen(1, "idea"), Answered(1, "周六也开门"), Answered(1, "13900001234"))
    ready = said(RowChosen(1, "waited"), Skipped(1), item=True)
    for visit in (idea, ready):
        assert keep(outbox, peer, visit) == FeedbackKept(1)
    send = sender(line(peer, tmp_path))
    while (queued := outbox.peek(datetime.now(UTC))) is not None:
        assert "周六" not in queued.body.decode()
        result = send(queued)
        assert isinstance(result, Delivered)
        outbox.acknowledge(queued.key, result.outcome)
    assert peer.desk.said == [
        Said("SUGGESTION", None, "周六也开门", None, "13900001234"),
        Said("COMPLAINT", "52240112345678", "等得太久", PENSION, ""),
    ]


def test_keeping_once_more_and_a_lost_answer_count_once(
    outbox: Outbox, peer: PlatformPeer, tmp_path: Path
) -> None:
    visit = said(RowChosen(1, "manner"), Skipped(1))
    keep(outbox, peer, visit)
    keep(outbox, peer, visit)
    assert outbox.waiting() == 1
    queued = outbox.peek(datetime.now(UTC))
    assert queued is not None
    for _ in range(2):
        assert isinstance(sender(line(peer, tmp_path))(queued), Delivered)
    assert [one.text for one in peer.desk.said] == ["工作人员态度不好"]


def test_a_complaint_is_carried_on_the_stick_and_counts_once(
    outbox: Outbox, peer: PlatformPeer, tmp_path: Path
) -> None:
    keep(outbox, peer, said(RowChosen(1, "unclear"), Skipped(1)))
    (tmp_path / "stick").mkdir()
    key = load_or_make(tmp_path / "key")
    bundle = write_bundle(outbox, tmp_path / "stick", TERMINAL, key, datetime.now(UTC))
    assert bundle is not None
    assert take_in(bundle.file, tmp_path / "platform") == Taken(packets=1, new=1)
    queued = outbox.peek(datetime.now(UTC))
    assert queued is not None
    assert isinstance(sender(line(peer, tmp_path))(queued), Delivered)
    assert [one.text for one in peer.desk.said] == ["说得不清楚，看不懂"]
    assert take_in(bundle.file, tmp_path / "platform") == Taken(packets=1)


@pytest.mark.parametrize(
    ("fault", "trouble"), [(OutboxFullError("full"), "full"), (StoreIoError("EIO"), "disk")]
)
def test_a_disk_that_refuses_is_told_as_such(
    peer: PlatformPeer, fault: Exception, trouble: str
) -> None:
    class Refusing:
        def keep(self, _: object) -> None:
            raise fault

    visit = said(RowChosen(1, "waited"), Skipped(1))
    assert keep(Refusing(), peer, visit) == KeepFailed(1, trouble)  # type: ignore[arg-type]
