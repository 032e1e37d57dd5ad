"""A receipt on its way to the printer: time and bytes, beside the same receipt as one picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median
from time import monotonic, sleep
from typing import Any, Final

from escpos.capabilities import Profile
from escpos.printer import Dummy
from PIL import Image

from benchmarks.machine import ROOT
from benchmarks.measured import CannotMeasureError, Measured, spread
from config import texts
from config.catalogue_source import read
from devices.glyphs import Glyphs
from devices.idcard_text import CardKind, IdCard
from devices.printer_links import Link, LinkSettings, TcpLink
from devices.printer_profiles import load_profiles
from devices.receipt_printer import Printed, ReceiptPrinter
from devices.slip import Slip
from kiosk.papers.slips import SlipMaker
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.visits.place import Place
from kiosk.visits.visit import Visit
from sandbox.hosted import Hosted
from sandbox.printer import ReceiptPrinterPeer

FONT: Final = ROOT / "build" / "fonts" / "NotoSansSC-Regular.otf"
ROUNDS: Final = 15
NUMBER: Final = "52240100381204"
_DRAWN_TIMEOUT_S: Final = 20.0
_RASTER_SETUP: Final = b"\x1b@"
_RASTER_CUT: Final = b"\n\n\n\x1dV\x00"


def measure() -> list[Measured]:
    """The receipt of a certification, from the call of `print` until the line has taken the last
    byte, and until the far end has drawn and cut the page: a printer on a TCP port that needs no
    time for its paper, in a process of its own. That the driver waits for the printer's word behind
    every piece is in these times. Medians of 15. The bytes stand beside those of
    the page that came out, sent as one raster image by python-escpos.
    """
    slip = _slip()
    with Hosted("printer", _Printer) as far:
        host, port = far.call("where")
        link = _CountingLink(TcpLink(host, port))
        profile = load_profiles()["generic-80"]
        with ReceiptPrinter(link, profile, Glyphs((FONT,))) as printer:
            ours = [_print(printer, slip, link, far) for _ in range(ROUNDS)]
        picture = _raster(far.call("picture"))
    return [
        _median("receipt_bytes_accepted", "ms", [run.accepted_ms for run in ours]),
        _median("receipt_drawn", "ms", [run.drawn_ms for run in ours]),
        Measured(
            "receipt_wire_bytes",
            ours[-1].sent,
            "bytes",
            spread([run.sent for run in ours]),
            "the same receipt as one raster image",
            peer=len(picture),
        ),
    ]


def _median(name: str, unit: str, samples: list[float]) -> Measured:
    return Measured(name, median(samples), unit, spread(samples))


@dataclass(frozen=True, slots=True)
class _Run:
    accepted_ms: float
    drawn_ms: float
    sent: float  # bytes


class _Printer(ReceiptPrinterPeer):
    """The far end, with a clock at its knife; the monotonic clock is the same in all processes."""

    def __init__(self) -> None:
        super().__init__(FONT, mm_per_s=0.0)
        self.cuts_s: list[float] = []

    def cut(self) -> None:
        super().cut()
        self.cuts_s.append(monotonic())

    def where(self) -> Any:
        return self.address

    def cut_s(self, number: int) -> float | None:
        """When the page of this number came off; None when it does not come."""
        if not self.wait_until(lambda: len(self.pages) >= number, _DRAWN_TIMEOUT_S):
            return None
        while len(self.cuts_s) < number:  # the clock is read just after
            sleep(0.001)
        return self.cuts_s[number - 1]

    def slips(self) -> int:
        return len(self.cuts_s)

    def picture(self) -> bytes:
        return self.pages[-1].png


class _CountingLink:
    """A line that remembers how much went over it, and when the last of it was taken."""

    def __init__(self, settings: LinkSettings) -> None:
        self._settings = settings
        self.sent, self.taken_s = 0, 0.0

    def open(self, timeout_s: float) -> Link:
        self._link = self._settings.open(timeout_s)
        self.answers = self._link.answers
        self.read, self.close = self._link.read, self._link.close
        return self

    @property
    def lag_s(self) -> float:
        return self._link.lag_s

    def write(self, data: bytes, timeout_s: float) -> None:
        self._link.write(data, timeout_s)
        self.sent += len(data)
        self.taken_s = monotonic()


def _print(printer: ReceiptPrinter, slip: Slip, link: _CountingLink, far: Hosted) -> _Run:
    number, sent = far.call("slips") + 1, link.sent
    began_s = monotonic()
    if not isinstance(printer.print(slip), Printed):
        raise CannotMeasureError("the printer does not confirm its slip")
    drawn_s = far.call("cut_s", number)
    if drawn_s is None:
        raise CannotMeasureError("the printer does not print")
    return _Run(
        (link.taken_s - began_s) * 1000, (drawn_s - began_s) * 1000, float(link.sent - sent)
    )


def _raster(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png))
    paper = Profile()
    paper.profile_data = paper.profile_data | {"media": {"width": {"pixels": picture.width}}}
    printer = Dummy(profile=paper)
    printer.image(picture, impl="bitImageRaster", fragment_height=65_535)
    return _RASTER_SETUP + bytes(printer.output) + _RASTER_CUT


def _slip() -> Slip:
    now = datetime(2026, 11, 21, 1, 41, 7, tzinfo=UTC)
    item = read().items["2020-35/1/13"]
    card = IdCard(
        kind=CardKind.RESIDENT,
        name="张三",
        number="110101194910019997",
        birth=date(1949, 10, 1),
        valid_from=date(2020, 1, 1),
        valid_to=None,
        long_term=True,
    )
    answer = Answer(NUMBER, Code.PASS, valid_to=date(2027, 11, 30), decided_at=now)
    visit = Visit(
        1, chosen=item, card=card, receipt=NUMBER, confirmed_at=now.astimezone(), answer=answer
    )
    place = Place(NUMBER[:6], "石桥镇便民服务中心", "522401100001")
    maker = SlipMaker(
        place, "https://platform.example.gov.cn/s", {"zh": texts.load("zh")}, lambda: now
    )
    return maker.certification(visit)
