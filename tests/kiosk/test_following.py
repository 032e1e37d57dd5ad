"""Numbers, papers and a person's own affairs: the tables walked by events alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from devices.base import Remedy
from kiosk.platform.affairs_messages import Affairs, parse_progress
from kiosk.platform.query_messages import Verified, VerifyState
from kiosk.platform.query_results import QueryCode
from kiosk.services.following import PAPER, PROGRESS
from kiosk.services.mine import MINE
from kiosk.visits.draft_events import DraftsThere
from kiosk.visits.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    DeviceDown,
    FaceTaken,
    ItemChosen,
    Left,
    PlatformAway,
    StaffKnown,
)
from kiosk.visits.form_events import Answered, OfferChosen
from kiosk.visits.form_pages import ListPage, QuestionPage
from kiosk.visits.pages import AttractPage, HomePage, Mood
from kiosk.visits.paper_codes import receipt_number, verify_code
from kiosk.visits.query_events import (
    AffairsTold,
    CaseChosen,
    CodeRead,
    CodeStrange,
    FaceDoubted,
    NotHad,
    NumberUnknown,
    PaperJudged,
    ProgressTold,
    StandsHere,
)
from kiosk.visits.standing import StandingHere
from kiosk.visits.wording import age_in_words
from offline_cache.submission import State
from tests.kiosk.looking import RIGHTS, Walk, told
from tests.kiosk.people import ZHANG

NUMBER, CODE = "43012188000027", "7K3MQ2XW9VHT5NRA"
CASE = parse_progress(
    json.dumps(
        {
            "number": NUMBER,
            "state": "accepted",
            "desk": "转移岗",
            "since": "2026-11-05T09:30:00+08:00",
            "idle_working_days": 11,
            "steps": [
                {"name": "受理", "state": "done", "at": "2026-11-03T09:30:00+08:00"},
                {"name": "审核", "state": "now", "desk": "转移岗"},
            ],
            "waybill": {"carrier": "邮政", "number": "1100000000019"},
            "branches": [
                {
                    "place": "广州",
                    "desk": "转移岗",
                    "state": "waiting",
                    "since": "2026-11-05T09:30:00+08:00",
                }
            ],
        }
    ).encode()
)
VERIFIED = Verified.model_validate_json(
    """{"state": "VALID", "title": "参保证明", "issuer": "长沙县社保中心",
    "issued_at": "2026-10-08T09:12:40+08:00", "valid_to": "2027-01-06",
    "facts": [{"label": "姓名", "value": "柳**", "mask": "none"}]}"""
)


def shown(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


# How far it is


def test_a_receipt_is_scanned_and_its_case_told():
    walk = Walk(RIGHTS, "code_reader", flow=PROGRESS)
    assert walk.happen((CodeRead, NUMBER)) == "ask"
    assert walk.visit.lookup.code == NUMBER
    assert walk.happen((ProgressTold, CASE)) == "told"
    told_of = shown(walk.page)
    assert told_of["编号"] == "4301 2188 0000 27"
    assert told_of["在谁那里"] == "转移岗"
    assert told_of["快递"] == "邮政 1100000000019"
    assert told_of["审核"] == "正在办 转移岗"
    assert told_of["广州"].startswith("还没开始 转移岗")


def test_a_case_nobody_opened_for_long_is_told_as_such():
    walk = Walk(RIGHTS, flow=PROGRESS)
    walk.happen((CodeRead, NUMBER), (ProgressTold, CASE))
    assert walk.page.mood is Mood.NOTE
    assert "11个工作日" in walk.page.note


def test_the_last_known_state_says_how_old_it_is():
    walk = Walk(RIGHTS, flow=PROGRESS)
    told_at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    walk.happen((CodeRead, NUMBER), (ProgressTold, CASE, told_at))
    assert walk.page.note.startswith("现在没有网，这是昨天上午9点的消息。")


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (datetime(2026, 11, 21, 9, 5), "今天上午9点", "today about 09:00"),
        (datetime(2026, 11, 20, 15, 59), "昨天下午3点", "yesterday about 15:00"),
        (datetime(2026, 11, 19, 12, 30), "前天中午12点", "19 November 2026 about 12:00"),
        (datetime(2026, 11, 3, 0, 10), "2026年11月3日凌晨0点", "3 November 2026 about 00:00"),
        (datetime(2026, 11, 22, 20, 0), "2026年11月22日晚上8点", "22 November 2026 about 20:00"),
    ],
)
def test_an_age_is_said_as_people_say_it(moment, zh, en):
    now = datetime(2026, 11, 21, 16, 0)
    assert age_in_words(moment, now, "zh") == zh
    assert age_in_words(moment, now, "en") == en


def test_a_number_may_be_typed_and_is_asked_for_again_when_it_is_none():
    walk = Walk(RIGHTS, flow=PROGRESS)
    assert walk.happen(Declined) == "type"
    assert isinstance(walk.page, QuestionPage)
    assert walk.page.trouble == ""
    assert walk.happen((Answered, "123")) == "type"
    assert walk.page.trouble
    assert walk.page.value == "123"
    assert walk.happen((Answered, "4301 2188 0000 27")) == "ask"
    assert walk.visit.lookup.code == NUMBER


def test_a_strange_code_is_not_asked_about():
    walk = Walk(RIGHTS, flow=PROGRESS)
    assert walk.happen(CodeStrange) == "scan"
    assert "begin ask progress" not in walk.diary


def test_without_a_reader_the_number_is_typed():
    walk = Walk(RIGHTS, flow=PROGRESS)
    assert walk.page.body == "scan_receipt.no_reader"
    assert walk.happen((DeviceDown, "code_reader", Remedy.TECHNICIAN)) == "type"


def test_a_number_nobody_knows_may_be_typed_anew():
    walk = Walk(RIGHTS, flow=PROGRESS)
    assert walk.happen((CodeRead, NUMBER), NumberUnknown) == "unknown"
    assert walk.happen(Again) == "type"
    assert walk.happen((Answered, NUMBER), PlatformAway) == "away"
    assert walk.happen(Again) == "ask"


@pytest.mark.parametrize("flow", [PROGRESS, PAPER])
def test_who_only_asks_is_back_home_or_gone_without_a_rating(flow):
    walk = Walk(RIGHTS, flow=flow)
    assert walk.happen(Back) == "home"
    assert isinstance(walk.page, HomePage)
    walk = Walk(RIGHTS, flow=flow)
    walk.happen(Left)
    assert isinstance(walk.page, AttractPage)


# Is the paper right?


def test_a_paper_is_judged_by_its_code():
    walk = Walk(RIGHTS, "code_reader", flow=PAPER)
    assert walk.happen((CodeRead, CODE)) == "ask"
    assert walk.happen((PaperJudged, VERIFIED)) == "judged"
    assert walk.page.mood is Mood.GOOD
    assert shown(walk.page)["姓名"] == "柳**"


@pytest.mark.parametrize(
    ("state", "mood"), [("EXPIRED", Mood.NOTE), ("WITHDRAWN", Mood.STOP), ("UNKNOWN", Mood.STOP)]
)
def test_a_paper_that_is_not_right_is_told_as_such(state, mood):
    walk = Walk(RIGHTS, flow=PAPER)
    verified = VERIFIED.model_copy(update={"state": VerifyState(state)})
    walk.happen((CodeRead, CODE), (PaperJudged, verified))
    assert walk.page.mood is mood


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"https://platform.example.gov.cn/v/{CODE}", CODE),
        ("7k3m q2xw 9vht 5nra", CODE),
        ("7K3M-Q2XW-9VHT-5NRA", CODE),
        ("O1I3Q2XW9VHT5NRL", "0113Q2XW9VHT5NR1"),
        ("https://platform.example.gov.cn/s/7K3MQ2XW9VHT5NRA", None),
        ("7K3M", None),
        ("", None),
        ("https://evil.example/v/7K3MQ2XW9VHT5NRU", None),
    ],
)
def test_a_verification_code_is_read_as_people_write_it(text, code):
    assert verify_code(text) == code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"https://platform.example.gov.cn/s/{NUMBER}", NUMBER),
        ("4301 2188 0000 27", NUMBER),
        ("４３０１２１８８００００２７", NUMBER),
        ("4301218800002", None),
        (f"{NUMBER}0", None),
    ],
)
def test_a_receipt_number_is_read_as_people_write_it(text, number):
    assert receipt_number(text) == number


# My affairs


def mine():
    walk = Walk(RIGHTS, flow=MINE)
    walk.happen((CardRead, ZHANG), Confirmed, Confirmed)
    return walk


AFFAIRS = Affairs.model_validate_json(
    """{"code": "FOUND", "as_of": "2026-11-21T00:00:00+08:00",
    "due": [{"item": "2020-35/1/13", "title": "资格认证", "due_on": "2020-01-31"},
            {"item": "2020-35/1/13", "title": "又一次", "due_on": "2999-01-31"}],
    "cases": [{"number": "43012188000027", "item": "2020-35/1/27", "title": "转移",
               "state": "accepted", "desk": "转移岗", "since": "2026-11-05T09:30:00+08:00",
               "idle_working_days": 11}],
    "certificates": [{"item": "2020-35/1/6", "title": "权益记录", "issuer": "社保中心",
                      "valid_to": null}]}"""
)


def test_affairs_are_told_after_card_and_face():
    walk = mine()
    assert "begin affairs" not in walk.diary
    assert walk.happen((FaceTaken, b"jpeg", "blink")) == "ask"
    assert walk.diary[-1] == "begin affairs"
    assert walk.happen((AffairsTold, AFFAIRS), CardTaken) == "affairs"
    assert isinstance(walk.page, ListPage)
    rows = {row.title: row for row in walk.page.rows}
    assert list(rows) == ["资格认证", "又一次", "转移", "权益记录", "上次没办完的"]
    assert "已经过了" in rows["资格认证"].plain
    assert "还有" in rows["又一次"].plain
    assert "11个工作日" in rows["转移"].plain
    assert (rows["资格认证"].mark, rows["转移"].mark) == ("mark.due", "mark.idle")


def told_affairs():
    walk = mine()
    walk.happen((FaceTaken, b"jpeg", "blink"), (AffairsTold, AFFAIRS), CardTaken)
    return walk


def test_what_is_due_or_on_file_leads_to_its_item_and_takes_nothing_of_the_person_along():
    walk = told_affairs()
    closed = {row.title: row.why_not for row in walk.page.rows}
    assert closed["资格认证"] == "why_not.not_here"  # not in the catalogue of this walk
    assert closed["权益记录"] is None
    assert walk.happen((ItemChosen, "2020-35/1/13")) == "affairs"
    assert walk.happen((ItemChosen, RIGHTS.code)) == "card"  # the item's first step in this walk
    visit = walk.visit
    assert (visit.card, visit.portrait, visit.staff, visit.lookup.affairs) == (None, None, "", None)


def test_a_case_leads_to_how_far_it_is_and_back():
    walk = told_affairs()
    assert walk.happen((CaseChosen, NUMBER)) == "ask case"
    assert walk.diary[-1] == "begin ask progress"
    assert walk.happen((ProgressTold, CASE)) == "case"
    assert shown(walk.page)["在谁那里"] == "转移岗"
    assert [one.label for one in walk.page.actions] == ["action.back_to_mine"]
    assert walk.happen(Confirmed) == "affairs"
    assert walk.happen((CaseChosen, NUMBER), PlatformAway) == "case unknown"
    assert walk.happen(Confirmed) == "affairs"
    standing = StandingHere(NUMBER, State.POISON)
    assert walk.happen((CaseChosen, NUMBER), (StandsHere, standing)) == "case here"
    assert walk.page.mood is Mood.STOP
    assert walk.happen(Back) == "affairs"


def test_what_was_put_aside_leads_to_where_its_code_is_typed():
    walk = told_affairs()
    (row,) = (row for row in walk.page.rows if row.row == "resume")
    assert row.tells is OfferChosen
    assert row.why_not is None


@pytest.mark.parametrize(
    ("days", "title", "plain"),
    [
        ((), "上次没办完的", "用单子上的号码接着办。"),
        ((6,), "存着1件，用单子上的号码办", "存到2026年12月6日"),
        ((6, 9), "存着2件，用单子上的号码办", "最早的存到2026年12月6日"),
    ],
)
def test_what_is_kept_here_is_told_with_the_day_on_which_it_goes(days, title, plain):
    walk = mine()
    there = (DraftsThere, tuple(datetime(2026, 12, day, tzinfo=UTC) for day in days))
    walk.happen((FaceTaken, b"jpeg", "blink"), there, (AffairsTold, AFFAIRS), CardTaken)
    (row,) = (row for row in walk.page.rows if row.row == "resume")
    assert (row.title, row.plain) == (title, plain)


def test_of_another_card_nothing_is_told_that_is_kept_for_the_first():
    walk = mine()
    walk.happen((FaceTaken, b"jpeg", "blink"), (DraftsThere, (AFFAIRS.as_of,)))
    assert walk.visit.pause.ends
    walk.visit.take(CardRead(1, replace(ZHANG, number="11010519491231002X")))
    assert not walk.visit.pause.ends


def test_who_has_nothing_under_way_is_told_so():
    walk = mine()
    nothing = Affairs(
        code=QueryCode.NOTHING, as_of=AFFAIRS.as_of, due=(), cases=(), certificates=()
    )
    walk.happen((FaceTaken, b"jpeg", "blink"), (AffairsTold, nothing), CardTaken)
    assert walk.page.empty == "affairs.nothing"
    assert [row.row for row in walk.page.rows] == ["resume"]


def test_a_doubted_face_may_be_vouched_for_before_affairs_are_told():
    walk = mine()
    walk.happen((FaceTaken, b"jpeg", "blink"), (FaceDoubted, told("FACE_MISMATCH")), Declined)
    assert walk.happen((StaffKnown, "S01")) == "ask"
    assert walk.happen((NotHad, told("DAILY_LIMIT")), Confirmed) == "leaving"
