"""The devices beside the first four at the bench: each raised alone, acted upon, and looked at.

Where the terminal would meet a device, a program of that device's own kind does: a bare socket, the
tools of CUPS, SANE and PulseAudio. The drivers are tested elsewhere.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests
import serial
from PIL import Image

from sandbox.bench.client import BenchClient, BenchError
from sandbox.bench.page_printer import PagePrinterAtBench
from sandbox.bench.server import BenchServer
from sandbox.bench.shelf import SHELF, Absent, OnShelf, missing, take
from sandbox.hosted import Hosted
from tests.paper_kit import pdf

ROOT = Path(__file__).resolve().parents[2]
ENDED_S = 30.0
LONG_S = 60


def until(seen: Any) -> None:
    end_s = monotonic() + LONG_S
    while not seen():
        assert monotonic() < end_s, "it never came to that"
        sleep(0.02)


@contextmanager
def raised(name: str, directory: Path) -> Iterator[tuple[BenchClient, Hosted]]:
    taken = take(name, directory)
    assert isinstance(taken, Hosted), taken.call("state")["absent"]
    with taken as device, BenchServer({name: device}) as bench:
        yield BenchClient(bench.url), device


def words_of(*command: str, **environment: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, **environment, "LC_ALL": "C.UTF-8"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONG_S,
        check=True,
    )
    return done.stdout


# What the shelf says of a machine


def test_a_device_without_its_package_names_the_command_and_stops_nothing() -> None:
    needs = {"sh": "dash", "/no/such/driver.so": "driver-b", "no-such-program": "driver-a"}
    assert missing(needs) == "apt-get install driver-a driver-b"
    with BenchServer({"ups": Absent("apt-get install nut-server")}) as server:
        bench = BenchClient(server.url)
        assert bench.state() == {"ups": {"absent": "apt-get install nut-server"}}
        with pytest.raises(BenchError, match="apt-get install nut-server"):
            bench.do("ups/mains", on=False)


def test_a_device_whose_package_is_there_needs_no_command() -> None:
    assert missing({"sh": "dash", "/bin/sh": "dash"}) is None


def test_a_device_that_was_not_raised_is_said_to_be_missing() -> None:
    with BenchServer({}) as server, pytest.raises(BenchError, match="no ups in this sandbox"):
        BenchClient(server.url).do("ups/mains", on=False)


def test_every_device_on_the_shelf_can_be_built(tmp_path: Path) -> None:
    for name, found in SHELF.items():
        assert isinstance(found, OnShelf)
        module = f"sandbox.bench.{found.module}"
        built = getattr(__import__(module, fromlist=[found.name]), found.name)
        for method in ("state", "settings", "environment", "__enter__", "__exit__"):
            assert callable(getattr(built, method)), f"{name} has no {method}"


# Social security cards

READING = """
from devices.social_card import SocialCardReader
with SocialCardReader() as reader:
    assert reader.wait_for_card(30)
    card = reader.read()
    print(card.name, card.citizen_number)
"""


def test_a_social_card_that_is_put_in_is_read_with_the_environment_told(tmp_path: Path) -> None:
    with raised("social_card", tmp_path) as (bench, device):
        bench.do("social_card/lay", person="p24", generation=2)
        laid = {"person": "p24", "generation": 2, "kind": "social"}
        assert bench.state()["social_card"]["card"] == laid
        told = words_of(sys.executable, "-c", READING, **device.call("environment"))
        assert told == "阿卜杜热依木·麦麦提吐尔逊江·巴拉提 653101196201010735\n"
        state = bench.state()["social_card"]
        assert state["commands"] > 0
        assert state["forbidden"] == 0
        bench.do("social_card/lay", person="p01", generation=3)
        told = words_of(sys.executable, "-c", READING, **device.call("environment"))
        assert told.strip() == "", "the third generation keeps its holder to itself"
        bench.do("social_card/lift")
        assert bench.state()["social_card"]["card"] is None


def test_a_card_pulled_out_in_the_middle_of_reading_is_not_in_the_slot(tmp_path: Path) -> None:
    with raised("social_card", tmp_path) as (bench, device):
        bench.do("social_card/lay", person="p01", generation=2)
        bench.do("social_card/misbehave", fault="card pulled out instead of an answer")
        with pytest.raises(subprocess.CalledProcessError):
            words_of(sys.executable, "-c", READING, **device.call("environment"))
        assert bench.state()["social_card"]["card"] is None
        bench.do("social_card/lay_other", kind="bank")
        assert bench.state()["social_card"]["card"]["kind"] == "bank"


def test_no_card_goes_into_a_reader_that_is_out_or_a_service_that_is_stopped(
    tmp_path: Path,
) -> None:
    with raised("social_card", tmp_path) as (bench, _):
        bench.do("social_card/unplug")
        with pytest.raises(BenchError, match="the card reader is unplugged"):
            bench.do("social_card/lay", person="p01", generation=2)
        bench.do("social_card/plug")
        bench.do("social_card/service", running=False)
        assert not bench.state()["social_card"]["running"]
        with pytest.raises(BenchError, match="the card service is stopped"):
            bench.do("social_card/lay", person="p01", generation=2)
        bench.do("social_card/service", running=True)
        bench.do("social_card/lay", person="p01", generation=2)
        assert bench.state()["social_card"]["card"]["person"] == "p01"


@pytest.mark.parametrize(
    ("action", "args"),
    [
        ("lay", {"person": "p01", "generation": 4}),
        ("lay", {"person": "p01", "generation": True}),
        ("lay", {"person": "nobody", "generation": 1}),
        ("misbehave", {"fault": "another card put in soon, instead of an answer"}),
    ],
)
def test_a_card_that_nobody_has_is_refused(action: str, args: dict[str, Any]) -> None:
    far_ends = {"social_card": Absent("nothing reaches it")}
    with BenchServer(far_ends) as server, pytest.raises(BenchError, match="that is no"):
        BenchClient(server.url).do(f"social_card/{action}", **args)


# Papers


def scanned(directory: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Once in a while the test backend, having said why it ends, waits for its own cancelled thread
    for ever; what it has said counts.
    """
    try:
        return subprocess.run(
            ["scanimage", "-d", "test:1", "--resolution=50", "--format=pnm", *words],
            env={**os.environ, "SANE_CONFIG_DIR": directory},
            capture_output=True,
            timeout=ENDED_S,
        )
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(late.cmd, -9, late.stdout or b"", late.stderr or b"")


def test_what_lies_on_every_sheet_is_scanned_until_the_paper_jams(tmp_path: Path) -> None:
    with raised("scanner", tmp_path) as (bench, device):
        where = device.call("settings")["scanner"]["config_dir"]
        bench.do("scanner/lay", picture="Solid white")
        page = scanned(where).stdout
        assert page[-1000:] == b"\xff" * 1000
        bench.do("scanner/fail", fault="jam")
        assert b"jammed" in scanned(where).stderr
        bench.do("scanner/fail", fault="empty")
        assert bench.state()["scanner"]["sheets"] == 0
        bench.do("scanner/fail", fault="none")
        assert scanned(where).stdout == page


def test_a_scanner_that_is_unplugged_is_in_no_list(tmp_path: Path) -> None:
    with raised("scanner", tmp_path) as (bench, device):
        where = device.call("settings")["scanner"]["config_dir"]
        assert "test:1" in words_of("scanimage", "-L", SANE_CONFIG_DIR=where)
        bench.do("scanner/unplug")
        assert not bench.state()["scanner"]["plugged"]
        assert "test:1" not in words_of("scanimage", "-L", SANE_CONFIG_DIR=where)
        bench.do("scanner/plug")
        assert "test:1" in words_of("scanimage", "-L", SANE_CONFIG_DIR=where)


def test_the_camera_over_the_desk_shows_the_film_and_may_be_seen_from_the_page(
    tmp_path: Path,
) -> None:
    with raised("document_camera", tmp_path) as (bench, device):
        source = device.call("settings")["scanner"]["source"]
        assert bench.state()["document_camera"]["film"] == "desk"
        bench.do("document_camera/show", film="page")
        assert bench.state()["document_camera"]["film"] == "page"
        with requests.get(source, timeout=LONG_S, stream=True) as stream:
            assert stream.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        bench.do("document_camera/show", film="certificate")
        assert bench.state()["document_camera"]["film"] == "certificate"
        until(lambda: picture(source).size == (1920, 1080))
        first = picture(source).tobytes()
        until(lambda: picture(source).tobytes() != first)  # a sensor has grain
        bench.do("document_camera/unplug")
        with pytest.raises(requests.ConnectionError):
            requests.get(source, timeout=LONG_S, stream=True)


def picture(source: str) -> Image.Image:
    """The next whole one from the stream."""
    with requests.get(source, timeout=LONG_S, stream=True) as stream:
        data = b""
        for piece in stream.iter_content(65536):
            data += piece
            begin = data.find(b"\xff\xd8")
            if begin >= 0 and (end := data.find(b"\xff\xd9\r\n", begin)) >= 0:
                return Image.open(io.BytesIO(data[begin : end + 2]))
    raise AssertionError("the stream ended")


# The A4 printer


def print_pages(section: dict[str, str], file: Path) -> None:
    words_of("lp", "-h", section["socket"], "-d", "a4", "-o", "raw", str(file))


def test_what_is_printed_lies_there_as_picture_and_as_pdf(tmp_path: Path) -> None:
    (tmp_path / "two.pdf").write_bytes(pdf(pages=2))
    with raised("page_printer", tmp_path) as (bench, device):
        print_pages(device.call("settings")["page_printer"], tmp_path / "two.pdf")
        until(lambda: len(bench.state()["page_printer"]["sheets"]) == 2)
        assert [sheet["page"] for sheet in bench.state()["page_printer"]["sheets"]] == [1, 2]
        assert bench.made("sheets/2.pdf").startswith(b"%PDF")
        assert bench.made("sheets/2.png").startswith(b"\x89PNG")
        with pytest.raises(BenchError):
            bench.made("sheets/3.png")


def test_a_printer_without_paper_prints_on_after_a_refill(tmp_path: Path) -> None:
    (tmp_path / "two.pdf").write_bytes(pdf(pages=2))
    with raised("page_printer", tmp_path) as (bench, device):
        section = device.call("settings")["page_printer"]
        bench.do("page_printer/end_paper", after_sheets=1)
        print_pages(section, tmp_path / "two.pdf")

        def says() -> str:
            return words_of("lpstat", "-h", section["socket"], "-l", "-p", "a4")

        until(lambda: "media-empty" in says())
        assert len(bench.state()["page_printer"]["sheets"]) == 1
        assert bench.state()["page_printer"]["paper_end"]
        bench.do("page_printer/refill")
        until(lambda: len(bench.state()["page_printer"]["sheets"]) == 2)
        assert not bench.state()["page_printer"]["paper_end"]


def test_a_stopped_cups_answers_nobody_and_knows_its_queue_when_it_is_back(tmp_path: Path) -> None:
    with raised("page_printer", tmp_path) as (bench, device):
        path = device.call("settings")["page_printer"]["socket"]
        bench.do("page_printer/scheduler", running=False)
        with socket.socket(socket.AF_UNIX) as line, pytest.raises(OSError):
            line.connect(path)
        with pytest.raises(BenchError, match="CUPS is stopped"):
            bench.do("page_printer/queue", enabled=False)
        bench.do("page_printer/scheduler", running=True)
        bench.do("page_printer/queue", enabled=False)
        assert "disabled" in words_of("lpstat", "-h", path, "-p", "a4")
        bench.do("page_printer/queue", enabled=True)
        state = bench.state()["page_printer"]
        assert (state["running"], state["enabled"]) == (True, True)


def test_no_picture_is_made_of_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    with PagePrinterAtBench(tmp_path, sheet_s=0) as printer:
        assert printer.picture(0) is None
        assert printer.pdf(1) is None


# Codes, sounds, power, lights


def test_a_code_that_is_scanned_comes_out_of_the_serial_line(tmp_path: Path) -> None:
    with raised("code_reader", tmp_path) as (bench, device):
        port = device.call("settings")["code_reader"]["port"]
        with serial.Serial(port, timeout=LONG_S) as line:
            bench.do("code_reader/scan", text="http://127.0.0.1/status/5224010001 石桥")
            assert line.read_until(b"\r").decode() == "http://127.0.0.1/status/5224010001 石桥\r"
        assert bench.state()["code_reader"]["scans"] == 1
        bench.do("code_reader/unplug")
        with pytest.raises(BenchError, match="unplugged"):
            bench.do("code_reader/scan", text="123")
        assert not Path(port).exists()


@pytest.mark.parametrize("text", ["", "two\nlines", "x" * 601, 7])
def test_what_is_no_code_is_refused(text: object) -> None:
    far_ends = {"code_reader": Absent("nothing reaches it")}
    with BenchServer(far_ends) as server, pytest.raises(BenchError, match="that is no text"):
        BenchClient(server.url).do("code_reader/scan", text=text)


def test_what_comes_out_of_the_speaker_is_seen_and_can_be_heard_again(tmp_path: Path) -> None:
    with raised("speaker", tmp_path) as (bench, device):
        tone = b"\x00\x40\x00\xc0" * 8000  # a second, half as loud as can be
        subprocess.run(
            ["pacat", "--raw", "--rate=16000", "--channels=1", "--format=s16le", "-d", "speaker"],
            env={**os.environ, **device.call("environment")},
            input=tone,
            timeout=LONG_S,
            check=True,
        )
        until(lambda: bench.state()["speaker"]["sinks"]["speaker"]["sounded_s"] > 0.5)
        levels = bench.state()["speaker"]["sinks"]["speaker"]["levels"]
        assert len(levels) == 60
        assert max(levels) == pytest.approx(0.5, abs=0.02)
        with wave.open(io.BytesIO(bench.made("sounds/speaker.wav"))) as heard:
            assert (heard.getframerate(), heard.getnchannels()) == (16000, 1)
            assert any(heard.readframes(heard.getnframes()))


def test_a_headset_comes_and_goes_unless_the_sound_server_hangs(tmp_path: Path) -> None:
    with raised("speaker", tmp_path) as (bench, _):
        assert list(bench.state()["speaker"]["sinks"]) == ["speaker"]
        bench.do("speaker/plug_headset")
        assert set(bench.state()["speaker"]["sinks"]) == {"speaker", "headset"}
        bench.do("speaker/freeze", frozen=True)
        with pytest.raises(BenchError, match="hangs"):
            bench.do("speaker/unplug_headset")
        assert bench.state()["speaker"]["frozen"]
        bench.do("speaker/freeze", frozen=False)
        bench.do("speaker/unplug_headset")
        assert not bench.state()["speaker"]["headset"]


def test_a_cut_in_the_mains_reaches_whoever_asks_the_ups(tmp_path: Path) -> None:
    with raised("ups", tmp_path) as (bench, device):
        port = device.call("settings")["ups"]["port"]

        def says() -> str:
            with socket.create_connection(("127.0.0.1", port), LONG_S) as line:
                line.sendall(b"GET VAR ups ups.status\nLOGOUT\n")
                with line.makefile() as answer:
                    return answer.readline()

        assert '"OL"' in says()
        bench.do("ups/mains", on=False)
        bench.do("ups/charge", percent=15)
        assert '"OB DISCHRG LB"' in says()
        state = bench.state()["ups"]
        assert (state["status"], state["percent"]) == ("OB DISCHRG LB", 15)
        bench.do("ups/unplug")
        bench.do("ups/mains", on=True)
        bench.do("ups/plug")
        assert '"OL CHRG LB"' in says()


def test_lights_that_are_switched_are_seen_by_their_names(tmp_path: Path) -> None:
    with raised("lights", tmp_path) as (bench, device):
        port = device.call("settings")["lights"]["port"]
        with serial.Serial(port, timeout=LONG_S) as line:
            line.write(b"B1\rN5\r")
            assert line.read_until(b"N5\r") == b"B1\rN5\r"
            lights = bench.state()["lights"]["lights"]
            assert (lights["card"], lights["fault"], lights["scanner"]) == ("blink", "on", "off")
            bench.do("lights/misbehave", fault="deaf")
            line.write(b"N4\rN3\r")
            assert line.read_until(b"\r") == b"N3\r"
        assert bench.state()["lights"]["lights"]["scanner"] == "off"
        bench.do("lights/lose_power")
        assert set(bench.state()["lights"]["lights"].values()) == {"off"}
        bench.do("lights/unplug")
        assert not Path(port).exists()
