"""A social security card answers a question in place of typing: the page, and the reader."""

import threading
from dataclasses import replace

import pytest

from config import texts
from devices.base import Condition, DeviceAbsentError, Remedy, Status
from devices.social_card import SocialCardReader
from kiosk.visits.events import Back, CardRead, DeviceBack, DeviceDown, StatusChanged
from kiosk.visits.social_card_events import SocialCardRead, SocialCardUnread
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.social_cards import TROUBLES, AtQuestion, read_social_card
from sandbox.pcscd import Pcscd
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import CONTACT, Chip, Kind
from sandbox.social_card_faults import CardFault
from sandbox.social_cards import SocialCardData
from tests.kiosk.forwarding import VILLAGE, WORDS, Walk
from tests.kiosk.people import ZHANG
from tests.packs import catalogue
from tests.social_card_kit import DIRECTORY

PUT_INTO_USE, BLOCKED = "2020-35/2/22", "2020-35/2/24"
READER = "Sandbox Reader"
NUMBER = "A12345678"
CITY = "522400000000"
OTHER = replace(ZHANG, number="110101195001010014")
LONG_S = 30


def to_card_number(item=PUT_INTO_USE, reader=True):
    """At the question of the card's number."""
    walk = Walk(catalogue())
    if reader:
        status = Status(Condition.OK)
        walk.conductor.handle(StatusChanged(0, "social_card", status))
    walk.begin(item)
    walk.answer("贵州省安顺市石桥村1号", "13900001234", VILLAGE, "石桥村1号", CITY)
    assert walk.step == "question/card_number"
    return walk


def test_what_the_card_says_stands_in_the_field_with_where_it_comes_from():
    walk = to_card_number()
    assert walk.diary[-1] == "begin read social card"
    assert walk.page.why.startswith(WORDS["zh"]["social_card.lay"])
    walk.happen((SocialCardRead, NUMBER))
    assert (walk.page.value, walk.page.source) == (NUMBER, "source.social_card")
    walk.answer(NUMBER)
    assert walk.intake.walk.counting()["card_number"] == NUMBER


def test_a_card_stands_in_place_of_what_was_typed_before():
    walk = to_card_number()
    walk.answer("B00000000")
    walk.happen(Back, (SocialCardRead, NUMBER))
    assert walk.page.value == NUMBER


def test_going_back_and_forth_keeps_what_the_card_said():
    walk = to_card_number()
    walk.happen((SocialCardRead, NUMBER), Back)
    assert walk.page.source == "", "it is another question's"
    walk.answer(CITY)
    assert walk.page.value == NUMBER


@pytest.mark.parametrize("why", sorted(set(TROUBLES.values())))
def test_a_card_that_is_of_no_use_is_said_and_the_keys_stay(why):
    walk = to_card_number()
    walk.happen((SocialCardUnread, why))
    assert walk.page.trouble == WORDS["zh"][why]
    walk.answer(NUMBER)
    assert walk.intake.walk.counting()["card_number"] == NUMBER


def test_a_reader_that_goes_takes_its_sentence_along_and_is_asked_again_when_it_is_back():
    walk = to_card_number()
    walk.happen((DeviceDown, "social_card", Remedy.ATTENDANT))
    walk.conductor.handle(StatusChanged(0, "social_card", Status(Condition.ABSENT)))
    assert WORDS["zh"]["social_card.lay"] not in walk.page.why
    walk.diary.clear()
    walk.happen((DeviceBack, "social_card"))
    assert walk.step == "question/card_number"
    assert "begin read social card" in walk.diary


def test_without_a_reader_nothing_is_said_of_cards():
    assert to_card_number(reader=False).page.why == "不记得可以不填。"


def test_whoever_has_lost_the_card_is_not_asked_to_lay_it():
    walk = to_card_number(BLOCKED)
    assert walk.page.why == "不记得可以不填。"
    assert AtQuestion(_never)(walk.conductor._visit)() is None


def test_what_one_persons_card_said_is_not_the_next_persons():
    walk = to_card_number()
    walk.happen((SocialCardRead, NUMBER))
    walk.intake.take("present_card", CardRead(walk.view.visit, OTHER))
    assert walk.intake.social_card == {}
    assert NUMBER not in str(walk.intake.walk.fields)


def test_the_reader_is_asked_at_that_question_alone_and_not_where_there_is_none():
    asked = []
    at_question = AtQuestion(lambda visit: asked.append(visit.number) or (lambda: None))
    walk = to_card_number()
    at_question(walk.conductor._visit)
    AtQuestion(None)(walk.conductor._visit)
    walk.happen(Back)
    at_question(walk.conductor._visit)
    at_question(Visit(9))
    assert asked == [walk.view.visit]


def _never(_):
    raise AssertionError("the reader is not asked")


# The reader, at the end of its cable


@pytest.fixture(scope="module")
def service():
    with Pcscd(DIRECTORY, (READER,)) as service:
        yield service


@pytest.fixture
def slot(service):
    with SocialCardPeer(service.ports[READER]) as slot:
        yield slot


class Reading:
    """The work in a thread of its own, for the visit of somebody who is asked for the number."""

    def __init__(self):
        self.told, self.answer = [], None
        self._news = threading.Condition()
        self.job = Job(7, self._post)
        task = read_social_card(to_card_number().conductor._visit)

        def run():
            with SocialCardReader() as reader:
                answer = task(reader, self.job)
            with self._news:
                self.answer = answer
                self._news.notify_all()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def _post(self, event):
        with self._news:
            self.told.append(event.why)
            self._news.notify_all()

    def until(self, there):
        with self._news:
            assert self._news.wait_for(there, LONG_S), self.told

    def stop(self):
        self.job.stopped.set()
        self.thread.join(LONG_S)
        assert not self.thread.is_alive()


@pytest.fixture
def reading(slot):
    reading = Reading()
    yield reading
    reading.stop()


def card_of(number=ZHANG.number, **more):
    return Chip(SocialCardData(citizen_number=number, number=NUMBER, **more), CONTACT)


def test_the_number_of_ones_own_card_is_read(slot, reading):
    slot.insert(card_of())
    reading.until(lambda: reading.answer is not None)
    assert reading.answer == SocialCardRead(7, NUMBER)
    assert NUMBER not in repr(reading.answer)
    assert slot.forbidden == []


def test_somebody_elses_card_and_a_card_of_another_kind_are_said_and_the_next_is_waited_for(
    slot, reading
):
    slot.insert(card_of(OTHER.number))
    reading.until(lambda: reading.told == ["social_card.of_other"])
    slot.insert(Chip(SocialCardData(), kind=Kind.BANK))
    reading.until(lambda: reading.told[1:] == ["social_card.other_card"])
    slot.insert(card_of())
    reading.until(lambda: reading.answer is not None)
    assert reading.answer.number == NUMBER


def test_a_card_that_is_blocked_says_so(slot, reading):
    slot.misbehave(CardFault.SW_6283, times=None)
    slot.insert(card_of())
    reading.until(lambda: reading.told == ["social_card.no_use"])
    assert reading.answer is None


def test_a_card_that_does_not_say_whose_it_is_counts(slot, reading):
    slot.insert(card_of(version="3.00"))
    reading.until(lambda: reading.answer is not None or reading.told)
    assert reading.answer is not None


def test_no_reader_is_the_workers_to_tell():
    class Gone:
        def wait_for_card(self, _):
            raise DeviceAbsentError("no card reader is plugged in")

    with pytest.raises(DeviceAbsentError):
        read_social_card(Visit(7))(Gone(), Job(7, _never))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_answer_of_the_reader_has_a_sentence(language):
    words = texts.load(language)
    for key in (*TROUBLES.values(), "social_card.of_other", "social_card.no_number"):
        assert words[key]
