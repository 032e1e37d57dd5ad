"""Every parser with inputs that nobody thought of, and again with all that ever broke one.

`make fuzz` goes on from here for as long as it is told to, led by coverage.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzzing import seeds
from fuzzing.targets import TARGETS

BY_NAME = {target.name: target for target in TARGETS}
EXAMPLES = 60


@st.composite
def damaged(draw, inputs):
    """One of the inputs, a few bytes of it changed, put in, doubled or taken out."""
    data = bytearray(draw(st.sampled_from(inputs)))
    for _ in range(draw(st.integers(1, 4))):
        at, end = (draw(st.integers(0, len(data))) for _ in range(2))
        piece = draw(st.one_of(st.binary(max_size=4), st.just(bytes(data[end : end + 40]))))
        data[at : at + draw(st.integers(0, 4))] = piece
    return bytes(data)


def test_every_parser_is_named_once():
    assert len(BY_NAME) == len(TARGETS)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_first_seed_is_accepted_and_no_seed_breaks_a_promise(name):
    target = BY_NAME[name]
    assert target.attempt(target.seeds[0])
    for seed in target.seeds:
        target.attempt(seed)


@pytest.mark.parametrize("name", BY_NAME)
def test_noise_raises_only_what_is_declared(name):
    target = BY_NAME[name]
    noise = st.one_of(st.binary(max_size=600), damaged(target.seeds))

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(noise)
    def holds(data):
        target.attempt(data)

    holds()


@pytest.mark.parametrize(
    ("name", "file"),
    [(name, file) for name in BY_NAME for file in seeds.found(name)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_what_once_broke_a_parser_does_not_any_more(name, file):
    BY_NAME[name].attempt(file.read_bytes())


def test_what_is_kept_belongs_to_a_parser():
    kept = {folder.name for folder in seeds.FOUND.iterdir()} if seeds.FOUND.exists() else set()
    assert kept <= set(BY_NAME)
