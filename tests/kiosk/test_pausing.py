"""A visit that must pause is kept and taken up again: walked by events, on a real store."""

import pytest

from kiosk.machines.store_room import StoreRoom
from kiosk.visits.draft_content import packed
from kiosk.visits.events import (
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    FaceTaken,
    LeaveAsked,
    Left,
    PageTaken,
    StillHere,
    TimedOut,
    Touched,
)
from kiosk.visits.flow import Flow, FlowError, Step
from kiosk.visits.form_events import HowChosen, MorePages, PauseAsked, Signed, Skipped
from kiosk.visits.form_pages import DetailsPage, MaterialsPage
from offline_cache.errors import StoreIoError
from offline_cache.terminal_key import TerminalKeyError
from tests.kiosk import forwarding
from tests.kiosk.forwarding import FIRM, LOSS, NAME_STROKES, PAPER, question, with_contact
from tests.kiosk.pausing import JPEG, Terminal, lines_of
from tests.kiosk.people import ZHANG


def labels(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


PAUSED = ("13900001234", "北京市某街1号", "ended")


def test_a_form_that_pauses_goes_on_at_the_question_where_it_stopped(terminal, room, clock):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED)
    assert terminal.view.can_pause
    terminal.happen(LeaveAsked)
    code = terminal.pause()
    again = Terminal(room, clock)
    assert again.resume(f"{code[:4]} {code[4:]}") == "taken up"
    told = labels(again.page)
    assert told["还要答的题"] == "2个"
    assert told["手机号"] == "13900001234"
    assert told["存到哪天"] == "2026年12月6日"
    assert again.happen(Confirmed) == "question/unit"
    assert again.happen(Back) == "question/reason"
    assert again.page.value == "ended"
    assert again.answer("ended") == "question/unit"
    again.happen(Skipped)
    assert again.answer("2026-11-01") == "summary"


def test_handed_in_it_is_dropped_and_its_code_opens_nothing_any_more(terminal, room, clock):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED)
    key = terminal.visit.pause.key
    code = terminal.pause()
    terminal.resume(code)
    terminal.happen(Confirmed, Skipped)
    terminal.answer("2026-11-01")
    terminal.happen(Confirmed, (Signed, NAME_STROKES))
    assert terminal.visit.key == key
    assert terminal.happen(TimedOut, CardTaken) == "result"
    assert Terminal(room, clock).resume(code) == "not found"


def test_cut_off_between_handing_in_and_dropping_it_bears_the_same_key_again(terminal, room, clock):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED)
    code = terminal.pause()
    keys = set()
    for one in (Terminal(room, clock), Terminal(room, clock)):
        one.resume(code)
        one.happen(Confirmed, Skipped)
        one.answer("2026-11-01")
        one.happen(Confirmed)
        one.visit.take(Signed(1, NAME_STROKES), "sign")
        keys.add(one.visit.key)
    assert len(keys) == 1


def test_papers_and_pages_are_there_and_what_was_to_follow_is_asked_for(terminal):
    terminal.begin(PAPER)
    terminal.answer("13900001234", "yes")
    terminal.happen(Confirmed, (HowChosen, "scan"), (PageTaken, JPEG, None), MorePages)
    terminal.happen((PageTaken, JPEG[:-1], None), Confirmed, (HowChosen, "commitment"))
    assert terminal.happen((HowChosen, "later"), (HowChosen, "later")) == "gaps"
    assert PauseAsked in [action.event for action in terminal.page.actions]
    code = terminal.pause()
    assert terminal.resume(code) == "taken up"
    assert labels(terminal.page)["还差的材料"] == "材料photo"
    assert terminal.happen(Confirmed) == "materials"
    assert isinstance(terminal.page, MaterialsPage)
    assert {slot.row: slot.done for slot in terminal.page.slots} == {
        "register": True,
        "lease": True,
        "photo": False,
        "marriage": False,
    }
    assert terminal.intake.papers.given["register"].pages == (JPEG, JPEG[:-1])


def test_sheets_that_were_kept_count_when_the_visit_pauses_at_the_scanner(terminal):
    terminal.begin(PAPER)
    terminal.answer("13900001234", "no")
    terminal.happen(Confirmed, (HowChosen, "scan"), (PageTaken, JPEG, None), MorePages)
    code = terminal.pause()
    terminal.resume(code)
    assert terminal.intake.papers.given["register"].pages == (JPEG,)


def test_kept_once_more_it_has_the_same_code_and_holds_what_was_added(terminal, room):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED[:1])
    code = terminal.pause()
    terminal.resume(code)
    terminal.happen(Confirmed)
    terminal.answer(*PAUSED[1:])
    assert terminal.pause() == code
    terminal.resume(code)
    assert terminal.happen(Confirmed) == "question/unit"
    assert lines_of(room, "draft-kept") == [(None,), (None,)]
    assert lines_of(room, "draft-opened") == [(None,), (None,)]


def test_of_a_form_that_changed_what_was_asked_in_the_same_words_stays(
    terminal, room, clock, monkeypatch
):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED)
    code = terminal.pause()
    changed = with_contact(
        {
            "id": "jobless",
            "questions": [
                question("age", "integer", "年龄"),
                question("reason", "choice", "为什么", options=forwarding.options("ended", "new")),
                question("lost_on", "date", "失业日期", least=-183, most=0),
            ],
        }
    )
    others = [one for one in forwarding.FORMS if one.id != "jobless"]
    monkeypatch.setattr(forwarding, "FORMS", (*others, changed))
    later = Terminal(room, clock)
    assert later.resume(code) == "taken up"
    assert later.page.note.startswith("有1样改了")
    assert labels(later.page)["手机号"] == "13900001234"
    assert later.happen(Confirmed) == "question/age"
    assert later.answer("50") == "question/reason"
    assert later.page.value == ""
    assert later.answer("new") == "question/lost_on"
    assert later.answer("2026-11-01") == "summary"


def test_an_item_that_is_no_longer_there_says_so(terminal, room, clock, monkeypatch):
    terminal.begin(LOSS)
    code = terminal.pause()
    monkeypatch.delitem(forwarding.ITEMS, LOSS)
    later = Terminal(room, clock)
    assert later.resume(code) == "gone"
    assert later.view.heading == ""


def test_a_store_that_takes_nothing_says_so_and_the_visit_goes_on(terminal, monkeypatch):
    monkeypatch.setattr("offline_cache.drafts.MOST_DRAFTS", 0)
    terminal.begin(LOSS)
    terminal.answer(*PAUSED[:1])
    assert terminal.happen(PauseAsked) == "draft not kept"
    assert terminal.page.body == "draft_not_kept.full"
    assert terminal.happen(Declined) == "question/address"
    assert not terminal.visit.pause.code


def test_a_terminal_without_a_key_keeps_no_draft(tmp_path, clock):
    def refuse(_):
        raise TerminalKeyError("no key")

    room = StoreRoom(tmp_path / "store.db", tmp_path / "key", "522401", clock, refuse)
    room.begin()
    with pytest.raises(StoreIoError, match="no key"), room.drafts():
        pass
    terminal = Terminal(room, clock)
    terminal.begin(LOSS)
    assert terminal.happen(PauseAsked) == "draft not kept"


def test_a_face_is_shown_anew_and_then_it_goes_on(terminal):
    terminal.happen(Touched, (forwarding.ItemChosen, FIRM), Confirmed, (CardRead, ZHANG), Confirmed)
    terminal.happen(Confirmed, (FaceTaken, b"\xff\xd8face", "blink"))
    terminal.answer("91350100M000100Y43")
    code = terminal.pause()
    terminal.resume(code)
    assert terminal.happen(Confirmed) == "consent"
    assert terminal.visit.portrait is None
    terminal.happen(Confirmed, (FaceTaken, b"\xff\xd8face", "blink"))
    assert terminal.step == "question/ent_name"


def test_nothing_is_offered_to_be_kept_before_anything_was_asked(terminal):
    terminal.happen(Touched, (forwarding.ItemChosen, LOSS))
    assert not terminal.view.can_pause
    terminal.happen(LeaveAsked, StillHere, Left)
    assert terminal.step == "leaving"


def test_a_draft_holds_neither_who_it_is_nor_face_nor_signature(terminal):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED)
    terminal.visit.portrait = b"\xff\xd8face"
    terminal.visit.intake.sign(NAME_STROKES)
    content = packed(terminal.intake, terminal.visit.pause.key, "2026.11")
    for absent in (ZHANG.number.encode(), "张三".encode(), b"face", b"stroke"):
        assert absent not in content


def test_a_service_that_is_taken_up_where_there_is_no_step_is_found_at_the_start():
    with pytest.raises(FlowError, match="taken up"):
        Flow("x", {"one": Step("page", {Left: "(end)"})}, taken_up="two")


def test_a_visit_that_was_taken_up_leaves_nothing_in_what_is_written_of_it(terminal):
    terminal.begin(LOSS)
    terminal.answer(*PAUSED)
    code = terminal.pause()
    terminal.resume(code)
    assert isinstance(terminal.page, DetailsPage)
    for value in (*PAUSED[:2], code, ZHANG.number):
        assert value not in repr(terminal.visit) + repr(terminal.visit.pause.draft)
