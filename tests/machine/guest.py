"""What runs inside the machine: the drivers, on the kernel's own devices.

Tells where it has come to in lines of JSON; whoever plugs and types outside goes by them.
"""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from devices.base import Condition, DeviceAbsentError, DeviceError, NotToBeOpenedError
from devices.code_reader import WedgeCodeReader
from devices.social_card import SocialCardReader
from tests.machine.camera import camera
from tests.machine.serial_reader import serial_reader
from tests.machine.telling import check, say, until

KEYBOARD: Final = "0627:0001"  # QEMU's USB keyboard
_RECORD: Final = struct.Struct("@llHHi")
_EV_KEY: Final = 1


def wedge() -> None:
    """A scanner that types: free, taken, refused to another, given back, pulled, plugged."""
    say("plug keyboard")
    until(lambda: _node() is not None)
    node = _node()
    assert node is not None
    window = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    say("type", text="ab")
    check("a free keyboard types into the window", _typed(window, 20) >= 2)
    with WedgeCodeReader(usb=KEYBOARD) as reader:
        say("type", text="k3042-7\n")
        check("the code is read", reader.read(30) == "k3042-7")
        check("nothing of it reaches the window", _typed(window, 1) == 0)
        check("a second program is refused", _refused())
    say("type", text="cd")
    check("afterwards it types into the window again", _typed(window, 20) >= 2)
    os.close(window)
    with WedgeCodeReader(usb=KEYBOARD) as reader:
        say("pull keyboard")
        check("a reader pulled out is absent", _lost(reader))
    say("plug keyboard")
    check("it is found again by its own name", until(_there))
    with WedgeCodeReader(usb=KEYBOARD) as reader:
        say("type", text="again\n")
        check("and reads", reader.read(30) == "again")


def smart_card() -> None:
    """A reader and a card that come and go, told by the service, with the driver open all along."""
    for file in Path("/etc/reader.conf.d").glob("*"):
        file.unlink()  # of this machine's memory disk: USB readers alone
    service = subprocess.Popen(
        ["/usr/sbin/pcscd", "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: Path("/run/pcscd/pcscd.comm").exists())
    with SocialCardReader() as driver:
        absent = driver.status().condition is Condition.ABSENT
        check("without a reader it is absent", absent)
        say("plug reader")
        ok = until(lambda: driver.status().condition is Condition.OK)
        check("a reader plugged in is there without opening anew", ok)
        check("an empty reader has no card", driver.read() is None)
        say("plug card")
        check("a card put in ends the waiting", driver.wait_for_card(60))
        card = driver.read()
        check("and is read", card is not None and bool(card.name))
        say("pull card")
        check("a card taken ends the waiting", driver.wait_for_removal(60))
        say("pull reader")
        ok = until(lambda: driver.status().condition is Condition.ABSENT)
        check("a reader pulled out is absent", ok)
        say("plug reader")
        ok = until(lambda: driver.status().condition is Condition.OK)
        check("and there again when it is plugged in", ok)
    service.terminate()


def _node() -> Path | None:
    with suppress(DeviceError), WedgeCodeReader(usb=KEYBOARD) as reader:
        return Path(reader.status().detail.rpartition(" ")[2])
    return None


def _there() -> bool:
    return _node() is not None


def _typed(window: int, wait_s: float) -> int:
    """How many keys went down, of those that come within `wait_s`; not one after two."""
    keys, end_s = 0, monotonic() + wait_s
    while keys < 2 and select.select([window], [], [], max(0.0, end_s - monotonic()))[0]:
        for _, _, kind, _, value in _RECORD.iter_unpack(os.read(window, _RECORD.size * 64)):
            keys += kind == _EV_KEY and value == 1
    return keys


def _refused() -> bool:
    try:
        with WedgeCodeReader(usb=KEYBOARD):
            return False
    except NotToBeOpenedError:
        return True


def _lost(reader: WedgeCodeReader) -> bool:
    try:
        reader.read(60)
    except DeviceAbsentError:
        return True
    return False


if __name__ == "__main__":
    subprocess.run(["/lib/systemd/systemd-udevd", "--daemon"], check=True)
    subprocess.run(  # for what was there before it
        ["udevadm", "trigger", "--action=add"],
        env={**os.environ, "SYSTEMD_IGNORE_CHROOT": "1"},
        check=True,
    )
    for scene in (wedge, smart_card, serial_reader, camera):
        try:
            scene()
        except (DeviceError, OSError, AssertionError) as fault:
            check(f"{scene.__name__}: {type(fault).__name__}: {fault}", False)
    say("end")
    sys.stdout.flush()
