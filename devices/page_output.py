"""Pages as bytes that go through a thin line, marked copies of identity documents, and PDF/A.

Nothing is written to disk. Bilevel pages: ITU-T T.6 (Group 4) in TIFF. Documents: PDF/A-2b, ISO
19005-2, with the sRGB of IEC 61966-2-1 as output intent (6.2.3).
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image as Pil
from PIL import ImageCms, ImageDraw, ImageFont, TiffImagePlugin

from devices.page_flattening import A4_PX, DPI, ID_CARD_PX, bilevel

Image = NDArray[np.uint8]

MOST_BYTES: Final = 300_000
_LADDER: Final = (  # dots an inch and JPEG quality: what a reader notices last goes first
    (300, 80),
    (300, 65),
    (200, 80),
    (200, 65),
    (200, 50),
    (150, 65),
    (150, 45),
    (100, 50),
    (100, 30),
    (75, 20),
)
_COLOURFUL: Final = 40  # between the largest and the smallest channel: a stamp, a pen, a photograph
_COLOUR_SHARE: Final = 0.0008
_PICTURE_SHARE: Final = 0.012  # of the page; letters leave less when they are closed

_PROFILE_MADE: Final = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)

MARK: Final = "仅供办理{purpose}使用"
_MARK_PITCH_MM: Final = 11.0  # between lines of marks: each stretch of 20 mm is crossed
_MARK_MM: Final = 4.2
_MARK_DEG: Final = 30.0
_MARK_GREY: Final = 176  # on white paper; ink under it stays as dark as it was


def jpeg(page: Image, most_bytes: int = MOST_BYTES) -> bytes:
    """`page`, at 300 dpi, as the best JPEG of at most `most_bytes`, its resolution written in it.

    Quality goes first, then dots; text of a usual size is read with ease down to 150 dpi. Where
    even 75 dpi is too much, the smallest there is.
    """
    encoded = b""
    for dpi, quality in _LADDER:
        encoded = _jpeg(page, dpi, quality)
        if len(encoded) <= most_bytes:
            break
    return encoded


def _jpeg(page: Image, dpi: int, quality: int) -> bytes:
    if dpi != DPI:
        size = (max(1, page.shape[1] * dpi // DPI), max(1, page.shape[0] * dpi // DPI))
        page = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
    out = io.BytesIO()
    _pillow(page).save(out, "JPEG", quality=quality, optimize=True, dpi=(dpi, dpi))
    return out.getvalue()


def group4(page: Image) -> bytes:
    """`page`, at 300 dpi, in black and white, as TIFF with Group 4."""
    out = io.BytesIO()
    black = Pil.fromarray(page if page.ndim == 2 else bilevel(page)).convert("1")
    one_strip = black.width * black.height  # so that a PDF can take it as it is
    black.save(out, "TIFF", compression="group4", dpi=(DPI, DPI), strip_size=one_strip)
    return out.getvalue()


def is_plain_text(page: Image) -> bool:
    """Whether nothing is lost in black and white: ink on paper, no stamp, no photograph.

    `page` has been through `even_light`.
    """
    size = (max(1, page.shape[1] // 3), max(1, page.shape[0] // 3))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    inset = max(1, min(size) // 60)  # an edge may show a sliver of the desk
    small = small[inset:-inset, inset:-inset]
    if small.ndim == 3:
        colour = small.max(axis=2).astype(np.int16) - small.min(axis=2)
        if float((colour > _COLOURFUL).mean()) > _COLOUR_SHARE:
            return False
        small = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    # Letters are thin: what is still grey when they are closed is a picture.
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    return float((closed < 190).mean()) < _PICTURE_SHARE


def compact(page: Image, most_bytes: int = MOST_BYTES) -> bytes:
    """`page` as TIFF with Group 4 where it is plain text that fits, as JPEG otherwise."""
    if is_plain_text(page):
        encoded = group4(page)
        if len(encoded) <= most_bytes:
            return encoded
    return jpeg(page, most_bytes)


def id_card_copy(portrait: Image, emblem: Image) -> Image:
    """Both sides of an ID card in their true size on one A4 page, the portrait above.

    Both (638, 1011, 3), upright, as `flatten` and `card_side` leave them.
    """
    sheet = np.full((A4_PX[1], A4_PX[0], 3), 255, np.uint8)
    for side, middle in ((portrait, 0.32), (emblem, 0.62)):
        card = cv2.resize(side, ID_CARD_PX, interpolation=cv2.INTER_AREA)
        left, top = (A4_PX[0] - ID_CARD_PX[0]) // 2, round(A4_PX[1] * middle - ID_CARD_PX[1] / 2)
        sheet[top : top + ID_CARD_PX[1], left : left + ID_CARD_PX[0]] = card
    return sheet


def watermarked(page: Image, purpose: str, font: Path) -> Image:
    """`page`, at 300 dpi, with `仅供办理…使用` slantwise all over it, for one purpose only.

    Every stretch of 20 mm along a line of print is crossed, so that a number cannot be cut out
    clean. Marks darken paper and leave ink as it is, so that it can still be read.

    Raises:
        OSError: there is no such font.
        ValueError: no purpose is given: a copy good for everything is what the mark prevents.
    """
    if not purpose.strip():
        raise ValueError("a copy of an identity document is for one purpose")
    marks = _marks(page.shape[1], page.shape[0], MARK.format(purpose=purpose.strip()), font)
    colour = marks if page.ndim == 2 else cv2.merge([marks] * 3)
    return np.asarray(cv2.multiply(page, colour, None, 1 / 255), np.uint8)


def _marks(width: int, height: int, text: str, font: Path) -> Image:
    """(height, width), 255 where nothing is marked."""
    dots = DPI / 25.4
    face = ImageFont.truetype(font, round(_MARK_MM * dots), layout_engine=ImageFont.Layout.BASIC)
    pitch = round(_MARK_PITCH_MM * dots)
    step = round(face.getlength(text) + _MARK_MM * dots)
    side = math.ceil(math.hypot(width, height)) + 2 * pitch
    sheet = Pil.new("L", (side, side), 255)
    pen = ImageDraw.Draw(sheet)
    for row, y in enumerate(range(0, side, pitch)):
        # Each line begins elsewhere, so that the gaps between marks never stand in a column.
        for x in range(-(row * step * 3 // 8) % step - step, side, step):
            pen.text((x, y), text, _MARK_GREY, face)
    slant = sheet.rotate(_MARK_DEG, Pil.Resampling.BILINEAR, fillcolor=255)
    left, top = (side - width) // 2, (side - height) // 2
    return np.asarray(slant.crop((left, top, left + width, top + height)), np.uint8)


def _pillow(page: Image) -> Pil.Image:
    if page.ndim == 2:
        return Pil.fromarray(page)
    return Pil.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB))


def pdf_a(pages: Sequence[bytes], title: str, made: datetime | None = None) -> bytes:
    """One PDF/A-2b of `pages`, each as it is: nothing is encoded again.

    Args:
        pages: each JPEG, or TIFF with Group 4.
        title: for the reader's window; nothing personal, for it also stands in the metadata.
        made: when; now if None. Has a time zone.

    Raises:
        ValueError: there is no page, or one is neither of the two.
    """
    if not pages:
        raise ValueError("a document has at least one page")
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for encoded in pages:
            _add(pdf, encoded)
        intent = pikepdf.Dictionary(
            Type=pikepdf.Name.OutputIntent,
            S=pikepdf.Name.GTS_PDFA1,
            OutputConditionIdentifier="sRGB",
            Info="sRGB IEC61966-2.1",
            DestOutputProfile=pdf.make_indirect(_srgb(pdf)),
        )
        pdf.Root.OutputIntents = pikepdf.Array([pdf.make_indirect(intent)])
        moment = (made or datetime.now(UTC)).isoformat(timespec="seconds")
        with pdf.open_metadata(set_pikepdf_as_editor=False) as told:
            told["dc:title"] = title
            told["xmp:CreateDate"] = told["xmp:ModifyDate"] = moment
            told["pdfaid:part"], told["pdfaid:conformance"] = "2", "B"
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _srgb(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The moment in its header (ICC.1, 7.2.8) would make each document another one.
    profile = profile[:24] + _PROFILE_MADE + profile[36:]
    return pikepdf.Stream(pdf, profile, N=3, Alternate=pikepdf.Name.DeviceRGB)


def _add(pdf: pikepdf.Pdf, encoded: bytes) -> None:
    """A page of the size that its picture says it has."""
    try:
        picture = Pil.open(io.BytesIO(encoded))
    except OSError:
        raise ValueError("a page that is no picture") from None
    with picture:
        kind, mode, (width, height) = picture.format, picture.mode, picture.size
        dpi = float(picture.info.get("dpi", (DPI, DPI))[0])
        if kind == "JPEG" and mode in ("RGB", "L"):
            image = pikepdf.Stream(pdf, encoded, Filter=pikepdf.Name.DCTDecode, BitsPerComponent=8)
        elif kind == "TIFF" and picture.info.get("compression") == "group4":
            image = pikepdf.Stream(pdf, _strip(picture, encoded), BitsPerComponent=1)
            image.Filter = pikepdf.Name.CCITTFaxDecode
            black_is_1 = _tags(picture)[262] == 1  # PhotometricInterpretation: 0 is black
            image.DecodeParms = pikepdf.Dictionary(
                K=-1, Columns=width, Rows=height, BlackIs1=black_is_1
            )
        else:
            raise ValueError(f"a page as {kind} {mode}; JPEG or TIFF with Group 4 is wanted")
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Width, image.Height = width, height
    image.ColorSpace = pikepdf.Name.DeviceRGB if mode == "RGB" else pikepdf.Name.DeviceGray
    points = [round(px * 72 / dpi, 2) for px in (width, height)]
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array([0, 0, *points]),
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image))),
        Contents=pdf.make_stream(f"q {points[0]} 0 0 {points[1]} 0 0 cm /Im0 Do Q".encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _strip(picture: Pil.Image, encoded: bytes) -> bytes:
    """The one strip that libtiff wrote."""
    tags = _tags(picture)
    offsets, lengths = tags[273], tags[279]
    if len(offsets) != 1:
        raise ValueError("a TIFF of several strips")
    return encoded[offsets[0] : offsets[0] + lengths[0]]


def _tags(picture: Pil.Image) -> Mapping[int, Any]:
    """By their numbers in TIFF 6.0."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile):
        raise ValueError("a page that is no TIFF")
    return picture.tag_v2
