"""What the terminal lets be heard, by whom; met through a sound server of its own."""

import ast
import threading
from pathlib import Path
from time import monotonic

import pytest

from devices.speaker import Answer, Speaker
from kiosk.machines.sounding import ALARM, alarm, back_to_normal
from kiosk.visits.worker import Job

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0
# Where the class is named: what opens it for its worker, what is played, and whether a headset
# is there.
KNOWS_THE_SPEAKER = {
    "kiosk/machines/other_devices.py",
    "kiosk/machines/sounding.py",
    "kiosk/makers/summary_page_maker.py",
    "kiosk/works/reading_aloud.py",
}


@pytest.fixture
def speaker(sound_server):
    with Speaker(
        "speaker", "headset", server=sound_server.address, timeout_s=PATIENCE_S
    ) as speaker:
        yield speaker


def heard(ear):
    end_s = monotonic() + PATIENCE_S
    while not ear.loud and monotonic() < end_s:
        threading.Event().wait(0.02)
    return bool(ear.loud)


def test_an_alarm_is_heard_in_the_room_also_where_a_handset_hangs(sound_server, speaker):
    sound_server.plug_headset()
    with sound_server.ear_at("speaker") as room, sound_server.ear_at("headset") as own:
        alarm(speaker, Job(0, lambda _: None))
        assert heard(room)
        assert not own.loud


def test_nothing_is_heard_of_private_words_while_there_is_no_headset(sound_server, speaker):
    with sound_server.ear_at("speaker") as room:
        assert speaker.play(ALARM, private=True) is Answer.NO_HEADSET
        room.wait_for_more()
        assert not room.loud


def test_what_still_plays_ends_with_the_visit(sound_server, speaker):
    sound_server.plug_headset()
    assert speaker.play(ALARM, private=True) is Answer.PLAYING
    back_to_normal(speaker, Job(0, lambda _: None))
    assert not speaker.busy()


def test_private_words_are_never_an_alarm(speaker):
    with pytest.raises(ValueError, match="no alarm"):
        speaker.play(ALARM, private=True, alarm=True)


def test_what_is_heard_is_begun_in_two_places_and_one_of_them_has_no_words():
    named, played = set(), set()
    for room in ("kiosk", "screens"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                of = getattr(node, "module", "")
                if isinstance(node, ast.ImportFrom) and of in ("devices.speaker", "devices.sounds"):
                    named.add(str(file.relative_to(ROOT)))
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "speaker.play":
                    played.add((file.name, ast.unparse(node)))
    assert named == KNOWS_THE_SPEAKER
    assert played == {
        ("sounding.py", "speaker.play(ALARM, alarm=True)"),
        ("reading_aloud.py", "speaker.play(sound, private=private)"),
    }
