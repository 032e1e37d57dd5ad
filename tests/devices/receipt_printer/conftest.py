"""The far end of a receipt printer, by each cable it may have."""

import pytest

from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import font


@pytest.fixture(params=["tcp", "serial"])
def peer(request):
    with ReceiptPrinterPeer(font(), serial=request.param == "serial") as far:
        yield far


@pytest.fixture
def tcp_peer():
    with ReceiptPrinterPeer(font()) as far:
        yield far
