"""The lobby in a real window, with a catalogue that is nobody's and no machines.

It ends when its input does. What is on the screen stands in the page map.
"""

import sys
import threading
import time
from pathlib import Path

from config import texts
from kiosk.conductor import Conductor
from kiosk.services.certify import CERTIFY
from kiosk.services.lobby import LOBBY
from screens.setup import Display, prepare
from tests.catalogue_kit import Catalogue, shelves
from tests.certify_kit import QUESTIONS, certify_pages

ROOT = Path(__file__).resolve().parents[2]
HOME, MAP, WIDTH, HEIGHT = sys.argv[1:]
prepare(Display(Path(HOME), int(WIDTH), int(HEIGHT), fullscreen=False))

from kivy.clock import Clock  # noqa: E402

from screens.app import KioskApp  # noqa: E402
from screens.samples import CONTACT  # noqa: E402

WORDS = {language: texts.load(language) for language in ("zh", "en")}
conductors = []


def tell(event):
    for conductor in conductors:
        conductor.handle(event)


app = KioskApp(WORDS, CONTACT, tell, ROOT / "build" / "fonts", page_map=Path(MAP))


def begin(_):
    services = {"certify": CERTIFY}
    conductors.append(
        Conductor(
            LOBBY,
            services,
            Catalogue(),
            certify_pages(shelves(), services),
            app.show,
            lambda _: None,
            time.monotonic(),
            QUESTIONS,
        )
    )
    threading.Thread(target=listen, daemon=True).start()


def listen():
    sys.stdin.read()
    Clock.schedule_once(lambda _: app.stop())


app.bind(on_start=begin)
app.run()
