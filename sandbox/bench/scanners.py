"""What takes pictures of papers on the bench: a scanner with a feeder, and a camera over a desk."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any, Final, Self

import numpy as np

from sandbox.camera import CameraPeer
from sandbox.camera_films import FRAMES_PER_S, Film, encode
from sandbox.document_films import FILMS
from sandbox.page_pictures import Scene, draw
from sandbox.sane_scanner import STACK_SHEETS, SaneTestScanner

State = dict[str, Any]

PICTURES: Final = ("Color pattern", "Grid", "Solid white", "Solid black")
SCANNER_FAULTS: Final = {
    "none": "Default",
    "empty": "SANE_STATUS_NO_DOCS",
    "jam": "SANE_STATUS_JAMMED",
    "cover": "SANE_STATUS_COVER_OPEN",
    "busy": "SANE_STATUS_DEVICE_BUSY",
    "broken": "SANE_STATUS_IO_ERROR",
}
DEVICE: Final = "test:1"
PAPERS: Final = ("certificate", "id_portrait", "id_emblem", "receipt")
TURNED: Final = "id_card_turned"  # over and over: whoever looks sees both sides in their order
DESK_FILMS: Final = (*FILMS, *PAPERS, TURNED)
_FONT: Final = Path(__file__).parents[2] / "build" / "fonts" / "NotoSansSC-Regular.otf"
_GRAINS: Final = 8
_SIDE_S: Final = 6  # a side lies still long enough for a machine that is busy
_GRAIN: Final = 2.0  # standard deviation in grey values; no sensor sends the same picture twice


class ScannerAtBench:
    """SANE's own settings for it are in `directory`/sane.d."""

    def __init__(self, directory: Path) -> None:
        self._peer = SaneTestScanner(directory / "sane.d")
        self._fault, self._picture, self._plugged, self._slow = "none", PICTURES[0], True, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """It is files; they stay."""

    def lay(self, picture: str) -> None:
        """What is on the glass and on each sheet in the feeder."""
        self._peer.set(test_picture=picture)
        self._picture = picture

    def fail(self, fault: str) -> None:
        """Every page from now on; "none": well again."""
        self._peer.fail(SCANNER_FAULTS[fault])
        self._fault = fault

    def slow(self, slow: bool) -> None:
        self._peer.set(read_delay=str(slow).lower(), read_delay_duration="20000")
        self._slow = slow

    def plug(self) -> None:
        self._peer.plug()
        self._plugged = True

    def unplug(self) -> None:
        self._peer.unplug()
        self._plugged = False

    def settings(self) -> State:
        config_dir = str(self._peer.config_dir)
        return {"scanner": {"kind": "sane", "device": DEVICE, "config_dir": config_dir}}

    def environment(self) -> dict[str, str]:
        return {}

    def state(self) -> State:
        return {
            "picture": self._picture,
            "sheets": 0 if self._fault == "empty" else STACK_SHEETS,
            "fault": self._fault,
            "slow": self._slow,
            "plugged": self._plugged,
        }


class DocumentCameraAtBench:
    def __init__(self, _directory: Path) -> None:
        self._peer = CameraPeer(film=FILMS["desk"])
        self._film, self._plugged = "desk", True
        self._papers: dict[str, Film] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.stop()

    def show(self, film: str) -> None:
        """From its beginning; one of `PAPERS` lies still, a card is `TURNED` again and again."""
        if film in PAPERS and film not in self._papers:
            self._papers[film] = _lying(film)
        if film == TURNED and film not in self._papers:
            self._papers[film] = _turned()
        self._peer.show(self._papers.get(film) or FILMS[film])
        self._film = film

    def half_jpeg(self) -> None:
        self._peer.half_jpeg()

    def plug(self) -> None:
        if not self._plugged:
            self._peer.plug()
            self._plugged = True

    def unplug(self) -> None:
        self._peer.unplug()
        self._plugged = False

    def settings(self) -> State:
        return {"scanner": {"kind": "camera", "source": self._peer.url, "profile": "network"}}

    def environment(self) -> dict[str, str]:
        return {}

    def state(self) -> State:
        return {"url": self._peer.url, "film": self._film, "plugged": self._plugged}


def _lying(paper: str) -> Film:
    frames = _frames(paper)
    return lambda _asked: cycle(frames)


def _turned() -> Film:
    sides = [_frames(side) for side in ("id_portrait", "id_emblem")]
    times = _SIDE_S * FRAMES_PER_S // _GRAINS
    return lambda _asked: cycle([one for side in sides for one in side * times])


def _frames(paper: str) -> list[bytes]:
    """Drawn here and now, so that the camera's clock does not wait for it."""
    frame = draw(Scene(paper=paper, turn_deg=3.0, noise=0.0), _FONT).frame
    lots = np.random.default_rng(7)
    return [
        encode(np.clip(frame + lots.normal(0.0, _GRAIN, frame.shape), 0, 255).astype(np.uint8))
        for _ in range(_GRAINS)
    ]
