"""What the terminal does with a scanner that draws paper in, or has a glass to lay it on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import cv2
import numpy as np

from devices.page_flattening import DPI, Paper
from devices.page_output import jpeg
from devices.page_upright import CardSide
from devices.sane_scanner import SaneScanner
from devices.scanner_options import ScannerSetupError, Source
from kiosk.visits.events import Event, PageSeen, PageTaken
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job, Task
from kiosk.works.scanning import Image, Mark, Sides

LOOK_EVERY_S = 0.5  # whether there is paper in the feeder: each look draws at it
LAY_S = 8.0  # to lay a page on the glass, which cannot tell whether it lies there

FEED, LAY = "feed", "lay"  # `page.` before it makes the key of the sentence
LAY_CARD = "lay_card"  # likewise; `_` and the side behind it


def scan_sheet(
    resolution_dpi: int,
    mark: Callable[[Visit], Mark | None] = lambda _: None,
    lay_s: float = LAY_S,
    sides: Sides = lambda _: (),
) -> Callable[[Visit], Task[SaneScanner]]:
    """Answers PageTaken, of the next sheet in the feeder or, where there is none, of what lies on
    the glass after `lay_s`. On the way posts PageSeen: what to do with the paper.

    resolution_dpi: of the scanner. mark, sides: as in `scan_page`. Of a card each side is laid on
    the upper half of the glass, and the copy has both halves; a scanner without a glass takes a
    sheet on which both are already.
    """

    def work(visit: Visit) -> Task[SaneScanner]:
        marked, in_turn = mark(visit), sides(visit)

        def task(scanner: SaneScanner, job: Job) -> Event | None:
            page = _copied(scanner, job, in_turn) if in_turn else _fed(scanner, job)
            if page is None:
                return None
            page = _at_300_dpi(page, resolution_dpi)
            return PageTaken(job.visit, jpeg(marked(page) if marked else page), Paper.A4)

        return task

    def _fed(scanner: SaneScanner, job: Job) -> Image | None:
        told = False
        while not job.stopped.is_set():
            try:
                page = _next(scanner, Source.FEEDER, job)
            except ScannerSetupError:
                return _laid(scanner, job, LAY)
            if page is not None:
                return page
            if not told:
                job.post(PageSeen(job.visit, FEED, good=False, corners=()))
                told = True
            job.answered()
            job.stopped.wait(LOOK_EVERY_S)
        return None

    def _copied(scanner: SaneScanner, job: Job, in_turn: tuple[CardSide, ...]) -> Image | None:
        halves: list[Image] = []
        for side in in_turn:
            try:
                page = _laid(scanner, job, f"{LAY_CARD}_{side}")
            except ScannerSetupError:
                return _fed(scanner, job)
            if page is None:
                return None
            job.answered()
            halves.append(page[: page.shape[0] // 2])
        return np.concatenate(halves)

    def _laid(scanner: SaneScanner, job: Job, words: str) -> Image | None:
        job.post(PageSeen(job.visit, words, good=False, corners=()))
        if job.stopped.wait(lay_s):
            return None
        return _next(scanner, Source.FLATBED, job)

    return work


def _next(scanner: SaneScanner, source: Source, job: Job) -> Image | None:
    pages = scanner.scan(source, max_pages=1, cancelled=job.stopped)
    return next(islice(pages, 1), None)


def _at_300_dpi(page: Image, resolution_dpi: int) -> Image:
    if resolution_dpi == DPI:
        return page
    share = DPI / resolution_dpi
    return np.asarray(cv2.resize(page, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
