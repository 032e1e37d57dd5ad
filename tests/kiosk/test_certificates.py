"""Seals as the sandbox's platform sets them, looked at by the terminal's own program."""

import io
from datetime import datetime, timedelta, timezone

import pikepdf
import pytest

from kiosk.platform.certificates import SealState, Verdict, seal_state
from sandbox.platform.sample_pages import pages
from sandbox.platform.seals import SealFault, Seals
from sandbox.platform.telling import fact, facts

CHINA = timezone(timedelta(hours=8))
OFFICE = "长沙县社会保险经办服务中心（样张）"


@pytest.fixture(scope="module")
def seals(tmp_path_factory):
    return Seals(tmp_path_factory.mktemp("seals"))


@pytest.fixture(scope="module")
def paper():
    section = facts("基本信息", fact("姓名", "柳文静", "name"))
    return pages("参保证明", (section,), ["仅供核对"], "https://platform.example.gov.cn/v/X")


def sealed(seals, paper, fault=SealFault.RIGHT):
    return seals.seal(paper, OFFICE, datetime.now(CHINA), fault)


def test_a_good_seal_says_by_whom_and_when(seals, paper):
    state = seal_state(sealed(seals, paper), seals.roots_file)
    assert (state.verdict, state.by, state.printable) == (Verdict.GOOD, OFFICE, True)
    assert abs(state.at - datetime.now(CHINA)) < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (SealFault.CHANGED, Verdict.BROKEN),
        (SealFault.STRANGER, Verdict.UNKNOWN_SIGNER),
        (SealFault.EXPIRED, Verdict.EXPIRED),
        (SealFault.NONE, Verdict.NONE),
    ],
)
def test_any_other_seal_is_told_for_what_it_is_and_not_printed(seals, paper, fault, verdict):
    state = seal_state(sealed(seals, paper, fault), seals.roots_file)
    assert (state.verdict, state.printable) == (verdict, False)


def test_a_page_added_after_the_seal_breaks_it(seals, paper):
    longer = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed(seals, paper))) as read:
        read.add_blank_page(page_size=(595, 842))
        read.save(longer)
    state = seal_state(longer.getvalue(), seals.roots_file)
    assert state.verdict is Verdict.BROKEN


def test_bytes_behind_the_seal_break_it(seals, paper):
    other_page = sealed(seals, paper) + paper
    assert not seal_state(other_page, seals.roots_file).printable


def test_without_authorities_nobody_is_trusted(seals, paper):
    assert seal_state(sealed(seals, paper), None).verdict is Verdict.UNKNOWN_SIGNER


def test_what_is_no_pdf_is_broken(seals):
    assert seal_state(b"no pdf", seals.roots_file) == SealState(Verdict.BROKEN)


def test_a_file_of_authorities_that_is_not_there_is_told_as_not_looked_at(seals, paper, tmp_path):
    state = seal_state(sealed(seals, paper), tmp_path / "none.pem")
    assert state == SealState(Verdict.UNCHECKED)
