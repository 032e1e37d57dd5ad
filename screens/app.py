"""The window: one page at a time, built when a step begins, refreshed while it lasts."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from pathlib import Path

from kivy.base import runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.event import EventDispatcher
from kivy.graphics import Rectangle
from kivy.metrics import Metrics

from kiosk.visits.events import Event
from kiosk.visits.pages import AttractPage, View
from screens import theme
from screens.content import Contact, Content, Means
from screens.fitting import too_full
from screens.fonts import BOLD, ICONS, REGULAR, Fonts
from screens.frame import Frame, bars_of
from screens.moving import put_to_rest
from screens.overlays import OVERLAYS, Sheet
from screens.page_map import PageMap
from screens.page_table import ahead, screen_of
from screens.touch import Desk
from screens.widgets import register

# A layout needs a few passes until it rests; all of them happen before the frame is drawn.
HOPS = 20
LOADED = object()
# How long after the start the other screens are loaded, and how long each lets the window breathe.
QUIET_S, AHEAD_S = 3.0, 0.1
MOST_PASSES = 500
# When a page that was left is gone from memory, with all that it said.
FORGET_S = 0.6
# By how much the words get smaller when a page is too full, and where that ends (8 mm are kept).
STEP, SMALLEST = 0.94, 0.7


class KioskApp(EventDispatcher):
    """Shows views and tells what was touched. `on_start` comes once, before the first frame.

    words: language → texts by key. fonts: the directory that `deploy/fonts.py` fills. rare_fonts:
    where a character is looked for that those have not. page_map: where to write what is on the
    screen. means: what is typed with; those that are installed without.
    `show` belongs to the window's thread; `tell` is called on it.
    """

    __events__ = ("on_start",)

    def __init__(
        self,
        words: Mapping[str, Mapping[str, str]],
        contact: Contact,
        tell: Callable[[Event], None],
        fonts: Path,
        rare_fonts: tuple[Path, ...] = (),
        page_map: Path | None = None,
        means: Means | None = None,
    ) -> None:
        super().__init__()
        register(Fonts(fonts / REGULAR, fonts / BOLD, ICONS, rare_fonts))
        Window.clearcolor = theme.rgba(theme.PAGE)
        # What Kivy lays on everything plain: one colour, so there is nothing to smooth between its
        # pixels, which takes half of the time of a frame where there is no GPU.
        plain = Rectangle().texture
        plain.min_filter = plain.mag_filter = "nearest"
        self.root = Desk(tell)
        self._words, self._contact, self._means = words, contact, means or Means()
        self._view: View | None = None
        self._content: Content | None = None
        self._frame: Frame | None = None
        self._sheet: Sheet | None = None
        self._scales: dict[tuple[object, ...], float] = {}
        self._hops_left = 0
        self._held_back: View | None = None
        self._settle = Clock.create_trigger(self._hop, -1)
        self._lifted = Clock.create_trigger(lambda _: self._look_for_finger())
        self._forget = Clock.create_trigger(lambda _: self._tidy(), FORGET_S)
        self._loaded = False  # all that stays; until it is no longer gone through
        Clock.max_iteration = MOST_PASSES
        self._map = PageMap(page_map, self.root) if page_map else None
        if self._map:
            self.root.acted = self._map.changed

    def run(self) -> None:
        """Until `stop`; the window's thread is the caller's."""
        Clock.schedule_once(lambda _: self.dispatch("on_start"), -1)
        Clock.schedule_once(lambda _: self._load_ahead(), QUIET_S)
        # A page is some 35,000 objects. Python would tidy up in the midst of building every one,
        # for 15 ms and more; so it is done after each page, while the resident reads. What was
        # there before the first page is not gone through again, nor what is there when the terminal
        # rests with all of it loaded: the page of that moment never goes, and it is the smallest.
        gc.set_threshold(100_000, 20, 20)
        gc.freeze()
        gc.enable()
        runTouchApp(self.root)

    def on_start(self) -> None: ...

    def _load_ahead(self) -> None:
        screens = ahead()

        def load(_: float) -> bool:
            self._loaded = next(screens, LOADED) is LOADED
            if self._loaded:
                self._forget()
            return not self._loaded

        Clock.schedule_interval(load, AHEAD_S)

    def _tidy(self) -> None:
        gc.collect()
        if self._loaded and self._view and isinstance(self._view.page, AttractPage):
            gc.freeze()
            self._loaded = False

    @property
    def view(self) -> View | None:
        return self._view

    def stop(self) -> None:
        stopTouchApp()

    def soon(self, do: Callable[[], object]) -> None:
        """From any thread: done in the window's. It comes right before a frame, and so does the
        layout of a page that it builds: a finger never meets one whose parts have no places yet.
        """
        Clock.schedule_once(lambda _: do(), -1)

    def show(self, view: View) -> None:
        """News of the page that is shown wait while a finger is on it: what is under the finger
        must not move away.
        """
        before, content = self._view, self._content
        self._held_back = None
        news = before and content and _is_news(before, view) and content.shows(view.page)
        if news and self.root.finger_down:
            self._held_back = view
            self._lifted()
            return
        self._view = view
        if before is None or content is None or _must_build(before, view):
            self._build()
        elif not content.shows(view.page):
            self._content = None  # the same step, and another page all the same
            self._build()
        elif before.page != view.page:
            buttons = content.actions()
            content.view, content.page = view, view.page
            if content.actions() == buttons:
                content.update(view.page)
            else:
                self._build()
        self._lay_over()
        self._hops_left = HOPS
        self._settle()
        self._forget.cancel()
        self._forget()

    def _look_for_finger(self) -> None:
        if self._held_back and self.root.finger_down:
            self._lifted()
        else:
            self.soon(self._show_held_back)

    def _show_held_back(self) -> None:
        if self._held_back:
            self.show(self._held_back)

    def _build(self) -> None:
        view = self._view
        usual = theme.LARGE if view.large else 1.0
        scale = self._scales.get(_like(view), usual)
        if Metrics.fontscale != scale:  # set to what it is, Kivy measures every widget anew
            Metrics.fontscale = scale
        wide = Window.width > Window.height
        kind = screen_of(type(view.page))
        before = self._content
        self._content = kind(
            view,
            self._words[view.language],
            self._contact,
            self._means,
            wide=wide,
            window_width=Window.width,
            window_height=Window.height,
        )
        if before and type(before) is kind and _is_same(before.view, view):
            self._content.take_over(before)
        self._put_up(self._content, wide=wide)
        self.root.visit = view.visit
        self.root.any_touch_begins = isinstance(view.page, AttractPage)

    def _put_up(self, content: Content, *, wide: bool) -> None:
        """In the place of all that was there; only bars that would look the same stay."""
        if self._sheet:
            put_to_rest(self._sheet)
            self.root.remove_widget(self._sheet)
            self._sheet = None
        framed, view = type(content).framed, content.view
        if framed and self._frame and self._frame.bars == bars_of(view, wide=wide):
            self._frame.turn_to(content)
            return
        put_to_rest(self.root)
        self.root.clear_widgets()
        languages = list(self._words)
        after = languages[(languages.index(view.language) + 1) % len(languages)]
        self._frame = Frame(content=content, wide=wide, other_language=after) if framed else None
        self.root.add_widget(self._frame or content)

    def _hop(self, _: float) -> None:
        """Once the layout has come to rest, still before it is drawn."""
        self._hops_left -= 1
        if self._hops_left:
            self._settle()
            return
        scale = Metrics.fontscale * STEP
        if scale >= SMALLEST and self._crowded:
            self._scales[_like(self._view)] = scale
            self._build()
            self._lay_over()
            self._hops_left = HOPS
            self._settle()
        elif self._map and self._view:
            self._map.show(self._view)

    @property
    def _crowded(self) -> bool:
        if self._sheet:
            return too_full(self._sheet)
        buttons = self._frame and too_full(self._frame.ids.actions)
        return buttons or too_full(self._content)

    def _lay_over(self) -> None:
        view = self._view
        kind = OVERLAYS[view.overlay] if view.overlay else None
        if self._sheet and type(self._sheet) is not kind:
            self.root.remove_widget(self._sheet)
            self._sheet = None
        if kind and not self._sheet:
            self._sheet = kind(content=self._content, wide=Window.width > Window.height)
            self.root.add_widget(self._sheet)
        if self._sheet:
            self._sheet.update(view)


def _like(view: View) -> tuple[object, ...]:
    """Views with the same answer need about the same room; it holds nothing of what they say."""
    length = len(repr(view.page))
    helped = view.helped is not None  # a bar more
    return type(view.page), view.step, view.overlay, view.language, view.large, helped, length


def _is_same(before: View, view: View) -> bool:
    return (before.visit, before.step) == (view.visit, view.step)


def _is_news(before: View, view: View) -> bool:
    return before.overlay == view.overlay and not _must_build(before, view)


def _must_build(before: View, view: View) -> bool:
    return (before.visit, before.step, before.language, before.large, type(before.page)) != (
        view.visit,
        view.step,
        view.language,
        view.large,
        type(view.page),
    )
