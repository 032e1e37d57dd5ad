"""ESC/POS as a printer understands it: bytes in, ink on the paper; all it cannot follow is noted.

After the Epson ESC/POS command reference and, for Chinese (FS), manuals of Chinese models.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import qrcode  # type: ignore[import-untyped]
from PIL import Image

from sandbox.escpos_paper import BLACK, WHITE, BuiltInFont, Page, Paper

REAL_TIME = re.compile(rb"\x10(?:\x04[\x01-\x08]|\x05[\x00-\x03]|\x14[\x01-\x08])")
FIRST_BYTES = {"gb2312": range(0xA1, 0xF8), "gbk": range(0x81, 0xFF), "gb18030": range(0x81, 0xFF)}


class Printer(Protocol):
    """What the commands move and ask; each call may block, or raise to end the interpretation."""

    def take(self, count: int) -> bytes: ...

    def advance(self, rows: int, ink: Callable[[], None]) -> None:
        """Moves the paper by `rows` dot rows; `ink` puts on it what passes the head."""
        ...

    def cut(self) -> None: ...

    def answer(self, reply: bytes) -> None: ...

    def paper_status(self) -> int:
        """The byte of GS r 1."""
        ...

    def status_back(self, wanted: int) -> None:
        """GS a: which changes are reported unasked; 0 for none."""
        ...


@dataclass
class _Modes:
    align: int = 0
    bold: bool = False
    latin: tuple[int, int] = (1, 1)  # times as wide, times as high
    chinese: tuple[int, int] = (1, 1)
    chinese_mode: bool = False
    spacing: int = 30
    qr_size: int = 3
    qr_level: int = 48
    qr_data: bytes = b""
    stored: Image.Image | None = None
    line: list[tuple[Image.Image, str]] = field(default_factory=list)


class Interpreter:
    def __init__(
        self, printer: Printer, paper: Paper, font: Path, charset: str, findings: list[str]
    ) -> None:
        self._printer, self._paper, self._findings = printer, paper, findings
        self._font, self._charset = BuiltInFont(font), charset
        self._modes = _Modes()
        self._commands: dict[bytes, Callable[[], None]] = {
            b"\x1b@": self._reset,
            b"\x1b!": self._esc_print_mode,
            b"\x1b2": lambda: self._set(spacing=30),
            b"\x1b3": lambda: self._set(spacing=self._byte()),
            b"\x1bE": lambda: self._set(bold=bool(self._byte() & 1)),
            b"\x1bG": lambda: self._set(bold=bool(self._byte() & 1)),
            b"\x1ba": self._align,
            b"\x1bt": lambda: self._ignore(1),
            b"\x1bR": lambda: self._ignore(1),
            b"\x1bJ": lambda: self._line_end(self._byte()),
            b"\x1bd": self._feed_lines,
            b"\x1b*": self._column_image,
            b"\x1d!": self._gs_size,
            b"\x1dV": self._cut,
            b"\x1da": lambda: self._printer.status_back(self._byte()),
            b"\x1dr": self._transmit_status,
            b"\x1dv": self._raster,
            b"\x1d(": self._gs_bracket,
            b"\x1c&": lambda: self._set(chinese_mode=True),
            b"\x1c.": lambda: self._set(chinese_mode=False),
            b"\x1c!": self._fs_size,
            b"\x1cW": self._fs_quadruple,
            b"\x10\x04": lambda: self._ignore(1),  # answered when it arrived
            b"\x10\x05": lambda: self._ignore(1),
        }

    def step(self) -> None:
        """Reads one command or character and does it."""
        first = self._printer.take(1)
        code = first[0]
        if first == b"\n":
            self._line_end(self._modes.spacing)
        elif first in (b"\x1b", b"\x1d", b"\x1c", b"\x10"):
            prefix = first + self._printer.take(1)
            known = self._commands.get(prefix)
            if known is None:
                self._note(f"unknown command {prefix.hex(' ')}")
            else:
                known()
        elif 0x20 <= code <= 0x7E:
            self._character(chr(code), self._modes.latin)
        elif code >= 0x80:
            self._chinese(first)
        elif first != b"\r":
            self._note(f"unknown control {code:02x}")

    def _note(self, finding: str) -> None:
        self._findings.append(finding)

    def _byte(self) -> int:
        return self._printer.take(1)[0]

    def _word(self) -> int:
        return int.from_bytes(self._printer.take(2), "little")

    def _ignore(self, count: int) -> None:
        self._printer.take(count)

    def _set(self, **modes: object) -> None:
        for name, value in modes.items():
            setattr(self._modes, name, value)

    def _data(self, count: int) -> bytes:
        data = self._printer.take(count)
        if found := REAL_TIME.search(data):
            self._note(f"real-time request {found.group().hex(' ')} inside data")
        return data

    # --- characters

    def _chinese(self, lead: bytes) -> None:
        if not self._modes.chinese_mode:
            self._note(f"byte {lead.hex()} outside the Chinese mode")
            return
        code = lead + self._printer.take(1)
        if 0x30 <= code[1] <= 0x39 and self._charset == "gb18030":
            code += self._printer.take(2)
        try:
            char = code.decode("gb18030")
            code.decode(self._charset)
        except UnicodeDecodeError:
            self._note(f"no character {code.hex()} in {self._charset}")
            return
        if lead[0] not in FIRST_BYTES[self._charset] or 0xE000 <= ord(char) <= 0xF8FF:
            self._note(f"no character {code.hex()} in {self._charset}")
            return
        self._character(char, self._modes.chinese)

    def _character(self, char: str, times: tuple[int, int]) -> None:
        glyph = self._font.glyph(char, *times, self._modes.bold)
        if sum(cell.width for cell, _ in self._modes.line) + glyph.width > self._paper.dots:
            self._note("a line is wider than the paper")
            self._line_end(self._modes.spacing)
        self._modes.line.append((glyph, char))

    def _line_end(self, pitch: int) -> None:
        line, self._modes.line = self._modes.line, []
        if not line:
            self._printer.advance(pitch, lambda: self._paper.feed(pitch))
            return
        height = max(cell.height for cell, _ in line)
        inked = Image.new("L", (sum(cell.width for cell, _ in line), height), WHITE)
        at = 0
        for cell, _ in line:
            inked.paste(cell, (at, height - cell.height))
            at += cell.width
        self._place(inked, max(pitch, height), "".join(char for _, char in line))

    def _place(self, inked: Image.Image, pitch: int, text: str | None = None) -> None:
        if inked.width > self._paper.dots:
            self._note(f"a picture of {inked.width} dots is wider than the paper")
        room = max(0, self._paper.dots - inked.width)
        band = Image.new("L", (self._paper.dots, max(pitch, inked.height)), WHITE)
        band.paste(inked, ((0, room // 2, room)[self._modes.align], 0))
        self._printer.advance(band.height, lambda: self._paper.put(band, text))

    # --- modes

    def _reset(self) -> None:
        if self._modes.line:
            self._note("ESC @ throws away a line that was not printed")
        self._modes = _Modes()

    def _esc_print_mode(self) -> None:
        n = self._byte()
        size = (2 if n & 0x20 else 1, 2 if n & 0x10 else 1)
        self._set(bold=bool(n & 8), latin=size, chinese=size)

    def _gs_size(self) -> None:
        n = self._byte()
        size = ((n >> 4) + 1, (n & 7) + 1)
        self._set(latin=size, chinese=size)

    def _fs_size(self) -> None:
        n = self._byte()
        self._set(chinese=(2 if n & 4 else 1, 2 if n & 8 else 1))

    def _fs_quadruple(self) -> None:
        times = 2 if self._byte() & 1 else 1
        self._set(chinese=(times, times))

    def _align(self) -> None:
        n = self._byte()
        if self._modes.line:
            self._note("ESC a counts only at the beginning of a line")
        elif n in (0, 1, 2, 48, 49, 50):
            self._set(align=n % 48)
        else:
            self._note(f"ESC a {n}")

    # --- paper

    def _feed_lines(self) -> None:
        for _ in range(self._byte()):
            self._line_end(self._modes.spacing)

    def _cut(self) -> None:
        m = self._byte()
        if self._modes.line:
            self._note("GS V counts only at the beginning of a line")
        if m in (65, 66):
            rows = self._byte() + 90  # from the head to the knife
            self._printer.advance(rows, lambda: self._paper.feed(rows))
        elif m not in (0, 1, 48, 49):
            self._note(f"GS V {m}")
            return
        self._printer.cut()

    def _transmit_status(self) -> None:
        n = self._byte()
        if n in (1, 49):
            self._printer.answer(bytes([self._printer.paper_status()]))
        elif n in (2, 50):
            self._printer.answer(b"\x00")  # no drawer
        else:
            self._note(f"GS r {n}")

    # --- pictures

    def _raster(self) -> None:
        if (kind := self._printer.take(1)) != b"0":
            self._note(f"unknown command 1d 76 {kind.hex()}")
            return
        mode, across, down = self._byte() % 48, self._word(), self._word()
        inked = _bits(self._data(across * down), across * 8, down)
        wide, high = 2 if mode & 1 else 1, 2 if mode & 2 else 1
        inked = inked.resize((inked.width * wide, down * high), Image.Resampling.NEAREST)
        self._place(inked, inked.height)

    def _column_image(self) -> None:
        mode, count = self._byte(), self._word()
        tall = 3 if mode in (32, 33) else 1
        data = self._data(count * tall)
        inked = Image.new("L", (count, 8 * tall), WHITE)
        for at in range(count):
            column = int.from_bytes(data[at * tall : (at + 1) * tall])
            for row in range(8 * tall):
                if column >> (8 * tall - 1 - row) & 1:
                    inked.putpixel((at, row), BLACK)
        wide, high = 1 if mode in (1, 33) else 2, 1 if tall == 3 else 3
        self._modes.line.append((inked.resize((count * wide, inked.height * high)), ""))

    def _gs_bracket(self) -> None:
        kind, count = self._printer.take(1), self._word()
        body = self._data(count)
        if kind == b"k" and body[:1] == b"1":
            self._qr(body[1], body[2:])
        elif kind == b"L" and body[:2] == b"0p":
            across, down = (int.from_bytes(body[at : at + 2], "little") for at in (6, 8))
            times = (max(1, body[3]), max(1, body[4]))
            inked = _bits(body[10:], -(-across // 8) * 8, down)
            self._modes.stored = inked.resize((inked.width * times[0], down * times[1]))
        elif kind == b"L" and body in (b"02", b"0\x02") and self._modes.stored:
            self._place(self._modes.stored, self._modes.stored.height)
        else:
            self._note(f"unknown command 1d 28 {kind.hex()} … {body[:2].hex(' ')}")

    def _qr(self, function: int, rest: bytes) -> None:
        if function == 65:
            if rest[:1] != b"2":
                self._note(f"QR model {rest.hex()}")
        elif function == 67:
            self._set(qr_size=rest[0])
        elif function == 69:
            self._set(qr_level=rest[0])
        elif function == 80:
            self._set(qr_data=rest[1:])
        elif function == 81:
            self._print_qr()
        else:
            self._note(f"QR function {function}")

    def _print_qr(self) -> None:
        levels = {
            48: 1,
            49: 0,
            50: 3,
            51: 2,
        }  # L M Q H in the bits of ISO/IEC 18004
        code = qrcode.QRCode(error_correction=levels[self._modes.qr_level], border=0)
        code.add_data(self._modes.qr_data)
        matrix = code.get_matrix()
        inked = Image.new("L", (len(matrix), len(matrix)), WHITE)
        inked.putdata([BLACK if dark else WHITE for line in matrix for dark in line])
        edge = len(matrix) * self._modes.qr_size
        self._place(inked.resize((edge, edge), Image.Resampling.NEAREST), edge)


class _Desk:
    """A printer without a cable: it prints what lies before it, at once."""

    def __init__(self, data: bytes, paper: Paper) -> None:
        self._data, self._at, self._paper = data, 0, paper
        self.pages: list[Page] = []

    def take(self, count: int) -> bytes:
        if self._at + count > len(self._data):
            raise EOFError
        self._at += count
        return self._data[self._at - count : self._at]

    def cut(self) -> None:
        self.pages.append(self._paper.take(complete=True))

    def answer(self, reply: bytes) -> None:
        pass

    def advance(self, rows: int, ink: Callable[[], None]) -> None:
        ink()

    def paper_status(self) -> int:
        return 0

    def status_back(self, wanted: int) -> None:
        pass


def draw(data: bytes, dots: int, charset: str, font: Path) -> tuple[list[Page], list[str]]:
    """The pages that `data` prints, and all that was odd in it. The last page may lack its cut."""
    findings: list[str] = []
    paper = Paper(dots)
    desk = _Desk(data, paper)
    interpreter = Interpreter(desk, paper, font, charset, findings)
    try:
        while True:
            interpreter.step()
    except EOFError:
        pass
    pages = desk.pages
    if paper.written():
        pages.append(paper.take(complete=False))
    return pages, findings


def _bits(data: bytes, width: int, height: int) -> Image.Image:
    """Packed bits, one for black, as dots."""
    bits = Image.frombytes("1", (width, height), data)
    return bits.convert("L").point(lambda lit: BLACK if lit else WHITE)
