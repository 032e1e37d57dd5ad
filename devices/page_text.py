"""The words of a page that is a picture, laid unseen under it: to be searched and read aloud.

Text rendering mode 3, ISO 32000-1, 9.3.6; a font that is used in that mode alone need not be in the
document: ISO 19005-2, 6.2.11.4.1. What a code means is said by a ToUnicode map, 9.10.3.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import pikepdf

_POINTS = 72 / 25.4  # a millimetre
_MOST_A_RANGE = 100  # entries of one bfchar block (Adobe technical note 5014)


@dataclass(frozen=True, slots=True)
class Word:
    """A line of words where it stands: its baseline, in millimetres from the page's top left."""

    text: str = field(repr=False)
    x_mm: float
    baseline_mm: float
    em_mm: float
    width_mm: float


def with_text(pdf: bytes, pages: Sequence[Sequence[Word]]) -> bytes:
    """`pdf` with the words of each of its pages; the same words make the same document."""
    characters = sorted({one for page in pages for word in page for one in word.text})
    codes = {character: code for code, character in enumerate(characters, 1)}
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        font = document.make_indirect(_font(document, codes))
        for page, words in zip(document.pages, pages, strict=True):
            page.Resources.Font = pikepdf.Dictionary(F0=font)
            height = float(page.MediaBox[3])
            page.contents_add(document.make_stream(_drawn(words, codes, height)), prepend=True)
        document.save(
            out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    return out.getvalue()


def _drawn(words: Sequence[Word], codes: dict[str, int], height: float) -> bytes:
    lines = ["BT 3 Tr"]
    for word in words:
        natural = len(word.text) * word.em_mm  # each character is one em wide
        stretch = 100 * word.width_mm / natural
        size, x = word.em_mm * _POINTS, word.x_mm * _POINTS
        y = height - word.baseline_mm * _POINTS
        text = "".join(f"{codes[one]:04X}" for one in word.text)
        lines.append(f"/F0 {size:.2f} Tf {stretch:.2f} Tz 1 0 0 1 {x:.2f} {y:.2f} Tm <{text}> Tj")
    return "\n".join([*lines, "ET"]).encode("ascii")


def _font(document: pikepdf.Pdf, codes: dict[str, int]) -> pikepdf.Dictionary:
    name = pikepdf.Name("/Unseen")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,  # symbolic: its codes are its own
        FontBBox=pikepdf.Array([0, -120, 1000, 880]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=730,
        StemV=80,
    )
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=document.make_indirect(descriptor),
        DW=1000,
        CIDToGIDMap=pikepdf.Name.Identity,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type0,
        BaseFont=name,
        Encoding=pikepdf.Name("/Identity-H"),
        DescendantFonts=pikepdf.Array([document.make_indirect(descendant)]),
        ToUnicode=document.make_stream(_to_unicode(codes)),
    )


def _to_unicode(codes: dict[str, int]) -> bytes:
    entries = [
        f"<{code:04X}> <{one.encode('utf-16-be').hex().upper()}>" for one, code in codes.items()
    ]
    blocks = [
        entries[start : start + _MOST_A_RANGE] for start in range(0, len(entries), _MOST_A_RANGE)
    ]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode("ascii")
