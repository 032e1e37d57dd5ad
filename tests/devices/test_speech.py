"""Words become sound by a program of the system; its text is never seen by other processes."""

import sys
from array import array
from pathlib import Path

import pytest

from config.settings import SpeechSettings
from devices.base import Condition, DeviceFailedError, GarbledReplyError, Remedy
from devices.speech import LONGEST_TEXT, SpeechProgramMissingError, Synthesiser

SPOKEN = "身份证号，一 一 零 一"
USUAL = SpeechSettings().commands


def program(code):
    return Synthesiser({"zh": (sys.executable, "-c", code)}, timeout_s=5)


def test_the_usual_program_speaks_both_languages():
    with Synthesiser(USUAL) as voice:
        assert voice.status().condition is Condition.OK, "apt-get install espeak-ng"
        for text, language in ((SPOKEN, "zh"), ("ID number, 1 1 0 1", "en")):
            sound = voice.synthesise(text, language)
            assert 0.5 < sound.duration_s < 10
            assert max(array("h", sound.samples)) > 1000


def test_a_slower_rate_takes_longer():
    slow, fast = (Synthesiser(USUAL, rate).synthesise(SPOKEN, "zh") for rate in (80, 300))
    assert slow.duration_s > 1.5 * fast.duration_s


def test_the_text_comes_by_standard_input_and_is_no_argument(tmp_path):
    code = (
        "import sys, pathlib; text = sys.stdin.buffer.read();"
        f"pathlib.Path({str(tmp_path / 'seen')!r})"
        ".write_bytes(text + b'|' + pathlib.Path('/proc/self/cmdline').read_bytes())"
    )
    with pytest.raises(GarbledReplyError):
        program(code).synthesise("王小明", "zh")
    text, _, arguments = (tmp_path / "seen").read_bytes().partition(b"|")
    assert text.decode() == "王小明"
    assert "王小明".encode() not in arguments


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import sys; sys.stdin.read(); sys.exit(3)", DeviceFailedError),
        ("print('no sound')", GarbledReplyError),
        ("", GarbledReplyError),
        ("import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))", DeviceFailedError),
    ],
)
def test_a_program_that_makes_no_sound_is_a_typed_fault_without_the_text(code, fault):
    with pytest.raises(fault) as told:
        program(code).synthesise("王小明", "zh")
    assert "王小明" not in str(told.value)


def test_a_program_that_hangs_is_ended_in_time():
    hanging = Synthesiser({"zh": ("sleep", "600")}, timeout_s=0.5)
    with pytest.raises(DeviceFailedError, match="not done after"):
        hanging.synthesise(SPOKEN, "zh")


def test_a_program_that_is_missing_is_the_technicians():
    voice = Synthesiser({"zh": ("no-such-program",)})
    for ask in (voice.status, lambda: voice.synthesise("好", "zh")):
        with pytest.raises(SpeechProgramMissingError) as told:
            ask()
        assert told.value.remedy is Remedy.TECHNICIAN
        assert told.value.lasting


@pytest.mark.parametrize(("text", "language"), [("好" * (LONGEST_TEXT + 1), "zh"), ("好", "bo")])
def test_what_is_too_long_or_in_no_language_of_its_is_refused(text, language):
    with pytest.raises(ValueError, match="not spoken"):
        Synthesiser(USUAL).synthesise(text, language)


def test_nothing_of_it_lies_on_a_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    Synthesiser(USUAL).synthesise(SPOKEN, "zh")
    assert list(Path(tmp_path).iterdir()) == []
