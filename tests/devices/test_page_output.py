"""Bytes for a thin line: sizes, marks that cannot be cut round, documents that keep."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import pdfa
from PIL import Image as Pil

from devices.page_flattening import A4_PX, even_light, flatten, grey
from devices.page_output import (
    MOST_BYTES,
    compact,
    group4,
    id_card_copy,
    is_plain_text,
    jpeg,
    pdf_a,
    watermarked,
)
from sandbox.page_papers import paper
from tests.page_kit import FONT, picture

MADE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
WHITE = np.full((800, 900, 3), 255, np.uint8)


@pytest.fixture(scope="module")
def taken():
    """A certificate as a noisy camera took it, flat and evenly lit."""
    drawn = picture(6, (4000, 3000), paper="certificate", desk="wood", shadow=0.6, noise=4.0)
    return even_light(flatten(drawn.frame, drawn.corners))


@pytest.fixture(scope="module")
def copy():
    return id_card_copy(*(paper(name, FONT, 1).image for name in ("id_portrait", "id_emblem")))


def test_a_page_with_a_stamp_goes_in_colour_through_a_thin_line(taken):
    encoded = compact(taken)
    assert len(encoded) <= MOST_BYTES
    with Pil.open(io.BytesIO(encoded)) as sent:
        assert (sent.format, sent.mode) == ("JPEG", "RGB")
        dpi = sent.info["dpi"][0]
        assert dpi >= 150
        assert sent.width / dpi == pytest.approx(210 / 25.4, abs=0.02)


def test_a_page_of_text_goes_in_black_and_white():
    text = paper("receipt", FONT).image
    encoded = compact(text)
    with Pil.open(io.BytesIO(encoded)) as sent:
        assert (sent.format, sent.mode, sent.info["compression"]) == ("TIFF", "1", "group4")
        assert sent.size == (text.shape[1], text.shape[0])
    assert len(encoded) < 60_000


def test_a_stamp_and_a_portrait_are_no_plain_text(taken, copy):
    assert is_plain_text(paper("receipt", FONT).image)
    assert not is_plain_text(taken)
    assert not is_plain_text(copy)
    assert not is_plain_text(grey(copy))


@settings(max_examples=8, deadline=None)
@given(st.integers(20_000, 300_000), st.integers(0, 40))
def test_a_limit_is_kept_whatever_the_page(most, noise):
    rng = np.random.default_rng(noise)
    rough = np.clip(200 + rng.normal(0, noise, (900, 700, 3)), 0, 255).astype(np.uint8)
    assert len(jpeg(rough, most)) <= most


def test_both_sides_of_a_card_stand_in_true_size_on_one_page(copy):
    assert copy.shape == (A4_PX[1], A4_PX[0], 3)
    rows = np.flatnonzero((copy.min(axis=2) < 250).any(axis=1))
    inked = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    assert [len(part) for part in inked] == [638, 638]


@settings(max_examples=30, deadline=None)
@given(
    purpose=st.text("养老保险认证申请补贴", min_size=1, max_size=14),
    x=st.integers(0, 900 - 237),
    y=st.integers(0, 800 - 42),
)
def test_the_mark_crosses_every_stretch_of_print(purpose, x, y):
    """20 mm by 3.6 mm, less than half the number on a card, anywhere."""
    marked = watermarked(WHITE, purpose, FONT)
    assert (marked[y : y + 42, x : x + 237] < 220).mean() > 0.01


def test_under_the_mark_a_number_stays_as_dark_as_it_was(copy):
    marked = watermarked(copy, "养老保险待遇资格认证", FONT)
    ink = copy.max(axis=2) < 70
    assert (marked[ink] <= copy[ink]).all()
    assert marked[copy.min(axis=2) > 250].min() > 150  # far from ink


def test_a_purpose_changes_the_mark_and_none_is_refused():
    one, other = (watermarked(WHITE, purpose, FONT) for purpose in ("认证", "补贴申请"))
    assert (one != other).any()
    with pytest.raises(ValueError, match="purpose"):
        watermarked(WHITE, " ", FONT)


def test_a_document_is_pdf_a_with_its_pages_as_they_were(copy):
    pages = [jpeg(copy), group4(paper("receipt", FONT).image)]
    document = pdf_a(pages, "材料", MADE)
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert list(pdfa.check(pdf, "2b").findings) == []
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == pikepdf.Name.GTS_PDFA1
        assert intent.DestOutputProfile.N == 3
        assert len(pdf.pages) == 2
        assert [float(edge) for edge in pdf.pages[0].MediaBox[2:]] == pytest.approx(
            [595.3, 841.9], abs=0.5
        )
        assert bytes(pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()) == pages[0]
        drawn = pikepdf.PdfImage(pdf.pages[1].Resources.XObject.Im0).as_pil_image()
    with Pil.open(io.BytesIO(pages[1])) as sent:
        assert (np.asarray(drawn) == np.asarray(sent)).all()


def test_the_same_pages_make_the_same_document(copy):
    pages = [jpeg(copy)]
    assert pdf_a(pages, "材料", MADE) == pdf_a(pages, "材料", MADE)


@pytest.mark.parametrize("pages", [[], [b"no picture"], [b"\x89PNG\r\n\x1a\n"]])
def test_what_is_no_page_is_refused(pages):
    with pytest.raises(ValueError, match="page"):
        pdf_a(pages, "材料")
