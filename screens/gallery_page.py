"""The small gallery for readers: `python -m screens.gallery_page PICTURES TARGET`.

Pictures 540 pixels wide with 128 colours each, and a page that shows them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

WIDTH_PX = 540
COLOURS = 128
# Which of the many are shown, and what stands over them.
CHAPTERS = {
    "The way through a visit": "upright.zh",
    "In large print": "upright.zh.large",
    "In English": "upright.en",
    "On a panel that lies": "lying.zh",
}
ALL = "upright.zh"
A_FEW = (
    *("02-home-search", "04-card", "05-person-usual", "08-consent", "09-face-good"),
    *("11-result-pass", "20-ask-name", "20-ask-division-list", "20-ask-yes"),
)


def main(pictures: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.png"):
        old.unlink()
    page = ["# Screens", "", "Drawn by `python -m screens.gallery --docs docs/gallery`.", ""]
    page += ["All people and numbers are invented.", ""]
    for chapter, form in CHAPTERS.items():
        page += [f"## {chapter}", ""]
        for picture in sorted(pictures.glob(f"*.{form}.png")):
            sample = picture.name.removesuffix(f".{form}.png")
            if form == ALL or sample in A_FEW:
                _shrink(picture, target / picture.name)
                page.append(f'<img src="{picture.name}" width="270" alt="{sample}, {form}">')
        page.append("")
    (target / "README.md").write_text("\n".join(page), "utf-8")


def _shrink(picture: Path, target: Path) -> None:
    with Image.open(picture) as whole:
        height = round(whole.height * WIDTH_PX / whole.width)
        small = whole.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        target, optimize=True
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
