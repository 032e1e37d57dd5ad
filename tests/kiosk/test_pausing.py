"""A visit that must pause is kept and taken up again: walked by events, on a real store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from devices.base import Remedy
from devices.escpos import encode
from kiosk.draft_content import DraftContentError, packed, unpacked
from kiosk.events import (
    Again,
    Back,
    CardRead,
    CardTaken,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    FaceTaken,
    Kept,
    LeaveAsked,
    Left,
    PageTaken,
    Printed,
    PrintStopped,
    StillHere,
    TimedOut,
    Touched,
)
from kiosk.flow import Flow, FlowError, Step
from kiosk.form_events import (
    Answered,
    HowChosen,
    MorePages,
    OfferChosen,
    PauseAsked,
    Signed,
    Skipped,
)
from kiosk.form_pages import DetailsPage, MaterialsPage, QuestionPage
from kiosk.forward_slips import ForwardSlipMaker
from kiosk.pages import MessagePage
from kiosk.pausing import MOST_TRIES
from kiosk.place import Place
from kiosk.store_room import StoreRoom
from kiosk.worker import Job
from kiosk.works.pausing import keep_draft, open_draft, then_drop_draft
from offline_cache.errors import StoreIoError
from offline_cache.terminal_key import TerminalKeyError
from tests.kiosk import forwarding
from tests.kiosk.forwarding import (
    DEVICES,
    FIRM,
    LOSS,
    NAME_STROKES,
    NOW,
    NUMBER,
    PAPER,
    VILLAGE,
    WORDS,
    FakeWork,
    Walk,
    question,
    with_contact,
)
from tests.kiosk.people import ZHANG
from tests.printer_kit import PROFILES, drawn, glyphs

LI = replace(ZHANG, name="李四", number="11010519491231002X")
JPEG = b"\xff\xd8" + bytes(range(256)) * 200
DAYS = 15


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def not_before(self, _):
        raise AssertionError("a new store has no last moment")


class AtOnce:
    """The work itself, done before anything else happens."""

    device = "outbox"

    def __init__(self, work, told):
        self.work, self.told = work, told

    def __call__(self, visit):
        self.told.append(self.work(visit)(None, Job(visit.number, lambda _: None)))
        return lambda: None


class Terminal(Walk):
    """A terminal on its store; another one on the same store is the same after a restart."""

    def __init__(self, room, clock):
        super().__init__()
        self.told, self.clock = [], clock
        fakes = {work: FakeWork(work, device, self.diary) for work, device in DEVICES.items()}

        def kept(visit):
            return lambda _, job: Kept(job.visit, NUMBER, NOW, "ab" * 32)

        self.conductor.equip(
            {
                **fakes,
                "keep draft": AtOnce(keep_draft(room.drafts, "2026.11", DAYS, clock), self.told),
                "open draft": AtOnce(open_draft(room.drafts), self.told),
                "keep application": AtOnce(then_drop_draft(room.drafts, kept, Kept), self.told),
            }
        )

    def happen(self, *events, visit=None):
        for event in events:
            super().happen(event, visit=visit)
            while self.told:
                self.conductor.handle(self.told.pop(0))
        return self.step

    @property
    def visit(self):
        return self.conductor._visit

    def pause(self):
        """As from any page; the code."""
        self.happen(PauseAsked, Printed)
        assert self.step == "draft kept"
        code = self.visit.pause.code
        self.happen(Confirmed, CardTaken)
        self.wait(600)
        assert self.view.step == "lobby/attract"
        return code

    def to_code(self, card=ZHANG):
        self.happen(Touched, (OfferChosen, "resume"), (CardRead, card), Confirmed)
        assert self.step == "code"

    def resume(self, code, card=ZHANG):
        self.to_code(card)
        return self.happen((Answered, code))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(tmp_path, clock):
    room = StoreRoom(tmp_path / "store.db", tmp_path / "terminal.key", "522401", clock)
    room.begin()
    return room


@pytest.fixture
def terminal(room, clock):
    return Terminal(room, clock)


def labels(page):
    return {fact.label: fact.value for section in page.sections for fact in section.facts}


def lines_of(room, event):
    with room.desk() as outbox:
        rows = outbox._db.execute("SELECT count FROM journal WHERE event = ?", (event,))
        return rows.fetchall()


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


def test_another_card_opens_nothing_and_the_right_one_can_be_laid_instead(terminal):
    terminal.begin(LOSS)
    code = terminal.pause()
    assert terminal.resume(code, LI) == "not found"
    assert terminal.happen(Declined, (CardRead, ZHANG), Confirmed) == "code"
    assert terminal.happen((Answered, code)) == "taken up"


def test_a_card_that_was_renewed_is_another_document(terminal):
    terminal.begin(LOSS)
    code = terminal.pause()
    renewed = replace(ZHANG, valid_from=ZHANG.valid_from + timedelta(days=1))
    assert terminal.resume(code, renewed) == "not found"


def test_after_five_wrong_codes_the_staff_is_to_be_asked(terminal):
    terminal.begin(LOSS)
    code = terminal.pause()
    terminal.to_code()
    wrong = str((int(code) + 1) % 10**8).zfill(8)
    for left in reversed(range(1, MOST_TRIES)):
        assert terminal.happen((Answered, wrong)) == "not found"
        assert terminal.page.values["left"] == str(left)
        assert terminal.happen(Again) == "code"
    assert terminal.happen((Answered, wrong)) == "too often"
    assert isinstance(terminal.page, MessagePage)
    assert terminal.page.help_line
    assert Again not in [action.event for action in terminal.page.actions]


def test_another_card_between_gives_no_more_tries(terminal):
    terminal.to_code()
    for _ in range(MOST_TRIES - 1):
        terminal.happen((Answered, "00000000"), Declined, (CardRead, LI), Confirmed)
    assert terminal.happen((Answered, "00000000")) == "too often"


def test_too_few_digits_are_told_at_the_field_and_cost_no_try(terminal):
    terminal.to_code()
    assert terminal.happen((Answered, "1234567")) == "code"
    assert isinstance(terminal.page, QuestionPage)
    assert terminal.page.trouble == WORDS["zh"]["resume_code.trouble"]
    assert terminal.visit.pause.tries == 0


@pytest.mark.parametrize("cleared", [False, True])
def test_who_comes_too_late_is_told_so_also_when_it_was_deleted(terminal, room, clock, cleared):
    terminal.begin(LOSS)
    code = terminal.pause()
    clock.now += timedelta(days=DAYS, minutes=1)
    if cleared:
        with room.drafts() as drafts:
            assert drafts.expire() == 1
        assert lines_of(room, "draft-expired") == [(1,)]
    assert terminal.resume(code) == "past"


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


@pytest.mark.parametrize(
    "event",
    [(PrintStopped, "paper_end"), (DeviceDown, "receipt_printer", Remedy.ATTENDANT), (TimedOut,)],
)
def test_without_paper_the_code_stands_big_on_the_screen_until_it_is_noted(terminal, event):
    terminal.begin(LOSS)
    terminal.happen(PauseAsked, event)
    assert terminal.step == "draft code"
    code = terminal.visit.pause.code
    assert terminal.page.big == f"{code[:4]} {code[4:]}"
    assert terminal.happen((DeviceBack, "receipt_printer")) == "draft slip"
    terminal.happen(event)
    assert terminal.happen(Confirmed) == "card back"


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


@pytest.mark.parametrize(
    "harm",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"x",
        lambda content: content.replace(b'"format":1', b'"format":2'),
        lambda content: content.replace(b'"scan"', b'"fax!"'),
        lambda content: b"\xff" * 400,
    ],
)
def test_what_is_no_draft_of_this_format_is_refused_without_a_word_of_it(terminal, harm):
    terminal.begin(PAPER)
    terminal.answer("13900001234", "no")
    terminal.happen(Confirmed, (HowChosen, "scan"), (PageTaken, JPEG, None), Confirmed)
    content = packed(terminal.intake, terminal.visit.pause.key, "2026.11")
    assert unpacked(content).papers["register"].pages == (JPEG,)
    with pytest.raises(DraftContentError) as refused:
        unpacked(harm(content))
    assert "13900001234" not in str(refused.value)


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_slip_says_code_item_until_when_and_what_to_bring_and_names_nobody(
    terminal, profile, language
):
    terminal.begin(PAPER)
    terminal.answer("13900001234", "no")
    terminal.happen(Confirmed, *[(HowChosen, "later")] * 3, PauseAsked)
    visit = terminal.visit
    visit.language = language
    place = Place("522401", "石桥镇便民服务中心", VILLAGE)
    slip = ForwardSlipMaker(place, "https://x.example", WORDS, lambda: NOW).paused(visit)
    words = str(slip.blocks)
    for told in (f"{visit.pause.code[:4]} {visit.pause.code[4:]}", PAPER, "材料lease", "首页"):
        assert told in words
    for personal in ("张三", "张*", ZHANG.number[-4:], "1390000"):
        assert personal not in words
    _, findings = drawn(encode(slip, PROFILES[profile], glyphs()), PROFILES[profile])
    assert findings == []


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
