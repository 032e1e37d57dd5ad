"""The simulated card against the published vectors and through a bare socket, no driver."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.pcscd import Pcscd, PcscdError
from sandbox.social_card import SocialCardPeer
from sandbox.social_card_chip import CONTACT, CONTACTLESS, OLD_CONTACT, Chip, Kind
from sandbox.social_card_faults import DAMAGES, WORDS, CardFault
from sandbox.social_cards import SOCIAL_CARDS, ZHANG_SAN
from tests.social_card_kit import VECTORS

READER = "Sandbox Reader"

PUBLISHED = {
    "01": "card-id",
    "02": "card-class",
    "03": "spec-version",
    "04": "issuer",
    "05": "issue-date",
    "06": "expiry",
    "07": "card-number",
    "08": "social-security-number",
    "09": "name",
    "4E": "name-extension",
    "0A": "sex",
    "0B": "nation",
    "0C": "birthplace",
    "0D": "birth-date",
}
NUMBERED = list(PUBLISHED)
SSSE = VECTORS["req/select-ssse"]
EF05, EF06 = VECTORS["req/select-ef05-p1-02"], VECTORS["req/select-ef06-p1-02"]
READ_ID = VECTORS["req/read-tag-01"]
ON, OFF, RESET, ATR = b"\x01", b"\x00", b"\x02", b"\x04"


def ask(chip: Chip, *commands: bytes) -> bytes:
    """The answer to the last of the commands."""
    return [chip.answer(command) for command in commands][-1]


@pytest.mark.parametrize("tag", PUBLISHED)
def test_a_record_is_the_published_one(tag):
    file = EF05 if int(tag, 16) < 0x08 else EF06
    wanted = VECTORS[f"rep/{PUBLISHED[tag]}"]
    place = NUMBERED.index(tag)
    number = f"ef05-{place + 1}" if file is EF05 else f"ef06-{place - 6}"
    for request in (f"req/read-tag-{tag}", f"req/read-no-{number}"):
        assert ask(Chip(ZHANG_SAN), SSSE, file, VECTORS[request]) == wanted


def test_the_name_is_answered_with_the_published_description():
    assert ask(Chip(ZHANG_SAN), SSSE) == VECTORS["rep/fci-with-algorithm"]
    plain = Chip(ZHANG_SAN, replace(CONTACT, algorithm=None))
    assert ask(plain, SSSE) == VECTORS["rep/fci-plain"]
    assert ask(Chip(ZHANG_SAN, CONTACTLESS), VECTORS["req/select-ssse-le"])[-2:] == b"\x90\x00"


def test_waiting_data_and_wrong_lengths_are_told_as_published():
    chip = Chip(ZHANG_SAN, replace(OLD_CONTACT, algorithm=3))
    assert ask(chip, SSSE) == VECTORS["rep/more-data"]
    assert ask(chip, VECTORS["req/get-response-1E"]) == VECTORS["rep/fci-with-algorithm"]
    assert ask(chip, EF05, b"\x00\xb2\x01\x00\x00") == VECTORS["rep/wrong-le"]
    assert ask(chip, READ_ID) == VECTORS["rep/card-id"]


def test_versions_say_their_number():
    for who, vector in (("first_generation", "-1"), ("third_generation", "-3")):
        chip = Chip(SOCIAL_CARDS[who])
        answer = ask(chip, SSSE, EF05, VECTORS["req/read-tag-03"])
        assert answer == VECTORS[f"rep/spec-version{vector}"]


def test_a_long_name_is_split_as_published():
    raw = VECTORS["rep/name-long"][2:-2] + VECTORS["rep/name-long-extension"][2:-2]
    chip = Chip(replace(ZHANG_SAN, name=raw.rstrip(b"\0").decode("gb18030")))
    first = ask(chip, SSSE, EF06, VECTORS["req/read-tag-09"])
    rest = ask(chip, VECTORS["req/read-tag-4E"])
    assert (first, rest) == (VECTORS["rep/name-long"], VECTORS["rep/name-long-extension"])


@pytest.mark.parametrize(
    ("word", "chip", "commands"),
    [
        ("6982", Chip(SOCIAL_CARDS["third_generation"]), (SSSE, EF06, b"\x00\xb2\x08\x00\x14")),
        ("6A82", Chip(ZHANG_SAN, kind=Kind.BANK), (SSSE,)),
        ("6A83", Chip(ZHANG_SAN), (SSSE, EF05, b"\x00\xb2\x0f\x00\x00")),
        ("6D00", Chip(ZHANG_SAN), (b"\x00\xb0\x00\x00\x00",)),
        ("6E00", Chip(ZHANG_SAN), (b"\x80\x5e\x00\x00",)),
        ("63C5", Chip(ZHANG_SAN), (b"\x00\x20\x00\x00\x03123",)),
    ],
)
def test_a_refusal_is_the_published_word(word, chip, commands):
    assert ask(chip, *commands) == VECTORS[f"rep/sw-{word}"]


def test_what_must_never_come_is_counted():
    chip = Chip(ZHANG_SAN)
    harmless = (SSSE, EF05, READ_ID)
    forbidden = (
        b"\x00\x20\x00\x00\x03123",
        b"\x80\x5e\x00\x00",
        b"\x00\xa4\x04\x00\x05\xa0\0\0\0\x03",
    )
    ask(chip, *harmless, *forbidden)
    assert chip.forbidden == list(forbidden)
    assert len(chip.commands) == 6


def test_files_are_behind_the_name():
    assert ask(Chip(ZHANG_SAN), EF05) == VECTORS["rep/sw-6A82"]
    chip = Chip(ZHANG_SAN)
    ask(chip, SSSE)
    chip.reset()
    assert ask(chip, EF05) == VECTORS["rep/sw-6A82"]


def test_every_fault_does_something_of_its_own():
    whole = VECTORS["rep/card-id"]
    assert all(damage(whole) != whole for damage in DAMAGES.values())
    assert all(len(word) == 2 for word in WORDS.values())
    assert not WORDS.keys() & DAMAGES.keys()


class BareReader:
    """The vpcd's end of the line, by hand."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]

    def accept(self) -> None:
        self.line, _ = self._listening.accept()
        self.line.settimeout(20)
        self.tell(ON)

    def tell(self, message: bytes) -> None:
        self.line.sendall(len(message).to_bytes(2, "big") + message)

    def ask(self, message: bytes) -> bytes:
        self.tell(message)
        head = self._exactly(2)
        return self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, size: int) -> bytes:
        return self.line.recv(size, socket.MSG_WAITALL)

    def close(self) -> None:
        self.line.close()
        self._listening.close()


@contextmanager
def inserted(chip: Chip):
    reader = BareReader()
    accepting = threading.Thread(target=reader.accept)
    accepting.start()
    with SocialCardPeer(reader.port, patience_s=0.05) as peer:
        peer.insert(chip)
        accepting.join()
        try:
            yield peer, reader
        finally:
            reader.close()


def test_a_card_answers_through_the_line():
    with inserted(Chip(ZHANG_SAN)) as (peer, reader):
        assert reader.ask(ATR) == CONTACT.atr
        assert reader.ask(SSSE) == VECTORS["rep/fci-with-algorithm"]
        reader.tell(RESET)
        assert reader.ask(EF05) == VECTORS["rep/sw-6A82"]
        assert peer.commands == [SSSE, EF05]


def test_a_card_without_current_does_not_answer():
    with inserted(Chip(ZHANG_SAN)) as (peer, reader):
        reader.tell(OFF)
        assert reader.ask(SSSE) == b""
        assert peer.commands == []


def test_pulling_a_card_out_ends_the_line():
    with inserted(Chip(ZHANG_SAN)) as (peer, reader):
        peer.remove()
        assert reader.ask(ATR) == b""


@pytest.mark.parametrize("fault", [CardFault.REMOVED, CardFault.SILENCE])
def test_a_fault_that_takes_the_card_ends_the_line(fault):
    with inserted(Chip(ZHANG_SAN)) as (peer, reader):
        peer.misbehave(fault)
        assert reader.ask(SSSE)[-2:] == b"\x90\x00"
        assert reader.ask(READ_ID) == b""


def test_half_an_answer_is_announced_whole():
    with inserted(Chip(ZHANG_SAN)) as (peer, reader):
        reader.ask(SSSE)
        reader.ask(EF05)
        peer.misbehave(CardFault.HALF)
        whole = VECTORS["rep/card-id"]
        assert reader.ask(READ_ID) == whole[: len(whole) // 2]


def test_faults_strike_in_turn_and_as_often_as_told():
    with inserted(Chip(ZHANG_SAN)) as (peer, reader):
        reader.ask(SSSE)
        reader.ask(EF05)
        peer.misbehave(CardFault.SW_6581)
        peer.misbehave(CardFault.ONE_BYTE, times=2)
        told = [reader.ask(READ_ID) for _ in range(4)]
        assert told == [b"\x65\x81", b"\x01", b"\x01", VECTORS["rep/card-id"]]


def test_a_machine_without_the_reader_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PcscdError, match="apt-get install pcscd"), Pcscd(tmp_path / "service"):
        pass


def test_two_services_do_not_meet(tmp_path):
    with Pcscd(tmp_path / "a") as one, Pcscd(tmp_path / "b") as other:
        assert one.socket != other.socket
        assert not set(one.ports.values()) & set(other.ports.values())


def test_nobody_else_in_the_network_can_insert_a_card(tmp_path):
    with Pcscd(tmp_path, (READER,)) as service:
        ends = [f":{service.ports[READER] + slot:04X}" for slot in range(2)]
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        doors = [row[1] for row in rows if row[1].endswith(tuple(ends)) and row[3] == "0A"]
        assert doors
        assert all(door.startswith("0100007F:") for door in doors)
        other = [line for line in Path("/proc/net/tcp6").read_text().splitlines() if " 0A " in line]
        assert not any(line.split()[1].endswith(tuple(ends)) for line in other)
