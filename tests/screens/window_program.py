"""Shows samples in a real window, as lines on its input name them; prints what it was told.

`show NAME LANGUAGE LARGE` answers `shown`; `news NAME` has the page that is shown say what NAME
says; `large NAME` shows it in large print;
`cycle N [NAME ...]` shows N pages in turn and answers with what grew and what stayed behind;
`picture FILE` keeps what the window shows; `settle` answers when touches have been dealt with;
`meet NAME` shows a page to the next finger;
`strokes` answers how many strokes of signatures there are in memory.
"""

import ctypes
import gc
import json
import sys
import threading
import weakref
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

from config import texts
from screens.setup import Display, prepare

ROOT = Path(__file__).resolve().parents[2]
HOME, MAP, WIDTH, HEIGHT = sys.argv[1:]
prepare(Display(Path(HOME), int(WIDTH), int(HEIGHT), fullscreen=False))

from kivy.base import EventLoop  # noqa: E402
from kivy.clock import Clock  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels  # noqa: E402
from kivy.input.provider import MotionEventProvider  # noqa: E402
from PIL import Image  # noqa: E402

from screens.app import KioskApp  # noqa: E402
from screens.page_table import ahead  # noqa: E402
from screens.samples import CONTACT, samples  # noqa: E402
from screens.sign_page import SignField  # noqa: E402
from screens.touch import controls  # noqa: E402


def say(**what):
    print(json.dumps(what), flush=True)


def told(event):
    say(told=type(event).__name__, **asdict(event))


WORDS = {language: texts.load(language) for language in ("zh", "en")}
app = KioskApp(WORDS, CONTACT, told, ROOT / "build" / "fonts", page_map=Path(MAP))


def show(name, language, large):
    before = serial()
    app.show(samples(language, large == "1")[name])

    def look(_):
        if serial() == before:
            Clock.schedule_once(look, 0.02)
        else:
            say(shown=name)

    look(0)


def news(name):
    app.show(replace(app.view, page=samples("zh", large=False)[name].page))


def large(name):
    """The same page, in large print."""
    app.show(replace(samples("zh", large=True)[name], visit=app.view.visit))


def serial():
    return json.loads(Path(MAP).read_text())["serial"] if Path(MAP).exists() else 0


def cycle(count, *names):
    """A few pages in turn, two a frame, with all that keeps moving while it is shown. What pages
    leave behind grows in either half of them; what is made once grows in one.
    """
    for _ in ahead():
        pass  # what is loaded grows once
    names = names or ("01-attract", "04-card", "09-face-good", "14-goodbye")
    views = [replace(samples("zh", large=False)[name], visit=1) for name in names]
    gone, sizes, looks_at = [], [], (0, -(int(count) // 2), -int(count))

    def following(left):
        if left in looks_at:
            gc.collect()
            sizes.append(resident_kb())
        elif left % 20 == 0:
            gc.collect()
        if left == -int(count):
            Clock.schedule_once(end, 0.2)
            return
        for at in (left, left - 1):
            app.show(views[at % len(views)])
            page = app.root.children[-1]  # with its bars, or without
            gone.append(weakref.ref(getattr(page, "content", page)))
        Clock.schedule_once(lambda _: following(left - 2), 0)

    def end(_, looks=50):
        """A page may be held until a frame or two later, for what it had asked the clock to do."""
        gc.collect()
        kept = sum(reference() is not None for reference in gone[:-1])
        if kept and looks:
            Clock.schedule_once(lambda _: end(_, looks - 1), 0.2)
            return
        say(grown_kb=min(later - before for before, later in pairwise(sizes)), kept=kept)

    following(40)


def resident_kb():
    """After what is free has been given back to the system."""
    ctypes.CDLL(None).malloc_trim(0)
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def picture(file):
    width, height = Window.size
    pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
    shown = Image.frombytes("RGB", (width, height), bytes(pixels))
    shown.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(file)
    say(kept=file)


def settle(frames="6"):
    """Answers once what was touched before has been dealt with and drawn."""
    left = int(frames)
    if left:
        Clock.schedule_once(lambda _: settle(left - 1), 0)
    else:
        say(settled=True)


def meet(name):
    """Shows a page, and answers which of its controls were not in their places when fingers were
    next handed on.
    """
    met = {}

    class Watch(MotionEventProvider):
        def start(self):
            pass

        def stop(self):
            pass

        def update(self, dispatch_fn):
            if not met and app.view is page:
                met.update((one.name, (*one.pos, *one.size)) for one in controls(app.root))

    def compare(_):
        EventLoop.remove_input_provider(watch)
        there = {one.name: (*one.pos, *one.size) for one in controls(app.root)}
        say(met=len(met), misplaced=[name for name in there if met.get(name) != there[name]])

    page, watch = samples("zh", large=False)[name], Watch("watch", "")
    EventLoop.add_input_provider(watch)
    app.soon(lambda: app.show(page))
    Clock.schedule_once(compare, 1)


def strokes():
    fields = [one for one in gc.get_objects() if type(one) is SignField]
    say(strokes=sum(len(field.__dict__["_strokes"]) for field in fields))


COMMANDS = {
    "show": show,
    "news": news,
    "large": large,
    "cycle": cycle,
    "picture": picture,
    "settle": settle,
    "meet": meet,
    "strokes": strokes,
}


def listen():
    for line in sys.stdin:
        command, *arguments = line.split()
        Clock.schedule_once(lambda _, do=COMMANDS[command], given=arguments: do(*given))
    Clock.schedule_once(lambda _: app.stop())


app.bind(on_start=lambda _: threading.Thread(target=listen, daemon=True).start())
app.run()
