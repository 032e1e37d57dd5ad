"""What a technician records on site: one reading of a card, or one test slip, with nobody in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from config.settings import Settings
from devices import idcard_redaction, receipt_redaction
from devices.glyphs import Glyphs
from devices.idcard_reader import IdCardReader
from devices.receipt_printer import ReceiptPrinter
from devices.receipt_redaction import slip_to_json
from devices.recorded_lines import RecordedLine, RecordedLinkSettings
from devices.recording import Recording
from devices.slip import Line, Qr, Rule, Slip, Title
from kiosk.drivers import printer_link, printer_profile, reader_profile

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


RECORDERS: Mapping[str, Callable[[Settings, Path], None]] = {
    "idcard_reader": record_reader,
    "receipt_printer": record_printer,
}
