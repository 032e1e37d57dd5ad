"""A misbehaving `scanimage`, for what SANE's test backend cannot do: `python sandbox/scanimage.py
FAULT ARGUMENTS`.

It speaks the public output of scanimage(1) 1.2, seen on the real program: the device list of -f,
the option list of -A, and batch mode with --batch-prompt and --batch-print. Its scanner has one
source, "ADF", with two sheets. FAULT is one of `FAULTS`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

FAULTS: Final = {
    "none": "does everything well",
    "busy": "another program has the scanner",
    "forbidden": "this user may not open it",
    "crash": "the backend is ended by the system in the middle of a page",
    "hang": "says nothing, does not mind being asked to end, and has a child that does not either",
    "hang_asked": "the same, asked for the options instead of scanning",
    "stall": "a page that stops in the middle",
    "orphan": "does all well, and leaves a child behind that holds every pipe",
    "flood": "a page that does not end",
    "chatter": "prints on standard output without an end",
    "garbage": "a page that is no picture",
    "half": "a page that ends in the middle, and is said to be whole",
    "huge": "a page of more pixels than any paper has",
    "mute": "ends well, without a page and without a word",
    "words": "ends badly, with words that nobody knows",
    "jam": "a jam, and no sensor that says more",
    "double_feed": "a jam, and the sensor says why",
    "double_feed_words": "a jam, and the backend prints why",
    "cover": "the sensor of the cover says open",
}
WIDTH_PX: Final = 1240
HEIGHT_PX: Final = 1754
SHEETS: Final = 2
_HEAD: Final = b"P5\n# SANE data follows\n%d %d\n255\n"
_OPTIONS: Final = """
All options specific to device `stand:1':
  Standard:
    --source ADF|ADF Duplex [ADF]
        Selects the scan source (such as a document-feeder).
    --mode Gray|Color [Gray]
        Selects the scan mode.
    --resolution 150|300|600dpi [150]
        Sets the resolution of the scanned image.
    -x 0..215.9mm (in steps of 0.0211639) [215.9]
        Width of scan-area.
    --double-feed[=(yes|no)] [{double}] [hardware]
        Double feed detected
    --cover-open[=(yes|no)] [{cover}] [hardware]
        Cover open
"""
# Where a hung child writes its number, for who wants to know whether it still lives.
CHILD_FILE: Final = "SCANIMAGE_CHILD_FILE"


def complain(words: str, code: int) -> None:
    sys.stderr.write(f"scanimage: {words}\n")
    sys.stderr.flush()
    os._exit(code)


def child(seconds: int = 60) -> None:
    process = subprocess.Popen(["sleep", str(seconds)])
    if path := os.environ.get(CHILD_FILE):
        Path(path).write_text(str(process.pid))


def hang() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child()
    time.sleep(60)


def opened(fault: str) -> None:
    if fault == "busy":
        complain("open of device stand:1 failed: Device busy", 1)
    if fault == "forbidden":
        complain("open of device stand:1 failed: Access to resource has been denied", 1)


def write_page(fault: str, path: str) -> None:
    if fault == "hang":
        hang()
    if fault == "chatter":
        while True:
            os.write(1, b"bulk_read: 0x00 0x00 0x00 0x00\n" * 1000)
    with Path(path).open("wb") as page:
        whole = HEIGHT_PX * WIDTH_PX
        if fault == "huge":
            page.write(_HEAD % (99_999, 99_999))
            page.flush()
            time.sleep(60)
        page.write(b"\xff\xd8JFIF" * 1000 if fault == "garbage" else _HEAD % (WIDTH_PX, HEIGHT_PX))
        if fault == "garbage":
            return
        if fault in ("half", "crash", "stall"):
            page.write(bytes(whole // 2))
            page.flush()
        if fault == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        if fault == "stall":
            time.sleep(60)
        if fault != "half":
            page.write(b"\x80" * whole)
        while fault == "flood":
            page.write(bytes(65536))


def scan(fault: str, batch: str, count: int) -> int:
    sys.stderr.write(f"Scanning {count} pages, incrementing by 1, numbering from 1\n")
    if fault == "orphan":
        child()
    for number in range(1, count + 1):
        sys.stderr.write(f"Place document no. {number} on the scanner.\n")
        sys.stderr.flush()
        if not sys.stdin.readline():
            return 0
        if fault == "mute":
            return 0
        if fault == "words":
            complain("sane_start: the moon is in the wrong house", 57)
        if fault == "double_feed_words":
            sys.stderr.write("[closed] ERR 0x8007 Multi-feed detected\n")
        if fault in ("jam", "double_feed", "double_feed_words"):
            complain("sane_read: Document feeder jammed", 6)
        if number > SHEETS:
            complain("sane_start: Document feeder out of documents", 7)
        path = batch % number
        write_page(fault, f"{path}.part")
        Path(f"{path}.part").rename(path)
        sys.stdout.write(f"{path}\n")
        sys.stdout.flush()
    return 0


def main() -> int:
    fault, *arguments = sys.argv[1:]
    if "-f" in arguments:
        sys.stdout.write("[closed] driver 1.0 loaded\n")  # as closed backends do
        line = arguments[arguments.index("-f") + 1]
        for letter, word in zip("dvmtn", ("stand:1", "Closed", "S-2", "feeder", "\n"), strict=True):
            line = line.replace(f"%{letter}", word)
        sys.stdout.write(line)
        return 0
    opened(fault)
    if "--all-options" in arguments:
        if fault == "hang_asked":
            hang()
        double, cover = (("no", "yes")[fault == name] for name in ("double_feed", "cover"))
        sys.stdout.write(_OPTIONS.format(double=double, cover=cover))
        return 0
    given = dict(word.split("=", 1) for word in arguments if "=" in word)
    return scan(fault, given["--batch"], int(given["--batch-count"]))


if __name__ == "__main__":
    sys.exit(main())
