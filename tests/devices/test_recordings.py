"""Every recording in tests/recordings, played again to the driver that it was made with."""

from __future__ import annotations

from functools import partial

import pytest

from devices import code_reader_profiles, idcard_profiles
from devices.base import DeviceError
from devices.code_reader import SerialCodeReader
from devices.idcard_reader import IdCardReader
from devices.printer_links import TcpLink
from devices.receipt_printer import ReceiptPrinter
from devices.receipt_redaction import RULES, slip_from_json
from devices.recorded_lines import RedactedLinkSettings
from devices.recording import outcome
from devices.social_card import SocialCardReader
from sandbox.card_replay import ReplayedCard
from sandbox.code_reader import SerialCodeReaderPeer
from sandbox.field import RECORDINGS
from sandbox.pcscd import Pcscd
from sandbox.replay import PrinterReplay, ReaderReplay, read
from sandbox.social_card import SocialCardPeer
from tests.printer_kit import PROFILES, glyphs
from tests.social_card_kit import DIRECTORY, SOON_S

PATIENT = 5  # a loaded machine is slower than the one that recorded


def idcard_reader(played, directory):
    link = directory / "ttyUSB0"
    settings = played.header["settings"]
    profile = idcard_profiles.load_profiles()[played.header["profile"]]
    with (
        ReaderReplay(link, played) as far,
        IdCardReader(
            str(link), settings["baud"], settings["timeout_s"] * PATIENT, profile
        ) as reader,
    ):
        yield from answers(far, [(ask["op"], getattr(reader, ask["op"])) for ask in played.asked])


def receipt_printer(played, _directory):
    profile = PROFILES[played.header["profile"]]
    with PrinterReplay(played) as far:
        link = RedactedLinkSettings(TcpLink(*far.address), RULES)
        with ReceiptPrinter(link, profile, glyphs(), 10.0, 20.0) as printer:
            calls = []
            for ask in played.asked:
                given = [slip_from_json(ask["slip"])] if "slip" in ask else []
                calls.append((ask["op"], partial(getattr(printer, ask["op"]), *given)))
            yield from answers(far, calls)


def answers(far, calls):
    for op, call in calls:
        try:
            told = outcome(call())
        except DeviceError as fault:
            told = outcome(fault)
        assert far.difference is None, f"{op}: {far.difference}"
        yield told


def social_card(played, _directory):
    with (
        Pcscd(DIRECTORY, ("Sandbox Reader",)) as service,
        SocialCardPeer(service.ports["Sandbox Reader"]) as slot,
        SocialCardReader() as reader,
    ):
        far = ReplayedCard(played)
        slot.insert(far)
        assert reader.wait_for_card(SOON_S)
        yield from answers(far, [(ask["op"], getattr(reader, ask["op"])) for ask in played.asked])


def code_reader(played, directory):
    """What arrived is sent again while the driver listens; a code reader is asked nothing."""
    link = directory / "ttyACM0"
    profile = code_reader_profiles.load_profiles()[played.header["profile"]]
    arrived = b"".join(data for _, way, data in played.events if way == "in")
    with (
        SerialCodeReaderPeer(link, terminator=b"") as far,
        SerialCodeReader(str(link), profile) as reader,
    ):
        far.scan(arrived)
        far.difference = None
        yield from answers(far, [("read", partial(reader.read, SOON_S))])


DRIVERS = {
    "idcard_reader": idcard_reader,
    "receipt_printer": receipt_printer,
    "social_card": social_card,
    "code_reader": code_reader,
}


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_fault_from_the_field_ends_as_it_did(path, tmp_path):
    played = read(path)
    came = list(DRIVERS[played.header["kind"]](played, tmp_path))
    assert came == list(played.outcomes)
    assert came[-1] == played.header["outcome"]
