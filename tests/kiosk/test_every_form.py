"""Whoever answers what is asked comes to the end, whatever is asked and whomever it is for."""

import json

import pytest

from kiosk.makers.paper_page_makers import HandingInPageMaker
from kiosk.services.forward import FORWARD
from kiosk.visits.form_pages import DetailsPage, MaterialPage, MaterialsPage, SignPage
from kiosk.visits.pages import MessagePage, PleaseWaitPage
from tests.kiosk.forwarding import ITEMS, VILLAGE, WORDS, Walk
from tests.kiosk.obliging import Obliging
from tests.kiosk.test_application import MAKER


@pytest.mark.parametrize("code", sorted(ITEMS))
@pytest.mark.parametrize("whom", ["self", "on_behalf", "enterprise"])
@pytest.mark.parametrize("last", [False, True])
def test_an_obliging_resident_hands_in_what_was_asked(code, whom, last):
    walk = Walk()
    way = Obliging(walk, whom, last).to_result(code)
    assert way.count("hand in") == 1
    told = json.loads(MAKER.application(walk.conductor._visit).packet.manifest)
    assert told["answers"] == json.loads(json.dumps(walk.intake.walk.counting()))
    asked = [one for one in walk.intake.walk.all_asked() if one.question.required]
    assert {one.path for one in asked} <= set(told["answers"])


def keys_of(page):
    """The text keys that a page names."""
    told = [getattr(page, name, "") for name in ("source", "prompt", "why_not")]
    told += [action.label for action in getattr(page, "actions", ())]
    told += [row.why_not for row in getattr(page, "rows", ()) if hasattr(row, "why_not")]
    told += getattr(page, "notices", ())
    match page:
        case MessagePage() | SignPage() | DetailsPage():
            told.append(page.title)
            told.append(getattr(page, "body", ""))
        case MaterialsPage():
            told += [slot.state for slot in page.slots]
        case MaterialPage():
            told += [f"how.{way}" for way in page.ways]
        case PleaseWaitPage():
            told.append(page.text)
    return {key for key in told if key}


@pytest.mark.parametrize("code", sorted(ITEMS))
@pytest.mark.parametrize("last", [False, True])
def test_every_word_that_a_page_names_is_there_in_both_languages(code, last):
    walk = Walk()
    Obliging(walk, last=last).to_result(code)
    keys = {key for view in walk.views for key in keys_of(view.page)}
    stages = {f"stage.{stage}" for stage in FORWARD.stages}
    for words in WORDS.values():
        assert (keys | stages) - set(words) == set()


def test_so_is_every_word_of_what_may_go_wrong():
    pages = HandingInPageMaker(WORDS, None, None, VILLAGE, str).makers()
    messages = [pages[name](None, None) for name in ("no_scanner", "not_scanned", "no_checklist")]
    keys = {
        key for page in (*messages, pages["printing_list"](None, None)) for key in keys_of(page)
    }
    assert keys
    assert keys - set(WORDS["zh"]) == set()
