"""The terminal: builds the parts and hands each what it needs. `main.py --help` names them."""

from __future__ import annotations

import argparse
import ctypes
import gc
import logging
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, nullcontext
from datetime import date, datetime
from pathlib import Path

from config import catalogue, settings, texts
from devices.base import Condition, DeviceError, Status
from devices.camera import Camera
from devices.camera_presence import presence
from devices.discovery import discover
from devices.face_detectors import HaarDetector, YuNetDetector
from devices.faces import FaceDetector
from devices.glyphs import Glyphs
from devices.idcard_reader import POLL_GAP_S, IdCardReader
from devices.nodes import nodes, pattern_of
from devices.printer_profiles import load_profiles
from devices.printer_urls import link_from_url
from devices.receipt_printer import ReceiptPrinter
from kiosk.answers import Answers
from kiosk.conductor import Conductor
from kiosk.delivery import sender
from kiosk.device_lines import settings_lines
from kiosk.events import Event, StatusChanged
from kiosk.gateway import Platform
from kiosk.left_cards import LeftCards
from kiosk.liveness import Prompt
from kiosk.media import Slot
from kiosk.page_makers import makers
from kiosk.pages import View
from kiosk.place import Place
from kiosk.preview import Preview
from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from kiosk.slips import SlipMaker
from kiosk.staff import entry_for
from kiosk.worker import Worker
from kiosk.works.base import Work
from kiosk.works.cards import read_card, read_staff_card, watch_card
from kiosk.works.faces import take_face
from kiosk.works.handing_in import await_answer, keep, keep_rating
from kiosk.works.looking_up import look_up, platform_status
from kiosk.works.printing import print_slip, print_slip_again, slip_in_hand
from offline_cache import database
from offline_cache.errors import StoreError
from offline_cache.forwarder import Forwarder
from offline_cache.journal import Journal, JournalEvent
from offline_cache.outbox import Outbox
from offline_cache.print_ledger import PrintLedger
from offline_cache.sealing import SealingKeyError, load_sealer
from screens.setup import Display, prepare

log = logging.getLogger("kiosk")

HERE = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")
TICK_S = 0.5
M_ARENA_MAX, M_MMAP_THRESHOLD = -8, -3  # <malloc.h>
PLATFORM_CHECK_S = 15.0


class StartError(Exception):
    """One line for the technician: why the terminal does not start."""


def main() -> int:
    arguments = _arguments()
    try:
        return int(arguments.command(arguments) or 0)
    except (
        settings.SettingsError,
        catalogue.CatalogueError,
        texts.TextsError,
        SealingKeyError,
        StoreError,
        StartError,
    ) as fault:
        print(fault, file=sys.stderr)
        return 2


def run(arguments: argparse.Namespace) -> None:
    """Shows the terminal until it is stopped."""
    _harden()
    given = settings.load(arguments.config)
    given.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    prepare(_display(given))
    # After `prepare`, because Kivy reads the environment when it is imported.
    from kivy.clock import Clock

    from screens.app import KioskApp
    from screens.content import Contact

    conductor: Conductor | None = None

    def tell(event: Event) -> None:
        if conductor is not None:
            conductor.handle(event)

    def post(event: Event) -> None:
        """From any thread: the one crossing into the window's."""
        Clock.schedule_once(lambda _: tell(event))

    words = {language: texts.load(language) for language in LANGUAGES}
    app = KioskApp(
        words,
        Contact(given.terminal.place, given.terminal.attendant, given.terminal.phone),
        tell,
        given.display.fonts,
        given.display.fallback_fonts,
        page_map=arguments.page_map,
    )
    with ExitStack() as held:

        def started() -> None:
            nonlocal conductor
            conductor = _conductor(given, words, post, app.show, held)
            Clock.schedule_interval(lambda _: conductor.tick(time.monotonic()), TICK_S)
            held.callback(conductor.close)

        app.bind(on_start=lambda _: started())
        signal.signal(signal.SIGTERM, lambda *_: Clock.schedule_once(lambda _: app.stop()))
        app.run()


def _conductor(
    given: settings.Settings,
    words: Mapping[str, Mapping[str, str]],
    post: Callable[[Event], None],
    show: Callable[[View], None],
    held: ExitStack,
) -> Conductor:
    """Binds the tables to the devices and starts their workers; `held` stops them in order."""
    store = given.state / "store.db"
    opened = database.begin(store)
    with closing(PrintLedger(opened.connection)) as ledger:
        for number in ledger.unfinished():
            log.warning("receipt %s was being printed when the terminal stopped", number)
        journal = Journal(opened.connection)
        with database.transaction(opened.connection):
            journal.note(JournalEvent.STARTED)
            if opened.set_aside is not None:
                journal.note(JournalEvent.STORE_REPLACED)
    if opened.set_aside is not None:
        log.error("the store was damaged; it is set aside as %s", opened.set_aside)

    terminal, preview, answers = given.terminal, Preview(), Answers()
    place = Place(terminal.id, terminal.place, terminal.division)
    sealer = load_sealer(given.platform.sealing_key_file)
    platform = _platform(given)

    def open_outbox() -> Outbox:
        return Outbox(database.connect(store), terminal.id)

    def open_ledger() -> closing[PrintLedger]:
        return closing(PrintLedger(database.connect(store)))

    def look() -> Status:
        return presence(given.camera.source)

    forwarder = Forwarder(open_outbox, sender(platform), answers.put)

    def heard(event: Event) -> None:
        if isinstance(event, StatusChanged) and event.device == "platform" and event.status.usable:
            forwarder.nudge()
        post(event)

    left_cards = LeftCards(Slot("idcard_reader", terminal.forgotten_after_s), post)
    reader = Worker(
        "idcard_reader",
        lambda: IdCardReader(**given.idcard_reader.model_dump()),
        left_cards.status,
        heard,
        nodes=lambda: nodes(given.idcard_reader.port),
    )
    camera = Worker(
        "camera", lambda: Camera(**given.camera.model_dump()), Camera.status, heard, look
    )
    printer = Worker(
        "receipt_printer",
        _printer(given),
        ReceiptPrinter.status,
        heard,
        nodes=lambda: nodes(pattern_of(given.receipt_printer.link)),
    )
    online = Worker(
        "platform",
        lambda: nullcontext(platform),
        platform_status,
        heard,
        check_every_s=PLATFORM_CHECK_S,
    )
    desk = Worker("outbox", lambda: closing(open_outbox()), lambda _: Status(Condition.OK), heard)

    slips = SlipMaker(place, terminal.status_url, words, _now)
    works = {
        "read card": Work(reader, left_cards.reading(read_card(date.today))),
        "read staff card": Work(reader, left_cards.reading(read_staff_card(terminal.staff))),
        "watch card": Work(reader, watch_card),
        "look up": Work(online, look_up),
        "take face": Work(camera, take_face(_detector(given), _movements(given), preview.put)),
        "keep": Work(desk, keep(place, sealer, answers, _now, forwarder.nudge)),
        "await answer": Work(desk, await_answer(answers)),
        "keep rating": Work(desk, keep_rating(place, _now, forwarder.nudge)),
        "print slip": Work(printer, print_slip(slips.certification, open_ledger)),
        "print slip again": Work(printer, print_slip_again(slips.reprint, open_ledger)),
        "slip in hand": Work(desk, slip_in_hand(open_ledger)),
    }

    def wiped() -> None:
        preview.clear()
        answers.forget()
        left_cards.visit_over()
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)

    conductor = Conductor(
        LOBBY,
        {"certify": CERTIFY},
        catalogue.load_installed(),
        works,
        makers(terminal.place, preview.newest),
        show,
        wiped,
        time.monotonic(),
    )
    for thread in (forwarder, reader, camera, printer, online, desk):
        thread.start()
        held.callback(thread.stop)
    return conductor


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
                *("--size", _window_that_fits()),
            ],
            cwd=HERE,
        )
        held.callback(sandbox.wait, 10)
        held.callback(sandbox.terminate)
        while not config.exists():
            if sandbox.poll() is not None:
                raise StartError("the sandbox ended before it was ready; its own lines say why")
            time.sleep(0.05)
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
    given = settings.load(arguments.config)
    items = catalogue.load_installed()
    for language in LANGUAGES:
        texts.load(language)
    load_sealer(given.platform.sealing_key_file)
    _platform(given)
    print(f"{arguments.config}: in order; {len(items)} items")


def devices(arguments: argparse.Namespace) -> None:
    """Looks what is plugged in, asks what it is, and prints lines for the settings."""
    bound: dict[str, str] = {}
    if arguments.config.exists():
        given = settings.load(arguments.config)
        bound = {
            given.idcard_reader.port: "idcard_reader",
            pattern_of(given.receipt_printer.link): "receipt_printer",
        }
    for line in settings_lines(discover(bound=bound)):
        print(line)


def staff_card(arguments: argparse.Namespace) -> None:
    """Waits for a card on the configured reader and prints its line for the settings."""
    given = settings.load(arguments.config)
    print("Lay the attendant's own ID card on the reader.", flush=True)
    try:
        with IdCardReader(**given.idcard_reader.model_dump()) as reader:
            while (card := reader.read()) is None:
                time.sleep(POLL_GAP_S)
    except DeviceError as fault:
        raise StartError(str(fault)) from None
    print(f'staff = [{{ id = "S01", card = "{entry_for(card.number)}" }}]')


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
    for command in (run, demo, check, devices, staff_card):
        name = command.__name__.replace("_", "-")
        help_line = (command.__doc__ or "").split("\n")[0]
        commands.add_parser(name, help=help_line, parents=[options]).set_defaults(command=command)
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


def _display(given: settings.Settings) -> Display:
    panel = given.display
    return Display(
        home=given.state / "kivy",
        width_px=panel.width_px,
        height_px=panel.height_px,
        diagonal_inch=panel.diagonal_inch,
        fullscreen=panel.fullscreen,
        show_cursor=panel.show_cursor,
    )


def _platform(given: settings.Settings) -> Platform:
    way = given.platform
    try:
        token = way.token_file.read_text("ascii").strip()
        return Platform(
            way.url,
            token,
            given.terminal.id,
            way.connect_timeout_s,
            way.read_timeout_s,
            way.total_timeout_s,
            ca_bundle=way.ca_file,
        )
    except (OSError, ValueError) as fault:
        raise StartError(f"platform: {fault}") from None


def _printer(given: settings.Settings) -> Callable[[], ReceiptPrinter]:
    wanted, panel = given.receipt_printer, given.display
    try:
        link, profile = link_from_url(wanted.link), load_profiles()[wanted.profile]
    except KeyError:
        names = ", ".join(load_profiles())
        raise StartError(f"receipt_printer.profile = {wanted.profile!r}: one of {names}") from None
    except ValueError as fault:
        raise StartError(f"receipt_printer: {fault}") from None
    glyphs = Glyphs((panel.fonts / "NotoSansSC-Regular.otf", *panel.fallback_fonts))
    return lambda: ReceiptPrinter(link, profile, glyphs)


def _detector(given: settings.Settings) -> Callable[[], FaceDetector]:
    model = given.face.detector_model
    return HaarDetector if model is None else lambda: YuNetDetector(model)


def _movements(given: settings.Settings) -> tuple[Prompt, ...]:
    return tuple(Prompt(movement) for movement in given.face.movements)


def _now() -> datetime:
    return datetime.now().astimezone()


if __name__ == "__main__":
    sys.exit(main())
