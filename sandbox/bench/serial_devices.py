"""On a serial line at the bench, besides the ID-card reader: a code reader, and the lights."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

from sandbox.code_reader import SerialCodeReaderPeer
from sandbox.lights import Fault, LightBoardPeer

State = dict[str, Any]

CHANNELS: Final = {"card": 1, "camera": 2, "receipt": 3, "scanner": 4, "fault": 5}


class CodeReaderAtBench:
    def __init__(self, directory: Path) -> None:
        self._link = _port(directory, "ttyACM0")
        self._peer = SerialCodeReaderPeer(self._link)
        self._plugged, self._scans, self._last = True, 0, ""

    def __enter__(self) -> Self:
        self._peer.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.__exit__(*exc)

    def scan(self, text: str) -> None:
        """Raises: ValueError: the cable is out."""
        if not self._plugged:
            raise ValueError("the code reader is unplugged")
        self._peer.scan(text)
        self._last = text
        self._scans += 1

    def plug(self) -> None:
        self._peer.port.plug()
        self._plugged = True

    def unplug(self) -> None:
        self._peer.port.unplug()
        self._plugged = False

    def settings(self) -> State:
        return {"code_reader": {"port": str(self._link), "profile": "generic-cr"}}

    def environment(self) -> dict[str, str]:
        return {}

    def state(self) -> State:
        return {"plugged": self._plugged, "scans": self._scans, "last": self._last}


class LightsAtBench:
    def __init__(self, directory: Path) -> None:
        self._link = _port(directory, "ttyS1")
        self._peer = LightBoardPeer(self._link)
        self._plugged = True

    def __enter__(self) -> Self:
        self._peer.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.__exit__(*exc)

    def lose_power(self) -> None:
        """For a moment: every light is off, and nobody is told."""
        self._peer.lose_power()

    def misbehave(self, fault: str, times: int = 1) -> None:
        self._peer.misbehave(Fault(fault), times)

    def plug(self) -> None:
        self._peer.port.plug()
        self._plugged = True

    def unplug(self) -> None:
        """The board has its current from this cable."""
        self._peer.port.unplug()
        self._peer.lose_power()
        self._plugged = False

    def settings(self) -> State:
        lights = {"port": str(self._link), "profile": "letters-8", "channels": CHANNELS}
        return {"lights": lights}

    def environment(self) -> dict[str, str]:
        return {}

    def state(self) -> State:
        switched = self._peer.lights
        return {
            "plugged": self._plugged,
            "lights": {name: switched.get(place, "off") for name, place in CHANNELS.items()},
        }


def _port(directory: Path, name: str) -> Path:
    """Where the terminal looks for this device, and does not look for an ID-card reader."""
    ports = directory / "dev"
    ports.mkdir(parents=True, exist_ok=True)
    return ports / name
