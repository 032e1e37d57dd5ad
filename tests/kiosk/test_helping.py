"""A helper leads a resident through: two cards, one visit, and what is the resident's own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from devices.idcard_reader import IdCardReader
from devices.slip import Pair
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.visits.events import (
    Back,
    CardRead,
    CardTaken,
    CardUnread,
    Confirmed,
    Declined,
    ItemChosen,
    Kept,
    Lapsed,
    Left,
    StaffKnown,
    Touched,
)
from kiosk.visits.form_events import OfferChosen, RowChosen, Signed
from kiosk.visits.form_pages import ListPage
from kiosk.visits.helping import REASONS, HelperKnown
from kiosk.visits.pages import HomePage, MessagePage, PresentCardPage
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.cards import read_card, read_helper_card, read_staff_card
from kiosk.works.staff import entry_for
from sandbox.bench.cards import CARDS
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.platform.people import BY_REF
from tests.kiosk.forwarding import CHILD, LOSS, NAME_STROKES, NOW, NUMBER, VILLAGE, WORDS, Walk
from tests.kiosk.people import ZHANG

SINCE = datetime(2026, 11, 21, 9, 58, tzinfo=UTC)
HELPER = (HelperKnown, "H01", SINCE)
KEPT = (Kept, NUMBER, NOW, "ab" * 32)


@pytest.fixture
def walk():
    return Walk()


def helped(walk):
    walk.happen(Touched, (OfferChosen, "helped"), HELPER, CardTaken)
    return walk.happen((RowChosen, "reading"))


def to_summary(walk):
    """A form is filled in; whose turn it is then shows the page."""
    walk.happen((ItemChosen, LOSS), Confirmed, (CardRead, ZHANG), Confirmed, (RowChosen, "self"))
    return walk.answer("13900001234", "北京市某街1号", "other", "2026-11-01")


def record(walk):
    return walk.conductor._visit.helped.told()


def test_a_helper_shows_the_own_card_says_why_and_is_home_with_the_resident(walk):
    assert walk.happen(Touched, (OfferChosen, "helped")) == "helper"
    assert walk.page == PresentCardPage(staff=False, trouble=None, helper=True)
    assert walk.happen(HELPER) == "helper known"
    assert walk.happen(CardTaken) == "why"
    assert isinstance(walk.page, ListPage)
    assert tuple(row.row for row in walk.page.rows) == REASONS
    assert walk.happen((RowChosen, "reading")) == "home"
    assert isinstance(walk.page, HomePage)
    assert "helped" not in walk.page.offers


def test_every_page_of_a_helped_visit_says_who_helps_and_later_whom(walk):
    helped(walk)
    assert (walk.view.helped.helper, walk.view.helped.resident) == ("H01", "")
    walk.happen((ItemChosen, LOSS), Confirmed, (CardRead, ZHANG))
    assert walk.view.helped.resident == ""
    walk.happen(Confirmed)
    assert walk.view.helped.resident == "张*"
    begun = walk.views.index(next(view for view in walk.views if view.helped))
    assert all(view.helped is not None for view in walk.views[begun:])


def test_without_a_helper_nothing_stands_over_a_page_and_nothing_is_on_record(walk):
    walk.happen(Touched)
    assert to_summary(walk) == "summary"
    assert {view.helped for view in walk.views} == {None}
    assert record(walk) is None


def test_what_is_the_residents_own_is_asked_of_them_and_the_form_is_not(walk):
    helped(walk)
    to_summary(walk)
    own = {view.step.split("/")[1] for view in walk.views if view.helped and view.helped.own}
    asked = {view.step.split("/")[1] for view in walk.views if view.helped and not view.helped.own}
    assert own == {"card", "person", "hand over"}
    assert {"about", "for whom", "question"} <= asked


def test_the_resident_comes_to_the_screen_before_the_summary_and_once(walk):
    helped(walk)
    assert to_summary(walk) == "hand over"
    assert isinstance(walk.page, MessagePage)
    assert walk.page.values == {"helper": "H01", "resident": "张*"}
    assert walk.happen(Confirmed) == "summary"
    assert walk.happen(Confirmed) == "sign"
    assert walk.happen(Back) == "summary"


def test_before_the_resident_comes_the_helper_can_still_go_back_to_the_form(walk):
    helped(walk)
    to_summary(walk)
    assert walk.happen(Back) == "question/lost_on"


def test_the_record_says_who_helped_since_when_why_and_what_the_resident_confirmed(walk):
    helped(walk)
    to_summary(walk)
    walk.happen(Confirmed, Confirmed, (Signed, NAME_STROKES), KEPT)
    assert record(walk) == {
        "id": "H01",
        "since": "2026-11-21T09:58:00+00:00",
        "reason": "reading",
        "confirmed": ["person", "summary", "signature"],
    }


def test_another_card_or_another_item_begins_the_record_anew(walk):
    helped(walk)
    walk.happen((ItemChosen, LOSS), Confirmed, (CardRead, ZHANG), Confirmed)
    assert record(walk)["confirmed"] == ["person"]
    walk.happen(Back, Back, (CardRead, replace(ZHANG, name="李四")))
    assert record(walk)["confirmed"] == []
    walk.happen(Confirmed)
    assert walk.view.helped.resident == "李*"
    walk.happen(Back, Back, Back, Back, (ItemChosen, CHILD))
    assert (record(walk)["confirmed"], walk.view.helped.resident) == ([], "")


@pytest.mark.parametrize("end", [Left, Lapsed])
def test_the_helper_ends_with_the_visit(walk, end):
    helped(walk)
    to_summary(walk)
    walk.happen(end, CardTaken)
    walk.wait(5)
    assert walk.happen(Touched) == "home"
    assert walk.view.helped is None
    assert "helped" in walk.page.offers
    assert record(walk) is None


def test_a_helper_whose_card_nobody_takes_is_not_helping_any_more(walk):
    walk.happen(Touched, (OfferChosen, "helped"), HELPER)
    assert walk.wait(2) == "take helper card"
    assert walk.wait(61) == "card forgotten"
    walk.wait(31)
    walk.happen(Touched)
    assert walk.view.helped is None


def test_who_thinks_better_of_it_is_home_without_a_helper(walk):
    assert walk.happen(Touched, (OfferChosen, "helped"), Back) == "home"
    assert walk.view.helped is None


def test_a_card_that_is_not_registered_helps_nobody(walk):
    walk.happen(Touched, (OfferChosen, "helped"), (CardUnread, "trouble.helper_unknown"))
    assert walk.step == "helper"
    assert walk.page.trouble == "trouble.helper_unknown"


def test_the_staff_may_confirm_the_person_of_a_helped_visit(walk):
    helped(walk)
    walk.happen((ItemChosen, "2020-35/1/37"), Confirmed, (CardRead, ZHANG), Confirmed, Declined)
    assert walk.step == "staff"
    assert not walk.view.helped.own
    walk.happen((StaffKnown, "S01"))
    assert record(walk)["confirmed"] == ["person"]


def test_the_slip_says_who_helped_and_that_the_resident_confirmed(walk):
    helped(walk)
    to_summary(walk)
    walk.happen(Confirmed, Confirmed, (Signed, NAME_STROKES), KEPT)
    maker = ForwardSlipMaker(
        Place("522401", "石桥镇便民服务中心", VILLAGE), "https://x", WORDS, lambda: NOW
    )
    slip = maker.receipt(walk.conductor._visit)
    told = {one.label: one.value for one in slip.blocks if isinstance(one, Pair)}
    assert told["帮办代办"] == "帮办员H01帮您填写；您本人确认"


# At a real reader


class Person:
    def __init__(self, ref):
        self.number = BY_REF[ref].number
        self.id, self.card = ref, entry_for(self.number)


@pytest.fixture(scope="module")
def registered():
    return Person("s02")


@pytest.fixture
def reader(tmp_path):
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link) as peer, IdCardReader(str(link), 115_200) as reader:
        yield peer, reader


def asked(reader, work, visit, person):
    peer, driver = reader
    peer.lay(CARDS[person])
    said = []
    task = work(visit)
    answer = task(driver, Job(visit.number, said.append))
    peer.lift()
    return answer


def visit_with(helper):
    visit = Visit(3)
    visit.helped.id = helper
    return visit


def test_a_registered_helper_is_known_by_the_own_card(reader, registered):
    work = read_helper_card([registered], lambda: SINCE)
    assert asked(reader, work, Visit(3), "s02") == HelperKnown(3, "s02", SINCE)
    assert asked(reader, work, Visit(3), "p01") == CardUnread(3, "trouble.helper_unknown")


def test_the_card_of_who_helps_is_not_the_residents(reader, registered):
    work = read_card(lambda: SINCE.date(), [registered])
    assert asked(reader, work, visit_with("s02"), "s02") == CardUnread(3, "trouble.helper_card")
    assert isinstance(asked(reader, work, visit_with("s02"), "p01"), CardRead)
    assert isinstance(asked(reader, work, Visit(3), "s02"), CardRead)


def test_who_helps_does_not_vouch_as_well(reader, registered):
    work = read_staff_card([registered], [registered])
    told = asked(reader, work, visit_with("s02"), "s02")
    assert told == CardUnread(3, "trouble.helper_confirms")
    assert asked(reader, work, Visit(3), "s02") == StaffKnown(3, "s02")
