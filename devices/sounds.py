"""Sounds as numbers: made, or taken out of a WAV file; opens nothing."""

from __future__ import annotations

import io
import struct
import wave
from array import array
from dataclasses import dataclass, field
from math import pi, sin

LONGEST_S = 60.0
_RATES_HZ = range(8_000, 48_001)
_BYTES_PER_SAMPLE = 2
_FADE_S = 0.005  # a tone that begins or ends at once cracks
# What `wave` says of damaged files.
_NO_WAV = (wave.Error, EOFError, RuntimeError, struct.error, OverflowError, MemoryError)
_LOUDNESS = 0.5  # of what a sample can hold


class NotASoundError(ValueError):
    """The bytes are no WAV file, or not of the kind that is played here."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """Samples of 16 bits, little-endian, one channel after the other; at most a minute."""

    samples: bytes = field(repr=False)  # may be somebody's words
    rate_hz: int
    channels: int = 1

    def __post_init__(self) -> None:
        if self.rate_hz not in _RATES_HZ or self.channels not in (1, 2):
            raise NotASoundError(f"{self.rate_hz} Hz on {self.channels} channels is not played")
        if len(self.samples) % (_BYTES_PER_SAMPLE * self.channels):
            raise NotASoundError("the last sample is cut short")
        if self.duration_s > LONGEST_S:
            raise NotASoundError(f"{self.duration_s:.0f} s are too long")

    @property
    def duration_s(self) -> float:
        return len(self.samples) / (_BYTES_PER_SAMPLE * self.channels * self.rate_hz)


def pcm_of_wav(data: bytes) -> Pcm:
    """What a program that speaks gives: RIFF WAVE, 16 bits, one or two channels.

    Raises:
        NotASoundError: anything else.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != _BYTES_PER_SAMPLE:
                raise NotASoundError(f"{8 * file.getsampwidth()} bits a sample are not played")
            samples = file.readframes(file.getnframes())
            return Pcm(samples, file.getframerate(), file.getnchannels())
    except _NO_WAV as fault:
        raise NotASoundError("no WAV file") from fault


def tone(frequency_hz: float, duration_s: float, rate_hz: int = 16_000) -> Pcm:
    """A beep without words: a key was touched, a code was read."""
    length = int(duration_s * rate_hz)
    fade = max(1, min(int(_FADE_S * rate_hz), length // 2))
    samples = array("h")
    for at in range(length):
        envelope = min(1.0, at / fade, (length - 1 - at) / fade)
        wave_form = sin(2 * pi * frequency_hz * at / rate_hz)
        samples.append(int(_LOUDNESS * 32_767 * envelope * wave_form))
    if struct.pack("=h", 1) != struct.pack("<h", 1):
        samples.byteswap()
    return Pcm(samples.tobytes(), rate_hz)
