"""From the home page to an item: groups, guiding questions, the search, and back."""

import pytest

from config.guides import Guide, GuideError, check_guides, load_guides
from devices.base import Condition, Status
from kiosk.conductor import Conductor
from kiosk.makers.finding_pages import ROWS
from kiosk.makers.page_makers import makers
from kiosk.services.lobby import LOBBY
from kiosk.visits.events import (
    Back,
    ItemChosen,
    LargePrintChosen,
    LeaveAsked,
    StatusChanged,
    Touched,
)
from kiosk.visits.flow import CHOICE, END, Flow, Step
from kiosk.visits.form_events import GroupChosen, OfferChosen, SearchTyped, Unsure, WayChosen
from kiosk.visits.form_pages import ListPage
from tests.catalogue_kit import CARD, GROUPS, ITEMS, MARRY, PENSION, Catalogue, shelves


def said(words):
    return {"zh": words, "en": words}


GUIDE = Guide.model_validate(
    {
        "first": "what",
        "questions": {
            "what": {
                "ask": said("哪一样？"),
                "ways": [
                    {"label": said("认证"), "item": PENSION},
                    {"label": said("社保卡"), "question": "card"},
                ],
            },
            "card": {
                "ask": said("卡怎么了？"),
                "ways": [
                    {"label": said("丢了"), "item": CARD, "mode": "relayed"},
                    {"label": said("坏了"), "item": CARD},
                ],
            },
        },
    }
)


SERVED = Flow("certify", {"about": Step("face_consent", {Back: CHOICE})})


class Lobby:
    def __init__(self, offered=None, without=""):
        self.views = []
        flows = {"certify": SERVED, "forward": SERVED, **(offered or {})}
        flows.pop(without, None)
        self.conductor = Conductor(
            LOBBY,
            flows,
            Catalogue(),
            makers("石桥镇", lambda: None, shelves({"pension": GUIDE}), flows),
            self.views.append,
            lambda _: None,
            0.0,
        )
        self.happen(Touched)

    def happen(self, *events):
        for event, *values in (e if isinstance(e, tuple) else (e,) for e in events):
            self.conductor.handle(event(self.view.visit, *values))
        return self.view.page

    @property
    def view(self):
        return self.views[-1]

    @property
    def rows(self):
        return [row.row for row in self.view.page.rows]


@pytest.fixture
def lobby():
    return Lobby()


def test_the_home_page_has_what_most_come_for_and_the_groups_in_their_order(lobby):
    page = lobby.view.page
    assert [tile.item for tile in page.tiles] == [PENSION]
    assert [one.title for one in page.groups] == ["养老", "家里", "房子"]


def test_an_offer_without_a_service_is_not_shown(lobby):
    assert lobby.view.page.offers == ("search",)
    flow = Flow("progress", {"ask": Step("present_card", {Back: END})})
    there = Lobby(offered={"progress": flow})
    assert there.view.page.offers == ("search", "progress")
    there.happen((OfferChosen, "progress"))
    assert there.view.step == "progress/ask"


def test_a_group_lists_its_items_and_going_back_from_one_leads_to_the_list(lobby):
    lobby.happen((GroupChosen, "pension"))
    assert lobby.rows == [PENSION, CARD]
    assert [row.mark for row in lobby.view.page.rows] == ["mark.here", "mark.relayed"]
    lobby.happen((ItemChosen, CARD))
    assert lobby.view.step == "certify/about"
    lobby.happen(Back)
    assert (lobby.view.step, lobby.rows) == ("lobby/group", [PENSION, CARD])
    lobby.happen(Back)
    assert lobby.view.step == "lobby/home"


def test_a_list_says_why_an_item_cannot_be_had_now(lobby):
    lobby.happen((GroupChosen, "family"))
    lobby.conductor.handle(StatusChanged(0, "idcard_reader", Status(Condition.ABSENT)))
    assert [row.why_not for row in lobby.view.page.rows] == ["why_not.no_reader"]


def test_typing_finds_and_a_find_leads_to_its_item(lobby):
    assert lobby.happen((OfferChosen, "search")).rows == ()
    lobby.happen((SearchTyped, "j"), (SearchTyped, "jh"))
    assert (lobby.view.page.text, lobby.rows[0]) == ("jh", MARRY)
    assert len(lobby.rows) <= ROWS
    lobby.happen((ItemChosen, MARRY), Back)
    assert (lobby.view.step, lobby.view.page.text) == ("lobby/search", "jh")


def test_a_new_search_begins_with_nothing_typed(lobby):
    lobby.happen((OfferChosen, "search"), (SearchTyped, "jh"), Back, (OfferChosen, "search"))
    assert lobby.view.page.text == ""


def test_what_was_typed_is_gone_with_the_visit(lobby):
    lobby.happen((OfferChosen, "search"), (SearchTyped, "wangguilan"), LeaveAsked)
    lobby.happen(Touched, (OfferChosen, "search"))
    assert lobby.view.page.text == ""
    assert "wangguilan" not in repr(lobby.views)


def test_guiding_questions_lead_to_an_item_and_back_one_by_one(lobby):
    lobby.happen((GroupChosen, "pension"), Unsure)
    assert lobby.view.page.title == "哪一样？"
    lobby.happen((WayChosen, "card"))
    assert [row.title for row in lobby.view.page.rows] == ["丢了", "坏了"]
    assert lobby.rows == [CARD, CARD]
    assert lobby.happen(Back).title == "哪一样？"
    assert lobby.happen(Back).title == "养老"
    lobby.happen(Unsure, (WayChosen, "card"), (ItemChosen, CARD))
    assert lobby.view.step == "certify/about"
    assert lobby.happen(Back).title == "卡怎么了？"


def test_only_a_group_with_a_guide_offers_one(lobby):
    assert [one.event for one in lobby.happen((GroupChosen, "pension")).actions] == [Unsure]
    page = lobby.happen(Back, (GroupChosen, "family"))
    assert isinstance(page, ListPage)
    assert page.actions == ()


def test_large_print_changes_nothing_of_where_one_is(lobby):
    lobby.happen((GroupChosen, "pension"), (LargePrintChosen, True))
    assert (lobby.view.step, lobby.view.large) == ("lobby/group", True)


def test_an_item_that_nobody_does_here_says_so_and_leads_nowhere():
    lobby = Lobby(without="forward")
    lobby.happen((GroupChosen, "pension"))
    assert [row.why_not for row in lobby.view.page.rows] == [None, "why_not.not_here"]
    lobby.happen((ItemChosen, CARD))
    assert lobby.view.step == "lobby/group"


BROKEN = {
    "no question 'there'": [{"label": said("一"), "question": "there"}],
    "two answers lead to 'what'": [{"label": said("一"), "question": "what"}],
    "leads to a question or to an item": [{"label": said("一")}],
    "only an item has a mode": [{"label": said("一"), "question": "there", "mode": "online"}],
}


@pytest.mark.parametrize("trouble", BROKEN)
def test_a_guide_that_cannot_be_walked_stops_the_start(trouble):
    ways = [*BROKEN[trouble], {"label": said("二"), "item": CARD}]
    with pytest.raises(ValueError, match=trouble):
        Guide.model_validate(
            {"first": "what", "questions": {"what": {"ask": said("？"), "ways": ways}}}
        )


def test_a_question_that_nobody_comes_to_stops_the_start():
    spare = {"ask": said("？"), "ways": [{"label": said("一"), "item": CARD}] * 2}
    with pytest.raises(ValueError, match="no answer leads to 'spare'"):
        Guide.model_validate({"first": "what", "questions": {"what": spare, "spare": spare}})


@pytest.mark.parametrize(
    ("changed", "trouble"),
    [
        ({"item": "2020-35/3/9", "mode": None}, "there is no item"),
        ({"mode": "joined"}, "is not joined"),
    ],
)
def test_a_guide_promises_nothing_that_the_catalogue_has_not(changed, trouble):
    card = GUIDE.questions["card"]
    ways = (card.ways[0].model_copy(update=changed), card.ways[1])
    questions = GUIDE.questions | {"card": card.model_copy(update={"ways": ways})}
    guide = GUIDE.model_copy(update={"questions": questions})
    groups = [one.id for one in GROUPS]
    check_guides({"pension": GUIDE}, ITEMS.get, groups)
    with pytest.raises(GuideError, match=trouble):
        check_guides({"pension": guide}, ITEMS.get, groups)
    with pytest.raises(GuideError, match="no group 'other'"):
        check_guides({"other": GUIDE}, ITEMS.get, groups)


def test_the_installed_guides_can_be_walked_and_say_it_shortly():
    for guide in load_guides().values():
        assert 2 <= len(guide.questions) <= 12
        for question in guide.questions.values():
            assert len(question.ask.zh) <= 20
            assert all(len(way.label.zh) <= 14 for way in question.ways)
