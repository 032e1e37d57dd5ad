"""What the terminal does with the document camera: shows what lies there, says what is still to be
done, takes one page when nothing is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from devices.document_camera import DocumentCamera
from devices.page_finding import Corners
from devices.page_flattening import Paper, even_light, flatten, paper_of
from devices.page_output import id_card_copy, jpeg, watermarked
from devices.page_quality import Finding, Verdict, judge
from devices.page_upright import CardSide, card_side, turned, upright
from kiosk.visits.events import Event, PageSeen, PageTaken
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task

EVERY_S = 1 / 15  # from one look to the next: judging more often warms the room alone
GOOD_S = 1.0  # of the same good page before it is taken: a hand that lets go may come back
STILL_S = 2.5  # then what moves is shown again; three times what the slowest shipped model needs
# Boards and the pattern of a cloth pass for paper that leaves the picture, with less confidence.
SURE_OF_CUT = 0.75
CORNER_STEP = 0.005  # finer than this is not worth a redraw
MARK_FONT = "NotoSansSC-Regular.otf"
NOT_ID_CARD = "not_id_card"  # what `judge` does not ask: whether it is a card that lies there
SIDE = "side"  # `page.` before it, `_` and the side behind it make the key of a sentence
# Whoever has just laid the portrait, and it was taken, is not to read that it lies wrong.
_SAID_OF_COPIES: Mapping[CardSide | None, tuple[Finding, ...]] = {
    CardSide.PORTRAIT: (Finding.NO_PAGE,),
    CardSide.EMBLEM: (Finding.NO_PAGE, Finding.WRONG_SIDE),
}
BOTH_SIDES = (CardSide.PORTRAIT, CardSide.EMBLEM)  # of a copy, in the order of asking

Image = NDArray[np.uint8]


Mark = Callable[[Image], Image]
Sides = Callable[[Visit], tuple[CardSide, ...]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """`side`: of an ID card, None for any page. `of_copy`: it becomes half of one."""

    side: CardSide | None
    of_copy: bool

    def said(self, finding: str) -> str:
        """In place of a finding that says less than which side is to be laid."""
        if not self.of_copy or finding not in _SAID_OF_COPIES.get(self.side, ()):
            return finding
        return f"{SIDE}_{self.side}"


def scan_page(
    preview: Callable[[Image], None],
    sides: Sides = lambda _: (),
    mark: Callable[[Visit], Mark | None] = lambda _: None,
) -> Callable[[Visit], Task[DocumentCamera]]:
    """Answers PageTaken; on the way posts PageSeen. Goes on looking until then or until stopped.

    sides: of an ID card, that are wanted one after the other, and then nothing else is taken; two
        make one page. () when any page is.
    mark: what the page of this visit is to bear before it is kept; None for nothing.
    """

    def look(frame: Image, job: Job, wanted: _Wanted) -> tuple[PageSeen, Corners | None]:
        job.answered()
        preview(frame)
        verdict = judge(frame, side=wanted.side)
        return _seen(job.visit, frame, verdict, wanted), verdict.corners

    def take(camera: DocumentCamera, job: Job, wanted: _Wanted) -> tuple[Image, Paper] | None:
        """The page, flat; None when stopped."""
        told: PageSeen | None = None
        told_s = 0.0
        while not job.stopped.is_set():
            begun_s = time.monotonic()
            seen, _ = look(camera.live(), job, wanted)
            if seen.good and told and not _differ(seen, told) and begun_s - told_s >= GOOD_S:
                still = camera.still(STILL_S, job.stopped)
                if still is None:  # something moved beside the page, or it was called off
                    told_s = time.monotonic()
                    continue
                seen, corners = look(still, job, wanted)
                if seen.good and corners is not None:
                    return _flat(still, corners)
            if told is None or _differ(seen, told):
                told, told_s = seen, time.monotonic()
                job.post(seen)
            job.stopped.wait(max(0.0, begun_s + EVERY_S - time.monotonic()))
        return None

    def work(visit: Visit) -> Task[DocumentCamera]:
        marked, in_turn = mark(visit), sides(visit)

        def task(camera: DocumentCamera, job: Job) -> Event | None:
            taken: list[tuple[Image, Paper]] = []
            for side in in_turn or (None,):
                one = take(camera, job, _Wanted(side, of_copy=len(in_turn) > 1))
                if one is None:
                    return None
                taken.append(one)
            page, paper = taken[0] if len(taken) == 1 else (_copy(taken), Paper.A4)
            return PageTaken(job.visit, jpeg(marked(page) if marked else page), paper)

        return task

    return work


def card_sides(visit: Visit) -> tuple[CardSide, ...]:
    """Those of the paper in hand that make one page; () where it is any page."""
    if visit.intake is None or visit.intake.papers.here.sides == 1:
        return ()
    return BOTH_SIDES


def purpose_mark(fonts: Path) -> Callable[[Visit], Mark | None]:
    """A copy of an identity document says all over what it is for. `fonts`: the directory."""

    def mark(visit: Visit) -> Mark | None:
        intake = visit.intake
        if intake is None or not intake.papers.here.identity_document:
            return None
        purpose = intake.item.words("zh").short
        return lambda page: watermarked(page, purpose, fonts / MARK_FONT)

    return mark


def _seen(visit: int, frame: Image, verdict: Verdict, wanted: _Wanted) -> PageSeen:
    found, finding = verdict.corners, str(verdict.first or "")
    if found is None or (found.cut and found.confidence < SURE_OF_CUT):
        nothing = Finding.NO_PAGE if found else finding
        return PageSeen(visit, wanted.said(nothing), good=False, corners=(), by_camera=True)
    height, width = frame.shape[:2]
    paper = paper_of(found.points, (width, height))
    if not finding and wanted.side is not None:
        # Half of a copy has to show which half it is: both would be the same side otherwise.
        told = verdict.side is not None or not wanted.of_copy
        finding = "" if paper is Paper.ID_CARD and told else NOT_ID_CARD
    if finding == Finding.UNSURE:  # an outline that may be another page's is not drawn
        return PageSeen(visit, finding, good=False, corners=(), by_camera=True)
    shares = np.clip((found.points + 0.5) / (width, height), 0.0, 1.0)
    corners = tuple((float(x), float(y)) for x, y in shares)
    return PageSeen(visit, wanted.said(finding), not finding, corners, by_camera=True)


def _differ(seen: PageSeen, told: PageSeen) -> bool:
    if (seen.finding, len(seen.corners)) != (told.finding, len(told.corners)):
        return True
    pairs = zip(chain(*seen.corners), chain(*told.corners), strict=True)
    return any(abs(now - before) > CORNER_STEP for now, before in pairs)


def _flat(still: Image, corners: Corners) -> tuple[Image, Paper]:
    height, width = still.shape[:2]
    paper = paper_of(corners.points, (width, height))
    page = flatten(still, corners.points, paper)
    if paper is Paper.ID_CARD:
        found = card_side(page)
        return (turned(page, found[1]) if found else page), paper
    page = even_light(page)
    return turned(page, upright(page).turns), paper


def _copy(taken: list[tuple[Image, Paper]]) -> Image:
    """A side that shows the way it lies at a glance, and not at 300 dpi, lies across at least."""
    portrait, emblem = (
        page if page.shape[1] >= page.shape[0] else turned(page, 3) for page, _ in taken
    )
    return id_card_copy(portrait, emblem)
