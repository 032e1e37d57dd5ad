"""Speaker and headset on the bench: what came out of them, seen and heard."""

from __future__ import annotations

import io
import json
import wave
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from sandbox.sound_server import RATE_HZ, Ear, SoundServer

State = dict[str, Any]

SINKS: Final = ("speaker", "headset")
_KEPT_S: Final = 20.0
_BARS: Final = 60
_BAR_SAMPLES: Final = int(_KEPT_S * RATE_HZ) // _BARS
_PIECE_SAMPLES: Final = RATE_HZ // 20
_SAMPLE_BYTES: Final = 2
_LOUDEST: Final = 32_768


class SpeakerAtBench:
    """A sound server in `directory`/sound. The headset is not plugged in."""

    def __init__(self, directory: Path) -> None:
        home = directory / "sound"
        home.mkdir(parents=True, exist_ok=True)
        self._server = SoundServer(home)
        self._ears: dict[str, tuple[Ear, ExitStack]] = {}
        self._frozen = False
        self._volumes: dict[str, int] = {}

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.enter_context(self._server)
            undo.callback(self._take_away, *SINKS)
            self._listen("speaker")
            self._held = undo.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._held.close()

    def plug_headset(self) -> None:
        """Raises: ValueError: the sound server hangs."""
        self._need_server()
        if "headset" not in self._ears:
            self._server.plug_headset()
            self._listen("headset")

    def unplug_headset(self) -> None:
        """Raises: ValueError: the sound server hangs."""
        self._need_server()
        self._take_away("headset")
        self._server.unplug_headset()

    def freeze(self, frozen: bool) -> None:
        """The sound server takes connections and says nothing."""
        (self._server.freeze if frozen else self._server.thaw)()
        self._frozen = frozen

    def sound(self, sink: str) -> bytes | None:
        """WAV of what was last heard there, 20 s at most; None: there is no such thing."""
        if sink not in self._ears:
            return None
        kept = io.BytesIO()
        with wave.open(kept, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(_SAMPLE_BYTES)
            file.setframerate(RATE_HZ)
            file.writeframes(_heard(self._ears[sink][0]))
        return kept.getvalue()

    def settings(self) -> State:
        return {"speaker": {"speaker": "speaker", "headset": "headset"}}

    def environment(self) -> dict[str, str]:
        return {"PULSE_SERVER": self._server.address}

    def state(self) -> State:
        if not self._frozen:
            rows = json.loads(self._server.tell("-f", "json", "list", "sinks"))
            self._volumes = {
                row["name"]: int(row["volume"]["mono"]["value_percent"].rstrip("%"))
                for row in rows
                if row["name"] in SINKS  # and not what the terminal adds for itself
            }
        return {
            "headset": "headset" in self._ears,
            "frozen": self._frozen,
            "sinks": {
                name: {"volume_percent": self._volumes.get(name), **_levels(_heard(ear))}
                for name, (ear, _) in self._ears.items()
            },
        }

    def _listen(self, sink: str) -> None:
        with ExitStack() as held:
            ear = held.enter_context(self._server.ear_at(sink, keep_s=_KEPT_S))
            self._ears[sink] = ear, held.pop_all()

    def _take_away(self, *sinks: str) -> None:
        for sink in sinks:
            if sink in self._ears:
                self._ears.pop(sink)[1].close()

    def _need_server(self) -> None:
        if self._frozen:
            raise ValueError("the sound server hangs")


def _heard(ear: Ear) -> bytes:
    """Whole samples."""
    heard = ear.heard
    return heard[: len(heard) // _SAMPLE_BYTES * _SAMPLE_BYTES]


def _levels(heard: bytes) -> State:
    """Peaks from 0 to 1 of the last 20 s, the newest last; and for how long there was sound."""
    loudness = np.abs(np.frombuffer(heard, np.int16).astype(np.int32))
    newest = np.zeros(_BARS * _BAR_SAMPLES, np.int32)
    recent = loudness[-newest.size :]
    newest[newest.size - recent.size :] = recent
    peaks = newest.reshape(_BARS, _BAR_SAMPLES).max(axis=1) / _LOUDEST
    pieces = loudness[: loudness.size // _PIECE_SAMPLES * _PIECE_SAMPLES]
    sounding = pieces.reshape(-1, _PIECE_SAMPLES).any(axis=1)
    return {
        "levels": [round(float(peak), 3) for peak in peaks],
        "sounded_s": round(int(sounding.sum()) * _PIECE_SAMPLES / RATE_HZ, 2),
    }
