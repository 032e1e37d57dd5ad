"""The simulated A4 printer asked by the programs of CUPS; no driver."""

from __future__ import annotations

import io
import os
import shutil
import subprocess

import pikepdf
import pytest

from sandbox.page_printer import PagePrinterPeer
from sandbox.page_scheduler import PACKAGES, free_port
from tests.paper_kit import pdf


def run(program, *arguments, **how):
    path = shutil.which(program)
    assert path, f"no {program}: apt-get install --no-install-recommends {PACKAGES}"
    done = subprocess.run(
        [path, *arguments], capture_output=True, timeout=60, check=True, text=True, **how
    )
    return done.stdout


def lp(far, file, copies=1):
    return run("lp", "-h", str(far.socket), "-d", "a4", "-n", str(copies), str(file))


def reasons(far):
    shown = run("lpstat", "-h", str(far.socket), "-l", "-p", "a4", env=os.environ | {"LANG": "C"})
    (line,) = [line for line in shown.splitlines() if "Alerts:" in line]
    return line.split("Alerts:")[1].split()


@pytest.fixture
def document(tmp_path):
    file = tmp_path / "a.pdf"
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.add_blank_page(page_size=(842, 595))
        made.save(file)
    return file


def test_what_lp_sends_comes_out_side_by_side(document):
    with PagePrinterPeer() as far:
        lp(far, document, copies=2)
        assert far.wait_until(lambda: len(far.sheets) == 4)
        assert [(sheet.page, sheet.copy) for sheet in far.sheets] == [
            *[(1, 1), (2, 1)],
            *[(1, 2), (2, 2)],
        ]
        with pikepdf.open(io.BytesIO(far.pdf(far.sheets[1]))) as side:
            (page,) = side.pages
            assert [int(value) for value in page.mediabox] == [0, 0, 842, 595]


def test_a_printer_by_itself_prints_what_ipptool_sends(document):
    with PagePrinterPeer(cups=False) as far:
        run("ipptool", "-tf", str(document), far.url, "print-job.test")
        assert far.wait_until(lambda: len(far.sheets) == 2)


def test_lpstat_sees_the_empty_tray_and_its_end(document):
    with PagePrinterPeer() as far:
        far.end_paper(after_sheets=1)
        lp(far, document)
        assert far.wait_until(lambda: "media-empty-error" in reasons(far))
        assert len(far.sheets) == 1
        far.refill()
        assert far.wait_until(lambda: len(far.sheets) == 2)
        assert far.wait_until(lambda: reasons(far) == ["none"])


def test_a_port_that_is_taken_stops_the_start_up():
    with PagePrinterPeer(port=free_port()) as far, pytest.raises(OSError):
        PagePrinterPeer(port=far.scheduler.port).__enter__()


def test_nothing_of_what_was_printed_stays_on_the_disk(tmp_path, monkeypatch):
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf())
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with PagePrinterPeer() as far:
        assert [path.name[:3] for path in tmp_path.iterdir() if path.is_dir()] == ["a4-"]
        lp(far, file)
        assert far.wait_until(lambda: len(far.sheets) == 1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
