"""What a technician records on site: one reading, one code, one test slip, with nobody in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from config.settings import Settings
from devices import idcard_redaction, receipt_redaction, social_card_redaction
from devices.base import DeviceAbsentError
from devices.code_reader import SerialCodeReader
from devices.code_reader_profiles import load_profiles
from devices.glyphs import Glyphs
from devices.idcard_reader import IdCardReader
from devices.receipt_printer import ReceiptPrinter
from devices.receipt_redaction import slip_to_json
from devices.recorded_lines import (
    CODE_READER_RULES,
    RecordedLine,
    RecordedLinkSettings,
    RecordedSerialLine,
    recorded_card,
)
from devices.recording import Recording
from devices.slip import Line, Qr, Rule, Slip, Title
from devices.social_card import SocialCardReader
from kiosk.platform.drivers import one_of, printer_link, printer_profile, reader_profile

SCAN_WAIT_S = 60.0
TEST_SLIP = Slip((Title("测试"), Line("打印机 ABC 0123456789"), Rule(), Qr("TEST")))


def record_reader(given: Settings, file: Path) -> None:
    """Reads the card that lies there. Raises: DeviceError, after it was recorded; OSError."""
    wanted, profile = given.idcard_reader, reader_profile(given)
    settings = {"baud": wanted.baud, "timeout_s": profile.timeout_s}
    with (
        Recording(
            file, "idcard_reader", profile.name, idcard_redaction.RULES, **settings
        ) as recording,
        IdCardReader(
            wanted.port, wanted.baud, profile=profile, open_line=RecordedLine.to(recording)
        ) as reader,
    ):
        recording.run("read", reader.read)


def record_printer(given: Settings, file: Path) -> None:
    """Prints a test slip. Raises: DeviceError, after it was recorded; OSError."""
    link, profile = printer_link(given), printer_profile(given)
    glyphs = Glyphs((given.display.fonts / "NotoSansSC-Regular.otf",))
    with (
        Recording(file, "receipt_printer", profile.name, receipt_redaction.RULES) as recording,
        ReceiptPrinter(RecordedLinkSettings(link, recording), profile, glyphs) as printer,
    ):
        recording.run("print", lambda: printer.print(TEST_SLIP), slip=slip_to_json(TEST_SLIP))


def record_social_card(given: Settings, file: Path) -> None:
    """Reads the card in the reader. Raises: DeviceError, after it was recorded; OSError."""
    section = given.social_card
    if section is None:
        raise DeviceAbsentError("the settings name no social_card")
    with (
        Recording(file, "social_card", "generic", social_card_redaction.RULES) as recording,
        SocialCardReader(section.ignored, tap=recorded_card(recording)) as reader,
    ):
        recording.run("read", reader.read)


def record_code(given: Settings, file: Path) -> None:
    """Waits for one code. Raises: DeviceError, after it was recorded; OSError."""
    section = given.code_reader
    if section is None or section.port is None:
        raise DeviceAbsentError("the settings name no code_reader on a serial line")
    profile = one_of("code_reader.profile", section.profile, load_profiles())
    with (
        Recording(file, "code_reader", profile.name, CODE_READER_RULES) as recording,
        SerialCodeReader(
            section.port, profile, open_line=RecordedSerialLine.to(recording)
        ) as reader,
    ):
        recording.run("read", lambda: reader.read(SCAN_WAIT_S))


RECORDERS: Mapping[str, Callable[[Settings, Path], None]] = {
    "idcard_reader": record_reader,
    "receipt_printer": record_printer,
    "social_card": record_social_card,
    "code_reader": record_code,
}
