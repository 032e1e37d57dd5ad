"""Slips as ESC/POS bytes: opens nothing, sends nothing.

Commands: Epson ESC/POS command reference, built by python-escpos, which has no Chinese mode; that
part (FS &, FS !) follows the manuals of Chinese models. Chinese goes out as GB 18030.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from functools import partial
from pathlib import Path

import qrcode  # type: ignore[import-untyped]
from PIL import Image, ImageChops

# python-escpos reads this while it is imported.
os.environ["ESCPOS_CAPABILITIES_FILE"] = str(Path(__file__).with_name("escpos_capabilities.yaml"))
from escpos import capabilities
from escpos.capabilities import Profile
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy

from devices.glyphs import Glyphs
from devices.printer_profiles import CELL_DOTS, Charset, PrinterProfile, QrBy
from devices.slip import Align, Slip
from devices.slip_layout import NO_GLYPH, Blank, Code, Item, Row, columns, lay_out

# It leaves a directory of its own in /tmp at every start, which nobody looks into again.
if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

CELL_HEIGHT_DOTS = 24
PITCH_DOTS = {1: 30, 2: 56}  # from one line to the next, by the height of its characters
QR_TARGET_DOTS = {False: 232, True: 320}  # 29 mm; 40 mm on a large-print slip
QR_MARGIN = 4  # modules of white on every side, ISO/IEC 18004
QR_SPACE = Blank(1, 24)  # above and below the code: its quiet zone
QR_MODULE_DOTS = range(12, 2, -1)
FS_KANJI_SIZE = b"\x1c!"  # FS ! n: bit 2 double width, bit 3 double height
# Cheap models look for real-time commands (DLE EOT, DLE ENQ, DLE DC4) inside pictures as well.
REAL_TIME_IN_PICTURE = re.compile(rb"\x10(?=[\x04\x05\x14])")
ONE_DOT_MORE = b"\x18"


def encode(slip: Slip, profile: PrinterProfile, glyphs: Glyphs) -> tuple[bytes, ...]:
    """The slip in pieces, to be sent in order.

    Each piece is whole commands and sets every mode it needs, so status may be asked between any
    two, and printing may go on with any piece. None is longer than half of the profile's window,
    except one with a native QR code. A line with a character that the printer lacks is one picture.

    Raises:
        ValueError: a QR code holds control characters, or does not fit in modules of 3 dots.
    """
    make = partial(_item, profile=profile, glyphs=glyphs)
    pieces = [piece for item in lay_out(slip, profile.columns) for piece in make(item)]
    return (_preamble(profile), *pieces, _ending(profile))


def unprintable(slip: Slip, profile: PrinterProfile, glyphs: Glyphs) -> frozenset[str]:
    """Characters neither the printer nor any font has; `encode` puts 〓 in their place."""
    rows = (item for item in lay_out(slip, profile.columns) if isinstance(item, Row))
    return frozenset(
        char
        for row in rows
        for char in row.text
        if not (in_printer(char, profile.charset) or glyphs.has(char))
    )


def in_printer(char: str, charset: Charset) -> bool:
    """Whether the built-in font of a printer with this character set has the character."""
    if char.isascii():
        return char.isprintable()
    if unicodedata.east_asian_width(char) not in "WFA" or not _assigned(char):
        return False
    code = char.encode("gb18030")
    if charset is Charset.GB18030:  # the 2000 edition: two bytes, and extension A in four
        return len(code) == 2 or 0x3400 <= ord(char) <= 0x4DB5
    return len(code) == 2 and _decodes(code, charset)


def _assigned(char: str) -> bool:
    return unicodedata.category(char) not in ("Co", "Cn", "Cs")


def _decodes(code: bytes, charset: Charset) -> bool:
    # By the bytes: Python's tables name A1A4 and A1AA differently, the printer's dots are the same.
    try:
        code.decode(charset)
    except UnicodeDecodeError:
        return False
    return True


def _preamble(profile: PrinterProfile) -> bytes:
    paper = _recorder(profile)
    paper.hw("INIT")
    return bytes(paper.output) + profile.chinese_mode


def _ending(profile: PrinterProfile) -> bytes:
    if not profile.cutter:
        return _feed(Blank(profile.tear_lines), profile)
    paper = _recorder(profile)
    paper.cut(feed=False)  # GS V 66: the printer itself feeds the end of the slip to the knife
    return bytes(paper.output)


def _feed(blank: Blank, profile: PrinterProfile) -> bytes:
    paper = _recorder(profile)
    paper.line_spacing(blank.pitch_dots * profile.feed_units_per_dot)
    paper.print_and_feed(blank.lines)
    return bytes(paper.output)


def _item(item: Item, profile: PrinterProfile, glyphs: Glyphs) -> list[bytes]:
    match item:
        case Row() if all(in_printer(char, profile.charset) for char in item.text):
            return [_text(item, profile)]
        case Row():
            return _picture(_drawn(item, profile, glyphs), item.align, profile)
        case Code():
            return [_feed(QR_SPACE, profile), *_qr(item, profile), _feed(QR_SPACE, profile)]
        case Blank():
            return [_feed(item, profile)]


def _text(row: Row, profile: PrinterProfile) -> bytes:
    paper = _recorder(profile)
    paper.line_spacing(PITCH_DOTS[row.height] * profile.feed_units_per_dot)
    paper.set(
        align=row.align.value,
        bold=row.bold,
        custom_size=True,
        width=row.width,
        height=row.height,
    )
    # Some models let GS ! enlarge Chinese characters, some only FS !; FS ! comes last and decides.
    chinese_size = FS_KANJI_SIZE + bytes([(row.width - 1) << 2 | (row.height - 1) << 3])
    modes = bytes(paper.output) + profile.chinese_mode + chinese_size
    return modes + row.text.encode("gb18030") + b"\n"


def _drawn(row: Row, profile: PrinterProfile, glyphs: Glyphs) -> Image.Image:
    """The line on the same grid of cells as its neighbours in the built-in font; 255 is black."""
    unit_px = CELL_DOTS * row.width
    height_px = CELL_HEIGHT_DOTS * row.height
    drawn = Image.new("L", (columns(row.text) * unit_px, PITCH_DOTS[row.height]))
    end_px = 0
    for char in row.text:
        shown = char if glyphs.has(char) else NO_GLYPH
        width_px = columns(char) * unit_px
        at_px = end_px if width_px else max(0, end_px - 2 * unit_px)  # over the one before
        cell = glyphs.draw(shown, width_px or 2 * unit_px, height_px)
        box = (at_px, 0, at_px + cell.width, height_px)
        drawn.paste(ImageChops.lighter(drawn.crop(box), cell), box)
        end_px += width_px
    if row.bold:
        drawn = ImageChops.lighter(drawn, ImageChops.offset(drawn, 1, 0))
    return drawn


def _picture(drawn: Image.Image, align: Align, profile: PrinterProfile) -> list[bytes]:
    """`drawn` in bands of GS v 0. It carries its own margin: not every model aligns pictures."""
    room_dots = profile.dots - drawn.width
    margin_dots = {Align.LEFT: 0, Align.CENTER: room_dots // 2, Align.RIGHT: room_dots}[align]
    width_dots = -(-(margin_dots + drawn.width) // 8) * 8
    page = Image.new("L", (width_dots, drawn.height))
    page.paste(drawn, (margin_dots, 0))
    band_rows = max(1, (profile.window_bytes // 2 - 16) // (width_dots // 8))
    tops = range(0, page.height, band_rows)
    bands = [page.crop((0, y, page.width, min(y + band_rows, page.height))) for y in tops]
    return [_band(band, profile) for band in bands]


def _band(band: Image.Image, profile: PrinterProfile) -> bytes:
    dots = REAL_TIME_IN_PICTURE.sub(ONE_DOT_MORE, band.convert("1").tobytes())
    paper = _recorder(profile)
    paper.set(align="left")
    # python-escpos takes black ink on white
    paper.image(ImageChops.invert(Image.frombytes("1", band.size, dots).convert("L")))
    return bytes(paper.output)


def _qr(code: Code, profile: PrinterProfile) -> list[bytes]:
    if not code.data.isprintable():
        raise ValueError("a QR code holds control characters: in the printer they are commands")
    symbol = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    symbol.add_data(code.data.encode(), optimize=0)
    symbol.make(fit=True)
    modules = symbol.modules_count
    wanted_dots = min(QR_TARGET_DOTS[code.large], profile.dots)
    fitting = [n for n in QR_MODULE_DOTS if (modules + 2 * QR_MARGIN) * n <= profile.dots]
    if not fitting:
        raise ValueError(f"a QR code of {modules} modules does not fit on {profile.dots} dots")
    size = next((n for n in fitting if modules * n <= wanted_dots), fitting[-1])
    paper = _recorder(profile)
    if profile.qr is QrBy.NATIVE:
        paper.set(align="center")
        paper.qr(code.data, ec=QR_ECLEVEL_M, size=size, native=True)
        return [bytes(paper.output)]
    dots = Image.new("L", (modules, modules))
    dots.putdata([255 if dark else 0 for line in symbol.get_matrix() for dark in line])
    edge_dots = modules * size
    drawn = dots.resize((edge_dots, edge_dots), Image.Resampling.NEAREST)
    return _picture(drawn, Align.CENTER, profile)


def _recorder(profile: PrinterProfile) -> Dummy:
    """A printer of python-escpos that keeps the bytes and refuses pictures wider than the paper."""
    paper = Profile(columns=profile.columns)
    paper.profile_data = paper.profile_data | {"media": {"width": {"pixels": profile.dots}}}
    return Dummy(profile=paper)
