"""`make machine`: drivers on a kernel's own USB devices, in a virtual machine."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from sandbox.social_card_chip import Chip
from sandbox.social_cards import ZHANG_SAN
from tests.machine.kernel import NoKernelError, boot_files
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
            Machine(*boot_files(BOOT), program) as machine,
        ):
            socket = Path(directory) / "card"
            while (told := machine.said())["at"] != "end":
                if told["at"] == "check":
                    checks, failed = checks + 1, failed + (not told["ok"])
                    print(f"{'ok  ' if told['ok'] else 'FAIL'} {told['what']}", flush=True)
                else:
                    _do(machine, told, socket)
    except (MachineError, NoKernelError) as fault:
        print(fault)
        failed += 1
    print(f"machine: {checks} checks, {failed} failed")
    return 1 if failed else 0


def _do(machine: Machine, told: dict[str, str], card: Path) -> None:
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
                    "addr": {"type": "unix", "data": {"path": str(card)}},
                    "server": False,
                },
            }
            machine.order("chardev-add", id="card-line", backend=backend)
            machine.plug("ccid-card-passthru", "card", bus="reader.0", chardev="card-line")
        case "pull card":
            machine.pull("card")


if __name__ == "__main__":
    sys.exit(main())
