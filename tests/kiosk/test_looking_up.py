"""Something is looked up, shown and printed: the tables walked by events alone."""

import pytest

from config import texts
from devices.base import Remedy
from kiosk.platform.certificates import SealState, Verdict
from kiosk.platform.query_results import FACE_CODES, SHOWN_CODES, QueryCode
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    FaceTaken,
    PlatformAway,
    Printed,
    PrintStopped,
    PrintUnsure,
    StaffKnown,
    TimedOut,
)
from kiosk.visits.form_events import Answered, RevealAsked, RowChosen
from kiosk.visits.form_pages import DetailsPage, ListPage, QuestionPage
from kiosk.visits.pages import MessagePage, Mood
from kiosk.visits.query_events import FaceDoubted, Found, NotHad, PaperFetched, Several
from kiosk.works.querying import inputs_of
from tests.kiosk.looking import CERTIFICATE, FOUND, RIGHTS, SEALED, Walk, told
from tests.kiosk.people import ZHANG

PRINTERS = ("page_printer", "receipt_printer")
GOOD = SealState(Verdict.GOOD, "长沙县社保中心")
SEVERAL = told(
    "SEVERAL",
    choices={
        "question": "insured_at",
        "options": [{"value": "430121", "label": "长沙县"}, {"value": "440106", "label": "天河"}],
    },
)


def asked(*devices, **more):
    walk = Walk(RIGHTS, *devices, **more)
    assert walk.to_lookup() == "question/year"
    assert walk.happen((Answered, "2025")) == "look up"
    return walk


def test_a_record_is_asked_for_after_card_face_and_the_items_questions():
    walk = asked()
    assert walk.diary[-1] == "begin query"
    assert inputs_of(walk.visit) == {"year": "2025"}


def test_an_item_that_wants_the_card_alone_asks_for_no_face():
    walk = Walk(CERTIFICATE)
    assert walk.to_lookup() == "look up"
    assert walk.view.step.startswith("verify/")


def test_a_question_can_be_left_backwards_to_the_person():
    walk = Walk(RIGHTS)
    walk.to_lookup()
    assert isinstance(walk.page, QuestionPage)
    assert walk.happen(Back) == "person"


def test_what_was_found_is_shown_masked_until_it_is_touched():
    walk = asked(*PRINTERS)
    walk.to_result((Found, FOUND))
    page = walk.page
    assert isinstance(page, DetailsPage)
    assert not page.revealed
    masked = {fact.label: fact.masked for fact in page.sections[0].facts}
    assert masked == {
        "姓名": "张*",
        "证件号码": "110101********9997",
        "手机号码": "139****0139",
        "收款账号": "****0139",
        "单位": "",
    }
    walk.happen(RevealAsked)
    assert walk.page.revealed


def test_a_line_that_lacks_a_cell_or_has_one_too_many_loses_nothing():
    walk = asked()
    walk.to_result((Found, FOUND))
    assert walk.page.sections[1].lines == (("2025-01", ""), ("2025-02", "1 2"))


def test_the_note_says_as_of_when():
    walk = asked()
    walk.to_result((Found, FOUND))
    assert walk.page.note.startswith("数据截止2026年11月2")
    assert walk.page.note.endswith("仅供核对。")


def test_the_card_is_taken_home_before_the_result_is_read():
    walk = asked()
    assert walk.happen((Found, FOUND)) == "card gone"
    assert walk.happen(TimedOut) == "take card"
    assert walk.happen(CardTaken) == "shown"


def test_one_of_several_is_chosen_and_asked_again():
    walk = asked()
    assert walk.happen((Several, SEVERAL)) == "choose"
    assert isinstance(walk.page, ListPage)
    assert [row.title for row in walk.page.rows] == ["长沙县", "天河"]
    assert walk.happen((RowChosen, "440106")) == "look up"
    assert inputs_of(walk.visit) == {"year": "2025", "insured_at": "440106"}


@pytest.mark.parametrize("code", sorted(set(QueryCode) - SHOWN_CODES - FACE_CODES - {"SEVERAL"}))
def test_what_cannot_be_had_is_told_in_words(code):
    walk = asked()
    assert walk.happen((NotHad, told(code))) == "not had"
    page = walk.page
    assert isinstance(page, MessagePage)
    words = texts.load("zh")
    assert words[page.title]
    assert "{" not in words[page.body].format(**page.values)
    assert walk.happen(Confirmed, CardTaken) == "rating"


@pytest.mark.parametrize("code", sorted(FACE_CODES))
def test_a_face_that_is_doubted_may_be_taken_again_or_vouched_for(code):
    walk = asked()
    assert walk.happen((FaceDoubted, told(code))) == "face doubted"
    assert walk.happen(Again) == "face"
    assert walk.happen((FaceTaken, b"jpeg", "blink")) == "look up"
    assert walk.happen((FaceDoubted, told(code)), Declined) == "staff"
    assert walk.happen((StaffKnown, "S01")) == "look up"


@pytest.mark.parametrize(
    "event", [(PlatformAway,), (DeviceDown, "platform", Remedy.ATTENDANT), (TimedOut,)]
)
def test_without_the_platform_it_may_be_tried_again(event):
    walk = asked()
    assert walk.happen(event) == "away"
    assert walk.happen(Again) == "look up"
    assert walk.happen(event, (DeviceBack, "platform")) == "look up"
    assert walk.happen(event, Confirmed, CardTaken) == "rating"


# Papers with a seal


def test_a_paper_is_fetched_and_its_seal_looked_at_before_anything_is_shown():
    walk = asked(*PRINTERS)
    assert walk.happen((Found, SEALED)) == "fetch"
    assert walk.diary[-1] == "begin fetch paper"
    assert walk.happen((PaperFetched, b"pdf", GOOD)) == "card gone"
    walk.happen(CardTaken)
    seal = walk.page.sections[-1]
    assert [fact.value for fact in seal.facts] == ["是真的，没有改动过", "长沙县社保中心"]
    assert walk.happen(Confirmed) == "print page"


@pytest.mark.parametrize("verdict", sorted(set(Verdict) - {Verdict.GOOD}))
def test_a_paper_whose_seal_is_not_good_is_never_printed(verdict):
    walk = asked(*PRINTERS)
    walk.happen((Found, SEALED), (PaperFetched, b"pdf", SealState(verdict)), CardTaken)
    assert "不能打印" in walk.page.sections[-1].facts[0].value
    assert [action.event for action in walk.page.actions] == [Declined]
    assert walk.happen(Confirmed) == "no paper"
    assert "begin print page" not in walk.diary
    assert "begin print query slip" not in walk.diary


def test_a_withdrawn_certificate_is_shown_as_such():
    walk = asked()
    revoked = FOUND.model_copy(update={"code": QueryCode.REVOKED})
    walk.to_result((Found, revoked))
    assert walk.page.mood is Mood.STOP


# Printing


@pytest.mark.parametrize(
    ("devices", "own_pages", "step"),
    [
        (PRINTERS, True, "print page"),
        (PRINTERS, False, "print slip"),
        (("receipt_printer",), True, "print slip"),
        (("page_printer",), False, "shown"),
        ((), True, "shown"),
    ],
)
def test_a_result_goes_on_the_paper_that_is_there(devices, own_pages, step):
    walk = asked(*devices, own_pages=own_pages)
    walk.to_result((Found, FOUND))
    offered = [action.event for action in walk.page.actions]
    assert (Confirmed in offered) == (step != "shown")
    if step != "shown":
        assert walk.happen(Confirmed) == step
        assert walk.happen(Printed) == "on paper"
        assert walk.happen(Confirmed) == "rating"


def printing():
    walk = asked(*PRINTERS, own_pages=True)
    walk.to_result((Found, FOUND))
    walk.happen(Confirmed)
    return walk


def test_a_page_that_stops_is_printed_once_it_can_be():
    walk = printing()
    assert walk.happen((PrintStopped, "paper_out")) == "paper stopped"
    assert walk.page.body == "paper_stopped.paper_out"
    assert walk.happen((DeviceBack, "page_printer")) == "print page"
    assert walk.happen((PrintStopped, "paper_jam"), Declined) == "shown"


def test_whether_a_page_is_out_the_resident_says():
    walk = printing()
    assert walk.happen(PrintUnsure) == "is paper out"
    assert walk.happen(Declined) == "shown"
    assert walk.happen(Confirmed, PrintUnsure, Confirmed) == "on paper"


def test_every_trouble_of_a_printer_has_its_words():
    words = texts.load("zh")
    from_page = {"paper_out", "paper_jam", "door_open", "toner_out", "output_full", "offline"}
    from_slip = {"paper_end", "cover_open", "cutter_error", "offline"}
    assert {f"paper_stopped.{one}" for one in from_page | from_slip} <= set(words)


def test_every_code_has_its_words():
    for language in ("zh", "en"):
        words = texts.load(language)
        for code in QueryCode:
            assert words[f"query.{code}.title"]
            assert words[f"query.{code}.body"]
        for verdict in Verdict:
            assert words[f"seal.{verdict}"]


def test_a_card_is_read_before_anything_is_asked():
    walk = Walk(RIGHTS)
    assert walk.happen(Confirmed) == "card"
    assert walk.happen((CardRead, ZHANG)) == "person"
