"""A summary is read aloud: all of it into a headset, and in the room nothing that is personal.

The sound server is real; so is the voice, which is listened in on where its text matters.
"""

import threading
from time import monotonic

import pytest

from config.settings import SpeechSettings
from devices.base import Condition, Status
from devices.speaker import Speaker, SpeakerStatus
from devices.speech import Synthesiser
from kiosk.machines.sounding import alarm
from kiosk.makers.summary_page_maker import SummaryMaker
from kiosk.visits.events import (
    Back,
    Confirmed,
    DeviceDown,
    LanguageChosen,
    Lapsed,
    LeaveAsked,
    Left,
    StatusChanged,
)
from kiosk.visits.form_events import EditAsked, PauseAsked, RevealAsked
from kiosk.visits.reading_events import HushAsked, ReadAloudAsked, ReadOut
from kiosk.visits.spoken import Script, Words
from kiosk.visits.worker import Worker
from kiosk.works.reading_aloud import ReadAloud
from tests.kiosk.forwarding import WORDS, Catalogue, Walk, fill_in, item
from tests.kiosk.people import ZHANG

PATIENCE_S = 30.0
BREATHS = 2
COMMANDS = SpeechSettings().commands
SECRET, OPEN = "号码，一 一 零", "号码"
SCRIPT = Script(
    whole=tuple(Words("zh", SECRET) for _ in range(BREATHS)),
    public=tuple(Words("zh", OPEN) for _ in range(BREATHS)),
)


def wait_until(condition):
    end_s = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < end_s
        threading.Event().wait(0.02)


# At the tables


@pytest.fixture
def walk():
    walk = Walk()
    fill_in(walk)
    return walk


def well(walk, headset=False):
    walk.conductor.handle(StatusChanged(0, "speaker", SpeakerStatus(Condition.OK, headset=headset)))
    walk.conductor.handle(StatusChanged(0, "speech", Status(Condition.OK)))


def buttons(walk):
    return [action.label for action in walk.page.actions]


def test_the_button_is_there_while_speaker_and_voice_are_well(walk):
    assert buttons(walk) == ["summary.right"]
    well(walk)
    assert buttons(walk) == ["summary.right", "aloud.read"]
    walk.conductor.handle(StatusChanged(0, "speech", Status(Condition.FAULT)))
    assert buttons(walk) == ["summary.right"]


def test_without_a_headset_the_page_says_what_one_is_good_for(walk):
    well(walk)
    assert walk.page.aloud == WORDS["zh"]["aloud.headset"]
    well(walk, headset=True)
    assert walk.page.aloud == ""


def test_a_speaker_that_tells_nothing_of_a_headset_has_none(walk):
    well(walk)
    walk.conductor.handle(StatusChanged(0, "speaker", Status(Condition.OK)))
    assert walk.page.aloud == WORDS["zh"]["aloud.headset"]


def test_the_same_button_ends_it_and_the_page_stays(walk):
    well(walk)
    before = walk.view.step
    walk.happen(ReadAloudAsked)
    assert (walk.view.step, buttons(walk)[1]) == (before, "aloud.hush")
    assert walk.diary[-1] == "begin read aloud"
    walk.happen(HushAsked)
    assert (walk.view.step, buttons(walk)[1]) == (before, "aloud.read")
    assert walk.diary[-1] == "end read aloud"


@pytest.mark.parametrize(
    "event",
    [
        Confirmed,
        Back,
        (EditAsked, "mobile"),
        PauseAsked,
        ReadOut,
        Left,
        Lapsed,
        (LanguageChosen, "en"),
        (DeviceDown, "speaker", None),
    ],
    ids=lambda event: (event[0] if isinstance(event, tuple) else event).__name__,
)
def test_whatever_leads_away_from_the_page_ends_the_reading(walk, event):
    well(walk)
    walk.happen(ReadAloudAsked, event)
    assert "end read aloud" in walk.diary[walk.diary.index("begin read aloud") :]


def test_who_listens_is_not_asked_whether_anybody_is_there(walk):
    well(walk)
    walk.happen(ReadAloudAsked)
    walk.wait(600)
    assert walk.view.overlay is None
    walk.wait(301)
    assert walk.diary[-1] == "end read aloud"
    walk.wait(180)
    assert walk.view.overlay is not None


def test_looking_at_whole_numbers_or_asking_to_leave_does_not_end_it(walk):
    well(walk)
    walk.happen(ReadAloudAsked, RevealAsked, LeaveAsked)
    assert walk.page.revealed
    assert walk.diary[-1] == "begin read aloud"


def test_in_the_room_the_questions_are_named_and_no_answer_is(walk):
    script = SummaryMaker(WORDS, lambda code: f"地方{code}").script(walk.visit)
    whole, public = (" ".join(one.text for one in said) for said in (script.whole, script.public))
    secrets = (
        ZHANG.name,
        "一 三 九，零 零 零 零，一 二 三 四",
        "一 一 零 一 零 一，一 九 四 九 一 零 零 一",
        "某街",
        "O T H E R",
        "二零二六年十一月一日",
    )
    for secret in secrets:
        assert secret in whole, secret
        assert secret not in public, secret
    for name in ("手机号", "身份证号", "住址", "失业日期", "不收钱"):
        assert name in public.replace("帝", "地")
    assert public.startswith(WORDS["zh"]["aloud.public"][:5])


class Priced(Catalogue):
    """What the item costs tells why it is asked for."""

    def item(self, code):
        rate = {"yuan": 20, "when": {"question": "reason", "one_of": ["other"]}}
        return item(code, "jobless", fee={"yuan": 7, "here": True, "rates": [rate]})


def test_a_fee_that_tells_what_was_answered_is_personal_too():
    walk = Walk(Priced())
    fill_in(walk)
    script = SummaryMaker(WORDS, lambda code: code).script(walk.visit)
    assert "二十元" in " ".join(one.text for one in script.whole)
    assert "元" not in " ".join(one.text for one in script.public)


# With a sound server, and the voice


class ListenedIn(Synthesiser):
    """The voice itself; what it was given is kept."""

    def __init__(self, said):
        super().__init__(COMMANDS)
        self._noted = said

    def synthesise(self, text, language):
        self._noted.append(text)
        return super().synthesise(text, language)


class Desk:
    """Both workers, and a visit that has something to be read."""

    def __init__(self, sound_server, timeout_s=PATIENCE_S):
        self.said, self.events = [], []

        def open_speaker():
            return Speaker("speaker", "headset", server=sound_server.address, timeout_s=timeout_s)

        self.speaker = Worker("speaker", open_speaker, Speaker.status, self.events.append)
        self.speech = Worker(
            *("speech", lambda: ListenedIn(self.said), Synthesiser.status, self.events.append)
        )
        self.read = ReadAloud(self.speech, self.speaker, lambda _: SCRIPT)

    def __enter__(self):
        self.speaker.start()
        self.speech.start()
        return self

    def __exit__(self, *_):
        self.speech.stop(PATIENCE_S)
        self.speaker.stop(PATIENCE_S)

    def is_over(self):
        return any(isinstance(event, ReadOut) for event in self.events)

    def still(self):
        """Whether nothing plays."""
        told = []
        self.speaker.ask(lambda speaker, _: told.append(speaker.busy()), 0)
        wait_until(lambda: told)
        return not told[0]


class Somebody:
    number = 1


@pytest.fixture
def desk(sound_server):
    with Desk(sound_server) as desk:
        yield desk


def test_without_a_headset_the_room_hears_and_nothing_personal_was_given_to_the_voice(
    sound_server, desk
):
    with sound_server.ear_at("speaker") as room:
        desk.read(Somebody())
        wait_until(desk.is_over)
        assert room.loud
    assert desk.said == [OPEN] * BREATHS


def test_with_a_headset_all_of_it_is_heard_there_and_not_in_the_room(sound_server, desk):
    sound_server.plug_headset()
    with sound_server.ear_at("speaker") as room, sound_server.ear_at("headset") as own:
        desk.read(Somebody())
        wait_until(desk.is_over)
        assert own.loud
        assert not room.loud
    assert desk.said == [SECRET] * BREATHS


def test_a_headset_that_is_pulled_out_ends_it_and_the_room_hears_nothing(sound_server, desk):
    sound_server.plug_headset()
    with sound_server.ear_at("speaker") as room:
        with sound_server.ear_at("headset") as own:
            desk.read(Somebody())
            wait_until(lambda: own.loud)
        sound_server.unplug_headset()
        wait_until(desk.is_over)
        room.wait_for_more()
        assert not room.loud
    assert OPEN not in desk.said


def test_a_headset_that_is_plugged_in_meanwhile_hears_all_of_it_from_the_beginning(
    sound_server, desk
):
    with sound_server.ear_at("speaker") as room:
        desk.read(Somebody())
        wait_until(lambda: room.loud)
        sound_server.plug_headset()
        wait_until(desk.is_over)
    assert desk.said[-BREATHS:] == [SECRET] * BREATHS
    assert set(desk.said[:-BREATHS]) == {OPEN}


def test_called_off_it_is_silent_at_once_and_says_no_more(sound_server, desk):
    with sound_server.ear_at("speaker") as room:
        call_off = desk.read(Somebody())
        wait_until(lambda: room.loud)
        call_off()
        wait_until(desk.still)
    said = len(desk.said)
    done = threading.Event()
    desk.speech.ask(lambda *_: done.set(), 0)
    assert done.wait(PATIENCE_S)
    assert len(desk.said) == said
    assert not desk.is_over()


def test_an_alarm_takes_its_turn_and_is_not_ended_by_who_stops_listening(sound_server, desk):
    with sound_server.ear_at("speaker") as room:
        call_off = desk.read(Somebody())
        wait_until(lambda: room.loud)
        desk.speaker.ask(alarm, 0)
        call_off()
        assert not desk.still()
        wait_until(desk.still)


def test_after_an_alarm_it_goes_on_and_nothing_is_left_out(sound_server, desk):
    with sound_server.ear_at("speaker") as room:
        desk.read(Somebody())
        wait_until(lambda: room.loud)
        desk.speaker.ask(alarm, 0)
        wait_until(desk.is_over)
    assert desk.said == [OPEN] * BREATHS


def test_a_speaker_that_is_lost_is_told_and_ends_it(sound_server):
    with Desk(sound_server, timeout_s=2) as desk:
        desk.read(Somebody())
        wait_until(lambda: desk.said)
        sound_server.freeze()
        try:
            wait_until(lambda: any(isinstance(one, DeviceDown | ReadOut) for one in desk.events))
        finally:
            sound_server.thaw()
