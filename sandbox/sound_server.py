"""The far end of the speaker's cable: a PulseAudio of its own, whose sinks can be listened to.

Sinks are `speaker`, always there, and `headset`, while it is plugged in. They keep time as a sound
card does. The server is set up as on a terminal: what played on a sink that is gone moves to the
default one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Self

RATE_HZ = 16_000
_PATIENCE_S = 30.0
_LOOK_EVERY_S = 0.02
# Without rewinds a sink is 50 ms behind and not 2 s.
_SINK = f"rate={RATE_HZ} channels=1 format=s16le norewinds=1"


class Ear:
    """What came out of one sink since it was held there: samples of 16 bits.

    `keep_s`: no more than the last seconds, for whoever listens all day; None: all.
    """

    def __init__(self, program: subprocess.Popen[bytes], keep_s: float | None = None) -> None:
        self._program = program
        self._keep_bytes = None if keep_s is None else 2 * int(keep_s * RATE_HZ)
        self._lock = threading.Lock()
        self._heard = bytearray()
        self._came = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ear", daemon=True)
        self._thread.start()

    @property
    def heard(self) -> bytes:
        with self._lock:
            return bytes(self._heard)

    @property
    def loud(self) -> bool:
        """Whether anything but silence came."""
        return any(self.heard)

    def wait_for_more(self, samples: int = RATE_HZ // 5) -> None:
        """Until that much more was heard, sound or silence."""
        wanted = len(self.heard) + 2 * samples
        end_s = monotonic() + _PATIENCE_S
        while len(self.heard) < wanted:
            if monotonic() > end_s:
                raise TimeoutError("the sink stands still")
            self._came.clear()
            self._came.wait(_LOOK_EVERY_S)

    def close(self) -> None:
        self._program.kill()
        self._program.wait()
        self._thread.join(_PATIENCE_S)

    def _listen(self) -> None:
        pipe = self._program.stdout
        if pipe is None:
            raise AssertionError("an ear has a pipe")
        with pipe:
            while data := os.read(pipe.fileno(), 4096):
                with self._lock:
                    self._heard += data
                    if self._keep_bytes is not None and len(self._heard) > self._keep_bytes:
                        # An even number, so that samples stay whole.
                        del self._heard[: (len(self._heard) - self._keep_bytes) // 2 * 2]
                self._came.set()


class SoundServer:
    """Runs in `directory` within `with`; `address` is what a client is given."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.address = f"unix:{directory / 'native'}"
        self._environment = {
            **os.environ,
            "HOME": str(directory),
            "XDG_RUNTIME_DIR": str(directory),
            "PULSE_RUNTIME_PATH": str(directory),
            "PULSE_SERVER": self.address,
            "LC_ALL": "C",
        }
        self._daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._directory.chmod(0o700)
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def start(self) -> None:
        words = "-n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --disable-shm=yes"
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={self._directory / 'native'}",
            f"module-null-sink sink_name=speaker {_SINK}",
            # The default source, so that no ear is carried off to another sink when that changes.
            "module-null-source source_name=microphone",
        )
        loads = [word for module in modules for word in ("-L", module)]
        try:
            self._daemon = subprocess.Popen(
                ["pulseaudio", *words.split(), *loads],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except FileNotFoundError as fault:
            raise RuntimeError("there is no sound server: apt-get install pulseaudio") from fault
        end_s = monotonic() + _PATIENCE_S
        while subprocess.run(
            ["pactl", "info"], env=self._environment, capture_output=True
        ).returncode:
            if monotonic() > end_s:
                raise TimeoutError("the sound server does not start")
            threading.Event().wait(_LOOK_EVERY_S)
        self.tell("set-default-source", "microphone")

    def stop(self) -> None:
        if self._daemon is not None:
            self.thaw()
            self._daemon.terminate()
            self._daemon.wait(_PATIENCE_S)
            self._daemon = None

    def freeze(self) -> None:
        """It takes connections and says nothing, until `thaw`."""
        if self._daemon:
            self._daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._daemon:
            self._daemon.send_signal(signal.SIGCONT)

    def plug_headset(self) -> None:
        self.tell("load-module", "module-null-sink", "sink_name=headset", *_SINK.split())

    def unplug_headset(self) -> None:
        for line in self.tell("list", "short", "modules").splitlines():
            if "sink_name=headset" in line:
                self.tell("unload-module", line.split()[0])

    def tell(self, *words: str) -> str:
        """As somebody else of the machine might: `pactl` with these words; returns what it says."""
        return subprocess.run(
            ["pactl", *words],
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
        ).stdout

    @contextmanager
    def ear_at(self, sink: str, keep_s: float | None = None) -> Iterator[Ear]:
        ear = Ear(
            subprocess.Popen(
                [
                    *("parec", "--raw", "--format=s16le", "--channels=1", "--latency-msec=20"),
                    *(f"--rate={RATE_HZ}", f"--device={sink}.monitor"),
                ],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ),
            keep_s,
        )
        try:
            ear.wait_for_more(RATE_HZ // 50)
            yield ear
        finally:
            ear.close()
