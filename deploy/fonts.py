"""Makes the font files that the terminal loads: `python deploy/fonts.py DIRECTORY`.

Debian ships Noto Sans CJK as a collection whose face 0 has Japanese shapes (直 骨 角 海 differ).
Kivy can only open face 0, so face 2, Simplified Chinese, is taken out once.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

COLLECTION = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED_CHINESE = 2


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for weight in ("Regular", "Bold"):
        font = target / f"NotoSansSC-{weight}.otf"
        if font.exists():
            continue
        unfinished = font.with_suffix(".part")
        TTFont(COLLECTION / f"NotoSansCJK-{weight}.ttc", fontNumber=SIMPLIFIED_CHINESE).save(
            unfinished
        )
        unfinished.rename(font)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
