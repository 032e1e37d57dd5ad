"""What goes with originals that travel, as the printer puts it on paper."""

import pytest

from devices.escpos import encode, unprintable
from devices.slip import Line, Pair, Qr
from kiosk.papers.relay_slips import ParcelSlipMaker
from kiosk.platform.affairs_messages import Parcel, parse_progress
from kiosk.visits.events import Confirmed
from kiosk.visits.form_events import HowChosen
from kiosk.visits.place import Place
from kiosk.visits.query_events import CodeRead, ProgressTold
from kiosk.visits.relay_events import ParcelsTold
from kiosk.visits.visit import Visit
from tests.kiosk.forwarding import NUMBER, PAPER, VILLAGE, WORDS
from tests.kiosk.test_application import answers, visit_of
from tests.printer_kit import PROFILES, drawn, glyphs, scanned

URL = "https://platform.example.gov.cn/s"
MAKER = ParcelSlipMaker(Place("522401", "石桥镇便民服务中心", VILLAGE), "0857-5550123", URL, WORDS)
GIVEN = (
    *answers("13900001234", "yes"),
    ("materials", Confirmed),
    *(("material", HowChosen, how) for how in ("original", "commitment", "original", "later")),
)
PARCEL = Parcel.model_validate_json(
    """{"papers": 2, "holder": "resident", "next": "helper", "office": {
    "name": "毕节市七星关区政务服务中心 跨省通办窗口",
    "address": "贵州省毕节市七星关区麻园街道000号 三楼（样址）",
    "postcode": "551700", "telephone": "0857-5550-0502"}}"""
)
PROGRESS = parse_progress(
    f'{{"number":"{NUMBER}","state":"accepted","parcel":{PARCEL.model_dump_json()}}}'.encode()
)


def handed_in(language="zh", told=True, large=False):
    visit = visit_of(PAPER, *GIVEN, language=language)
    visit.receipt, visit.large = NUMBER, large
    if told:
        visit.take(ParcelsTold(1, ((NUMBER, PARCEL),)), "asking_office")
    return visit


def followed(language="zh"):
    """By a member of staff, who scans a number of another day."""
    visit = Visit(1, language=language)
    visit.take(CodeRead(1, NUMBER), "scan_receipt")
    visit.take(ProgressTold(1, PROGRESS), "asking_progress")
    return visit


def pairs(slip):
    return {block.label: block.value for block in slip.blocks if isinstance(block, Pair)}


def lines(slip):
    return [block.text for block in slip.blocks if isinstance(block, Line)]


def test_a_label_says_where_it_goes_from_where_and_how_many_papers():
    label, _ = MAKER.papers(handed_in())
    told = lines(label)
    assert {PARCEL.office.name, PARCEL.office.address, PARCEL.office.postcode} <= set(told)
    assert "石桥镇便民服务中心" in told
    assert pairs(label)["原件"] == "2份"
    assert pairs(label)["回执编号"] == "5224 0112 3456 78"


def test_the_slip_that_is_signed_names_every_original_and_a_line_for_each_hand():
    _, slip = MAKER.papers(handed_in())
    told = lines(slip)
    assert [line for line in told if line.startswith("□")] == [
        "□ 1. 材料register",
        "□ 2. 材料photo",
    ]
    assert [line for line in told if line.endswith("收到")] == [
        "代办员收到",
        "快递员收到",
        "办事窗口收到",
    ]
    assert pairs(slip)["姓名"] == "张*"
    assert pairs(slip)["寄到"] == PARCEL.office.name


def test_nobody_is_named_whole_and_no_answer_is_on_paper():
    for slip in MAKER.papers(handed_in()):
        words = str(slip.blocks)
        for personal in ("张三", "110101194910019997", "13900001234"):
            assert personal not in words


def test_without_an_address_there_is_no_label_and_the_slip_says_so():
    (slip,) = MAKER.papers(handed_in(told=False))
    assert WORDS["zh"]["parcel.no_label_yet"] in lines(slip)
    assert pairs(slip)["原件"] == "2份"


def test_who_scans_a_number_another_day_gets_both_without_what_was_in_it():
    label, slip = MAKER.papers(followed())
    assert PARCEL.office.name in lines(label)
    assert pairs(slip)["原件"] == "2份"
    assert "姓名" not in pairs(slip)


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_are_printed_whole_on_every_paper_and_their_codes_can_be_scanned(
    profile, large, language
):
    printer = PROFILES[profile]
    for slip in MAKER.papers(handed_in(language, large=large)):
        assert unprintable(slip, printer, glyphs()) == frozenset()
        (page,), findings = drawn(encode(slip, printer, glyphs()), printer)
        assert findings == []
        assert scanned(page.png) == f"{URL}/{NUMBER}"
        (code,) = [block for block in slip.blocks if isinstance(block, Qr)]
        assert code.data == f"{URL}/{NUMBER}"
