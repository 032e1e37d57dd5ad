"""The code of a paused visit: who opens it, how often, until when, and where it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from devices.base import Remedy
from devices.escpos import encode
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.visits.draft_content import DraftContentError, packed, unpacked
from kiosk.visits.events import (
    Again,
    CardRead,
    Confirmed,
    Declined,
    DeviceBack,
    DeviceDown,
    PageTaken,
    PrintStopped,
    TimedOut,
)
from kiosk.visits.form_events import Answered, HowChosen, PauseAsked
from kiosk.visits.form_pages import QuestionPage
from kiosk.visits.pages import MessagePage
from kiosk.visits.pausing import MOST_TRIES
from kiosk.visits.place import Place
from tests.kiosk.forwarding import LOSS, NOW, PAPER, VILLAGE, WORDS
from tests.kiosk.pausing import DAYS, JPEG, lines_of
from tests.kiosk.people import ZHANG
from tests.printer_kit import PROFILES, drawn, glyphs

LI = replace(ZHANG, name="李四", number="11010519491231002X")


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
