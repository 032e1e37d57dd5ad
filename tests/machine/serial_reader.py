"""A reader on a USB adapter that comes back under another name, another adapter in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from devices.base import Condition, DeviceAbsentError
from devices.discovery import discover
from devices.idcard_reader import IdCardReader
from devices.ports import Port, serial_ports
from tests.machine.telling import check, say, until

NUMBER: Final = "R3042"  # that the reader's adapter bears; the other has none
_PATIENCE_S: Final = 10.0  # of the module: the processor is emulated


def serial_reader() -> None:
    say("plug id reader")
    until(_port)
    before = _port()
    check("a reader on an adapter is known by its number", before and NUMBER in before.stable)
    assert before is not None
    with IdCardReader(before.stable, timeout_s=_PATIENCE_S) as reader:
        check("it reads", _reads(reader))
        say("pull id reader")
        check("pulled out it is absent", until(lambda: _is_absent(reader)))
    until(lambda: not Path(before.path).exists())
    say("plug adapter")
    until(lambda: Path(before.path).exists())
    say("plug id reader")
    until(_port)
    after = _port()
    assert after is not None
    check("it comes back under another name", after.path != before.path)
    check("and is known by the same number", after.stable == before.stable)
    with IdCardReader(before.stable, timeout_s=_PATIENCE_S) as reader:
        check("by which it reads again", _reads(reader))
    kinds = {found.port: found.kind for found in discover()}
    right = (kinds.get(after.path), kinds.get(before.path)) == ("idcard_reader", "unknown")
    check("the adapter in its place is not taken for it", right)
    say("pull id reader")


def _port() -> Port | None:
    """Once its link is there: udev makes it a little after the port."""
    known = (port for port in serial_ports() if port.usb and port.usb.serial == NUMBER)
    return next((port for port in known if "by-id" in port.stable), None)


def _reads(reader: IdCardReader) -> bool:
    card = reader.read()
    return card is not None and bool(card.name)


def _is_absent(reader: IdCardReader) -> bool:
    try:
        return reader.status().condition is Condition.ABSENT
    except DeviceAbsentError:
        return True
