"""What a technician does at the terminal with `main.py`: a recording, a line for the staff."""

import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.bench.cards import CARDS
from sandbox.code_reader import SerialCodeReaderPeer
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.pcscd import Pcscd
from sandbox.printer import ReceiptPrinterPeer
from sandbox.replay import read
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import Chip, Kind
from sandbox.social_cards import ZHANG_SAN
from sandbox.world import toml
from tests.kiosk.test_other_devices import LEAST
from tests.printer_kit import font
from tests.social_card_kit import DIRECTORY

ROOT = Path(__file__).resolve().parents[1]


def record(tmp_path, device, **sections):
    config, file = tmp_path / "kiosk.toml", tmp_path / "recording.jsonl"
    config.write_text(toml({**LEAST, **sections}), "utf-8")
    ended = subprocess.run(
        [sys.executable, "main.py", "record", device, str(file), "--config", str(config)],
        input="\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return file, ended.stdout


def test_one_reading_of_a_card_is_recorded_without_its_holder(tmp_path):
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link) as peer:
        peer.lay(CARDS["p01"])
        file, told = record(tmp_path, "idcard_reader", idcard_reader={"port": str(link)})
    assert "it names nobody" in told
    assert CARDS["p01"].name not in file.read_text("utf-8")
    assert len(read(file).events) > 4


def test_a_printer_without_paper_is_recorded_with_its_fault(tmp_path):
    with ReceiptPrinterPeer(font()) as peer:
        peer.end_paper()
        host, port = peer.address
        file, told = record(
            tmp_path, "receipt_printer", receipt_printer={"link": f"tcp://{host}:{port}"}
        )
    assert "the fault was recorded" in told
    assert '"outcome": "PaperEndError"' in file.read_text("utf-8")


def test_one_code_is_recorded_without_its_characters(tmp_path):
    link = tmp_path / "ttyACM0"
    with SerialCodeReaderPeer(link) as peer, held_before(peer, "CERT-5304280017"):
        file, told = record(tmp_path, "code_reader", code_reader={"port": str(link)})
    assert "it names nobody" in told
    played = read(file)
    assert played.outcomes == ("str",)
    assert b"".join(data for _, _, data in played.events).startswith(b"XXXX-0000000000")


def test_a_card_that_is_none_of_social_security_is_recorded_with_its_fault(tmp_path):
    with (
        Pcscd(DIRECTORY, ("Sandbox Reader",)) as service,
        SocialCardPeer(service.ports["Sandbox Reader"]) as slot,
    ):
        slot.insert(Chip(ZHANG_SAN, kind=Kind.BANK))
        file, told = record(tmp_path, "social_card", social_card={})
    assert "the fault was recorded" in told
    assert read(file).outcomes == ("NotASocialCardError",)


def test_what_is_not_in_the_settings_cannot_be_recorded(tmp_path):
    _, told = record(tmp_path, "code_reader")
    assert "the settings name no code_reader" in told


@contextmanager
def held_before(peer, code):
    """Somebody holds the code before the reader until it is read."""
    enough = threading.Event()

    def hold():
        while not enough.wait(0.5):
            peer.scan(code)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


@pytest.mark.parametrize(("role", "options"), [("staff", ()), ("helpers", ("--helper",))])
def test_a_card_gives_a_line_for_the_settings_without_its_number(tmp_path, role, options):
    link, config = tmp_path / "ttyUSB0", tmp_path / "kiosk.toml"
    config.write_text(toml({**LEAST, "idcard_reader": {"port": str(link)}}), "utf-8")
    with IdCardReaderPeer(link) as peer:
        peer.lay(CARDS["s01"])
        ended = subprocess.run(
            [sys.executable, "main.py", "staff-card", *options, "--config", str(config)],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=100,
            check=True,
        )
    assert f'{role} = [{{ id = "S01", card = "scrypt$' in ended.stdout
    assert CARDS["s01"].number not in ended.stdout + ended.stderr
