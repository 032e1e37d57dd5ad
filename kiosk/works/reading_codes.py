"""What the terminal does with the code reader: waits for a code on one of our papers."""

from __future__ import annotations

from collections.abc import Callable

from devices.code_reader import CodeReader
from kiosk.visits.events import Event
from kiosk.visits.query_events import CodeRead, CodeStrange
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task

LOOK_S = 0.3


def read_code(understand: Callable[[str], str | None]) -> Callable[[Visit], Task[CodeReader]]:
    """Answers CodeRead, or CodeStrange for what `understand` makes nothing of. What was scanned
    before the page was there does not count.
    """

    def task(reader: CodeReader, job: Job) -> Event | None:
        reader.clear()
        reader.trigger(on=True)
        try:
            while not job.stopped.is_set():
                text = reader.read(LOOK_S)
                job.answered()
                if text is not None:
                    code = understand(text)
                    return CodeStrange(job.visit) if code is None else CodeRead(job.visit, code)
        finally:
            reader.trigger(on=False)
        return None

    return lambda _visit: task
