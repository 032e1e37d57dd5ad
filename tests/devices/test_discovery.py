"""Which device is where: asked on its cable, named by what stays, and nobody else is disturbed."""

from __future__ import annotations

import os
import tomllib
import tty
from pathlib import Path
from threading import Thread

import pytest

from devices.discovery import HELD, SILENT, UNKNOWN, Found, discover
from devices.ports import cameras, serial_ports
from kiosk.desks.device_lines import settings_lines
from sandbox.idcard_faults import Fault
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import font

CH340 = {"idVendor": "1a86", "idProduct": "7523", "product": "USB Serial"}
FTDI = {"idVendor": "0403", "idProduct": "6001", "product": "FT232R", "serial": "A50285BI"}
SCANNER = {"idVendor": "0c2e", "idProduct": "0b6a", "manufacturer": "Honeywell", "product": "3320g"}
WEBCAM = {"idVendor": "046d", "idProduct": "0825", "serial": "8D1E3F60"}


class Machine:
    """A tree with dev, proc and sys as Linux shows them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for place in ("dev/serial", "proc", "sys/class/tty", "sys/class/video4linux"):
            (root / place).mkdir(parents=True)

    def node(self, name: str) -> Path:
        return self.root / "dev" / name

    def tty(self, name, usb=None, socket="1-1", **files):
        """A serial port in sysfs, and its links; the node itself is made by who plugs it in."""
        device = self._device(name, usb, socket)
        (self.root / "sys/class/tty" / name).mkdir()
        self._link(self.root / "sys/class/tty" / name / "device", device)
        self._files(self.root / "sys/class/tty" / name, files)
        if usb:
            self._udev("serial", name, usb, socket, "")
        return self.node(name)

    def video(self, name, usb, socket, index):
        device = self._device(name, usb, socket)
        entry = self.root / "sys/class/video4linux" / name
        entry.mkdir()
        self._link(entry / "device", device)
        self._files(entry, {"name": "HD Camera: HD Camera", "index": str(index)})
        self.node(name).touch()
        self._udev("v4l", name, usb, socket, f"-video-index{index}")

    def _device(self, name, usb, socket):
        if not usb:
            device = self.root / "sys/devices/pnp0/00:01" / name
        else:
            above = self.root / "sys/devices/pci0000:00/usb1" / socket
            above.mkdir(parents=True, exist_ok=True)
            self._files(above, usb)
            device = above / f"{socket}:1.0" / name
        device.mkdir(parents=True)
        return device

    def _udev(self, kind, name, usb, socket, end):
        number = f"_{usb['serial']}" if "serial" in usb else ""
        by_id = f"usb-{usb['idVendor']}_{usb['idProduct']}{number}-if00{end}"
        for way, link in (
            ("by-id", by_id),
            ("by-path", f"pci-0000:00:14.0-usb-0:{socket}:1.0{end}"),
        ):
            directory = self.root / "dev" / kind / way
            directory.mkdir(parents=True, exist_ok=True)
            (directory / link).unlink(missing_ok=True)  # the last plugged in has the name
            (directory / link).symlink_to(f"../../{name}")

    @staticmethod
    def _link(at, to):
        at.symlink_to(os.path.relpath(to, at.parent))

    @staticmethod
    def _files(directory, files):
        for name, text in files.items():
            (directory / name).write_text(f"{text}\n")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


class Listener:
    """Something on a port that keeps all it gets and says nothing."""

    def __init__(self, node: Path) -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.heard = b""
        node.symlink_to(os.ttyname(self._near))
        self._thread = Thread(target=self._listen)

    def __enter__(self):
        self._thread.start()
        return self

    def _listen(self):
        try:
            while got := os.read(self._far, 256):
                self.heard += got
        except OSError:  # all have closed it
            return

    def __exit__(self, *exc):
        os.close(self._near)
        self._thread.join()
        os.close(self._far)


# Names that stay


def stable(machine):
    return [
        Path(port.stable).relative_to(machine.root / "dev").parts
        for port in serial_ports(machine.root)
    ]


def test_a_device_with_a_number_is_named_by_it(machine):
    machine.tty("ttyUSB0", FTDI).touch()
    assert stable(machine) == [("serial", "by-id", "usb-0403_6001_A50285BI-if00")]


def test_two_adapters_without_a_number_are_named_by_their_sockets(machine):
    machine.tty("ttyUSB0", CH340, "1-1").touch()
    machine.tty("ttyUSB1", CH340, "1-2").touch()
    assert stable(machine) == [
        ("serial", "by-path", "pci-0000:00:14.0-usb-0:1-1:1.0"),
        ("serial", "by-path", "pci-0000:00:14.0-usb-0:1-2:1.0"),
    ]


def test_a_port_on_the_board_keeps_its_own_name(machine):
    machine.tty("ttyS1", type="4").touch()
    assert stable(machine) == [("ttyS1",)]


def test_ports_without_a_chip_and_the_console_are_left_alone(machine):
    machine.tty("ttyS0", type="4").touch()
    machine.tty("ttyS3", type="0").touch()
    (machine.root / "sys/class/tty/console").mkdir()
    (machine.root / "sys/class/tty/console/active").write_text("tty0 ttyS0\n")
    assert stable(machine) == []


def test_a_camera_is_listed_once_by_its_number(machine):
    machine.video("video0", WEBCAM, "1-3", 0)
    machine.video("video1", WEBCAM, "1-3", 1)
    (camera,) = cameras(machine.root)
    assert camera.stable.endswith("v4l/by-id/usb-046d_0825_8D1E3F60-if00-video-index0")
    assert camera.name == "HD Camera: HD Camera"


# Asked


def kinds(found):
    return {Path(each.port).name: each.kind for each in found}


@pytest.fixture
def reader(machine):
    with IdCardReaderPeer(machine.tty("ttyUSB0", FTDI), 57_600) as peer:
        yield peer


@pytest.fixture
def printer(machine):
    with ReceiptPrinterPeer(font(), serial=True) as peer:
        machine.tty("ttyUSB1", CH340, "1-2").symlink_to(peer.address)
        yield peer


def test_reader_and_printer_are_told_apart_by_asking(machine, reader, printer):
    found = discover(machine.root)
    assert kinds(found) == {"ttyUSB0": "idcard_reader", "ttyUSB1": "receipt_printer"}
    card, paper = found
    assert card.identity.startswith("SAM ")
    assert card.identity.endswith("FT232R number A50285BI")
    assert (card.baud, paper.baud) == (57_600, 115_200)


def test_being_asked_leaves_nothing_on_the_printer_s_paper(machine, printer):
    discover(machine.root)
    assert printer.wait_until_idle()
    assert printer.findings == []
    assert printer.lines_printed == 0


@pytest.mark.parametrize("trouble", ["end_paper", "open_cover", "fail"])
def test_a_printer_that_cannot_print_is_still_one(machine, printer, trouble):
    getattr(printer, trouble)()
    (found,) = discover(machine.root)
    assert found.kind == "receipt_printer"
    assert "ESC/POS" in found.identity


def test_a_reader_that_is_broken_is_still_one(machine, reader):
    reader.misbehave(Fault.STATUS_60, None)
    (found,) = discover(machine.root)
    assert found.kind == "idcard_reader"
    assert "self test failed" in found.identity


def test_what_does_not_answer_is_told_as_unknown(machine):
    with Listener(machine.tty("ttyUSB0", FTDI)) as silent:
        (found,) = discover(machine.root)
    assert (found.kind, found.identity) == (UNKNOWN, f"{SILENT}, FT232R number A50285BI")
    assert silent.heard.startswith(b"\x10\x04\x01")  # the harmless question first


def test_a_code_reader_is_known_by_its_maker_and_gets_no_byte(machine):
    with Listener(machine.tty("ttyACM0", SCANNER)) as scanner:
        (found,) = discover(machine.root)
    assert (found.kind, found.identity) == ("code_reader", "Honeywell 3320g")
    assert scanner.heard == b""


def test_a_port_that_another_program_holds_gets_no_byte(machine):
    with Listener(machine.tty("ttyUSB0", FTDI)) as held:
        other = machine.root / "proc/999999/fd"
        other.mkdir(parents=True)
        (other / "3").symlink_to(os.path.realpath(machine.node("ttyUSB0")))
        (found,) = discover(machine.root)
    assert (found.kind, found.identity) == (UNKNOWN, HELD)
    assert held.heard == b""


def test_a_port_that_the_settings_give_to_a_device_is_asked_for_that_alone(machine):
    with Listener(machine.tty("ttyUSB0", FTDI)) as printer:
        (stable,) = [port.stable for port in serial_ports(machine.root)]
        discover(machine.root, {stable: "receipt_printer"})
    assert printer.heard == b"\x10\x04\x01" * 5


def test_a_port_that_the_settings_give_to_something_else_gets_no_byte(machine):
    with Listener(machine.tty("ttyUSB0", FTDI)) as other:
        (found,) = discover(machine.root, {str(machine.node("ttyUSB0")): "social_card_reader"})
    assert found.kind == UNKNOWN
    assert other.heard == b""


def test_a_node_that_is_no_port_is_told_in_words(machine):
    machine.tty("ttyUSB0", FTDI).touch()
    (found,) = discover(machine.root)
    assert found.kind == UNKNOWN
    assert "ttyUSB0" in found.identity


# As settings


def test_what_was_found_is_settings_and_what_was_not_is_words():
    found = [
        Found("idcard_reader", "/dev/ttyUSB0", "/dev/serial/by-id/a", "SAM 05.01", 57_600),
        Found("receipt_printer", "/dev/ttyUSB1", "/dev/serial/by-path/b", "ESC/POS, ok", 9600),
        Found("receipt_printer", "/dev/ttyUSB2", "/dev/serial/by-path/c", "ESC/POS, ok", 9600),
        Found("code_reader", "/dev/ttyACM0", "/dev/serial/by-id/d", "Honeywell"),
        Found("camera", "/dev/video0", "/dev/v4l/by-id/e", 'evil\n[camera]\nsource = "x"'),
        Found(UNKNOWN, "/dev/ttyS1", "/dev/ttyS1", SILENT),
    ]
    lines = list(settings_lines(found))
    assert tomllib.loads("\n".join(lines)) == {
        "idcard_reader": {"port": "/dev/serial/by-id/a", "baud": 57_600},
        "receipt_printer": {"link": "serial:///dev/serial/by-path/b?baud=9600"},
        "camera": {"source": "/dev/v4l/by-id/e"},
    }
    assert '# link = "serial:///dev/serial/by-path/c?baud=9600"' in lines
    assert "# /dev/ttyACM0: code reader: Honeywell" in lines
    assert f"# /dev/ttyS1: unknown: {SILENT}" in lines
