"""Every page in every form, as pictures: `python -m screens.gallery --out build/screens`.

Each picture is read back from a real window; each page is looked over by `screens.checks`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SIZES = {"upright": (1080, 1920), "lying": (1920, 1080)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/screens"))
    parser.add_argument("--docs", type=Path, help="where a small gallery with a page is written")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--size", choices=SIZES, action="append", help="one of both sizes")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    sizes = given.size or list(SIZES)
    for size in sizes:
        for old in given.out.glob(f"*.{size}.*.png"):
            if given.only in old.name:
                old.unlink()
    with tempfile.TemporaryDirectory() as homes:
        children = [_start(size, given, Path(homes) / size) for size in sizes]
        lines = [line for child in children for line in _lines(child)]
    for line in lines:
        if not line.startswith("picture "):
            print(line)
    pictures = sum(line.startswith("picture ") for line in lines)
    if given.docs:
        subprocess.run(
            [sys.executable, "-m", "screens.gallery_page", str(given.out), str(given.docs)],
            check=True,
        )
    failed = any(child.returncode for child in children)
    print(f"screens: {pictures} pictures, {len(lines) - pictures} findings")
    return 1 if failed or len(lines) > pictures else 0


def _start(size: str, given: argparse.Namespace, home: Path) -> subprocess.Popen[str]:
    width, height = SIZES[size]
    command = [sys.executable, "-m", "screens.gallery_window"]
    command += [str(width), str(height), str(home), str(given.out), size, given.only]
    if not os.environ.get("DISPLAY"):
        screen = f"-screen 0 {width}x{height}x24"
        command = ["xvfb-run", "-a", "-s", screen, *command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _lines(child: subprocess.Popen[str]) -> Iterator[str]:
    assert child.stdout is not None  # it was asked for  # noqa: S101
    with child:
        yield from (line.rstrip("\n") for line in child.stdout)


if __name__ == "__main__":
    sys.exit(main())
