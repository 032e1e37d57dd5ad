"""Pictures as `scanimage` writes them, whole, in pieces, damaged, and against another reader."""

import io

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from devices.base import GarbledReplyError
from devices.pnm import HEADER_MAX_BYTES, decode, parse_header

SEEN = b"P6\n# SANE data follows\n2 1\n255\n\x01\x02\x03\x04\x05\x06"  # as scanimage 1.2 writes it


def test_colours_are_given_blue_first():
    assert decode(SEEN).tolist() == [[[3, 2, 1], [6, 5, 4]]]


def test_grey_has_one_sample_a_pixel():
    assert decode(b"P5\n# SANE data follows\n3 2\n255\nabcdef").tolist() == [
        [97, 98, 99],
        [100, 101, 102],
    ]


def test_one_bit_is_black_and_rows_begin_on_a_byte():
    page = decode(b"P4\n# SANE data follows\n10 2\n\x80\x40\x00\x00")
    assert page.tolist() == [[0] + [255] * 8 + [0], [255] * 10]


def test_of_sixteen_bits_the_upper_eight_are_given():
    assert decode(b"P5\n2 1\n65535\n\x12\x34\xff\xff").tolist() == [[0x12, 0xFF]]


def test_other_ranges_are_stretched_to_the_whole():
    assert decode(b"P5\n3 1\n15\n\x00\x0f\x10").tolist() == [[0, 255, 255]]


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["1", "L", "RGB"]), st.randoms())
def test_every_picture_is_what_another_reader_makes_of_it(width, height, mode, lots):
    samples = np.frombuffer(lots.randbytes(width * height * 3), np.uint8)
    colour = Image.fromarray(samples.reshape(height, width, 3))
    picture = colour.convert(mode)
    file = io.BytesIO()
    picture.save(file, "PPM")
    expected = np.asarray(picture.convert("RGB"))[:, :, ::-1]
    page = decode(file.getvalue())
    assert np.array_equal(page if page.ndim == 3 else np.dstack([page] * 3), expected)


@given(st.integers(0, len(SEEN)))
def test_a_header_in_pieces_is_waited_for(length):
    header = parse_header(SEEN[:length])
    whole = len(SEEN) - 6
    assert (header is None) == (length < whole)
    if header:
        assert (header.width_px, header.height_px, header.bytes) == (2, 1, whole)
        assert header.total_bytes == len(SEEN)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0 a JPEG",
        b"P3\n1 1\n255\n0 0 0",
        b"P5\n0 4\n255\n",
        b"P5\n1 1\n65536\nxx",
        b"P5\n1 1\n0\nx",
        b"P6\n#" + b"x" * HEADER_MAX_BYTES,
    ],
)
def test_what_is_no_picture_is_found_out_at_its_header(data):
    with pytest.raises(GarbledReplyError):
        parse_header(data)


@pytest.mark.parametrize("data", [b"", SEEN[:-1], SEEN + b"\n", SEEN[:10]])
def test_a_picture_that_is_not_whole_is_garbled(data):
    with pytest.raises(GarbledReplyError):
        decode(data)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda end: SEEN[:20] + end))
@example(b"P4\n\n\n")
@example(b"P5 9999999 9999999 255 ")
def test_no_noise_is_anything_but_a_picture_or_garbled(data):
    try:
        page = decode(data)
    except GarbledReplyError:
        return
    assert page.dtype == np.uint8
    assert page.size
