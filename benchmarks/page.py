"""How fast and how surely a page is found, judged and flattened; beside jscanify, in Node."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import IO, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import ROOT
from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from devices.page_finding import find_page
from devices.page_flattening import even_light, flatten
from devices.page_quality import judge
from sandbox.page_pictures import TWELVE_MEGAPIXELS, Picture, draw, some_scene

Floats = NDArray[np.float64]

PICTURES: Final = 105
FIRST_SEED: Final = 50_000  # none of these pictures was looked at while the finder was made
FLATTEN_LIMIT_MS: Final = 250.0
LIVE_LIMIT_FPS: Final = 15.0
MISS: Final = 0.02  # of the diagonal
_STILLS: Final = 9
_FONT: Final = ROOT / "build" / "fonts" / "NotoSansSC-Regular.otf"
_PEER: Final = Path(__file__).with_name("jscanify")
_INSTALLED: Final = ROOT / "build" / "jscanify"
_INSTALL_S: Final = 300.0


def measure() -> list[Measured]:
    """Stills: 12-megapixel pictures of an A4 certificate on wood, half in shadow; found, flattened
    at 300 dpi and evened out, which is `page_flattened`. Live: 105 pictures at 1920 × 1080, drawn
    by lot (wood, checked cloth, clutter, other papers below, dark, light and white desks; A4, ID
    cards, receipts; shadow, noise, vignette, a little blur), none of them used while the finder was
    made. `page_verdict_fps` is the whole live verdict. `page_found` and `page_missed` are the
    search alone, beside jscanify on the same pictures, in Node with the OpenCV it brings; a miss is
    a corner off by more than 2 % of the diagonal, or no page at all. `page_corner_error` is the
    median of those that were found. All on one core and with one OpenCV thread; decoding is not
    counted.
    """
    with _one_core():
        flattened = list(_flattened())
        with _jscanify() as peer:
            rows = [_seen(seed, peer) for seed in range(FIRST_SEED, FIRST_SEED + PICTURES)]
    own_ms, verdict_ms, own_error, peer_ms, peer_error = (
        list(column) for column in zip(*rows, strict=True)
    )
    return [
        _number("page_flattened", flattened, "ms", "promised", limit=FLATTEN_LIMIT_MS, goal=Goal()),
        replace(
            _number("page_verdict_fps", [1000 / ms for ms in verdict_ms], "frames/s", "promised"),
            value=PICTURES * 1000 / sum(verdict_ms),
            limit=LIVE_LIMIT_FPS,
            goal=Goal(at_least=True),
        ),
        _number("page_found", own_ms, "ms", "jscanify", peer=_median(peer_ms), goal=Goal()),
        _missed(own_error, peer_error),
        _number(
            "page_corner_error",
            [each for each in own_error if each <= MISS] or [1.0],
            "of the diagonal",
            "jscanify, of those it found",
            peer=_median([each for each in peer_error if each <= MISS] or [1.0]),
            goal=Goal(),
        ),
    ]


def _number(name: str, samples: Sequence[float], unit: str, against: str, **more: Any) -> Measured:
    return Measured(name, _median(samples), unit, spread(samples), against, **more)


def _missed(own: Sequence[float], peer: Sequence[float]) -> Measured:
    missed, others = (sum(error > MISS for error in errors) for errors in (own, peer))
    count = float(missed)
    unit = f"of {PICTURES} pictures"
    return Measured(
        "page_missed",
        count,
        unit,
        spread([count]),
        "jscanify",
        peer=float(others),
        goal=Goal(0.5),
    )


def _median(samples: Sequence[float]) -> float:
    return float(np.median(samples))


def _flattened() -> Iterator[float]:
    """Milliseconds a still; the first, which warms up, is left out."""
    for seed in range(FIRST_SEED, FIRST_SEED + _STILLS + 1):
        scene = some_scene(seed, TWELVE_MEGAPIXELS, "certificate")
        frame = draw(replace(scene, desk="wood", shadow=0.6), _FONT).frame
        began_s = perf_counter()
        corners = find_page(frame)
        if corners is None:
            raise CannotMeasureError("no page in a still")
        even_light(flatten(frame, corners.points))
        if seed > FIRST_SEED:
            yield (perf_counter() - began_s) * 1000


def _seen(seed: int, peer: subprocess.Popen[bytes]) -> tuple[float, float, float, float, float]:
    """Own search and verdict in milliseconds, own error; jscanify's milliseconds and error."""
    drawn = draw(some_scene(seed), _FONT)
    began_s = perf_counter()
    corners = find_page(drawn.frame)
    found_s = perf_counter()
    judge(drawn.frame)
    judged_s = perf_counter()
    told = _asked(peer, drawn)
    points = None if told["points"] is None else np.array(told["points"], np.float64)
    return (
        (found_s - began_s) * 1000,
        (judged_s - found_s) * 1000,
        _error(None if corners is None else corners.points, drawn),
        float(told["ms"]),
        _error(points, drawn),
    )


def _error(points: Floats | None, drawn: Picture) -> float:
    """Of the worst corner, whichever is called the first, as a share of the diagonal."""
    if points is None:
        return 1.0
    rolled = (np.roll(points, turn, axis=0) - drawn.corners for turn in range(4))
    px = min(float(np.linalg.norm(off, axis=1).max()) for off in rolled)
    return px / float(np.hypot(*drawn.scene.size))


def _asked(peer: subprocess.Popen[bytes], drawn: Picture) -> dict[str, Any]:
    height, width = drawn.frame.shape[:2]
    picture = cv2.cvtColor(drawn.frame, cv2.COLOR_BGR2RGBA)
    questions, answers = _ends(peer)
    questions.write(struct.pack("<II", width, height) + picture.tobytes())
    questions.flush()
    return _line(answers)


def _ends(peer: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if peer.stdin is None or peer.stdout is None:
        raise CannotMeasureError("jscanify runs without pipes")
    return peer.stdin, peer.stdout


def _line(answers: IO[bytes]) -> dict[str, Any]:
    line = answers.readline()
    if not line:
        raise CannotMeasureError("jscanify ended")
    told: dict[str, Any] = json.loads(line)
    return told


@contextmanager
def _jscanify() -> Iterator[subprocess.Popen[bytes]]:
    """Jscanify in Node, installed from its lock file where that has not been done."""
    if not shutil.which("npm"):
        raise CannotMeasureError("npm is not installed (Debian packages nodejs, npm)")
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    lock, done = _PEER / "package-lock.json", _INSTALLED / "installed.json"
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        shutil.copytree(_PEER, _INSTALLED, dirs_exist_ok=True)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=_INSTALLED,
            check=True,
            capture_output=True,
            timeout=_INSTALL_S,
        )
        shutil.copy(lock, done)
    shutil.copy(_PEER / "find.js", _INSTALLED)
    with subprocess.Popen(
        ["node", "find.js"],
        cwd=_INSTALLED,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as peer:
        try:
            _line(_ends(peer)[1])
            yield peer
        finally:
            peer.terminate()


@contextmanager
def _one_core() -> Iterator[None]:
    cores, threads = os.sched_getaffinity(0), cv2.getNumThreads()
    os.sched_setaffinity(0, {max(cores)})
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        cv2.setNumThreads(threads)
