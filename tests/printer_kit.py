"""Fonts, glyphs and a realistic slip for the tests of everything that prints."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from devices.glyphs import Glyphs
from devices.printer_profiles import load_profiles
from devices.slip import Align, Gap, Line, Pair, Qr, Rule, Slip, Title
from sandbox.escpos_interpreter import draw

ROOT = Path(__file__).resolve().parent.parent
FONTS = (
    ROOT / "build/fonts/NotoSansSC-Regular.otf",
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
)
PROFILES = load_profiles()
QR_DATA = "https://platform.example.gov.cn/s/52240100381204"


def font() -> Path:
    return fonts()[0]


@cache
def fonts() -> tuple[Path, ...]:
    missing = [str(path) for path in FONTS if not path.exists()]
    assert not missing, f"no {', '.join(missing)}: run `make setup`"
    return FONTS


@cache
def glyphs() -> Glyphs:
    return Glyphs(fonts())


def certification(name: str = "张*", *, large: bool = False) -> Slip:
    return Slip(
        (
            Title("待遇资格认证结果回执"),
            Rule(),
            Pair("回执编号", "522401 0038120 4"),
            Pair("事项名称", "领取养老金人员待遇资格认证"),
            Pair("姓名", name),
            Pair("社会保障号码", "522401********0012"),
            Pair("待遇发放机构", "云南省昆明市五华区社会保险局"),
            Pair("认证时间", "2026-11-21 09:41:07"),
            Pair("认证结果", "通过"),
            Pair("下次认证截止日期", "2027年11月30日"),
            Rule(),
            Line("本回执仅表示本次自助认证结果，待遇发放以发放地经办机构为准。"),
            Gap(),
            Qr(QR_DATA),
            Line("扫码查办理情况", align=Align.CENTER),
        ),
        large,
    )


def drawn(pieces, profile, charset=None):
    """(pages, findings) of a printer as the profile describes it."""
    return draw(b"".join(pieces), profile.dots, charset or profile.charset, font())


def grey(png: bytes) -> np.ndarray:
    """(height, width), 0 is black."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def scanned(png: bytes) -> str:
    """What a scanner reads from the code on the page."""
    page = cv2.copyMakeBorder(grey(png), 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(page)
    return text
