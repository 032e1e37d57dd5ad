"""A4 pages, made and then looked at as a printer's program would: nothing cut, all readable."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa

from config import texts
from kiosk.papers.a4_ink import Typeface, pieces
from kiosk.papers.a4_pages import A4, FOOT, SIDE, TOP, A4Maker, Fonts
from kiosk.visits.form_pages import Fact, Section
from kiosk.visits.place import Place

ROOT = Path(__file__).resolve().parents[2]
REGULAR, BOLD = (ROOT / f"build/fonts/NotoSansSC-{one}.otf" for one in ("Regular", "Bold"))
RARE = Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")
MADE = datetime(2026, 11, 21, 10, 32, 5, tzinfo=timezone(timedelta(hours=8)))
WORDS = {language: texts.load(language) for language in ("zh", "en")}
CODE = "https://kiosk.example.gov.cn/s/2026112100000417"
LONGEST_NAME = "阿卜杜热合曼·买买提明·吐尔逊江·阿不力孜·艾合买提江·麦麦提"
PERSON = Section(
    "您本人",
    (
        Fact("姓名", LONGEST_NAME),
        Fact("曾用名", "王𪚥䶮"),
        Fact("身份证号", "522401195103081024", "522401********1024"),
        *(
            Fact(f"第{at}项情况说明", "石桥镇大石桥村三组17号，种地和打工。" * 2)
            for at in range(14)
        ),
    ),
)
MONTHS = Section(
    "近12个月",
    columns=("月份", "单位", "缴费基数", "单位缴", "个人缴", "状态"),
    lines=tuple(
        (f"2026-{month:02}", "石桥镇供销合作社", "4,980.00", "796.80", "398.40", "已到账")
        for month in range(1, 13)
    ),
)
STROKES = (((0.1, 0.2), (0.4, 0.8), (0.6, 0.3)), ((0.7, 0.2), (0.9, 0.9)))
FULL = A4(
    "城乡居民最低生活保障申请表",
    (PERSON, MONTHS),
    number="2026112100000417",
    code=CODE,
    purpose="仅供办理最低生活保障使用。",
    note="数据到2026年11月20日。",
    statement="本人承诺以上所写都是真的，材料和原件一样。" * 14,
    strokes=STROKES,
)
DPI = 150


@pytest.fixture(scope="module")
def maker():
    place = Place("522401", "石桥镇便民服务中心", "522401100000")
    return A4Maker(Fonts(REGULAR, BOLD, (RARE,)), place, WORDS)


@pytest.fixture(scope="module")
def made(maker):
    @cache
    def of(content, language="zh"):
        return maker.document(content, MADE, language)

    return of


def drawn(pdf):
    """Each page as PDFium draws it: (height, width), grey, 150 dots an inch."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            np.asarray(page.render(scale=DPI / 72, grayscale=True).to_pil()) for page in document
        ]


def text_of(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_reaches_into_the_margins(made, language):
    for page in drawn(made(FULL, language)):
        rows, columns = np.nonzero(page < 128)
        height, width = page.shape
        dots = DPI / 25.4
        assert columns.min() >= (SIDE - 0.5) * dots
        assert columns.max() <= width - (SIDE - 0.5) * dots
        assert rows.min() >= (TOP - 1) * dots
        assert rows.max() <= height - (FOOT - 1) * dots


def test_the_pages_say_what_they_were_given(made):
    pages = text_of(made(FULL))
    together = "".join("".join(pages).split())
    for words in ("申请表", "2026112100000417", "522401********1024", "供销合作社", "承诺", "签名"):
        assert words in together
    assert together.count("仅供办理最低生活保障使用。") == len(pages)
    for at, page in enumerate(pages, 1):
        assert f"第{at}页，共{len(pages)}页" in page
        assert "2026年11月21日 10:32:05" in page
        assert "522401" in page


def test_a_name_with_rare_characters_is_on_the_page_as_it_is(made):
    assert "王𪚥䶮" in text_of(made(FULL))[0]


def test_a_rare_character_is_drawn_by_the_font_that_has_it():
    runs = Typeface((REGULAR, RARE)).runs("王𪚥䶮", 5)
    assert [(Path(font.path).name, part) for font, part in runs] == [
        (REGULAR.name, "王"),
        (RARE.name, "𪚥"),
        (REGULAR.name, "䶮"),
    ]


def test_what_no_font_has_is_said_to_be_missing():
    ((_, part),) = Typeface((REGULAR,)).runs("欧\ue123", 5)
    assert part == "欧□"


def test_a_whole_number_is_on_paper_only_when_it_is_wanted(made):
    whole = A4("结果", (PERSON,), whole=True)
    assert "522401195103081024" not in "".join(text_of(made(FULL)))
    assert "522401195103081024" in "".join(text_of(made(whole)))


def test_the_code_is_read_by_another_program(made):
    page = drawn(made(FULL))[0]
    assert cv2.QRCodeDetectorAruco().detectAndDecode(page)[0] == CODE


def test_the_heading_of_a_table_is_said_again_on_the_next_page(made):
    many = Section("记录", columns=MONTHS.columns, lines=MONTHS.lines * 6)
    pages = text_of(made(A4("缴费记录", (many,))))
    assert len(pages) > 1
    assert all("缴费基数" in page for page in pages)
    assert sum(page.count("2026-07") for page in pages) == 6


def test_a_specimen_is_marked_and_can_still_be_read(made):
    plain = A4("结果", (PERSON, MONTHS), code=CODE)
    marked = A4("结果", (PERSON, MONTHS), code=CODE, sample=True)
    before, after = drawn(made(plain))[0], drawn(made(marked))[0]
    darker = (after < before - 40).mean()
    assert 0.005 < darker < 0.1
    assert (after[before < 60] < 128).all()


def test_a_signature_never_stands_on_a_page_without_what_was_signed(made):
    for facts in range(16, 20):
        person = Section("您本人", tuple(Fact(f"第{at}项", "石桥镇" * 25) for at in range(facts)))
        last = text_of(made(A4("表", (person,), statement="承诺属实。" * 20, strokes=STROKES)))[-1]
        assert "签名" in last
        assert "承诺属实" in last


def test_a_long_purpose_is_on_each_page_whole(made):
    purpose = (
        "仅供本人到贵州省毕节市七星关区石桥镇人民政府办理最低生活保障申请时使用，别的地方无效，复印无效。"
        * 2
    )
    for page in text_of(made(A4("结果", (PERSON, MONTHS), purpose=purpose))):
        assert purpose in "".join(page.split())


def test_the_signature_stands_under_the_statement(made):
    unsigned = A4("表", (), statement="承诺属实。", strokes=())
    signed = A4("表", (), statement="承诺属实。", strokes=STROKES)
    assert (drawn(made(signed))[0] < 128).sum() > (drawn(made(unsigned))[0] < 128).sum() + 500


def test_the_document_keeps_for_long(made):
    with pikepdf.open(io.BytesIO(made(FULL))) as pdf:
        report = pdfa.check(pdf, "2b")
    # Words that are not seen need no font in the document (6.2.11.4.1); the checker says of such a
    # font that it cannot tell.
    assert [one for one in report.findings if one.kind != "unsupported"] == []
    assert {one.message for one in report.findings} == {"CIDFont is not embedded"}


def test_the_same_content_makes_the_same_bytes(maker):
    content = A4("结果", (PERSON,), code=CODE)
    assert maker.document(content, MADE, "zh") == maker.document(content, MADE, "zh")


def test_the_title_of_the_document_tells_nothing_personal(made):
    with pikepdf.open(io.BytesIO(made(FULL))) as pdf, pdf.open_metadata() as told:
        assert LONGEST_NAME not in str(told)
        assert told["dc:title"] == FULL.heading


def test_no_line_begins_with_a_closing_mark():
    lines = Typeface((REGULAR,)).broken("请把它放平，等灯变绿。（先别拿）" * 9, 4, 38)
    assert not [line for line in lines if line[0] in "，。）" or line[-1] == "（"]
    assert pieces("缴4,980.00元。")[1] == "4,980.00"
