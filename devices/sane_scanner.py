"""Document scanner, flatbed or with a feeder, through SANE's own program `scanimage`.

The backends that make a scanner work are libraries of many makers, some closed, and they crash,
hang and print. Loaded into the terminal they would take it down; so each question is a process of
its own, which may die (`scanimage_process`).

Pages are nowhere but in pipes and in memory. In batch mode `scanimage` writes page 1 to
"1.pnm.part" and renames that when the page is whole: here the file is a named pipe, in a directory
that only this user can enter, so a page has no place where it could be left behind. A sheet is
drawn in when it is asked for (--batch-prompt), and one process holds the scanner for all of them,
because many feeders throw out their paper when the scanner is let go.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, Self

from devices.base import Condition, DeviceAbsentError, DeviceError, GarbledReplyError, Status
from devices.pnm import Image, decode
from devices.scanimage_process import Run
from devices.scanimage_text import (
    LIST_FORMAT,
    FoundScanner,
    ScannerOption,
    parse_complaint,
    parse_devices,
    parse_options,
)
from devices.scanner_faults import (
    DoubleFeedError,
    PaperJamError,
    ScanFailedError,
    ScannerBusyError,
    ScannerForbiddenError,
    ScannerHungError,
    fault_of,
)
from devices.scanner_options import Mode, Source, choose_page, choose_paper, choose_resolution
from devices.scanner_pipe import PagePipe, private_folder

_LOOK_S: Final = 0.1  # how often a scan looks whether it was called off
_SPARE: Final = 2.0  # a page may have so many times the pixels of the area that was asked for
# From its complaint to its end. Backends cancel their reading thread wherever it is; in free() it
# holds a lock that its own end asks for again, and the program waits for it for ever.
_END_S: Final = 2.0
_CAMERAS: Final = "v4l:*"  # SANE offers every camera as a scanner; the face camera is none
_MM_PER_INCH: Final = 25.4

_DOUBLE_FEED_SENSOR: Final = "double-feed"
_COVER_SENSOR: Final = "cover-open"

Pages = Generator[Image, None, None]

_CONDITIONS: Final[tuple[tuple[type[DeviceError], Condition], ...]] = (
    (ScannerForbiddenError, Condition.FAULT),
    (DeviceAbsentError, Condition.ABSENT),
    (ScannerBusyError, Condition.BUSY),
)


@dataclass(frozen=True, slots=True)
class _Choices:
    arguments: list[str]
    max_pixels: float


class SaneScanner:
    """Opened by `with`; opening looks for the scanner, which takes SANE some seconds.

    Args:
        device: SANE's name of it or a pattern such as "fujitsu:*", for names hold the USB address;
            None: the first that is not a camera.
        resolution_dpi: or the next finer one that the scanner has.
        width_mm, height_mm: of the page, from the corner where the scanner lays it; less on a
            smaller bed.
        options: more options of the backend, without dashes, such as {"df-action": "Stop"}.
        page_timeout_s: the longest for one page, the warming up of the lamp with it.
        answer_timeout_s: the longest for any other answer.
        config_dir: SANE's configuration, instead of the machine's (/etc/sane.d).
        program: `scanimage`, or another that speaks as it does.
        pipes_dir: in memory, where the names of the pipes are kept.
    """

    def __init__(
        self,
        device: str | None = None,
        resolution_dpi: int = 300,
        width_mm: float = 210.0,
        height_mm: float = 297.0,
        options: Mapping[str, str] | None = None,
        page_timeout_s: float = 60.0,
        answer_timeout_s: float = 15.0,
        config_dir: Path | None = None,
        program: Sequence[str] = ("scanimage",),
        pipes_dir: Path = Path("/dev/shm"),  # noqa: S108 - the directory inside is private
    ) -> None:
        self._device, self._dpi = device, resolution_dpi
        self._width_mm, self._height_mm = width_mm, height_mm
        self._more = [f"--{name}={value}" for name, value in (options or {}).items()]
        self._page_timeout_s, self._answer_timeout_s = page_timeout_s, answer_timeout_s
        self._program, self._pipes_dir = tuple(program), pipes_dir
        self._config_dir = config_dir
        self._scanner: FoundScanner | None = None
        self._asked: dict[tuple[Source, Mode], _Choices] = {}
        self._scan: weakref.ref[Pages] | None = None  # so that pages nobody waits for end at once
        self._scanning = False

    def __enter__(self) -> Self:
        """Raises:
        DeviceAbsentError: no scanner of that name.
        DeviceError: the scanner cannot be asked, as from `scan`.
        """
        scanners = parse_devices(self._ask("-f", LIST_FORMAT))
        fitting = [scanner for scanner in scanners if self._fits(scanner.name)]
        if not fitting:
            there = ", ".join(scanner.name for scanner in scanners) or "none"
            raise DeviceAbsentError(f"no scanner {self._device or ''}; SANE finds: {there}")
        self._scanner = fitting[0]
        self._asked = {}
        self._options()
        return self

    def __exit__(self, *exc: object) -> None:
        self._give_up()

    @property
    def named(self) -> str:
        return self._scanner.name if self._scanner else self._device or "none"

    def scan(
        self,
        source: Source,
        mode: Mode = Mode.COLOUR,
        max_pages: int = 20,
        cancelled: threading.Event | None = None,
    ) -> Pages:
        """The pages, one by one: each is scanned when it is asked for.

        A flatbed gives one. A feeder gives pages, each side one, until it is empty, and so none
        when no paper lies in it, or until `max_pages`, which leaves the rest in it. Setting
        `cancelled`, from any thread, ends the pages at once, the one under way is lost; so do
        closing the iterator, another `scan`, and closing the scanner.

        Returns:
            (height, width, 3), BGR, in colour, else (height, width); lineart is 0 and 255.

        Raises:
            ScannerSetupError: the scanner has no such source, mode or resolution.
            DeviceAbsentError: it is gone; ScannerForbiddenError: it may not be opened.
            ScannerBusyError: another program has it.
            ScannerCoverOpenError, PaperJamError, DoubleFeedError: as they say.
            ScanFailedError: an I/O error, or the backend crashed.
            ScannerHungError: no page within `page_timeout_s`.
            GarbledReplyError: what came is no picture, or not a whole one.
        """
        self._give_up()
        pages = self._pages(source, mode, max_pages, cancelled or threading.Event())
        self._scan = weakref.ref(pages)
        return pages

    def status(self) -> Status:
        """Opens the scanner to ask, which takes some a second or two, and `answer_timeout_s` at
        most. While pages are under way it is busy, and not asked.
        """
        if self._scanning:
            return Status(Condition.BUSY, f"scanning on {self.named}")
        try:
            options = self._options()
        except DeviceError as fault:
            kinds = (told for kind, told in _CONDITIONS if isinstance(fault, kind))
            return Status(next(kinds, Condition.FAULT), str(fault))
        if _says_yes(options, _COVER_SENSOR):
            return Status(Condition.FAULT, f"the cover of {self.named} is open")
        return Status(Condition.OK, self._scanner.title if self._scanner else "")

    def _fits(self, name: str) -> bool:
        if self._device is None:
            return not fnmatchcase(name, _CAMERAS)
        return name == self._device or fnmatchcase(name, self._device)

    def _give_up(self) -> None:
        """Ends the pages that are under way."""
        pages = self._scan() if self._scan is not None else None
        if pages is not None:
            pages.close()

    def _options(self, *arguments: str) -> dict[str, ScannerOption]:
        return parse_options(self._ask("-d", self.named, *arguments, "--all-options"))

    def _choices(self, source: Source, mode: Mode) -> _Choices:
        """Asked once for each pair; what the answers depend on is the same the next time."""
        if (source, mode) not in self._asked:
            paper = choose_paper(self._options(), source, mode)
            options = self._options(*paper)
            dpi = choose_resolution(options, self._dpi)
            page = choose_page(options, mode, dpi, self._width_mm, self._height_mm)
            area_px = self._width_mm * self._height_mm * (dpi / _MM_PER_INCH) ** 2
            self._asked[source, mode] = _Choices([*paper, *page, *self._more], area_px * _SPARE)
        return self._asked[source, mode]

    def _pages(
        self, source: Source, mode: Mode, max_pages: int, cancelled: threading.Event
    ) -> Pages:
        count = 1 if source is Source.FLATBED else max_pages
        choices = self._choices(source, mode)
        with ExitStack() as held:
            folder = Path(held.enter_context(private_folder(self._pipes_dir)))
            batch = (f"--batch={folder}/%d.pnm", f"--batch-count={count}", "--format=pnm")
            turns = ("--batch-prompt", "--batch-print")
            run = held.enter_context(
                self._run("-d", self.named, *batch, *turns, *choices.arguments)
            )
            self._scanning = True
            held.callback(setattr, self, "_scanning", False)
            for number in range(1, count + 1):
                pipe = PagePipe(folder / f"{number}.pnm", choices.max_pixels)
                page = self._page(run, pipe, cancelled)
                if page is None:
                    return
                if number == count:
                    run.finish()
                yield page

    def _page(self, run: Run, pipe: PagePipe, cancelled: threading.Event) -> Image | None:
        """The next page; None when there is none, or when it was called off."""
        if cancelled.is_set():
            return None  # before another sheet is drawn in
        until = time.monotonic() + self._page_timeout_s
        told_s: float | None = None  # when it said why there is no page
        with pipe:
            run.say(b"\n")
            while True:
                gone = run.code is not None  # before the last look at the pipe
                ended = pipe.take()
                if ended and f"{pipe.path}\n".encode() in run.output:
                    return decode(pipe.data)
                if cancelled.is_set():
                    return None
                now_s = time.monotonic()
                if told_s is None and parse_complaint(run.errors.decode("utf-8", "replace")):
                    told_s = now_s
                if gone or (told_s is not None and now_s - told_s > _END_S):
                    self._check_end(run)
                    return None
                if now_s > until:
                    limit_s = f"{self._page_timeout_s:g} s"
                    raise ScannerHungError(f"{self.named}: no whole page within {limit_s}")
                self._stop_flood(run)
                # A pipe whose writer has gone is always ready; one that had none yet is not.
                run.watch(-1 if ended and pipe.data else pipe.file, _LOOK_S)

    def _check_end(self, run: Run) -> None:
        """Raises what ended the pages, unless the feeder is empty, as after every stack."""
        fault = self._fault(run)
        if isinstance(fault, PaperJamError) and self._two_sheets():
            raise DoubleFeedError(f"{self.named}: two sheets went in at once") from fault
        if fault is not None:
            raise fault

    def _two_sheets(self) -> bool:
        try:
            return _says_yes(self._options(), _DOUBLE_FEED_SENSOR)
        except DeviceError:
            return False

    def _fault(self, run: Run) -> DeviceError | None:
        return fault_of(self.named, run.code or 0, run.errors.decode("utf-8", "replace"))

    def _stop_flood(self, run: Run) -> None:
        if run.flooding:
            raise GarbledReplyError(f"{self.named}: its backend prints without an end")

    def _ask(self, *arguments: str) -> str:
        """What `scanimage` answers on standard output."""
        until = time.monotonic() + self._answer_timeout_s
        with self._run(*arguments) as run:
            run.hang_up()
            while run.code is None:
                if time.monotonic() > until:
                    limit_s = f"{self._answer_timeout_s:g} s"
                    raise ScannerHungError(f"{self.named}: no answer within {limit_s}")
                self._stop_flood(run)
                run.watch(-1, _LOOK_S)
            if run.code != 0:
                raise self._fault(run) or ScanFailedError(f"{self.named}: no answer")
            return run.output.decode("utf-8", "replace")

    def _run(self, *arguments: str) -> Run:
        environment = {**os.environ, "LC_ALL": "C"}
        if self._config_dir is not None:
            environment["SANE_CONFIG_DIR"] = str(self._config_dir.absolute())
        return Run((*self._program, *arguments), environment)


def _says_yes(options: Mapping[str, ScannerOption], sensor: str) -> bool:
    return sensor in options and options[sensor].value == "yes"
