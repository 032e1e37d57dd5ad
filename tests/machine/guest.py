"""What runs inside the machine: the drivers, on the kernel's own devices.

Tells where it has come to in lines of JSON; whoever plugs and types outside goes by them.
"""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from devices.base import Condition, DeviceAbsentError, DeviceError, NotToBeOpenedError
from devices.code_reader import WedgeCodeReader
from devices.social_card import SocialCardReader

KEYBOARD: Final = "0627:0001"  # QEMU's USB keyboard
_RECORD: Final = struct.Struct("@llHHi")
_EV_KEY: Final = 1


def say(at: str, **more: Any) -> None:
    print(json.dumps({"at": at, **more}), flush=True)


def until(true: Callable[[], object], timeout_s: float = 60.0) -> bool:
    end_s = monotonic() + timeout_s
    while monotonic() < end_s:
        if true():
            return True
        sleep(0.05)
    return False


def wedge() -> None:
    """A scanner that types: free, taken, refused to another, given back, pulled, plugged."""
    say("plug keyboard")
    until(lambda: _node() is not None)
    node = _node()
    assert node is not None
    window = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    say("type", text="ab")
    say("check", what="a free keyboard types into the window", ok=_typed(window, 20) >= 2)
    with WedgeCodeReader(usb=KEYBOARD) as reader:
        say("type", text="k3042-7\n")
        say("check", what="the code is read", ok=reader.read(30) == "k3042-7")
        say("check", what="nothing of it reaches the window", ok=_typed(window, 1) == 0)
        say("check", what="a second program is refused", ok=_refused())
    say("type", text="cd")
    say("check", what="afterwards it types into the window again", ok=_typed(window, 20) >= 2)
    os.close(window)
    with WedgeCodeReader(usb=KEYBOARD) as reader:
        say("pull keyboard")
        say("check", what="a reader pulled out is absent", ok=_lost(reader))
    say("plug keyboard")
    say("check", what="it is found again by its own name", ok=until(_there))
    with WedgeCodeReader(usb=KEYBOARD) as reader:
        say("type", text="again\n")
        say("check", what="and reads", ok=reader.read(30) == "again")


def smart_card() -> None:
    """A reader and a card that come and go, told by the service, with the driver open all along."""
    for file in Path("/etc/reader.conf.d").glob("*"):
        file.unlink()  # of this machine's memory disk: USB readers alone
    subprocess.run(["/lib/systemd/systemd-udevd", "--daemon"], check=True)
    service = subprocess.Popen(
        ["/usr/sbin/pcscd", "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: Path("/run/pcscd/pcscd.comm").exists())
    with SocialCardReader() as driver:
        absent = driver.status().condition is Condition.ABSENT
        say("check", what="without a reader it is absent", ok=absent)
        say("plug reader")
        ok = until(lambda: driver.status().condition is Condition.OK)
        say("check", what="a reader plugged in is there without opening anew", ok=ok)
        say("check", what="an empty reader has no card", ok=driver.read() is None)
        say("plug card")
        say("check", what="a card put in ends the waiting", ok=driver.wait_for_card(60))
        card = driver.read()
        say("check", what="and is read", ok=card is not None and bool(card.name))
        say("pull card")
        say("check", what="a card taken ends the waiting", ok=driver.wait_for_removal(60))
        say("pull reader")
        ok = until(lambda: driver.status().condition is Condition.ABSENT)
        say("check", what="a reader pulled out is absent", ok=ok)
        say("plug reader")
        ok = until(lambda: driver.status().condition is Condition.OK)
        say("check", what="and there again when it is plugged in", ok=ok)
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
    for scene in (wedge, smart_card):
        try:
            scene()
        except (DeviceError, OSError, AssertionError) as fault:
            say("check", what=f"{scene.__name__}: {type(fault).__name__}: {fault}", ok=False)
    say("end")
    sys.stdout.flush()
