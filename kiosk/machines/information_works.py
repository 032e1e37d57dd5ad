"""The works of the information corner, by the names its table uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from devices.receipt_printer import ReceiptPrinter
from devices.slip import Slip
from kiosk.machines.left_media import LeftMedia
from kiosk.papers.information_papers import InformationPapers
from kiosk.visits.events import Event
from kiosk.visits.terminal import Work as Conducted
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Worker
from kiosk.works.absent import NoDevice
from kiosk.works.base import Work
from kiosk.works.page_printing import print_page
from kiosk.works.printing import print_once

TITLE = "village-kiosk"  # of a print job, on the panel of the printer


def information_works(
    papers: InformationPapers,
    printer: Worker[ReceiptPrinter],
    left_slips: LeftMedia[ReceiptPrinter],
    others: Mapping[str, Worker[Any]],
    post: Callable[[Event], None],
) -> Mapping[str, Conducted]:
    """`others`: the devices a terminal may have, by name."""

    def slip(slip_of: Callable[[Visit], Slip]) -> Conducted:
        return Work(printer, left_slips.using(print_once(slip_of)))

    def page(page_of: Callable[[Visit], Callable[[], bytes]]) -> Conducted:
        if "page_printer" not in others:
            return NoDevice("page_printer", post)
        return Work(others["page_printer"], print_page(page_of, TITLE))

    return {
        "print notice": slip(papers.notice_slip),
        "print notice page": page(papers.notice_page),
        "print guide": slip(papers.guide_slip),
        "print guide page": page(papers.guide_page),
    }
