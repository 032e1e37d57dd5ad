"""The machines as main.py has them built, with a real printer at the end of its cable."""

import queue
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import settings, texts
from kiosk.machines.machinery import Machinery
from kiosk.machines.preview import Preview
from kiosk.platform.gateway import Answer
from kiosk.platform.results import Code
from kiosk.services.certify import CERTIFY
from kiosk.services.forward import FORWARD
from kiosk.visits.events import (
    CardRead,
    Confirmed,
    DeviceDown,
    Kept,
    MediaForgotten,
    MediaPresent,
    MediaTaken,
    Printed,
)
from kiosk.visits.form_events import Answered, HowChosen, RowChosen, Signed
from kiosk.visits.visit import Visit
from sandbox.platform.server import PlatformPeer
from sandbox.printer import ReceiptPrinterPeer
from tests.kiosk.forwarding import NAME_STROKES, PAPER, intake
from tests.kiosk.people import ZHANG
from tests.packs import pension
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
    visit.chosen = pension()
    return visit


def short_of_papers():
    visit = Visit(1, intake=intake(PAPER))
    for page, event in (
        ("present_card", CardRead(1, ZHANG)),
        ("for_whom", RowChosen(1, "self")),
        ("question", Answered(1, "13900001234")),
        ("question", Answered(1, "no")),
        ("materials", Confirmed(1)),
        ("material", HowChosen(1, "later")),
    ):
        visit.take(event, page)
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


def test_a_list_of_what_is_missing_comes_out_as_often_as_it_is_asked_for(tmp_path, printer):
    with running(tmp_path, printer) as (machinery, news):
        visit = short_of_papers()
        for _ in range(2):
            machinery.works["print checklist"](visit)
            assert next_of((Printed,), news) == Printed(1)
        machinery.forget(visit)
    assert printer.findings == []


def test_an_application_is_kept_and_its_receipt_comes_out(tmp_path, printer):
    with running(tmp_path, printer) as (machinery, news):
        visit = short_of_papers()
        visit.take(Confirmed(1), "summary")
        visit.take(Signed(1, NAME_STROKES), "sign")
        machinery.works["keep application"](visit)
        kept = next_of((Kept,), news)
        assert len(kept.digest) == 64
        visit.take(kept, "handing_in")
        machinery.works["print slip"](visit)
        assert next_of((Printed,), news) == Printed(1)
        machinery.forget(visit)
    assert printer.findings == []


def test_a_terminal_without_a_document_camera_says_so_when_it_is_to_scan(tmp_path, printer):
    with running(tmp_path, printer) as (machinery, news):
        machinery.works["scan page"](Visit(1))
        assert next_of((DeviceDown,), news).device == "scanner"


def test_there_is_somebody_for_every_work_that_the_tables_name(tmp_path, printer):
    with running(tmp_path, printer) as (machinery, _):
        named = {step.work for flow in (CERTIFY, FORWARD) for step in flow.steps.values()}
        assert named - {None} <= set(machinery.works)
