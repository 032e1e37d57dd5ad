"""The UPS on the bench: the mains, the battery, and the server that tells of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Self

from sandbox.ups import UpsServer

State = dict[str, Any]

_LOW_PERCENT: Final = 20
_S_PER_PERCENT: Final = 18  # of a terminal and its screen, half an hour in all


class UpsAtBench:
    """Network UPS Tools in `directory`/ups. On mains, and full."""

    def __init__(self, directory: Path) -> None:
        home = directory / "ups"
        home.mkdir(parents=True, exist_ok=True)
        self._server = UpsServer(home)
        self._mains, self._percent = True, 100
        self._plugged, self._frozen = True, False

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.__exit__(*exc)

    def mains(self, on: bool) -> None:
        self._mains = on
        self._tell()

    def charge(self, percent: int) -> None:
        self._percent = percent
        self._tell()

    def plug(self) -> None:
        if not self._plugged:
            self._server.plug()
            self._plugged = True
            self._tell()

    def unplug(self) -> None:
        """The cable to the terminal, not to the mains."""
        self._server.unplug()
        self._plugged = False

    def freeze(self, frozen: bool) -> None:
        """The server takes connections and says nothing."""
        (self._server.freeze if frozen else self._server.thaw)()
        self._frozen = frozen
        self._tell()

    def settings(self) -> State:
        return {"ups": {"port": self._server.port}}

    def environment(self) -> dict[str, str]:
        return {}

    def state(self) -> State:
        return {
            "mains": self._mains,
            "percent": self._percent,
            "left_s": self._percent * _S_PER_PERCENT,
            "status": self._status(),
            "plugged": self._plugged,
            "frozen": self._frozen,
        }

    def _status(self) -> str:
        """In the words of Network UPS Tools."""
        words = ["OL" if self._mains else "OB"]
        if self._percent < 100 or not self._mains:
            words.append("CHRG" if self._mains else "DISCHRG")
        if self._percent <= _LOW_PERCENT:
            words.append("LB")
        return " ".join(words)

    def _tell(self) -> None:
        """What it cannot tell now, it tells once it can."""
        if self._plugged and not self._frozen:
            self._server.say(
                {
                    "ups.status": self._status(),
                    "battery.charge": str(self._percent),
                    "battery.runtime": str(self._percent * _S_PER_PERCENT),
                }
            )
