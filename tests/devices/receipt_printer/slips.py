"""A receipt printer opened on its far end, and what the whole slip says."""

from __future__ import annotations

import threading

from devices.escpos import encode
from devices.printer_links import SerialLink, TcpLink
from devices.receipt_printer import ReceiptPrinter
from tests.printer_kit import PROFILES, certification, drawn, glyphs

PROFILE = PROFILES["generic-80"]
SLIP = certification()
BEFORE_ANY_PRINTER_MOVES = 0.3  # seconds without a confirmation: enough where none will come


def link(far):
    return SerialLink(far.address) if isinstance(far.address, str) else TcpLink(*far.address)


def opened(far, profile=PROFILE, **times):
    return ReceiptPrinter(link(far), profile, glyphs(), **({"answer_timeout_s": 10.0} | times))


def whole_text(slip=SLIP, profile=PROFILE):
    (page,), findings = drawn(encode(slip, profile, glyphs()), profile)
    assert findings == []
    return page.text


def after_lines(far, lines, happen):
    """A thread that lets something happen to the printer in the middle of a slip."""
    thread = threading.Thread(
        target=lambda: far.wait_until(lambda: far.lines_printed >= lines) and happen()
    )
    thread.start()
    return thread
