"""What the terminal does with the document camera when a visit ends: whether a page still lies
there. Nothing that is seen is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic

from devices.base import Status
from devices.document_camera import DocumentCamera
from devices.page_quality import Finding, judge
from kiosk.visits.desk_events import DeskEmpty, PageLies
from kiosk.visits.events import Event
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.scanning import SURE_OF_CUT, Image

GAP_S = 0.2
LOOKS = 2  # of the same answer, one after the other: a hand passes
LOOK_EVERY_S = 5.0  # between visits: each look opens the camera


def page_lies(frame: Image) -> bool | None:
    """None where nobody can tell: it is dark, or what is seen may be the desk's own."""
    verdict = judge(frame)
    if Finding.TOO_DARK in verdict.findings or Finding.UNSURE in verdict.findings:
        return None
    found = verdict.corners
    return found is not None and not (found.cut and found.confidence < SURE_OF_CUT)


def watch_desk(_: Visit) -> Task[DocumentCamera]:
    """Answers DeskEmpty once nothing lies there; until then posts PageLies, once."""

    def task(camera: DocumentCamera, job: Job) -> Event | None:
        seen: list[bool | None] = []
        told = False
        while not job.stopped.is_set():
            job.answered()
            seen = [*seen, page_lies(camera.live())][-LOOKS:]
            if seen == [False] * LOOKS:
                return DeskEmpty(job.visit)
            if seen == [True] * LOOKS and not told:
                job.post(PageLies(job.visit))
                told = True
            job.stopped.wait(GAP_S)
        return None

    return task


class DeskLook:
    """Between visits, by the worker of the camera: looks now and then, and closes it again.

    Nobody can tell in between: `there` then answers None.
    """

    def __init__(
        self,
        opened: Callable[[], AbstractContextManager[DocumentCamera]],
        every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._opened, self._every_s, self._next_s = opened, every_s, 0.0

    def there(self, _tool: object, status: Status) -> bool | None:
        """Raises: DeviceError: from the camera."""
        if not status.usable or monotonic() < self._next_s:
            return None
        try:
            with self._opened() as camera:
                return page_lies(camera.live())
        finally:
            self._next_s = monotonic() + self._every_s
