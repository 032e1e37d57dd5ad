"""What the platform will never take as it is: the resident is told so, and so is the operator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from config.settings import check
from devices.base import Condition
from kiosk.desks.outbox_desk import listed
from kiosk.machines.store_room import desk_status
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.papers.slips import SlipMaker
from kiosk.platform.answers import Answers
from kiosk.platform.gateway import Answer, Platform
from kiosk.platform.results import Code
from kiosk.services.following import PROGRESS
from kiosk.visits.events import (
    CardTaken,
    Certified,
    Confirmed,
    Declined,
    InLine,
    NotTaken,
    PlatformAway,
)
from kiosk.visits.form_pages import DetailsPage
from kiosk.visits.pages import MessagePage, Mood, ResultPage
from kiosk.visits.place import Place
from kiosk.visits.query_events import CodeRead, NumberUnknown, ProgressTold, StandsHere
from kiosk.visits.standing import StandingHere, Standings
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.followed_cases import FollowedCases
from kiosk.works.handing_in import await_answer
from kiosk.works.querying import ask_progress
from offline_cache.database import begin, connect
from offline_cache.last_known import LastKnown
from offline_cache.outbox import Outbox
from offline_cache.submission import Outcome, Problem, State, Submission
from sandbox.platform.server import TERMINAL, PlatformPeer
from tests.kiosk.forwarding import KEPT as HANDED_IN
from tests.kiosk.forwarding import SIGNED, WORDS, fill_in
from tests.kiosk.forwarding import Walk as Forwarding
from tests.kiosk.looking import RIGHTS
from tests.kiosk.looking import Walk as Looking
from tests.kiosk.test_conductor import TO_SENT
from tests.kiosk.test_other_devices import LEAST
from tests.kiosk.walking import Walk
from tests.platform_kit import KEY, new_key

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PLACE = Place(TERMINAL, "石桥镇便民服务中心", "")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "store.db"
    begin(file).connection.close()
    return file


@pytest.fixture
def outbox(store: Path) -> Iterator[Outbox]:
    with closing(Outbox(connect(store), "430121")) as outbox:
        yield outbox


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[PlatformPeer]:
    with PlatformPeer(tmp_path / "platform") as peer:
        yield peer


def kept(outbox: Outbox, case: str = "") -> tuple[str, str]:
    """Key and number."""
    key = new_key()
    body = json.dumps({}).encode()
    submission = Submission(key, "application", "2020-35/1/5", body, case=case)
    return key, outbox.keep(submission).number


def job() -> Job:
    return Job(1, lambda _: None)


# While the resident waits


def test_who_still_waits_is_told_that_it_was_not_taken(outbox: Outbox) -> None:
    key, number = kept(outbox)
    visit, told = Visit(1, key=key, receipt=number), list[Any]()
    answers = Answers()
    answers.expect(key)
    task = await_answer(answers)(visit)

    def post(event: Any) -> None:
        told.append(event)
        if isinstance(event, InLine):
            outbox.set_aside(key, Problem.REJECTED)

    event = task(outbox, Job(1, post))
    assert told[0] == InLine(1, 1, 1)
    assert event == NotTaken(1)
    visit.take(event)
    assert visit.not_taken


def test_the_result_says_that_it_was_not_taken_and_whom_to_ask() -> None:
    walk = Walk()
    walk.happen(*TO_SENT, NotTaken)
    walk.happen(CardTaken)
    page = walk.view.page
    assert isinstance(page, ResultPage)
    assert (page.mood, page.title) == (Mood.STOP, "result.NOT_TAKEN.title")
    assert page.number
    assert not page.kept_only
    assert page.in_line is None
    for language in ("zh", "en"):
        assert "12345" in WORDS[language][page.next]


def test_an_answer_of_a_second_try_is_shown_in_its_place() -> None:
    walk = Walk()
    walk.happen(*TO_SENT, (Certified, Answer("52240112345678", Code.PASS)), CardTaken)
    assert walk.view.page.mood is Mood.GOOD


def _slip_of(visit: Visit) -> str:
    return str(SlipMaker(PLACE, "https://x.example/s", WORDS, lambda: NOW).certification(visit))


def test_the_slip_says_that_it_was_not_taken() -> None:
    walk = Walk()
    walk.happen(*TO_SENT)
    visit = walk.conductor._visit
    assert WORDS["zh"]["slip.disclaimer_kept"] in _slip_of(visit)
    walk.happen(NotTaken)
    slip = _slip_of(visit)
    for key in ("title_not_taken", "result_not_taken", "disclaimer_not_taken"):
        assert WORDS["zh"][f"slip.{key}"] in slip
    assert WORDS["zh"]["slip.disclaimer_kept"] not in slip


def test_an_application_that_was_not_taken_says_so_on_the_screen_and_on_the_slip() -> None:
    walk = Forwarding()
    fill_in(walk)
    walk.happen(Confirmed, SIGNED, HANDED_IN, NotTaken, CardTaken)
    page = walk.view.page
    assert isinstance(page, DetailsPage)
    assert (page.title, page.mood) == ("forwarded.not_taken", Mood.STOP)
    maker = ForwardSlipMaker(PLACE, "https://x.example/s", WORDS, lambda: NOW)
    slip = str(maker.receipt(walk.conductor._visit))
    assert WORDS["zh"]["slip.disclaimer_not_taken"] in slip
    assert WORDS["zh"]["slip.title_not_taken"] in slip
    assert walk.happen(Declined) == "rating"


# By its number, later


def asking(store: Path, peer: PlatformPeer, number: str) -> Any:
    followed = FollowedCases(lambda: closing(LastKnown(connect(store), lambda: NOW)))
    standings = Standings(lambda: Outbox(connect(store), "430121"))
    visit = Visit(1)
    visit.take(CodeRead(1, number))
    line = Platform(peer.url, TERMINAL, KEY.sign, 1.0, 1.0, 2.0)
    event = ask_progress(followed, standings)(visit)(line, job())
    visit.take(event)
    return event


@pytest.mark.parametrize("fault", ["", "dead"])
def test_a_number_that_waits_here_tells_its_place_in_the_line(
    outbox: Outbox, store: Path, peer: PlatformPeer, fault: str
) -> None:
    kept(outbox)
    _, number = kept(outbox)
    for _ in range(3):
        kept(outbox)
    if fault:
        peer.switches.set(fault=fault)
    told = asking(store, peer, number)
    assert told == StandsHere(1, StandingHere(number, State.WAITING, 2, 5))


@pytest.mark.parametrize("fault", ["", "dead"])
def test_a_number_that_was_set_aside_says_so_and_so_does_what_waits_behind_it(
    outbox: Outbox, store: Path, peer: PlatformPeer, fault: str
) -> None:
    case = new_key()
    key, first = kept(outbox, case)
    _, second = kept(outbox, case)
    outbox.set_aside(key, Problem.REJECTED)
    if fault:
        peer.switches.set(fault=fault)
    assert asking(store, peer, first).whereabouts.state is State.POISON
    assert asking(store, peer, second).whereabouts.state is State.HELD


def test_a_number_that_went_and_cannot_be_asked_about_says_that_it_went(
    outbox: Outbox, store: Path, peer: PlatformPeer
) -> None:
    key, number = kept(outbox)
    outbox.acknowledge(key, Outcome.ACCEPTED)
    peer.switches.set(fault="dead")
    assert asking(store, peer, number).whereabouts.state is State.DELIVERED
    peer.switches.clear()
    assert asking(store, peer, number) == NumberUnknown(1)


def test_a_number_of_another_terminal_is_nobodys_here(store: Path, peer: PlatformPeer) -> None:
    peer.switches.set(fault="dead")
    assert asking(store, peer, "43012188000099") == PlatformAway(1)
    peer.switches.clear()
    assert isinstance(asking(store, peer, "43012188000027"), ProgressTold)


@pytest.mark.parametrize(
    ("state", "place", "mood", "page"),
    [
        (State.WAITING, 2, Mood.WAIT, "here.waiting"),
        (State.WAITING, 0, Mood.WAIT, "here.held"),
        (State.HELD, 0, Mood.STOP, "here.held"),
        (State.POISON, 0, Mood.STOP, "here.poison"),
        (State.DELIVERED, 0, Mood.GOOD, "here.delivered"),
    ],
)
def test_the_page_of_a_number_says_where_it_is_and_whom_to_ask(
    state: State, place: int, mood: Mood, page: str
) -> None:
    walk = Looking(RIGHTS, flow=PROGRESS)
    number = "43012188000027"
    walk.happen((CodeRead, number), (StandsHere, StandingHere(number, state, place, 5)))
    shown = walk.page
    assert isinstance(shown, MessagePage)
    assert (shown.mood, shown.title, shown.big) == (mood, f"{page}.title", "4301 2188 0000 27")
    assert shown.help_line
    if mood is Mood.STOP:
        assert "12345" in WORDS["zh"][shown.body]
    assert walk.happen(Confirmed) == "home"


# The operator


def test_the_operator_is_told_while_something_is_set_aside(outbox: Outbox) -> None:
    assert desk_status(outbox).condition is Condition.OK
    key, number = kept(outbox)
    outbox.set_aside(key, Problem.REJECTED)
    told = desk_status(outbox)
    assert told.condition is Condition.ATTENTION
    assert told.usable
    assert "1 set aside" in told.detail
    outbox.put_back(number)
    assert desk_status(outbox).condition is Condition.OK


def test_the_operators_list_names_what_was_set_aside_and_what_nobody_opens(
    tmp_path: Path, peer: PlatformPeer
) -> None:
    given = check(LEAST, tmp_path / "kiosk.toml")
    given.state.mkdir(parents=True, exist_ok=True)
    store = given.state / "store.db"
    begin(store).connection.close()
    with closing(Outbox(connect(store), "430121")) as outbox:
        key, number = kept(outbox)
        outbox.set_aside(key, Problem.TOO_LARGE)
    with closing(LastKnown(connect(store), lambda: NOW)) as known:
        for case, days, state in (
            ("7", 10, "accepted"),
            ("8", 9, "accepted"),
            ("9", 40, "decided"),
        ):
            told = {"state": state, "idle_working_days": days, "desk": "转移岗"}
            known.note(f"4301218800000{case}", told)
    head, aside, idle = listed(given)
    assert head == "0 waiting, 0 of them held; 1 set aside"
    assert aside.startswith(number)
    assert idle.startswith("43012188000007  not opened for 10 working days")
    assert "转移岗" in idle
