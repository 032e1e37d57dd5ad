"""Which options bring a page out of a scanner, in its own backend's words; opens nothing.

SANE names the options (standard 1.06, §4.5) but leaves source and mode to each backend. The tables
hold the words in use; the first that a scanner offers is taken. A new backend is a new word here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from devices.base import DeviceError, Remedy
from devices.scanimage_text import ScannerOption


class Source(StrEnum):
    """Where the paper lies."""

    FLATBED = "flatbed"
    FEEDER = "feeder"
    FEEDER_DUPLEX = "feeder-duplex"  # both sides of each sheet, front first


class Mode(StrEnum):
    COLOUR = "colour"
    GREY = "grey"
    LINEART = "lineart"  # black and white, nothing between


class ScannerSetupError(DeviceError):
    """The settings ask for what this scanner or this machine does not have."""

    remedy = Remedy.TECHNICIAN


Options = Mapping[str, ScannerOption]

SOURCES: Final[dict[Source, tuple[str, ...]]] = {
    Source.FLATBED: ("Flatbed", "Document Table", "Platen", "Normal"),
    Source.FEEDER: (
        "Automatic Document Feeder",
        "ADF",
        "ADF Front",
        "ADF Simplex",
        "Automatic Document Feeder(centrally aligned)",
        "Automatic Document Feeder(left aligned)",
        "Document Feeder",
    ),
    Source.FEEDER_DUPLEX: (
        "ADF Duplex",
        "Duplex",
        "Automatic Document Feeder(centrally aligned,Duplex)",
        "Automatic Document Feeder(left aligned,Duplex)",
    ),
}
MODES: Final[dict[Mode, tuple[str, ...]]] = {
    Mode.COLOUR: ("Color", "24bit Color[Fast]", "24bit Color", "Colour"),
    Mode.GREY: ("Gray", "True Gray", "Grayscale", "Grey"),
    Mode.LINEART: ("Lineart", "Binary", "Black & White", "Black and White", "Monochrome"),
}


def choose_paper(options: Options, source: Source, mode: Mode) -> list[str]:
    """The arguments for source and mode, on which the other options depend: ask for those again.

    Raises:
        ScannerSetupError: the scanner does not offer it.
    """
    chosen = []
    if "source" in options:
        chosen.append(f"--source={_word(options['source'], SOURCES[source], source)}")
    elif source is not Source.FLATBED:
        raise ScannerSetupError(f"the scanner offers no {source}")
    if "mode" in options:
        words = MODES[mode]
        if mode is Mode.LINEART and "1" in _offered(options, "depth"):
            words += MODES[Mode.GREY]  # grey with one bit is black and white
        chosen.append(f"--mode={_word(options['mode'], words, mode)}")
    return chosen


def choose_page(
    options: Options, mode: Mode, resolution_dpi: float, width_mm: float, height_mm: float
) -> list[str]:
    """The arguments for depth, resolution (the chosen one) and area, within the scanner's bed."""
    chosen = []
    depth = "1" if mode is Mode.LINEART else "8"
    if depth in _offered(options, "depth"):
        chosen.append(f"--depth={depth}")
    if (resolution := options.get("resolution")) and resolution.settable:
        chosen.append(f"--resolution={resolution_dpi:g}")
    # Feeders ask how large the paper is before they let a window be laid on it.
    for name, length_mm in (("page-width", width_mm), ("page-height", height_mm)):
        if (paper := options.get(name)) and paper.settable:
            chosen.append(f"--{name}={_within(paper, length_mm):g}")
    for name, length_mm in (("l", 0.0), ("t", 0.0), ("x", width_mm), ("y", height_mm)):
        if (window := options.get(name)) and window.settable:
            chosen += [f"-{name}", f"{_within(window, length_mm):g}"]
    return chosen


def choose_resolution(options: Options, dpi: int) -> float:
    """The lowest that is enough: a finer page can be made smaller, not the other way round.

    Raises:
        ScannerSetupError: the scanner does not reach `dpi`.
    """
    option = options.get("resolution")
    if option is None or not option.settable:
        return dpi
    if option.highest is not None:
        if dpi <= option.highest:
            return max(dpi, option.lowest or 0)
    elif enough := [int(word) for word in option.choices if word.isdecimal() and int(word) >= dpi]:
        return min(enough)
    raise ScannerSetupError(f"the scanner does not reach {dpi} dpi")


def _offered(options: Options, name: str) -> tuple[str, ...]:
    option = options.get(name)
    return option.choices if option and option.settable else ()


def _word(option: ScannerOption, words: tuple[str, ...], what: str) -> str:
    offered = {choice.casefold(): choice for choice in option.choices}
    for word in words:
        if word.casefold() in offered:
            return offered[word.casefold()]
    raise ScannerSetupError(f"the scanner offers no {what}, but {', '.join(option.choices)}")


def _within(option: ScannerOption, length_mm: float) -> float:
    return length_mm if option.highest is None else min(length_mm, option.highest)
