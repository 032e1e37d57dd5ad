"""The machines as main.py has them built, with a real printer at the end of its cable."""

import queue
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import catalogue, settings, texts
from kiosk.events import MediaForgotten, MediaPresent, MediaTaken, Printed
from kiosk.gateway import Answer
from kiosk.machinery import Machinery
from kiosk.preview import Preview
from kiosk.results import Code
from kiosk.visit import Visit
from sandbox.platform.server import PlatformPeer
from sandbox.printer import ReceiptPrinterPeer
from tests.kiosk.people import ZHANG
from tests.printer_kit import PROFILES, font

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "kiosk.toml"
TELLING = PROFILES["cashino-kp-628e"]
NUMBER = "52240112345670"
WAIT_S = 20


@pytest.fixture
def printer():
    with ReceiptPrinterPeer(font(), TELLING.dots, TELLING.charset, mouth_status=0x80) as far:
        yield far


def given_at(folder, printer, platform):
    """The shipped settings with this printer; a reader and a camera are not there."""
    shipped = settings.load(SHIPPED)
    host, port = printer.address
    sections = {
        "terminal": {"forgotten_after_s": 1.0},
        "idcard_reader": {"port": str(folder / "ttyUSB*")},
        "camera": {"source": str(folder / "video0")},
        "receipt_printer": {"link": f"tcp://{host}:{port}", "profile": TELLING.name},
        "platform": {
            "url": platform.url,
            "sealing_key_file": platform.key_file,
        },
    }
    changed = {
        name: getattr(shipped, name).model_copy(update=keys) for name, keys in sections.items()
    }
    return shipped.model_copy(update=changed | {"state": folder})


@contextmanager
def running(folder, printer):
    """The machinery and what it tells."""
    news = queue.Queue()
    words = {language: texts.load(language) for language in ("zh", "en")}
    with PlatformPeer(folder / "platform") as platform:
        given = given_at(folder, printer, platform)
        machinery = Machinery(given, words, Preview(), news.put)
        machinery.start()
        try:
            yield machinery, news
        finally:
            machinery.stop()


def certified():
    visit = Visit(1, card=ZHANG, receipt=NUMBER, answer=Answer(NUMBER, Code.PASS, None))
    visit.chosen = next(iter(catalogue.load_installed().values()))
    return visit


def next_of(kinds, news):
    while not isinstance(told := news.get(timeout=WAIT_S), kinds):
        pass
    return told


def test_a_slip_that_a_visit_forgot_is_alarmed_until_somebody_takes_it(tmp_path, printer):
    media = (MediaPresent, MediaForgotten, MediaTaken)
    with running(tmp_path, printer) as (machinery, news):
        visit = certified()
        machinery.works["print slip"](visit)
        assert next_of((Printed, *media), news) == Printed(1)
        machinery.forget(visit)
        assert next_of(media, news) == MediaPresent(0, "receipt_printer")
        assert next_of(media, news) == MediaForgotten(0, "receipt_printer")
        printer.tear_off()
        assert next_of(media, news) == MediaTaken(0, "receipt_printer")
    assert printer.findings == []
