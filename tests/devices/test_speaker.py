"""Speaker and headset, met through a sound server of its own; what came out is listened to."""

from __future__ import annotations

import json
import threading
from array import array
from time import monotonic

import pytest

from devices.base import Condition, DeviceAbsentError, Remedy
from devices.sounds import Pcm, tone
from devices.speaker import SILENCE, Answer, SoundProgramMissingError, Speaker
from sandbox.sound_server import RATE_HZ, SoundServer

PATIENCE_S = 20.0
WORDS = tone(440, 10.0)  # long enough to be interrupted
BEEP = tone(880, 0.2)


@pytest.fixture
def speaker(sound_server):
    with speaker_of(sound_server) as speaker:
        yield speaker


def speaker_of(sound_server, **others):
    words = {"speaker": "speaker", "headset": "headset", "timeout_s": PATIENCE_S, **others}
    return Speaker(server=sound_server.address, **words)


def wait_until(condition):
    end_s = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < end_s
        threading.Event().wait(0.02)


def percent(sound_server, sink):
    rows = json.loads(sound_server.tell("-f", "json", "list", "sinks"))
    (row,) = (row for row in rows if row["name"] == sink)
    return row["volume"]["mono"]["value_percent"]


def test_what_is_played_comes_out_of_the_speaker_as_it_was(sound_server, speaker):
    speaker.set_step(4)
    with sound_server.ear_at("speaker") as ear:
        assert speaker.play(BEEP) is Answer.PLAYING
        wait_until(lambda: not speaker.busy())
        ear.wait_for_more()
    heard, said = array("h", ear.heard), array("h", BEEP.samples)
    loud = [at for at, sample in enumerate(heard) if sample]
    came = heard[loud[0] : loud[-1] + 1]
    # A sink that wakes up, or the ear at it, may swallow some milliseconds of the beginning.
    assert len(came) > 0.75 * len(said)
    assert any(came == said[lost : lost + len(came)] for lost in range(len(said) // 4))


def test_private_words_are_not_spoken_without_a_headset(sound_server, speaker):
    with sound_server.ear_at("speaker") as ear:
        assert speaker.play(BEEP, private=True) is Answer.NO_HEADSET
        assert not speaker.busy()
        ear.wait_for_more()
        assert not ear.loud


def test_with_a_headset_everything_comes_from_it_alone(sound_server, speaker):
    assert not speaker.headset_present()
    sound_server.plug_headset()
    assert speaker.headset_present()
    assert "headset" in speaker.status().detail
    with sound_server.ear_at("speaker") as room, sound_server.ear_at("headset") as own:
        assert speaker.play(WORDS, private=True) is Answer.PLAYING
        wait_until(lambda: own.loud)
        speaker.play(WORDS)
        room.wait_for_more()
        assert not room.loud


def test_a_headset_pulled_out_amid_private_words_leaves_the_room_silent(sound_server, speaker):
    sound_server.plug_headset()
    with sound_server.ear_at("speaker") as room:
        with sound_server.ear_at("headset") as own:
            assert speaker.play(WORDS, private=True) is Answer.PLAYING
            wait_until(lambda: own.loud)
            sound_server.unplug_headset()
        room.wait_for_more(RATE_HZ)
        assert not room.loud
        assert speaker.play(WORDS, private=True) is Answer.NO_HEADSET


def test_the_sound_server_by_itself_would_have_spoken_aloud(sound_server, speaker):
    """Why the driver takes its trouble: without it the words move to the speaker."""
    sound_server.plug_headset()
    with sound_server.ear_at("speaker") as room:
        speaker.play(WORDS, private=True)
        sound_server.tell("set-default-sink", "speaker")
        sound_server.unplug_headset()
        wait_until(lambda: room.loud)
        speaker.stop()


def test_silence_is_made_once(sound_server, speaker):
    sound_server.plug_headset()
    for _ in range(3):
        sound_server.tell("set-default-sink", "speaker")
        speaker.play(BEEP, private=True)
    assert sound_server.tell("get-default-sink").strip() == SILENCE
    assert sound_server.tell("list", "short", "sinks").count(SILENCE) == 1


def test_a_headset_that_is_the_speaker_is_none(sound_server):
    with speaker_of(sound_server, headset="*eaker") as speaker:
        assert speaker.play(BEEP, private=True) is Answer.NO_HEADSET


def test_the_next_sound_takes_the_place_of_the_one_that_plays(sound_server, speaker):
    speaker.play(WORDS)
    assert speaker.busy()
    speaker.play(BEEP)
    wait_until(lambda: not speaker.busy())
    assert sound_server.tell("list", "short", "sink-inputs") == ""


def test_what_plays_can_be_cut_off(sound_server, speaker):
    speaker.play(WORDS)
    wait_until(lambda: sound_server.tell("list", "short", "sink-inputs"))
    speaker.stop()
    assert not speaker.busy()
    wait_until(lambda: not sound_server.tell("list", "short", "sink-inputs"))


def test_the_volume_goes_in_steps_and_stops_at_its_ends(sound_server, speaker):
    assert (speaker.step, percent(sound_server, "speaker")) == (2, "60%")
    speaker.set_step(speaker.step + 1)
    assert percent(sound_server, "speaker") == "80%"
    speaker.set_step(99)
    assert (speaker.step, percent(sound_server, "speaker")) == (4, "100%")
    speaker.set_step(-1)
    assert (speaker.step, percent(sound_server, "speaker")) == (0, "30%")


def test_every_visit_begins_quietly_with_the_normal_volume(sound_server, speaker):
    sound_server.plug_headset()
    speaker.set_step(4)
    assert percent(sound_server, "headset") == "100%"
    speaker.play(WORDS, private=True)
    sound_server.tell("set-sink-mute", "speaker", "1")
    speaker.reset()
    assert not speaker.busy()
    assert percent(sound_server, "speaker") == percent(sound_server, "headset") == "60%"
    assert "Mute: no" in sound_server.tell("get-sink-mute", "speaker")


def test_a_headset_plugged_in_later_speaks_at_the_chosen_volume(sound_server, speaker):
    speaker.set_step(0)
    sound_server.plug_headset()
    speaker.play(BEEP, private=True)
    assert percent(sound_server, "headset") == "30%"


def test_steps_that_do_not_rise_are_refused_at_once():
    for steps, normal in (((50, 40), 0), ((), 0), ((0, 50), 0), ((50, 120), 0), ((50, 60), 2)):
        with pytest.raises(ValueError, match="steps"):
            Speaker("speaker", steps_percent=steps, normal_step=normal)


def test_a_speaker_that_the_server_does_not_have_is_absent(sound_server):
    with (
        pytest.raises(DeviceAbsentError, match="no sink usb"),
        speaker_of(sound_server, speaker="usb*"),
    ):
        pass


def test_a_server_that_hangs_is_absent_within_the_time_given(sound_server):
    with speaker_of(sound_server) as speaker:
        assert speaker.status().condition is Condition.OK
    sound_server.freeze()
    try:
        with pytest.raises(DeviceAbsentError, match="does not answer"):
            speaker_of(sound_server, timeout_s=0.3).play(BEEP)
    finally:
        sound_server.thaw()


def test_a_sound_that_never_ends_is_ended(sound_server, speaker, monkeypatch):
    monkeypatch.setattr("devices.speaker._GRACE_S", 0.2)
    speaker.play(BEEP)
    sound_server.freeze()
    try:
        with pytest.raises(DeviceAbsentError, match="to the end"):
            wait_until(lambda: not speaker.busy())
    finally:
        sound_server.thaw()
    assert not speaker.busy()


def test_a_server_that_is_started_again_is_found_again(tmp_path):
    with SoundServer(tmp_path) as sound_server, speaker_of(sound_server) as speaker:
        sound_server.stop()
        with pytest.raises(DeviceAbsentError, match="refused"):
            speaker.status()
        sound_server.start()
        assert speaker.play(Pcm(bytes(320), RATE_HZ)) is Answer.PLAYING


def test_a_missing_program_says_how_to_install_it(sound_server, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with (
        pytest.raises(SoundProgramMissingError, match="apt-get install pulseaudio-utils") as fault,
        Speaker("speaker", server=sound_server.address),
    ):
        pass
    assert fault.value.remedy is Remedy.TECHNICIAN
    monkeypatch.undo()
