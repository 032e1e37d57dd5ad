"""Models are files: those that are shipped hold, and one more needs no code."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices import camera_profiles, idcard_profiles, printer_profiles
from devices.camera import Camera
from devices.document_camera import DocumentCamera
from devices.idcard_profiles import IdCardProfile
from devices.idcard_reader import IdCardReader
from devices.model_files import SHIPPED, ProfileError
from devices.printer_links import TcpLink
from devices.printer_profiles import QrBy
from devices.printer_status import StatusBit
from devices.receipt_printer import Printed, ReceiptPrinter
from sandbox.id_cards import ZHANG_SAN
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import QR_DATA, certification, font, glyphs, scanned

PRINTERS = printer_profiles.load_profiles()
KINDS = {
    "receipt_printers": printer_profiles.load_profiles,
    "idcard_readers": idcard_profiles.load_profiles,
    "cameras": camera_profiles.load_profiles,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_model_has_the_name_of_its_file(kind):
    files = {file.stem for file in (SHIPPED / kind).glob("*.toml")}
    models = KINDS[kind]()
    assert files
    assert {name: model.name for name, model in models.items()} == {name: name for name in files}


def test_printers_of_at_least_five_makers_are_shipped():
    makers = {name.partition("-")[0] for name in PRINTERS} - {"generic"}
    assert len(makers) >= 5


@pytest.mark.parametrize("name", sorted(set(PRINTERS) - {n for n in PRINTERS if "generic" in n}))
def test_a_shipped_printer_names_the_document_of_its_maker_and_what_it_leaves_open(name):
    comment = (SHIPPED / "receipt_printers" / f"{name}.toml").read_text("utf-8")
    assert "# From: " in comment
    assert "# Not found" in comment


def printed_on_its_like(profile, **habits):
    """The only page of a printer as the profile describes it."""
    habits.setdefault("own_status", profile.status_ignored)
    with ReceiptPrinterPeer(font(), profile.dots, profile.charset, **habits) as far:
        with ReceiptPrinter(TcpLink(*far.address), profile, glyphs(), 10.0, 20.0) as printer:
            assert printer.print(certification()) == Printed()
        assert far.wait_until_idle()
        if not profile.cutter:
            far.tear_off()
        (page,) = far.pages
        assert far.findings == []
    return page


@pytest.mark.parametrize("name", sorted(PRINTERS))
def test_the_sample_slip_comes_out_of_every_shipped_printer(name):
    page = printed_on_its_like(PRINTERS[name])
    assert page.complete
    assert "522401 0038120 4" in page.text
    assert scanned(page.png) == QR_DATA


def test_a_new_printer_dropped_as_a_file_prints(tmp_path):
    (tmp_path / "mouse-printer.toml").write_text(
        """
        dots = 448
        columns = 37
        charset = "gbk"
        chinese_mode = "1c26"
        feed_units_per_dot = 1
        window_bytes = 2048
        qr = "raster"
        cutter = false
        tear_lines = 5
        """
    )
    models = printer_profiles.load_profiles(tmp_path)
    assert models.keys() - PRINTERS.keys() == {"mouse-printer"}
    assert models["mouse-printer"].qr is QrBy.RASTER
    assert printed_on_its_like(models["mouse-printer"]).complete


def test_an_installation_may_replace_a_shipped_model(tmp_path):
    shipped = (SHIPPED / "receipt_printers" / "generic-58.toml").read_text("utf-8")
    (tmp_path / "generic-58.toml").write_text(shipped.replace("tear_lines = 4", "tear_lines = 9"))
    assert printer_profiles.load_profiles(tmp_path)["generic-58"].tear_lines == 9


def test_news_of_a_makers_own_in_the_status_does_not_stop_the_printing():
    profile = PRINTERS["cashino-kp-628e"]
    assert profile.status_ignored == 0x80
    assert printed_on_its_like(profile, own_status=0x80).complete


def test_a_model_may_tell_of_a_slip_in_the_mouth_in_any_of_its_answers(tmp_path):
    shipped = (SHIPPED / "receipt_printers" / "generic-58.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(shipped + "slip_in_mouth = { answer = 4, bit = 5 }\n")
    models = printer_profiles.load_profiles(tmp_path)
    assert models["mine"].slip_in_mouth == StatusBit(answer=4, bit=5)
    assert {name for name, model in models.items() if model.slip_in_mouth} == {
        "mine",
        "cashino-kp-628e",
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("slip_in_mouth = true", "a table of answer and bit"),
        ("slip_in_mouth = { answer = 1 }", "a table of answer and bit"),
        ("slip_in_mouth = { answer = 5, bit = 5 }", "from 1 to 4"),
        ("slip_in_mouth = { answer = 1, bit = 4 }", "one of 0, 2, 3"),
        ("slip_in_mouth = { answer = 1, bit = 7 }", "bit 7 has to be in status_ignored"),
    ],
)
def test_a_bit_that_can_tell_nothing_is_refused(tmp_path, line, said):
    shipped = (SHIPPED / "receipt_printers" / "generic-58.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(shipped + line)
    with pytest.raises(ProfileError, match=r"mine\.toml: slip_in_mouth.*" + said):
        printer_profiles.load_profiles(tmp_path)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("receipt_printers", "dots = 384\n", "charset is missing"),
        ("idcard_readers", "bauds = [1200]\n", r"bauds = \[1200\]: one of 115200"),
        ("idcard_readers", "bauds = []\n", "at least 1"),
        ("idcard_readers", "[shares]\nwrite = 1.0\n", "shares = .*reset"),
        ("idcard_readers", 'usb_ids = ["10c4"]\n', "usb_ids = .*vendor:product"),
        ("idcard_readers", 'usb_ids = ["10c4:zzzz"]\n', "usb_ids = "),
        ("idcard_readers", 'present_by = "sight"\n', "present_by = 'sight': one of address, find"),
        ("idcard_readers", "colour = 1\n", "colour is unknown"),
        ("idcard_readers", "timeout_s = \n", "Invalid value"),
        ("cameras", 'pixel_format = "JPEG2000"\n', "missing"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(tmp_path, kind, text, said):
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(ProfileError, match=r"mine\.toml: .*" + said):
        KINDS[kind](tmp_path)


def test_a_directory_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProfileError, match="nowhere: No such file"):
        printer_profiles.load_profiles(tmp_path / "nowhere")


def test_the_generic_reader_is_what_the_driver_takes_without_a_profile():
    assert idcard_profiles.load_profiles()["generic"] == IdCardProfile("generic")


@pytest.mark.parametrize(
    ("name", "finds_again"), [("generic", False), ("generic-finds-again", True)]
)
def test_a_reader_tells_in_the_way_of_its_model_that_the_card_still_lies_there(
    tmp_path, name, finds_again
):
    link = tmp_path / "ttyUSB0"
    profile = idcard_profiles.load_profiles()[name]
    with (
        IdCardReaderPeer(link, finds_again=finds_again) as peer,
        IdCardReader(str(link), 115_200, profile=profile) as reader,
    ):
        peer.lay(ZHANG_SAN)
        assert reader.read().number == ZHANG_SAN.number
        assert reader.card_present()
        peer.lift()
        assert not reader.card_present()


def test_a_new_reader_dropped_as_a_file_is_opened_at_its_only_speed(tmp_path):
    (tmp_path / "slow.toml").write_text("bauds = [9600]\ntimeout_s = 8\n[shares]\nstatus = 0.5\n")
    profile = idcard_profiles.load_profiles(tmp_path)["slow"]
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link, 9600), IdCardReader(str(link), profile=profile) as reader:
        assert "at 9600 baud" in reader.status().detail


def test_a_port_that_is_no_usb_port_is_asked_whatever_the_model(tmp_path):
    (tmp_path / "usb.toml").write_text('usb_ids = ["10C4:EA60"]\n')
    profile = idcard_profiles.load_profiles(tmp_path)["usb"]
    assert profile.usb_ids == ("10c4:ea60",)
    link = tmp_path / "ttyUSB0"
    with IdCardReaderPeer(link), IdCardReader(str(link), profile=profile) as reader:
        assert reader.status().usable


def test_faces_and_pages_are_filmed_by_models_of_one_kind():
    models = camera_profiles.load_profiles()
    film = str(Path("/nowhere/film.avi"))
    assert isinstance(Camera.of_model(film, models["generic-face-upright"]), Camera)
    assert isinstance(DocumentCamera(film, models["generic-a4"]), DocumentCamera)
    assert models["generic-face-upright"].rotate == 90
