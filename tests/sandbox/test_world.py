"""The sandbox as it is started: a process that tells where all is, and leaves nothing behind."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from config import settings
from kiosk.platform.platform_set_up import platform_of
from offline_cache.terminal_key import load_or_make
from sandbox.bench.cards import CARDS
from sandbox.bench.client import BenchClient
from sandbox.bench.shelf import SHELF
from sandbox.hosted import Hosted, HostedError
from sandbox.platform.people import STAFF
from sandbox.world import toml

ROOT = Path(__file__).resolve().parent.parent.parent
LONG_S = 60
FIRST_FOUR = {"reader", "camera", "printer", "platform"}


def wait_for(there: Path, process: "subprocess.Popen[str]") -> None:
    end_s = monotonic() + LONG_S
    while not there.exists():
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert monotonic() < end_s, f"{there.name} does not come"
        sleep(0.05)


def start(directory: Path, *options: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--dir", str(directory), "--size", "720x1280", *options],
        cwd=ROOT,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    wait_for(directory / "sandbox.json", process)
    return process


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("world")
    process = start(directory)
    yield directory
    process.terminate()
    process.communicate(timeout=LONG_S)
    assert process.returncode == 0


def told(world: Path) -> dict[str, Any]:
    return json.loads((world / "sandbox.json").read_text("utf-8"))


def end(process: "subprocess.Popen[str]") -> str:
    process.terminate()
    _, words = process.communicate(timeout=LONG_S)
    assert process.returncode == 0
    return words


def test_only_the_first_four_are_raised_when_nothing_is_said(world: Path) -> None:
    assert set(BenchClient.of(world / "sandbox.json").state()) == FIRST_FOUR
    given = tomllib.loads((world / "kiosk.toml").read_text("utf-8"))
    assert not set(given) & {"social_card", "scanner", "page_printer", "speaker", "ups", "lights"}
    assert told(world)["environment"] == {}


def test_a_terminal_accepts_the_settings_of_every_device_there_is(tmp_path: Path) -> None:
    process = start(tmp_path, "--devices", "all")
    given = settings.load(tmp_path / "kiosk.toml")
    state = BenchClient.of(tmp_path / "sandbox.json").state()
    assert set(state) == FIRST_FOUR | set(SHELF)
    assert not [told["absent"] for told in state.values() if "absent" in told]
    assert given.scanner is not None
    assert given.scanner.kind == "camera", "the first of two that write one section"
    assert given.lights is not None
    assert given.lights.channels["fault"] == 5
    sections = ("social_card", "page_printer", "code_reader", "speaker", "ups")
    assert all(getattr(given, section) for section in sections)
    environment = told(tmp_path)["environment"]
    assert set(environment) == {"PCSCLITE_CSOCK_NAME", "PULSE_SERVER"}
    assert Path(environment["PCSCLITE_CSOCK_NAME"]).is_socket()
    assert end(process) == ""
    assert not list((tmp_path / "dev").iterdir())


def test_a_device_can_be_asked_for_by_name(tmp_path: Path) -> None:
    process = start(tmp_path, "--devices", "scanner,lights")
    given = settings.load(tmp_path / "kiosk.toml")
    assert given.scanner is not None
    assert given.scanner.kind == "sane"
    assert given.ups is None
    assert end(process) == ""


def test_a_device_that_nobody_makes_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--dir", str(tmp_path), "--devices", "toaster"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONG_S)
    assert done.returncode == 1
    assert done.stderr.startswith("sandbox: no toaster; there are: social_card,")


def test_a_terminal_accepts_the_settings_as_they_are(world: Path) -> None:
    given = settings.load(world / "kiosk.toml")
    assert given.terminal.id == "522401"
    assert (given.display.width_px, given.display.height_px) == (720, 1280)
    assert given.platform.url.startswith("https:")
    assert given.platform.certificate_file.exists()
    assert given.platform.sealing_key_file.exists()


def test_every_path_in_the_settings_is_absolute(world: Path) -> None:
    given = tomllib.loads((world / "kiosk.toml").read_text("utf-8"))
    paths = (
        given["state"],
        given["idcard_reader"]["port"],
        *(given["platform"][name] for name in ("ca_file", "certificate_file")),
        given["platform"]["sealing_key_file"],
    )
    assert all(Path(path).is_absolute() for path in paths)


def test_the_member_of_staff_is_known_by_the_digest_of_the_card(world: Path) -> None:
    entry = settings.load(world / "kiosk.toml").terminal.staff[0].card
    _, salt, digest = entry.split("$")
    number = CARDS[STAFF[0].ref].number.encode("ascii")
    assert (
        hashlib.scrypt(
            number, salt=bytes.fromhex(salt), n=2**15, r=8, p=1, maxmem=2**26, dklen=32
        ).hex()
        == digest
    )


def test_every_far_end_listens_when_the_addresses_are_told(world: Path) -> None:
    there = told(world)
    for name in ("bench", "platform", "camera", "printer"):
        address = urlsplit(there[name])
        assert address.hostname == "127.0.0.1"
        socket.create_connection((address.hostname, address.port or 0), LONG_S).close()
    assert (world / "dev" / "ttyUSB0").resolve().is_char_device()
    with pytest.raises(requests.ConnectionError):  # nobody who is not enrolled
        requests.get(f"{there['platform']}/v1/health", timeout=LONG_S)
    given = settings.load(world / "kiosk.toml")
    key = load_or_make(given.state / "terminal.key")
    assert not key.made
    platform_of(given, key.sign).ping()


def test_nothing_listens_beyond_this_machine(world: Path) -> None:
    ports = {
        urlsplit(told(world)[name]).port for name in ("bench", "platform", "camera", "printer")
    }
    everywhere = ("00000000", "0" * 32)
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            address, _, port = line.split()[1].partition(":")
            assert int(port, 16) not in ports or address not in everywhere


def test_a_reader_that_is_plugged_in_elsewhere_is_another_serial_port(world: Path) -> None:
    bench = BenchClient.of(world / "sandbox.json")
    bench.do("reader/unplug")
    assert not list((world / "dev").iterdir())
    bench.do("reader/plug", name="ttyUSB3")
    assert [port.name for port in (world / "dev").iterdir()] == ["ttyUSB3"]
    bench.do("reader/plug", name="ttyUSB0")


def test_a_sandbox_that_is_told_to_stop_leaves_no_port_and_no_address(tmp_path: Path) -> None:
    process = start(tmp_path)
    process.send_signal(signal.SIGINT)
    _, words = process.communicate(timeout=LONG_S)
    assert (process.returncode, words) == (0, "")
    assert not (tmp_path / "sandbox.json").exists()
    assert not list((tmp_path / "dev").iterdir())


def test_a_killed_sandbox_takes_its_far_ends_with_it(tmp_path: Path) -> None:
    process = start(tmp_path)
    address = urlsplit(told(tmp_path)["camera"])
    process.kill()
    process.communicate(timeout=LONG_S)
    end_s = monotonic() + LONG_S
    while monotonic() < end_s:
        try:
            socket.create_connection((address.hostname, address.port), 1).close()
        except OSError:
            break
        sleep(0.05)
    else:
        pytest.fail("the camera still listens")


def test_settings_are_written_as_toml_that_reads_back_the_same() -> None:
    values = {
        "a": '石桥镇 "quoted" \\ back',
        "n": 3,
        "x": 0.5,
        "yes": True,
        "list": ["a", "b"],
        "part": {"path": "/dev/ttyUSB*", "no": False, "within": {"card": 1}},
    }
    assert tomllib.loads(toml(values)) == values


class Sum:
    """A far end for the tests of what hosts them."""

    def __init__(self, start: int) -> None:
        if start < 0:
            raise ValueError("below nothing")
        self.total = start

    def __enter__(self) -> "Sum":
        return self

    def __exit__(self, *exc: object) -> None: ...

    def add(self, number: int) -> int:
        if number < 0:
            raise ValueError("less is not more")
        self.total += number
        return self.total

    def die(self) -> None:
        os._exit(3)


def test_a_hosted_far_end_answers_from_its_own_process() -> None:
    with Hosted("sum", Sum, 1) as hosted:
        assert hosted.call("add", 2) == 3
        with pytest.raises(ValueError, match="less is not more"):
            hosted.call("add", -1)
        assert hosted.call("add", number=4) == 7


def test_a_hosted_far_end_that_dies_is_named() -> None:
    with Hosted("sum", Sum, 1) as hosted:
        with pytest.raises(HostedError, match="sum has ended"):
            hosted.call("die")
        with pytest.raises(HostedError, match="sum has ended"):
            hosted.call("add", 1)


def test_a_far_end_that_cannot_start_says_why() -> None:
    with (
        pytest.raises(HostedError, match="sum does not start: below nothing"),
        Hosted("sum", Sum, -1),
    ):
        pass
