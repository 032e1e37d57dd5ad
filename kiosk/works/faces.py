"""What the terminal does with the camera: shows the resident to themselves, judges, takes one
picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from devices.camera import Camera
from devices.faces import FaceDetector, look
from kiosk.visits.events import Event, FaceFailed, FaceProgressed, FaceTaken
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works import face_session
from kiosk.works.face_session import FaceSession
from kiosk.works.liveness import Prompt

SHARE_STEP = 0.02  # finer progress than this is not worth a redraw


def take_face(
    open_detector: Callable[[], FaceDetector],
    movements: tuple[Prompt, ...],
    preview: Callable[[NDArray[np.uint8]], None],
) -> Callable[[Visit], Task[Camera]]:
    """Answers FaceTaken or FaceFailed; on the way posts FaceProgressed."""

    def task(camera: Camera, job: Job) -> Event | None:
        detector, session = open_detector(), FaceSession(kinds=movements)
        told = FaceProgressed(job.visit, "", 0.0)
        while not job.stopped.is_set():
            frame = camera.frame()
            job.answered()
            preview(frame)
            match session.feed(look(frame, detector), time.monotonic()):
                case face_session.FaceTaken(jpeg, challenge):
                    return FaceTaken(job.visit, jpeg, challenge or "none")
                case face_session.FaceFailed(reason, hindrance):
                    return FaceFailed(job.visit, reason, hindrance or "")
                case face_session.FaceProgress(say, share):
                    now = FaceProgressed(job.visit, f"face.{say}", share)
                    if now.prompt != told.prompt or abs(now.share - told.share) >= SHARE_STEP:
                        told = now
                        job.post(now)
        return None

    return lambda _visit: task
