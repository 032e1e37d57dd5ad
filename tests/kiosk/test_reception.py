"""The window's side of a terminal, put together from its settings and the whole catalogue."""

import pytest

from config import texts
from config.divisions import Divisions
from config.settings import check
from kiosk.reception import SERVICES, Reception
from kiosk.visits.events import Back, ItemChosen, Touched
from kiosk.visits.form_events import GroupChosen, OfferChosen, RowChosen
from kiosk.visits.information_events import GuideAsked, GuidesAsked
from kiosk.visits.pages import first_view
from tests.kiosk.test_other_devices import FILE, LEAST
from tests.packs import PENSION, catalogue

WORDS = {language: texts.load(language) for language in texts.LANGUAGES}


@pytest.fixture
def shown():
    return []


@pytest.fixture
def reception(shown):
    built = Reception(
        check(LEAST, FILE), WORDS, catalogue(), Divisions(), shown.append, lambda _: None
    )
    yield built
    built.close()


def test_the_first_page_is_the_one_that_was_shown_before_anybody_was_there(reception, shown):
    reception.open()
    assert shown == [first_view(LEAST["terminal"]["place"])]


def test_a_touch_leads_on_before_there_are_machines(reception, shown):
    reception.open()
    reception.tell(Touched(shown[0].visit))
    assert shown[-1].step == "lobby/home"


def test_what_is_told_before_it_is_open_finds_nobody(reception, shown):
    reception.tell(Touched(1))
    reception.tick()
    assert shown == []


@pytest.mark.parametrize("offer", ["progress", "mine", "resume", "notices"])
def test_what_the_home_page_offers_is_led_to(reception, shown, offer):
    reception.open()
    reception.tell(Touched(1))
    assert offer in shown[-1].page.offers
    reception.tell(OfferChosen(1, offer))
    assert shown[-1].step.startswith(SERVICES[offer].name)


def test_every_item_has_a_service():
    wanted = {catalogue().item(code).ability for code in catalogue().codes()}
    assert wanted <= set(SERVICES)


QUERY, BUNDLE = "2020-35/2/13", "bundle/jobless"


@pytest.mark.parametrize(
    ("item", "about"),
    [(PENSION, "certify/about"), (QUERY, "query/about"), (BUNDLE, "forward/about")],
)
def test_every_kind_of_item_has_a_guide_behind_its_page(reception, shown, item, about):
    reception.open()
    for event in (Touched(1), ItemChosen(1, item)):
        reception.tell(event)
    assert shown[-1].step == about
    title = shown[-1].page.title
    reception.tell(GuideAsked(1))
    assert (shown[-1].step, shown[-1].page.title) == ("guide/guide", title)
    reception.tell(Back(1))
    assert shown[-1].step == about


def test_a_bundle_in_the_information_corner_has_a_guide_too(reception, shown):
    bundle = reception.offered.item(BUNDLE)
    reception.open()
    for event in (Touched(1), OfferChosen(1, "notices"), GuidesAsked(1)):
        reception.tell(event)
    reception.tell(GroupChosen(1, bundle.group))
    assert shown[-1].page.rows[0].row.startswith("bundle/")
    reception.tell(RowChosen(1, BUNDLE))
    assert shown[-1].page.title == bundle.words("zh").name
    assert shown[-1].page.sections


@pytest.mark.parametrize(
    ("platform", "rows"),
    [
        ({}, ["guides", "feedback"]),
        ({"publisher_key_file": "publisher.hex"}, ["notices", "guides", "feedback"]),
    ],
)
def test_notices_are_offered_where_somebody_publishes_them(shown, platform, rows):
    given = check({**LEAST, "platform": {**LEAST["platform"], **platform}}, FILE)
    built = Reception(given, WORDS, catalogue(), Divisions(), shown.append, lambda _: None)
    built.open()
    built.tell(Touched(1))
    built.tell(OfferChosen(1, "notices"))
    assert [row.row for row in shown[-1].page.rows] == rows
    built.close()
