"""The speaker in the suite: a sound server of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.base import Condition, DeviceAbsentError, Remedy
from devices.sounds import tone
from devices.speaker import Answer, Speaker
from sandbox.sound_server import SoundServer
from tests.conformance.bench import Bench, Fault, Kind
from tests.conformance.ports import call

BEEP = tone(880, 0.2)
LOOK_S = 0.02
WORDS = "no_sound.body"


class Far:
    def __init__(self, server: SoundServer) -> None:
        self.server = server

    def unplug(self) -> None:
        for line in self.server.tell("list", "short", "modules").splitlines():
            if "sink_name=speaker" in line:
                self.server.tell("unload-module", line.split()[0])

    def restart(self) -> None:
        self.server.stop()
        self.server.start()

    def freeze(self) -> None:
        self.server.freeze()

    def thaw(self) -> None:
        self.server.thaw()

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.start()


@contextmanager
def far_end(folder: Path) -> Iterator[Far]:
    with SoundServer(folder) as server:
        yield Far(server)


def plays(speaker: Speaker) -> Any:
    answer = speaker.play(BEEP)
    while speaker.busy():
        threading.Event().wait(LOOK_S)
    return answer


GONE: dict[str, Any] = {
    "ends": DeviceAbsentError,
    "remedy": Remedy.ATTENDANT,
    "status": Condition.ABSENT,
    "words": WORDS,
}
PROGRAM = "the sound server's own program is asked; what it prints is whole or not there"

BENCH = Bench(
    name="speaker",
    far=far_end,
    driver=lambda far: Speaker("speaker", server=far.server.address, timeout_s=3.0),
    real=Speaker,
    port_is="its sink, as `pactl list short sinks` says it",
    operate=plays,
    fits=lambda answer: answer is Answer.PLAYING,
    faults=(
        Fault(
            kind=Kind.UNPLUGGED,
            how="its sink is gone",
            inject=call("unplug"),
            heal=call("restart"),
            short=True,
            **GONE,
        ),
        Fault(
            kind=Kind.POWER_LOSS,
            how="the sound server ends",
            inject=call("stop"),
            heal=call("start"),
            **GONE,
        ),
        Fault(
            kind=Kind.HANGS,
            how="the sound server takes connections, and says nothing",
            inject=call("freeze"),
            heal=call("thaw"),
            **GONE,
        ),
    ),
    not_tried={
        Kind.ELSEWHERE: "a sink is found by its name, wherever it is plugged in",
        Kind.GARBAGE: PROGRAM,
        Kind.HALF: PROGRAM,
        Kind.LATE: PROGRAM,
        Kind.DUPLICATE: PROGRAM,
        Kind.STALE: PROGRAM,
        Kind.DRIP: PROGRAM,
        Kind.FLOOD: PROGRAM,
        Kind.TAKEN: "a sound server is for several programs",
        Kind.FORBIDDEN: "a sound server belongs to the user of the session",
    },
)
