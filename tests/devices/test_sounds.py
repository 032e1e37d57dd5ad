"""Sounds as numbers, and the sound server's list of sinks as values."""

from __future__ import annotations

import io
import json
import wave
from array import array
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.sound_sinks import NoSinkListError, Sink, parse_sinks, pick
from devices.sounds import NotASoundError, Pcm, pcm_of_wav, tone


def wav(samples=b"\x01\x00\x02\x00", rate_hz=16_000, channels=1, width=2):
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate_hz)
        writer.writeframes(samples)
    return file.getvalue()


def test_a_wav_file_is_its_samples():
    assert pcm_of_wav(wav()) == Pcm(b"\x01\x00\x02\x00", 16_000)
    assert pcm_of_wav(wav(channels=2, rate_hz=48_000)) == Pcm(b"\x01\x00\x02\x00", 48_000, 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"ID3\x03" + bytes(100),
        wav()[:30],
        wav(width=1),
        wav(rate_hz=4_000),
        wav(rate_hz=96_000),
        wav(bytes(12), channels=3),
        wav(bytes(2 * 16_000 * 61)),
    ],
)
def test_what_is_no_such_file_is_refused(data):
    with pytest.raises(NotASoundError):
        pcm_of_wav(data)


@given(st.binary(max_size=100), st.integers(0, 43))
def test_no_bytes_break_the_parser(data, at):
    whole = wav()
    for damaged in (data, whole[:at] + data + whole[at + len(data) :]):
        try:
            assert pcm_of_wav(damaged).duration_s <= 60
        except NotASoundError:
            continue


def test_a_beep_has_its_pitch_and_begins_and_ends_in_silence():
    beep = tone(1_000, 0.1)
    samples = array("h", beep.samples)
    assert beep.duration_s == pytest.approx(0.1)
    assert samples[0] == samples[-1] == 0
    assert max(samples) > 10_000
    upward = sum(before < 0 <= after for before, after in pairwise(samples))
    assert upward == pytest.approx(100, abs=2)


def test_somebodys_words_show_in_no_representation():
    assert "x07" not in repr(Pcm(b"\x07\x07", 16_000))


# As pactl 16.1 prints it, shortened to what matters.
def row(name, volume="55%", *, mute=False, ports=()):
    return {
        "index": 0,
        "name": name,
        "mute": mute,
        "volume": {"mono": {"value": 1, "value_percent": volume, "db": "0 dB"}},
        "ports": [{"name": "analog", "availability": availability} for availability in ports],
        "active_port": None,
    }


def test_sinks_are_read_with_their_volume_and_their_sockets():
    rows = [
        row("a", mute=True),
        row("b", ports=["not available"]),
        row("c", ports=["availability unknown"]),
        row("d", ports=["not available", "available"]),
    ]
    assert parse_sinks(json.dumps(rows)) == [
        Sink("a", 55, muted=True, plugged=True),
        Sink("b", 55, muted=False, plugged=False),
        Sink("c", 55, muted=False, plugged=True),
        Sink("d", 55, muted=False, plugged=True),
    ]


def test_the_first_that_fits_and_is_plugged_in_is_picked():
    sinks = parse_sinks(json.dumps([row("usb-b"), row("usb-a"), row("pci")]))
    assert pick(sinks, "usb-*").name == "usb-a"
    assert pick(sinks, "hdmi*") is None
    empty_socket = parse_sinks(json.dumps([row("usb", ports=["not available"])]))
    assert pick(empty_socket, "usb*") is None


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_no_text_breaks_the_list_of_sinks(text):
    with suppress(NoSinkListError):
        assert all(isinstance(sink, Sink) for sink in parse_sinks(text))


JSON = st.none() | st.booleans() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)


@given(st.dictionaries(st.sampled_from(["name", "mute", "volume", "ports"]), JSON))
def test_no_odd_sink_breaks_the_list(odd):
    with suppress(NoSinkListError):
        assert len(parse_sinks(json.dumps([{**row("a"), **odd}]))) == 1
