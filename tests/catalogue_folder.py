"""A copy of the catalogue's folder that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

from config.catalogue_source import FOLDER


def copy_to(folder: Path) -> Path:
    """Its path in a folder that is there."""
    return Path(shutil.copytree(FOLDER, folder / "catalogue"))


def line_of(file: Path, beginning: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(beginning))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, f"{file.name} does not say {old!r}"
    file.write_text(text.replace(old, new, 1), "utf-8")
