"""An item taken in and forwarded, walked by events alone: no device, no window."""

import pytest

from devices.base import Condition, Remedy, Status
from kiosk.services.forward import FORWARD
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    CardUnread,
    Certified,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    FaceTaken,
    ItemChosen,
    KeepFailed,
    LanguageChosen,
    Left,
    PageSeen,
    Printed,
    PrintStopped,
    PrintUnsure,
    Rated,
    StaffKnown,
    StatusChanged,
    TimedOut,
    Touched,
)
from kiosk.visits.form_events import (
    EntryAdded,
    EntryDropped,
    HowChosen,
    MorePages,
    PrintAsked,
    RowChosen,
    Skipped,
)
from kiosk.visits.form_pages import (
    DetailsPage,
    EntriesPage,
    ListPage,
    MaterialsPage,
    QuestionPage,
    SignPage,
)
from kiosk.visits.pages import ItemPage, Mood
from tests.kiosk.forwarding import (
    ACCEPTED,
    CHILD,
    FIRM,
    KEPT,
    LOSS,
    NOW,
    PAGE,
    SIGNED,
    Walk,
    all_papers,
    fill_in,
    labels,
    to_papers,
)
from tests.kiosk.people import ZHANG


@pytest.fixture
def walk():
    return Walk()


def test_a_simple_item_goes_from_the_first_touch_to_a_rating_and_is_wiped(walk):
    assert walk.happen(Touched, (ItemChosen, LOSS)) == "about"
    assert isinstance(walk.page, ItemPage)
    assert walk.page.how[0] == "这里收材料，老家那边办。您不用回去跑。"
    assert walk.happen(Confirmed, (CardRead, ZHANG), Confirmed) == "for whom"
    assert isinstance(walk.page, ListPage)
    assert walk.happen((RowChosen, "self")) == "question/mobile"
    assert walk.answer("13900001234") == "question/address"
    assert walk.page.source == "source.card"
    assert walk.answer("北京市某街1号", "ended") == "question/unit"
    assert walk.page.optional
    assert walk.happen(Skipped) == "question/lost_on"
    assert walk.answer("2026-11-01") == "summary"
    assert labels(walk.page)["失业日期"] == "2026年11月1日"
    assert walk.happen(Confirmed) == "sign"
    assert isinstance(walk.page, SignPage)
    assert walk.happen(SIGNED) == "hand in"
    assert walk.happen(KEPT) == "sent"
    assert walk.happen((Certified, ACCEPTED)) == "card gone"
    assert walk.happen(CardTaken) == "result"
    assert walk.page.mood is Mood.GOOD
    assert labels(walk.page)["编号"] == "5224 0112 3456 78"
    assert walk.happen(Confirmed, Printed) == "receipt"
    assert walk.happen(Confirmed, (Rated, 5)) == "thanks"
    assert walk.wait(5) == "attract"
    assert walk.diary[-1] == "wiped"
    assert walk.intake is None


def test_without_a_network_it_is_the_same_and_says_that_it_is_kept(walk):
    walk.happen((StatusChanged, "platform", Status(Condition.ABSENT)), visit=0)
    walk.happen(Touched, (ItemChosen, LOSS))
    assert "notice.no_network" in walk.page.notices
    walk.happen(Left, CardTaken)
    walk.wait(5)
    fill_in(walk)
    walk.happen(Confirmed, SIGNED, KEPT)
    assert walk.wait(5) in ("card gone", "take card")
    assert walk.happen(CardTaken) == "result"
    assert walk.page.title == "forwarded.kept"
    assert walk.page.mood is Mood.WAIT


def test_a_wrong_answer_says_how_to_mend_it_on_the_same_page(walk):
    walk.begin(LOSS)
    before = walk.view.step
    assert walk.answer("1390000123") == "question/mobile"
    assert walk.page.trouble == "“手机号”要11位，现在是10位，还差1位。"
    assert walk.view.step == before
    walk.happen((LanguageChosen, "en"))
    assert "so 1 are missing" in walk.page.trouble


def test_every_question_is_a_page_of_its_own_to_the_window(walk):
    walk.begin(LOSS)
    first = walk.view.step
    walk.answer("13900001234")
    assert walk.view.step != first


def test_an_item_with_a_list_asks_for_each_person(walk):
    walk.begin(CHILD)
    assert walk.answer("13900001234", "北京市某街1号") == "people/kids"
    assert isinstance(walk.page, EntriesPage)
    assert walk.happen(EntryAdded) == "question/kids.0.name"
    assert walk.page.entry == "孩子（第1位）"
    assert walk.answer("张小雨", "2020-05-01", "no") == "people/kids"
    assert walk.page.entries[0].title == "张小雨"
    assert walk.page.entries[0].lines == ("孩子生日：2020年5月1日", "收养：否")
    walk.happen(EntryAdded)
    walk.answer("张小雪", "2022-01-01", "no")
    assert walk.happen((EntryDropped, 0)) == "people/kids"
    assert [one.title for one in walk.page.entries] == ["张小雪"]
    assert walk.happen(Confirmed) == "question/order"
    assert walk.answer("2") == "summary"
    assert labels(walk.page)["孩子姓名"] == "张小雪"


def test_of_a_card_that_is_copied_the_portrait_is_asked_for_first(walk):
    to_papers(walk, "yes")
    papers = walk.intake.papers
    first, *rest = papers.materials
    papers.materials = (first.model_copy(update={"sides": 2}), *rest)
    walk.happen(Confirmed, (HowChosen, "scan"))
    assert walk.page.prompt == "page.side_portrait"
    walk.happen((PageSeen, "side_emblem", False, ()))
    assert walk.page.prompt == "page.side_emblem"
    assert walk.happen(PAGE, Confirmed) == "material/lease.1", "both sides are one page"


def test_every_way_to_give_a_paper_leads_to_the_next_and_gaps_are_told_at_once(walk):
    assert to_papers(walk, "yes") == "materials"
    assert isinstance(walk.page, MaterialsPage)
    assert [slot.row for slot in walk.page.slots] == ["register", "lease", "photo", "marriage"]
    assert walk.happen(Confirmed) == "material/register.1"
    assert walk.page.ways == ("scan", "on_file", "original", "later")
    assert walk.happen((HowChosen, "scan")) == "scan/register.1"
    assert walk.happen((PageSeen, "", True, ((0, 0), (1, 0), (1, 1), (0, 1)))) == "scan/register.1"
    assert (walk.page.good, walk.page.prompt) == (True, "page.good")
    assert walk.happen(PAGE) == "look/register.1"
    assert walk.page.sheets == 3
    assert walk.happen(Again) == "scan/register.1"
    assert walk.happen(PAGE, MorePages) == "scan/register.2"
    assert walk.happen(PAGE, Confirmed) == "material/lease.1"
    assert walk.happen((HowChosen, "commitment")) == "material/photo.1"
    assert walk.page.ways == ("original", "later")
    assert walk.happen((HowChosen, "later")) == "material/marriage.1"
    assert walk.happen((HowChosen, "later")) == "gaps"
    missing = walk.page.sections[0].facts
    assert [fact.label for fact in missing] == ["材料photo"]  # the other need not come
    assert walk.happen(Confirmed) == "summary"
    assert walk.happen(Confirmed) == "sign"
    assert "材料lease" in walk.page.text
    assert "2026年12月6日以前补上：材料photo" in walk.page.text
    assert walk.happen(SIGNED, KEPT, (Certified, ACCEPTED), CardTaken) == "result"
    assert labels(walk.page)["还差"] == "材料photo"


def test_a_paper_has_no_more_sheets_than_it_may(walk):
    to_papers(walk)
    walk.happen(Confirmed, (HowChosen, "scan"), PAGE, MorePages, PAGE, MorePages, PAGE)
    assert walk.happen(MorePages) == "material/lease.1"
    assert len(walk.intake.papers.given["register"].pages) == 3


def test_a_list_of_what_is_missing_is_printed_and_the_page_comes_back(walk):
    assert all_papers(walk) == "gaps"
    assert walk.happen(PrintAsked) == "checklist"
    assert walk.happen(Printed) == "gaps"
    walk.happen(PrintAsked)
    assert walk.happen((PrintStopped, "paper_end")) == "no checklist"
    assert walk.happen(Again) == "checklist"
    assert walk.happen((DeviceDown, "receipt_printer", Remedy.ATTENDANT), Declined) == "gaps"


def test_who_fetches_the_papers_first_gets_the_card_back_and_nothing_is_handed_in(walk):
    all_papers(walk)
    assert walk.happen(Declined) == "card back"
    assert walk.happen(CardTaken) == "rating"
    assert "begin keep application" not in walk.diary


def test_from_what_is_missing_back_to_the_list_a_paper_is_given_after_all(walk):
    all_papers(walk)
    assert walk.happen(Back) == "materials"
    assert walk.happen((RowChosen, "photo")) == "material/photo.1"
    assert walk.happen((HowChosen, "original")) == "inventory"
    assert walk.happen(Confirmed) == "summary"


def test_what_could_not_be_kept_is_tried_again_with_the_same_key(walk):
    fill_in(walk)
    walk.happen(Confirmed, SIGNED)
    key = walk.conductor._visit.key
    assert walk.happen((KeepFailed, "disk")) == "cannot keep"
    assert walk.page.body == "cannot_keep.disk"
    assert walk.happen(Again) == "hand in"
    assert walk.conductor._visit.key == key


def test_somebody_who_acts_for_another_says_for_whom_and_by_what_right(walk):
    assert walk.begin(LOSS, "on_behalf") == "question/for_relation"
    assert walk.answer("entrusted", "李四") == "question/for_number"
    assert walk.answer(ZHANG.number) == "question/for_number"
    assert "您自己的号码" in walk.page.trouble
    assert walk.answer("11010519491231002X") == "question/for_mobile"
    assert walk.happen(Skipped) == "question/mobile"
    assert walk.page.value == ""  # the card says nothing of whom it is for
    walk.answer("13900001234", "北京市某街1号", "other")
    assert walk.answer("2026-11-01") == "materials"
    assert [slot.row for slot in walk.page.slots] == ["for_letter"]
    walk.happen(Confirmed, (HowChosen, "original"), Confirmed, Confirmed)
    assert "我替李四办" in walk.page.text
    assert walk.intake.walk.counting()["name"] == "李四"


def test_a_child_cannot_do_it_alone_nor_somebody_below_age_for_others(walk):
    child = type(ZHANG)(
        **{
            **{name: getattr(ZHANG, name) for name in ZHANG.__slots__},
            "birth": NOW.date().replace(year=NOW.year - 15),
        }
    )
    walk.happen(Touched, (ItemChosen, LOSS), Confirmed, (CardRead, child), Confirmed)
    assert [row.why_not for row in walk.page.rows] == [
        "whom.too_young_for_self",
        "whom.too_young_for_others",
    ]
    assert walk.happen((RowChosen, "self")) == "for whom"


def test_an_enterprise_is_not_asked_for_whom_and_the_face_is_looked_at(walk):
    walk.happen(Touched, (ItemChosen, FIRM), Confirmed, (CardRead, ZHANG))
    assert walk.happen(Confirmed) == "consent"
    assert walk.happen(Confirmed, (FaceTaken, b"\xff\xd8", "blink")) == "question/credit_code"
    walk.answer("91350100M000100Y43", "石桥合作社", "operator")
    walk.answer("13900001234", "北京市某街1号", "other")
    assert walk.answer("2026-11-01") == "materials"


def test_the_staff_vouches_where_the_face_is_not_wanted(walk):
    walk.happen(Touched, (ItemChosen, FIRM), Confirmed, (CardRead, ZHANG), Confirmed, Declined)
    assert walk.happen((StaffKnown, "S01")) == "question/credit_code"


def test_a_scanner_that_fails_offers_the_other_ways(walk):
    to_papers(walk)
    walk.happen(Confirmed, (HowChosen, "scan"))
    assert walk.happen((DeviceDown, "scanner", Remedy.ATTENDANT)) == "no scanner"
    assert walk.happen(Again) == "scan/register.1"
    walk.happen((DeviceDown, "scanner", Remedy.ATTENDANT))
    assert walk.happen((DeviceBack, "scanner")) == "scan/register.1"
    assert walk.happen(TimedOut) == "not scanned"
    assert walk.happen(Declined) == "material/register.1"
    assert walk.happen((HowChosen, "on_file")) == "material/lease.1"


def test_where_the_scanner_is_known_to_be_away_scanning_is_not_offered(walk):
    walk.happen((StatusChanged, "scanner", Status(Condition.ABSENT)), visit=0)
    to_papers(walk)
    walk.happen(Confirmed)
    assert walk.page.ways == ("on_file", "original", "later")


def test_going_away_from_the_scanner_keeps_the_sheets_that_were_good(walk):
    to_papers(walk)
    walk.happen(Confirmed, (HowChosen, "scan"), PAGE, MorePages)
    assert walk.happen(Back) == "material/register.1"
    assert len(walk.intake.papers.given["register"].pages) == 1


FAULTS = [
    ("card", DeviceDown, "no reader"),
    ("card gone", DeviceDown, "result"),
    ("hand in", DeviceDown, "cannot keep"),
    ("sent", DeviceDown, "card gone"),
    ("scan", DeviceDown, "no scanner"),
    ("checklist", DeviceDown, "no checklist"),
    ("print", DeviceDown, "no printer"),
    ("print", PrintStopped, "print stopped"),
    ("print", PrintUnsure, "is it whole"),
    ("face", DeviceDown, "no camera"),
    ("staff", DeviceDown, "no staff reader"),
    ("card", CardUnread, "card"),
]


@pytest.mark.parametrize(("step", "event", "leads"), FAULTS)
def test_a_fault_of_a_device_leads_where_it_can_be_mended_or_gone_round(step, event, leads):
    assert FORWARD.steps[step].on[event] == leads


def test_every_step_with_a_work_says_what_happens_when_its_device_fails_or_the_time_is_up():
    silent = [
        name
        for name, step in FORWARD.steps.items()
        if step.work is not None
        and DeviceDown not in step.on
        and step.work not in ("keep rating", "slip in hand", "read social card")
    ]
    assert silent == []


def test_a_printer_without_paper_keeps_nobody_from_the_number(walk):
    fill_in(walk)
    walk.happen(Confirmed, SIGNED, KEPT, (Certified, ACCEPTED), CardTaken, Confirmed)
    assert walk.happen((PrintStopped, "paper_end")) == "print stopped"
    assert walk.happen((DeviceBack, "receipt_printer")) == "print"
    assert walk.happen((DeviceDown, "receipt_printer", Remedy.ATTENDANT)) == "no printer"
    assert walk.page.values["number"] == "5224 0112 3456 78"
    assert walk.happen(Declined) == "rating"


def test_the_question_on_a_page_is_a_value_without_personal_words_in_its_name(walk):
    walk.begin(CHILD)
    walk.answer("13900001234", "北京市某街1号")
    walk.happen(EntryAdded)
    assert isinstance(walk.page, QuestionPage)
    assert walk.view.step == "forward/question/kids.0.name"
    assert not isinstance(walk.page, DetailsPage)
