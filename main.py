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
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from config import settings, texts
from config.catalogue_models import Item
from config.catalogue_pack import Catalogue, PackError, open_pack
from config.divisions import Divisions
from config.guides import GuideError, load_guides
from kiosk.conductor import Conductor
from kiosk.declaring_page_makers import DeclaringPageMaker
from kiosk.draft_page_makers import DraftPageMaker
from kiosk.events import Event
from kiosk.finding_pages import ROWS, Shelves
from kiosk.following_page_makers import FollowingPageMaker
from kiosk.form_page_makers import FormPageMaker
from kiosk.forms.intake import beginning
from kiosk.helping_page_makers import HelpingPageMaker
from kiosk.mine_page_makers import MinePageMaker
from kiosk.notice_board import NoticeBoard
from kiosk.notice_page_makers import NoticePageMaker
from kiosk.page_makers import makers
from kiosk.pages import View
from kiosk.paper_page_makers import HandingInPageMaker
from kiosk.preview import Preview
from kiosk.query_page_makers import QueryPageMaker
from kiosk.questions import QUESTIONS
from kiosk.search_tally import SearchTally
from kiosk.services.certify import CERTIFY
from kiosk.services.following import PAPER, PROGRESS
from kiosk.services.forward import FORWARD
from kiosk.services.helping import HELPING
from kiosk.services.lobby import LOBBY
from kiosk.services.mine import MINE
from kiosk.services.notices import NOTICES
from kiosk.services.pausing import RESUME
from kiosk.services.query import QUERY, VERIFY
from kiosk.visit import Visit
from screens.setup import Display, prepare

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from kiosk.machinery import Machinery

log = logging.getLogger("kiosk")

HERE = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")
TICK_S = 0.5
# By the ability of an item, or by the name of what else the home page offers.
SERVICES = {
    "certify": CERTIFY,
    "query": QUERY,
    "verify": VERIFY,
    "forward": FORWARD,
    "progress": PROGRESS,
    "paper": PAPER,
    "mine": MINE,
    "resume": RESUME,
}
PUBLISHED = {"notices": NOTICES}  # where the settings say who signs them
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # <malloc.h>


class StartError(Exception):
    """One line for the technician: why the terminal does not start."""


def main() -> int:
    arguments = _arguments()
    try:
        return int(arguments.command(arguments) or 0)
    except (
        settings.SettingsError,
        PackError,
        GuideError,
        texts.TextsError,
        StartError,
    ) as fault:
        print(fault, file=sys.stderr)
        return 2


def run(arguments: argparse.Namespace) -> None:
    """Shows the terminal until it is stopped."""
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

    words = {language: texts.load(language) for language in LANGUAGES}
    items = _catalogue(given)

    def find(text: str) -> list[str]:
        from kiosk.finding import Finder

        return [one.code for one in Finder(items.db).find(text, ROWS)]

    shelves = Shelves(cache(load_guides), find, given.terminal.division)
    tally = SearchTally(find)
    preview, desk_preview, divisions = Preview(), Preview(), Divisions()
    board = NoticeBoard(lambda: datetime.now().astimezone())
    services = {**SERVICES, **(PUBLISHED if given.platform.publisher_key_file else {})}
    services |= {"helped": HELPING} if given.terminal.helpers else {}
    conductor: Conductor | None = None
    machinery: Machinery | None = None
    faults: list[Exception] = []

    def tell(event: Event) -> None:
        if conductor is not None:
            conductor.handle(event)

    def post(event: Event) -> None:
        """From any thread: the one crossing into the window's."""
        Clock.schedule_once(lambda _: tell(event))

    def show(view: View) -> None:
        app.show(view)
        if machinery is not None:
            machinery.guide(view.page)

    def wiped(visit: Visit) -> None:
        preview.clear()
        tally.visit_over(visit)
        desk_preview.clear()
        if machinery is not None:
            machinery.forget(visit)

    app = KioskApp(
        words,
        Contact(given.terminal.place, given.terminal.attendant, given.terminal.phone),
        tell,
        given.display.fonts,
        given.display.fallback_fonts,
        page_map=arguments.page_map,
        means=Means(Lexicon(given.display.lexicon), divisions),
    )

    def decode(jpeg: bytes) -> NDArray[np.uint8] | None:
        from kiosk.pictures import decoded

        return decoded(jpeg)

    def started() -> None:
        nonlocal conductor
        home = (given.terminal.division, divisions.full_name)
        results = QueryPageMaker(words, own_pages=True)
        pages = {
            **makers(given.terminal.place, preview.newest, shelves, services, board.line),
            **FormPageMaker(words, *home).makers(),
            **HandingInPageMaker(words, desk_preview.newest, decode, *home).makers(),
            **DraftPageMaker(words, divisions.full_name).makers(),
            **HelpingPageMaker(words).makers(),
            **DeclaringPageMaker(words, divisions.full_name).makers(),
            **results.makers(),
            **FollowingPageMaker(words).makers(),
            **MinePageMaker(words).makers(),
            **NoticePageMaker(words, board).makers(),
        }
        conductor = Conductor(
            LOBBY,
            services,
            items,
            pages,
            show,
            wiped,
            time.monotonic(),
            {**QUESTIONS, "what it is printed on": results.printed_on},
            beginning(items, divisions.knows, lambda: datetime.now().astimezone()),
        )
        Clock.schedule_interval(lambda _: conductor.tick(time.monotonic()), TICK_S)
        # The next turn of the clock comes when the first page has been drawn.
        Clock.schedule_once(lambda _: Thread(target=fit, name="fitter", daemon=True).start())

    def fit() -> None:
        """A thread: half a second's work, most of it imports, while the first page is up."""
        from kiosk.machinery import Machinery

        try:
            Item.model_rebuild()  # once, before the first item is asked for
            fitted = Machinery(
                *(given, words, preview, post, desk_preview, divisions, items.version, board)
            )
        except Exception as fault:  # noqa: BLE001 (all: raised again below)
            faults.append(fault)
            Clock.schedule_once(lambda _: app.stop())
        else:
            Clock.schedule_once(lambda _: equip(fitted))

    def equip(fitted: Machinery) -> None:
        nonlocal machinery
        machinery = fitted
        machinery.start()
        if conductor is not None:
            conductor.equip(machinery.works)

    app.bind(on_start=lambda _: started())
    signal.signal(signal.SIGTERM, lambda *_: Clock.schedule_once(lambda _: app.stop()))
    try:
        app.run()
    finally:
        if conductor is not None:
            conductor.close()
        if machinery is not None:
            machinery.stop()
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


def check(arguments: argparse.Namespace) -> None:
    """Reads settings, catalogue, texts and keys as `run` would, and starts nothing."""
    from kiosk.platform_set_up import platform_of, publisher_of, sealer_of

    given = settings.load(arguments.config)
    items = _catalogue(given)
    load_guides()
    for language in LANGUAGES:
        texts.load(language)
    sealer_of(given)
    publisher_of(given)
    platform_of(given, lambda _: None)
    print(f"{arguments.config}: in order; {len(items.codes())} items")


def devices(arguments: argparse.Namespace) -> None:
    """Looks what is plugged in, asks what it is, and prints lines for the settings."""
    from devices.discovery import discover
    from devices.nodes import pattern_of
    from kiosk.device_lines import settings_lines

    bound: dict[str, str] = {}
    if arguments.config.exists():
        given = settings.load(arguments.config)
        bound = {
            given.idcard_reader.port: "idcard_reader",
            pattern_of(given.receipt_printer.link): "receipt_printer",
        }
    for line in settings_lines(discover(bound=bound)):
        print(line)


FIRST = {
    "idcard_reader": "Lay the card on the reader.",
    "receipt_printer": "A test slip is printed.",
    "social_card": "Put the card into the reader.",
    "code_reader": "Hold a code before the reader.",
}


def record(arguments: argparse.Namespace) -> None:
    """Records what goes over a device's cable, with nobody in it, as a file."""
    from devices.base import DeviceError
    from kiosk.field_recording import RECORDERS

    given = settings.load(arguments.config)
    print(FIRST[arguments.device], flush=True)
    if arguments.device in ("idcard_reader", "social_card"):
        input("Then press Enter. ")
    try:
        RECORDERS[arguments.device](given, arguments.file)
    except DeviceError as fault:
        print(f"the fault was recorded: {fault}")
    except OSError as fault:
        raise StartError(f"{arguments.file}: {fault.strerror}") from None
    print(f"{arguments.file}: send this file in; it names nobody (docs/recording.md)")


def staff_card(arguments: argparse.Namespace) -> None:
    """Waits for a card on the configured reader and prints its line for the settings."""
    from devices.base import DeviceError
    from kiosk.drivers import open_reader
    from kiosk.staff import entry_for

    given = settings.load(arguments.config)
    print("Lay the own ID card of who is to be registered on the reader.", flush=True)
    try:
        with open_reader(given)() as reader:
            while (card := reader.read()) is None:
                time.sleep(reader.poll_gap_s)
    except DeviceError as fault:
        raise StartError(str(fault)) from None
    role = "helpers" if arguments.helper else "staff"
    print(f'{role} = [{{ id = "S01", card = "{entry_for(card.number)}" }}]')


def doctor(arguments: argparse.Namespace) -> int:
    """Reads the installation as a technician would, and prints a line a finding."""
    from kiosk.doctor import rounds
    from kiosk.findings import Level

    wrong = False
    for finding in rounds(settings.load(arguments.config)):
        print(finding, flush=True)
        wrong = wrong or finding.level is Level.WRONG
    return 1 if wrong else 0


def enrol(arguments: argparse.Namespace) -> None:
    """Prints what the platform has to know of this terminal; makes its key if there is none."""
    from kiosk.key_custody import key_place, own_key
    from offline_cache.terminal_key import TerminalKeyError

    given = settings.load(arguments.config)
    try:
        key = own_key(key_place(given.state))
    except TerminalKeyError as fault:
        raise StartError(str(fault)) from None
    print(f"terminal {given.terminal.id}: its public key (Ed25519) is {key.public.hex()}")


def journal(arguments: argparse.Namespace) -> int:
    """Writes the journal to a file, or checks such a file, with the terminal's public key."""
    from kiosk.journal_desk import JournalDeskError, verdict_line, write_journal

    try:
        if arguments.what == "export":
            print(write_journal(settings.load(arguments.config), arguments.file))
            return 0
        whole, line = verdict_line(arguments.file, arguments.key)
    except JournalDeskError as fault:
        raise StartError(str(fault)) from None
    print(line)
    return 0 if whole else 1


def catalogue(arguments: argparse.Namespace) -> None:
    """Checks, builds, signs, compares the catalogue of items, or prints its schema."""
    from config.catalogue_desk import CatalogueDeskError, serve

    try:
        for line in serve(arguments.what, arguments.files, arguments.key):
            print(line)
    except CatalogueDeskError as fault:
        raise StartError(str(fault)) from None


def _catalogue(given: settings.Settings) -> Catalogue:
    """Raises: PackError."""
    if given.catalogue_key is None:
        return open_pack(given.catalogue)
    from config.catalogue_signature import open_signed_pack

    return open_signed_pack(given.catalogue, bytes.fromhex(given.catalogue_key))


def outbox(arguments: argparse.Namespace) -> None:
    """Lists what was set aside, with the reason, or puts one back into the line."""
    from kiosk.outbox_desk import OutboxDeskError, listed, put_back

    given = settings.load(arguments.config)
    try:
        if arguments.what == "list":
            print(*listed(given), sep="\n")
        elif arguments.number is None:
            raise StartError("put-back wants the number of the receipt")
        else:
            print(put_back(given, arguments.number))
    except OutboxDeskError as fault:
        raise StartError(str(fault)) from None


def courier(arguments: argparse.Namespace) -> None:
    """Writes what waits to a directory (a stick), for somebody to carry to the platform."""
    from kiosk.courier_desk import CourierDeskError, carry

    try:
        print(carry(settings.load(arguments.config), arguments.directory))
    except CourierDeskError as fault:
        raise StartError(str(fault)) from None


def _arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--config", type=Path, default=HERE / "config" / "kiosk.toml", help="the settings file"
    )
    options.add_argument(
        "--page-map", type=Path, help="a file that tells where each control of the page is"
    )
    parser = argparse.ArgumentParser(prog="main.py", description="Self-service terminal")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    made: dict[str, argparse.ArgumentParser] = {}
    for command in (
        *(run, demo, check, devices, record, staff_card),
        *(doctor, enrol, journal, outbox, courier, catalogue),
    ):
        name = command.__name__.replace("_", "-")
        help_line = (command.__doc__ or "").split("\n")[0]
        made[name] = commands.add_parser(name, help=help_line, parents=[options])
        made[name].set_defaults(command=command)
    made["record"].add_argument("device", choices=tuple(FIRST))
    made["record"].add_argument("file", type=Path)
    made["journal"].add_argument("what", choices=("export", "verify"))
    made["journal"].add_argument("file", type=Path)
    made["journal"].add_argument("--key", help="the terminal's public key, 64 hexadecimal digits")
    made["staff-card"].add_argument(
        "--helper", action="store_true", help="somebody who leads residents through"
    )
    what = ("check", "build", "sign", "diff", "schema")
    made["catalogue"].add_argument("what", choices=what)
    made["catalogue"].add_argument("files", type=Path, nargs="*", help="see docs/catalogue.md")
    made["catalogue"].add_argument("--key", type=Path, help="an Ed25519 private key, PEM")
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
