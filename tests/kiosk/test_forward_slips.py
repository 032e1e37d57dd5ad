"""What a resident takes home of what was taken in, as the printer puts it on paper."""

import pytest

from devices.escpos import encode, unprintable
from devices.slip import Line, Pair, Qr
from kiosk.papers.forward_slips import ForwardSlipMaker
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.visits.events import Confirmed
from kiosk.visits.form_events import HowChosen
from kiosk.visits.place import Place
from tests.kiosk.forwarding import LOSS, NOW, NUMBER, PAPER, VILLAGE, WORDS
from tests.kiosk.test_application import LOST_JOB, answers, visit_of
from tests.printer_kit import PROFILES, drawn, glyphs, scanned

URL = "https://platform.example.gov.cn/s"
MAKER = ForwardSlipMaker(Place("522401", "石桥镇便民服务中心", VILLAGE), URL, WORDS, lambda: NOW)
DIGEST = "0123456789abcdef" * 4


ACCEPTED = Answer(NUMBER, Code.ACCEPTED, None)
BEGUN = (*answers("13900001234", "no"), ("materials", Confirmed))


def how(way):
    return ("material", HowChosen, way)


def receipt(visit, answer=ACCEPTED):
    visit.receipt, visit.confirmed_at, visit.digest, visit.answer = NUMBER, NOW, DIGEST, answer
    return MAKER.receipt(visit)


def pairs(slip):
    return {block.label: block.value for block in slip.blocks if isinstance(block, Pair)}


def lines(slip):
    return [block.text for block in slip.blocks if isinstance(block, Line)]


def test_a_receipt_says_the_number_who_decides_how_long_and_whom_to_ask():
    told = pairs(receipt(visit_of(LOSS, *LOST_JOB)))
    assert told["回执编号"] == "5224 0112 3456 78"
    assert told["事项名称"] == f"事项{LOSS}"
    assert told["由谁办"] == "户口所在地的人社局"
    assert told["怎么办"] == WORDS["zh"]["mode.relayed"]
    assert told["多久办好"] == "受理后10个工作日内"
    assert told["问谁"] == "12333"
    assert told[WORDS["zh"]["slip.digest"]] == "0123 4567 89ab cdef"
    assert "还差" not in told


def test_a_receipt_says_what_is_missing_and_until_when_it_can_be_brought():
    visit = visit_of(PAPER, *BEGUN, how("on_file"), how("commitment"), how("later"))
    told = pairs(receipt(visit))
    assert told["还差"] == "材料photo"
    assert told["哪天以前补"] == "2026年12月6日"


def test_no_whole_name_or_number_and_no_answer_is_on_paper():
    slip = receipt(visit_of(LOSS, *LOST_JOB))
    words = str(slip.blocks)
    assert pairs(slip)["姓名"] == "张*"
    assert pairs(slip)["证件号码"] == "110101********9997"
    for personal in ("张三", "110101194910019997", "13900001234", "北京市某街"):
        assert personal not in words


def test_whoever_acts_for_another_is_on_the_slip_with_them():
    acting = answers("parent", "李四", "11010519491231002X", None)
    slip = receipt(visit_of(LOSS, *acting, *LOST_JOB, whom="on_behalf"))
    assert pairs(slip)["替谁办"] == "李*"


def test_without_an_answer_it_says_that_all_is_kept_and_nobody_need_come_again():
    slip = receipt(visit_of(LOSS, *LOST_JOB), answer=None)
    assert WORDS["zh"]["slip.disclaimer_taken_in_kept"] in lines(slip)


def test_the_code_on_it_opens_the_state_of_the_number_and_holds_nothing_else():
    (code,) = [
        block for block in receipt(visit_of(LOSS, *LOST_JOB)).blocks if isinstance(block, Qr)
    ]
    assert code.data == f"{URL}/{NUMBER}"


def test_a_checklist_names_every_paper_that_is_missing_and_no_person():
    visit = visit_of(PAPER, *BEGUN, how("later"), how("later"), how("later"))
    slip = MAKER.checklist(visit)
    told = lines(slip)
    assert [line for line in told if line.startswith("□")] == [
        "□ 1. 材料register",
        "□ 2. 材料lease",
        "□ 3. 材料photo",
    ]
    assert "    首页和本人页" in told
    assert "张" not in str(slip.blocks)
    assert not [block for block in slip.blocks if isinstance(block, Qr)]


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_slip_is_printed_whole_on_every_paper_and_its_code_can_be_scanned(
    profile, large, language
):
    printer = PROFILES[profile]
    visit = visit_of(LOSS, *LOST_JOB, language=language)
    visit.large = large
    (page,), findings = drawn(encode(receipt(visit), printer, glyphs()), printer)
    assert findings == []
    assert scanned(page.png) == f"{URL}/{NUMBER}"


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_sign_of_a_checklist_can_be_printed(profile):
    slip = MAKER.checklist(visit_of(PAPER, *BEGUN, how("later"), how("later"), how("later")))
    assert unprintable(slip, PROFILES[profile], glyphs()) == frozenset()
    _, findings = drawn(encode(slip, PROFILES[profile], glyphs()), PROFILES[profile])
    assert findings == []
