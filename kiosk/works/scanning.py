"""What the terminal does with the document camera: shows what lies there, says what is still to be
done, takes one page when nothing is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from devices.document_camera import DocumentCamera
from devices.page_finding import Corners
from devices.page_flattening import Paper, even_light, flatten, paper_of
from devices.page_output import jpeg, watermarked
from devices.page_quality import Finding, Verdict, judge
from devices.page_upright import CardSide, card_side, turned, upright
from kiosk.events import Event, PageSeen, PageTaken
from kiosk.visit import Visit
from kiosk.worker import Job, Task

EVERY_S = 1 / 15  # from one look to the next: judging more often warms the room alone
GOOD_S = 1.0  # of the same good page before it is taken: a hand that lets go may come back
STILL_S = 2.5  # then what moves is shown again; three times what the slowest shipped model needs
# Boards and the pattern of a cloth pass for paper that leaves the picture, with less confidence.
SURE_OF_CUT = 0.75
CORNER_STEP = 0.005  # finer than this is not worth a redraw
MARK_FONT = "NotoSansSC-Regular.otf"
NOT_ID_CARD = "not_id_card"  # what `judge` does not ask: whether it is a card that lies there

Image = NDArray[np.uint8]


Mark = Callable[[Image], Image]


def scan_page(
    preview: Callable[[Image], None],
    side: CardSide | None = None,
    mark: Callable[[Visit], Mark | None] = lambda _: None,
) -> Callable[[Visit], Task[DocumentCamera]]:
    """Answers PageTaken; on the way posts PageSeen. Goes on looking until then or until stopped.

    side: of an ID card that is wanted, and then nothing else is taken; None when any page is.
    mark: what the page of this visit is to bear before it is kept; None for nothing.
    """

    def look(frame: Image, job: Job) -> tuple[PageSeen, Corners | None]:
        job.answered()
        preview(frame)
        verdict = judge(frame, side=side)
        return _seen(job.visit, frame, verdict, side), verdict.corners

    def task(camera: DocumentCamera, job: Job, marked: Mark | None) -> Event | None:
        told: PageSeen | None = None
        told_s = 0.0
        while not job.stopped.is_set():
            begun_s = time.monotonic()
            seen, _ = look(camera.live(), job)
            if seen.good and told and not _differ(seen, told) and begun_s - told_s >= GOOD_S:
                still = camera.still(STILL_S, job.stopped)
                if still is None:  # something moved beside the page, or it was called off
                    told_s = time.monotonic()
                    continue
                seen, corners = look(still, job)
                if seen.good and corners is not None:
                    return _taken(job.visit, still, corners, marked)
            if told is None or _differ(seen, told):
                told, told_s = seen, time.monotonic()
                job.post(seen)
            job.stopped.wait(max(0.0, begun_s + EVERY_S - time.monotonic()))
        return None

    def work(visit: Visit) -> Task[DocumentCamera]:
        marked = mark(visit)
        return lambda camera, job: task(camera, job, marked)

    return work


def purpose_mark(fonts: Path) -> Callable[[Visit], Mark | None]:
    """A copy of an identity document says all over what it is for. `fonts`: the directory."""

    def mark(visit: Visit) -> Mark | None:
        intake = visit.intake
        if intake is None or not intake.papers.here.identity_document:
            return None
        purpose = intake.item.words("zh").short
        return lambda page: watermarked(page, purpose, fonts / MARK_FONT)

    return mark


def _seen(visit: int, frame: Image, verdict: Verdict, side: CardSide | None) -> PageSeen:
    found, finding = verdict.corners, str(verdict.first or "")
    if found is None:
        return PageSeen(visit, finding, good=False, corners=())
    if found.cut and found.confidence < SURE_OF_CUT:
        return PageSeen(visit, Finding.NO_PAGE, good=False, corners=())
    height, width = frame.shape[:2]
    paper = paper_of(found.points, (width, height))
    if not finding and side is not None and paper is not Paper.ID_CARD:
        finding = NOT_ID_CARD
    if finding == Finding.UNSURE:  # an outline that may be another page's is not drawn
        return PageSeen(visit, finding, good=False, corners=())
    shares = np.clip((found.points + 0.5) / (width, height), 0.0, 1.0)
    corners = tuple((float(x), float(y)) for x, y in shares)
    return PageSeen(visit, finding, not finding, corners)


def _differ(seen: PageSeen, told: PageSeen) -> bool:
    if (seen.finding, len(seen.corners)) != (told.finding, len(told.corners)):
        return True
    pairs = zip(chain(*seen.corners), chain(*told.corners), strict=True)
    return any(abs(now - before) > CORNER_STEP for now, before in pairs)


def _taken(visit: int, still: Image, corners: Corners, marked: Mark | None) -> PageTaken:
    height, width = still.shape[:2]
    paper = paper_of(corners.points, (width, height))
    page = flatten(still, corners.points, paper)
    if paper is Paper.ID_CARD:
        found = card_side(page)
        page = turned(page, found[1]) if found else page
    else:
        page = even_light(page)
        page = turned(page, upright(page).turns)
    if marked is not None:
        page = marked(page)
    return PageTaken(visit, jpeg(page), paper)
