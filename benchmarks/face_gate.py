"""How many camera pictures a second the terminal can judge."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from time import perf_counter
from typing import Final

import cv2
import numpy as np

from benchmarks.measured import Goal, Measured, spread
from devices.face_detectors import HaarDetector
from devices.faces import look
from kiosk.works.face_session import FaceProgress, FaceSession
from sandbox.camera_films import FILMS, FRAMES_PER_S

SECONDS: Final = 12  # one round of the film: waiting, coming closer, both turns, blinking
LIMIT_FPS: Final = 20.0


def measure() -> list[Measured]:
    """Twelve seconds of film at 1280 × 720 (a person who does all that may be asked, one after the
    other), frame by frame through detector, measurement, gate and session, on one core and with one
    OpenCV thread. Decoding is not counted: the camera's own thread does it. The spread is over the
    seconds of the film.
    """
    with _one_core():
        seconds = list(_paces())
    return [
        Measured(
            "face_gate_fps",
            SECONDS / sum(1 / pace for pace in seconds),
            "frames/s",
            spread(seconds),
            "promised",
            limit=LIMIT_FPS,
            goal=Goal(at_least=True),
        )
    ]


def _paces() -> Iterator[float]:
    """Frames a second, for each second of the film."""
    detector, session = HaarDetector(), FaceSession()
    film = FILMS["obliging"](lambda: None)
    for second in range(SECONDS):
        spent_s = 0.0
        for place, jpeg in enumerate(islice(film, FRAMES_PER_S)):
            frame = np.asarray(
                cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8
            )
            began_s = perf_counter()
            answer = session.feed(look(frame, detector), second + place / FRAMES_PER_S)
            spent_s += perf_counter() - began_s
            if not isinstance(answer, FaceProgress):
                session = FaceSession()
        yield FRAMES_PER_S / spent_s


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
