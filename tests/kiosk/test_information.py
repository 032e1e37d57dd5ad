"""The guide of every item: read on the screen, taken along as a slip and as a page."""

from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest

from config.catalogue_models import Ability
from devices.base import Condition, Remedy, Status
from devices.slip import Line, Pair, Slip
from kiosk.makers.guides import GuideMaker
from kiosk.makers.notice_board import NoticeBoard
from kiosk.papers.a4_pages import Fonts
from kiosk.papers.information_papers import InformationPapers
from kiosk.visits.events import (
    Back,
    Confirmed,
    DeviceDown,
    ItemChosen,
    Left,
    Printed,
    StatusChanged,
    Touched,
)
from kiosk.visits.form_events import GroupChosen, OfferChosen, PrintAsked, RowChosen
from kiosk.visits.form_pages import DetailsPage, ListPage
from kiosk.visits.information_events import GuideAsked, GuidesAsked
from kiosk.visits.lookup import Lookup
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from tests.kiosk.test_feedback import WORDS, Walk
from tests.kiosk.test_querying import BOLD, REGULAR
from tests.packs import PENSION, catalogue

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PLACE = Place("522401", "石桥镇便民服务中心", "")
DIVISION = "522401101201"


def papers() -> InformationPapers:
    items = catalogue()
    guides = GuideMaker(WORDS, items.form, DIVISION)
    board = NoticeBoard(lambda: NOW)
    return InformationPapers(
        *(WORDS, board, guides, items.item, PLACE), *(Fonts(REGULAR, BOLD), lambda: NOW)
    )


def on_slip(slip: Slip) -> str:
    parts = (one for one in slip.blocks if isinstance(one, Line | Pair))
    return "\n".join(
        one.text if isinstance(one, Line) else f"{one.label} {one.value}" for one in parts
    )


def to_guides(walk: Walk, group: str) -> str:
    return walk.happen(Touched, (OfferChosen, "notices"), GuidesAsked, (GroupChosen, group))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_item_has_a_guide_with_conditions_papers_time_fee_and_telephones(
    language: str,
) -> None:
    items, say = catalogue(), WORDS[language]
    guides = GuideMaker(WORDS, items.form, DIVISION)
    lacking = []
    for code in items.codes():
        item = items.item(code)
        assert item is not None
        sections = {one.heading: one.facts for one in guides.sections(item, language)}
        words = [fact.value for facts in sections.values() for fact in facts]
        told = {say[f"guide_read.{one}"] for one in ("papers", "terms", "calls", "basis")}
        if not told <= set(sections) or not {item.hotline, "12345"} <= set(words):
            lacking.append(code)
        if not all(words):
            lacking.append(code)
    assert not lacking


def test_a_guide_names_the_papers_of_the_form_and_how_they_go() -> None:
    items = catalogue()
    guides = GuideMaker(WORDS, items.form, DIVISION)
    item = items.item("2020-35/1/38")
    assert item is not None
    told = {one.heading: [fact.value for fact in one.facts] for one in guides.sections(item, "zh")}
    assert "证明变化的材料（拍照或写承诺）" in told["要带什么"]
    assert "营业执照正本、副本（交原件，有这种情况才要）" in told["要带什么"]


def test_a_guide_is_found_read_and_printed_on_a_slip() -> None:
    walk, items = Walk(), catalogue()
    item = items.item(PENSION)
    assert item is not None
    walk.conductor.handle(StatusChanged(0, "receipt_printer", Status(Condition.OK)))
    assert to_guides(walk, item.group) == "notices/guides"
    assert isinstance(walk.page, ListPage)
    assert PENSION in [row.row for row in walk.page.rows]
    assert walk.happen((RowChosen, PENSION)) == "notices/guide"
    assert isinstance(walk.page, DetailsPage)
    assert walk.page.title == item.words("zh").name
    assert [one.label for one in walk.page.actions] == ["action.print_slip"]
    assert walk.happen(Confirmed) == "notices/guide slip"
    assert walk.diary[-1] == "begin print guide"
    assert walk.happen(Printed, Confirmed) == "notices/guides"
    assert walk.happen(Back) == "notices/groups"
    assert walk.happen(Back) == "notices/corner"


def test_the_page_of_an_item_leads_to_its_guide_and_back() -> None:
    walk = Walk()
    walk.conductor.handle(StatusChanged(0, "receipt_printer", Status(Condition.OK)))
    assert walk.happen(Touched, (ItemChosen, PENSION), GuideAsked) == "guide/guide"
    item = catalogue().item(PENSION)
    assert item is not None
    assert walk.page.title == item.words("zh").name
    assert walk.happen(Back) == "certify/about"
    assert walk.happen(GuideAsked, Confirmed) == "guide/guide slip"
    assert walk.visit.lookup.guide == PENSION
    assert walk.happen(Printed, Confirmed) == "certify/about"
    assert walk.happen(Confirmed) == "certify/card"


def test_whoever_leaves_from_the_guide_of_an_item_is_seen_off_like_from_the_item() -> None:
    walk = Walk()
    assert walk.happen(Touched, (ItemChosen, PENSION), GuideAsked, Left) == "guide/leaving"


def test_where_there_is_a_page_printer_a_guide_is_printed_as_a_page() -> None:
    walk = Walk()
    walk.conductor.handle(StatusChanged(0, "page_printer", Status(Condition.OK)))
    group = catalogue().item(PENSION).group  # type: ignore[union-attr]
    to_guides(walk, group)
    walk.happen((RowChosen, PENSION))
    assert [one.label for one in walk.page.actions] == ["action.print_page"]
    assert walk.happen(PrintAsked) == "notices/guide page"
    assert walk.diary[-1] == "begin print guide page"
    down = (DeviceDown, "page_printer", Remedy.ATTENDANT)
    assert walk.happen(down) == "notices/no guide"
    assert walk.happen(Confirmed) == "notices/guides"
    walk.happen((RowChosen, PENSION))
    assert walk.happen(Back) == "notices/guides"


@pytest.mark.parametrize("ability", list(Ability))
def test_a_guide_on_paper_says_what_the_screen_says(ability: Ability) -> None:
    items, made = catalogue(), papers()
    every = (items.item(code) for code in items.codes())
    item = next(one for one in every if one is not None and one.ability is ability)
    visit = Visit(1, lookup=Lookup(guide=item.code))
    slip = on_slip(made.guide_slip(visit))
    assert item.hotline in slip
    assert "2026年11月21日" in slip
    for section in made.guides.sections(item, "zh"):
        assert section.heading in slip
        for fact in section.facts:
            assert fact.value in slip


def test_a_guide_on_a_page_has_its_name_its_papers_and_its_telephone() -> None:
    item = catalogue().item("2020-35/1/38")
    assert item is not None
    document = papers().guide_page(Visit(1, lookup=Lookup(guide=item.code)))()
    pages = pypdfium2.PdfDocument(document)
    try:
        words = "".join(page.get_textpage().get_text_bounded() for page in pages)
    finally:
        pages.close()
    for told in (item.words("zh").name, "证明变化的材料", item.hotline, "12345"):
        assert told in words


def test_a_guide_of_an_item_that_is_gone_says_so() -> None:
    walk = Walk()
    group = catalogue().item(PENSION).group  # type: ignore[union-attr]
    to_guides(walk, group)
    walk.happen((RowChosen, "2020-35/9/99"))
    assert walk.page.sections[0].heading == "这件事现在不办了。"
    visit = Visit(1, lookup=Lookup(guide="2020-35/9/99"))
    assert "这件事现在不办了。" in str(papers().guide_slip(visit))
