"""`make machine`: drivers on a kernel's own USB devices, in a virtual machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from sandbox.id_cards import ZHANG_SAN as ID_CARD
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.social_card_chip import Chip
from sandbox.social_cards import ZHANG_SAN
from tests.machine.kernel import NoKernelError, boot_files
from tests.machine.serial_reader import NUMBER
from tests.machine.smart_card import CardInReader
from tests.machine.virtual_machine import Machine, MachineError

HERE: Final = Path(__file__).resolve().parents[2]
BOOT: Final = HERE / "build" / "machine"


def main() -> int:
    checks, failed = 0, 0
    program = f"cd {HERE} && exec .venv/bin/python -B -m tests.machine.guest"
    try:
        with (
            tempfile.TemporaryDirectory(prefix="card-") as directory,
            CardInReader(Path(directory) / "card", Chip(ZHANG_SAN)),
            IdCardReaderPeer(Path(directory) / "wire") as id_reader,
            Machine(*boot_files(BOOT), program) as machine,
        ):
            rooms = Path(directory)
            wire = {"type": "serial", "data": {"device": str((rooms / "wire").resolve())}}
            machine.order("chardev-add", id="wire", backend=wire)
            machine.order("chardev-add", id="nobody", backend={"type": "null", "data": {}})
            while (told := machine.said())["at"] != "end":
                if told["at"] == "check":
                    checks, failed = checks + 1, failed + (not told["ok"])
                    print(f"{'ok  ' if told['ok'] else 'FAIL'} {told['what']}", flush=True)
                else:
                    _do(machine, told, rooms, id_reader)
    except (MachineError, NoKernelError) as fault:
        print(fault)
        failed += 1
    print(f"machine: {checks} checks, {failed} failed")
    return 1 if failed else 0


def _do(machine: Machine, told: dict[str, str], rooms: Path, id_reader: IdCardReaderPeer) -> None:
    match told["at"]:
        case "plug keyboard":
            machine.plug("usb-kbd", "scanner", bus="usb.0")
        case "pull keyboard":
            machine.pull("scanner")
        case "type":
            machine.type(told["text"])
        case "plug reader":
            machine.plug("usb-ccid", "reader", bus="usb.0")
        case "pull reader":
            machine.pull("reader")
        case "plug card":
            backend = {
                "type": "socket",
                "data": {
                    "addr": {"type": "unix", "data": {"path": str(rooms / "card")}},
                    "server": False,
                },
            }
            machine.order("chardev-add", id="card-line", backend=backend)
            machine.plug("ccid-card-passthru", "card", bus="reader.0", chardev="card-line")
        case "pull card":
            machine.pull("card")
        case "plug id reader":
            id_reader.lay(ID_CARD)
            machine.plug("usb-serial", "id_reader", bus="usb.0", chardev="wire", serial=NUMBER)
        case "pull id reader":
            machine.pull("id_reader")
            id_reader.lift()  # without power it has found nothing yet
        case "plug adapter":
            always = {"always-plugged": True}  # also with nobody behind it
            machine.plug("usb-serial", "adapter", bus="usb.0", chardev="nobody", **always)


if __name__ == "__main__":
    sys.exit(main())
