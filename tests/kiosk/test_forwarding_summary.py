"""What stands in the summary is looked through, changed and signed; the way back is open."""

import pytest

from kiosk.visits.events import (
    Back,
    CardRead,
    Confirmed,
    Declined,
    LeaveAsked,
    StillHere,
    Touched,
)
from kiosk.visits.form_events import (
    EditAsked,
    HowChosen,
    RevealAsked,
    RowChosen,
    Signed,
    Skipped,
)
from tests.kiosk.forwarding import (
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


def test_any_row_of_the_summary_is_changed_and_the_summary_is_next(walk):
    assert fill_in(walk) == "summary"
    for fact, value in [("mobile", "13900005678"), ("lost_on", "2026-10-01")]:
        assert walk.happen((EditAsked, fact)) == f"question/{fact}"
        assert walk.answer(value) == "summary"
    assert labels(walk.page)["手机号"] == "13900005678"
    assert walk.happen((EditAsked, "mobile"), Back) == "summary"


def test_a_paper_is_changed_from_the_summary_too(walk):
    all_papers(walk)
    walk.happen(Confirmed)
    assert walk.happen((EditAsked, "material/photo")) == "material/photo.1"
    assert walk.happen((HowChosen, "original")) == "inventory"
    assert walk.happen(Confirmed) == "summary"
    assert walk.happen((EditAsked, "material/lease"), (HowChosen, "later")) == "gaps"
    assert walk.happen(Confirmed) == "summary"


def test_what_the_card_says_for_good_cannot_be_changed_in_the_summary(walk):
    fill_in(walk)
    rows = {fact.question for one in walk.page.sections for fact in one.facts}
    assert "name" not in rows
    assert walk.happen((EditAsked, "name")) == "summary"


def test_a_change_in_the_summary_asks_what_it_makes_necessary(walk):
    fill_in(walk)
    walk.happen((EditAsked, "reason"))
    assert walk.answer("ended") == "question/unit"
    assert walk.happen(Back) == "question/reason"
    assert walk.happen(Back) == "summary"
    assert walk.happen(Confirmed) == "question/unit"  # not handed in before it was asked
    assert walk.happen(Skipped) == "summary"
    assert walk.happen(Confirmed) == "sign"


def test_a_paper_that_a_change_makes_necessary_is_asked_for(walk):
    to_papers(walk, "no")
    walk.happen(Confirmed, (HowChosen, "on_file"), (HowChosen, "on_file"))
    assert walk.happen((HowChosen, "original")) == "inventory"
    assert walk.happen(Confirmed) == "summary"
    walk.happen((EditAsked, "married"))
    assert walk.answer("yes") == "materials"
    assert walk.happen(Confirmed, (HowChosen, "on_file")) == "summary"


def test_back_leads_through_everything_to_the_first_page_and_forth_again_without_typing(walk):
    all_papers(walk)
    walk.happen(Confirmed)
    steps = [walk.happen(Back) for _ in range(7)]
    assert steps == [
        "materials",
        "question/married",
        "question/mobile",
        "for whom",
        "person",
        "card",
        "about",
    ]
    walk.happen(Confirmed, (CardRead, ZHANG), Confirmed, (RowChosen, "self"))
    assert walk.page.value == "13900001234"
    assert walk.answer("13900001234", "yes") == "summary"
    assert len(walk.intake.papers.given["register"].pages) == 2


def test_another_card_is_another_person_and_finds_nothing_of_the_one_before(walk):
    fill_in(walk)
    for _ in range(5):
        walk.happen(Back)
    assert walk.step == "for whom"
    other = type(ZHANG)(
        **{
            **{name: getattr(ZHANG, name) for name in ZHANG.__slots__},
            "name": "李四",
            "number": "11010519491231002X",
        }
    )
    walk.happen(Back, Declined, (CardRead, other), Confirmed, (RowChosen, "self"))
    assert walk.page.value == ""
    assert "13900001234" not in walk.intake.walk.answers.values()


def test_numbers_are_masked_until_they_are_asked_for_and_again_on_the_next_page(walk):
    fill_in(walk)
    masked = {fact.label: fact.masked for one in walk.page.sections for fact in one.facts}
    assert masked["身份证号"] == "110101********9997"
    assert masked["手机号"] == "139****1234"
    assert not walk.page.revealed
    walk.happen(RevealAsked, Touched, LeaveAsked, StillHere)
    assert walk.page.revealed
    walk.happen((EditAsked, "mobile"), Back)
    assert not walk.page.revealed


def test_a_dot_is_no_signature(walk):
    fill_in(walk)
    walk.happen(Confirmed)
    assert walk.happen((Signed, (((0.5, 0.5), (0.51, 0.5)),))) == "sign"
    assert walk.page.trouble == "signing.too_little"
    assert walk.happen(SIGNED) == "hand in"
