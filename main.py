"""The terminal: builds the parts and hands each what it needs. `main.py --help` names them.

What the first picture does not need is imported by the function that does need it: a resident who
sees a page half a second earlier is worth an import that is not at the top.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import logging
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

from config import settings, texts
from config.catalogue_pack import Catalogue, open_pack
from config.divisions import Divisions
from config.start_error import StartError
from kiosk.visits.pages import first_view
from screens.setup import Display, prepare

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.reception import Reception
    from kiosk.visits.events import Event

log = logging.getLogger("kiosk")

HERE = Path(__file__).resolve().parent
TICK_S = 0.5
SWITCH_S = 0.001  # how long the window may wait for the imports behind it: a fifth of the usual
RECORDED = ("idcard_reader", "receipt_printer", "social_card", "code_reader")
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # <malloc.h>

# Command → who does it, and what it is for.
_DESK: Final = "kiosk.desks.technician"
COMMANDS: Final = {
    "run": ("main:run", "show the terminal until it is stopped"),
    "demo": ("main:demo", "the sandbox and the terminal: a window, or a visit led by touches"),
    "check": (
        f"{_DESK}:check",
        "read settings, catalogue, texts, keys; start nothing",
    ),
    "devices": (f"{_DESK}:devices", "what is plugged in, as lines for the settings"),
    "record": (
        f"{_DESK}:record",
        "what goes over a device's cable, with nobody in it",
    ),
    "staff-card": (f"{_DESK}:staff_card", "a card's line for the settings"),
    "doctor": (f"{_DESK}:doctor", "look over the installation, a line a finding"),
    "enrol": (f"{_DESK}:enrol", "what the platform has to know; makes the key"),
    "journal": (
        f"{_DESK}:journal",
        "write the journal to a file, or check such a file",
    ),
    "outbox": (
        f"{_DESK}:outbox",
        "what was set aside, and back into the line with it",
    ),
    "courier": (f"{_DESK}:courier", "what waits, onto a stick"),
    "catalogue": ("config.catalogue_desk:catalogue", "check, build, sign, compare the items"),
}


def main() -> int:
    arguments = _arguments()
    module, _, name = COMMANDS[arguments.command][0].partition(":")
    try:
        command = globals()[name] if module == "main" else getattr(import_module(module), name)
        return int(command(arguments) or 0)
    except StartError as fault:
        print(fault, file=sys.stderr)
        return 2


def run(arguments: argparse.Namespace) -> None:
    """First the window with its first page, then who leads through the pages, then the machines."""
    usual_s = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    gc.disable()  # until the window is up: nothing that is imported is ever rubbish
    _harden()
    given = settings.load(arguments.config)
    home = _writable_home(given)
    prepare(_display(given, home))
    # After `prepare`, because Kivy reads the environment when it is imported.
    from kivy.clock import Clock

    from screens.app import KioskApp
    from screens.content import Contact, Means
    from screens.ime.lexicon import Lexicon

    words = {language: texts.load(language) for language in texts.LANGUAGES}
    items, divisions = _catalogue(given), Divisions()
    reception: Reception | None = None
    early: list[Event] = []  # what was touched before anybody was there to lead on
    faults: list[Exception] = []

    def tell(event: Event) -> None:
        if reception is None:
            early.append(event)
        else:
            reception.tell(event)

    def furnish() -> None:
        """A thread: half a second's work, most of it imports, while the first page is up."""
        from kiosk.reception import Reception

        try:
            built = Reception(given, words, items, divisions, app.show, decode)
            app.soon(partial(opened, built))
            from kiosk.machines.machinery import Machinery

            fitted = Machinery(
                given,
                words,
                built.preview,
                lambda event: app.soon(partial(tell, event)),
                built.desk_preview,
                divisions,
                items.version,
                built.board,
                built.offered,
            )
        except Exception as fault:  # noqa: BLE001 (all: raised again below)
            faults.append(fault)
            app.soon(app.stop)
        else:
            app.soon(partial(built.equip, fitted))
            sys.setswitchinterval(usual_s)

    def decode(jpeg: bytes) -> NDArray[np.uint8] | None:
        from kiosk.papers.pictures import decoded

        return decoded(jpeg)

    def opened(built: Reception) -> None:
        nonlocal reception
        reception = built
        reception.open()
        for event in early:
            reception.tell(event)
        Clock.schedule_interval(lambda _: app.soon(built.tick), TICK_S)

    def started() -> None:
        app.show(first_view(given.terminal.place))
        # The next turn of the clock comes when it has been drawn.
        fitter = Thread(target=furnish, name="fitter", daemon=True)
        Clock.schedule_once(lambda _: fitter.start())

    app = KioskApp(
        words,
        Contact(given.terminal.place, given.terminal.attendant, given.terminal.phone),
        tell,
        given.display.fonts,
        given.display.fallback_fonts,
        page_map=arguments.page_map,
        means=Means(Lexicon(given.display.lexicon), divisions),
    )
    app.bind(on_start=lambda _: started())
    signal.signal(signal.SIGTERM, lambda *_: app.soon(app.stop))
    try:
        app.run()
    finally:
        if reception is not None:
            reception.close()
    for fault in faults:
        raise fault


def demo(arguments: argparse.Namespace) -> int:
    """The sandbox and the terminal, with a window where there is a display, led by touches where
    not.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return subprocess.call(
            [sys.executable, "-m", "sandbox.demo", "--out", "demo-output"], cwd=HERE
        )
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as folder, ExitStack() as held:
        config = Path(folder) / "kiosk.toml"
        sandbox = subprocess.Popen(
            [
                *(sys.executable, "-m", "sandbox", "--dir", folder, "--fixed-ports"),
                *("--size", _window_that_fits(), "--devices", "all"),
            ],
            cwd=HERE,
        )
        held.callback(sandbox.wait, 10)
        held.callback(sandbox.terminate)
        told = Path(folder) / "sandbox.json"  # the last to be written
        while not told.exists():
            if sandbox.poll() is not None:
                raise StartError("the sandbox ended before it was ready; its own lines say why")
            time.sleep(0.05)
        os.environ.update(json.loads(told.read_text("utf-8"))["environment"])
        arguments.config = config
        run(arguments)
    return 0


def _window_that_fits() -> str:
    """Upright, as high as nine tenths of the display; half size where the display does not say."""
    told = subprocess.run(["xdpyinfo"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"dimensions: +\d+x(\d+) pixels", told)
    height_px = min(1920, int(found[1]) * 9 // 10) if found else 960
    return f"{height_px * 9 // 16}x{height_px}"


def _catalogue(given: settings.Settings) -> Catalogue:
    """The installed one, or a newer one that the platform has published; where a key is named for
    catalogues, what that has signed and nothing else. Raises: PackError.
    """
    if given.catalogue_key is not None:
        from config.catalogue_signature import open_signed_pack

        return open_signed_pack(given.catalogue, bytes.fromhex(given.catalogue_key))
    installed = open_pack(given.catalogue)
    if not any((given.state / "references").glob("catalogue.*")):
        return installed
    from kiosk.machines.catalogue_shelf import published

    return published(given, installed)


def _arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--config", type=Path, default=HERE / "config" / "kiosk.toml", help="the settings file"
    )
    options.add_argument(
        "--page-map", type=Path, help="a file that tells where each control of the page is"
    )
    parser = argparse.ArgumentParser(prog="main.py", description="Self-service terminal")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    made = {
        name: commands.add_parser(name, help=help_line, parents=[options])
        for name, (_, help_line) in COMMANDS.items()
    }
    made["record"].add_argument("device", choices=RECORDED)
    made["record"].add_argument("file", type=Path)
    made["journal"].add_argument("what", choices=("export", "verify"))
    made["journal"].add_argument("file", type=Path)
    made["journal"].add_argument("--key", help="the terminal's public key, 64 hexadecimal digits")
    what = ("check", "build", "sign", "diff", "schema")
    made["catalogue"].add_argument("what", choices=what)
    made["catalogue"].add_argument("files", type=Path, nargs="*", help="see docs/catalogue.md")
    made["catalogue"].add_argument("--key", type=Path, help="an Ed25519 private key, PEM")
    made["staff-card"].add_argument(
        "--helper", action="store_true", help="somebody who leads residents through"
    )
    made["outbox"].add_argument("what", choices=("list", "put-back"))
    made["outbox"].add_argument("number", nargs="?", help="14 digits, from the list")
    made["courier"].add_argument("directory", type=Path, help="where the stick is mounted")
    words = sys.argv[1:]
    if not words or words[0] in ("--config", "--page-map"):
        words = ["run", *words]  # what a terminal does when it is told nothing
    return parser.parse_args(words)


def _harden() -> None:
    """No core dump, no file that others can read: memory holds personal data during a visit.

    Memory that was given back goes back to the system: pictures are mapped on their own and few
    arenas are kept (mallopt(3)), or a terminal of many threads grows with every visit.
    """
    libc = ctypes.CDLL(None)
    libc.mallopt(M_ARENA_MAX, 2)
    libc.mallopt(M_MMAP_THRESHOLD, 1 << 19)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
        force=True,  # an import has set up a log of its own
    )


def _writable_home(given: settings.Settings) -> Path:
    """Makes the directories of the settings; where Kivy may write. Nobody needs that after a power
    cut, so that a disk that is full or cannot be written does not keep the window away.
    """
    if given.scratch is not None and _takes_a_file(given.scratch):
        tempfile.tempdir = os.environ["TMPDIR"] = str(given.scratch)
    home = given.state / "kivy"
    return home if _takes_a_file(home) else Path(tempfile.mkdtemp(prefix="kiosk-"))


def _takes_a_file(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=directory) as probe:
            probe.write(bytes(1 << 16))
    except OSError as fault:
        log.error("%s cannot be written: %s", directory, fault.strerror)
        return False
    return True


def _display(given: settings.Settings, home: Path) -> Display:
    panel = given.display
    return Display(
        home=home,
        width_px=panel.width_px,
        height_px=panel.height_px,
        diagonal_inch=panel.diagonal_inch,
        fullscreen=panel.fullscreen,
        show_cursor=panel.show_cursor,
    )


if __name__ == "__main__":
    sys.exit(main())
