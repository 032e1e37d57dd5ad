"""The works of everything that is looked up, by the names the tables use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from devices.receipt_printer import ReceiptPrinter
from kiosk.machines.left_media import LeftMedia
from kiosk.papers.slips import SlipMaker
from kiosk.platform.gateway import Platform
from kiosk.visits.events import Event
from kiosk.visits.paper_codes import receipt_number, verify_code, waybill_number
from kiosk.visits.place import Place
from kiosk.visits.query_events import AffairsTold
from kiosk.visits.standing import Standings
from kiosk.visits.terminal import Work as Conducted
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Task, Worker
from kiosk.works.absent import NoDevice
from kiosk.works.base import Work
from kiosk.works.followed_cases import FollowedCases
from kiosk.works.page_printing import print_page
from kiosk.works.pausing import OpenDrafts, with_drafts
from kiosk.works.printing import print_once
from kiosk.works.querying import affairs, ask_progress, fetch_paper, query, verify_paper
from kiosk.works.reading_codes import read_code
from offline_cache.sealing import Seals

TITLE = "village-kiosk"  # of a print job, on the panel of the printer


@dataclass(frozen=True, slots=True)
class LookingWorks:
    """others: the devices a terminal may have, by name. seal_roots_file: whose seals count.
    page_of: what makes the PDF of a visit's answer, see `kiosk/papers/result_pages.py`.
    """

    place: Place
    sealer: Seals
    now: Callable[[], datetime]
    others: Mapping[str, Worker[Any]]
    seal_roots_file: Path | None
    page_of: Callable[[Visit], Callable[[], bytes]]
    post: Callable[[Event], None]
    followed: FollowedCases
    standings: Standings
    drafts: OpenDrafts

    def works(
        self,
        online: Worker[Platform],
        printer: Worker[ReceiptPrinter],
        left_slips: LeftMedia[ReceiptPrinter],
        slips: SlipMaker,
    ) -> Mapping[str, Conducted]:
        asking = (self.place, self.sealer, self.now)
        return {
            "query": Work(online, query(*asking)),
            "affairs": Work(online, with_drafts(self.drafts, affairs(*asking), AffairsTold)),
            "fetch paper": Work(online, fetch_paper(self.seal_roots_file)),
            "verify paper": Work(online, verify_paper),
            "ask progress": Work(online, ask_progress(self.followed, self.standings)),
            "print query slip": Work(printer, left_slips.using(print_once(slips.lookup))),
            "print page": self._by("page_printer", print_page(self.page_of, TITLE)),
            "read receipt code": self._by("code_reader", read_code(receipt_number)),
            "read waybill": self._by("code_reader", read_code(waybill_number)),
            "read paper code": self._by("code_reader", read_code(verify_code)),
        }

    def _by(self, device: str, task: Callable[[Visit], Task[Any]]) -> Conducted:
        if device not in self.others:
            return NoDevice(device, self.post)
        return Work(self.others[device], task)
