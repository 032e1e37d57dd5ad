"""Recordings name nobody, keep their structure, and play again."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import stand_ins
from devices.apdu import parse_answer
from devices.base import DeviceError
from devices.escpos import encode
from devices.idcard_frames import ReplyParser, split_read
from devices.idcard_reader import CardLiftedError, IdCardReader
from devices.idcard_redaction import RULES as IDCARD
from devices.idcard_redaction import redact_reply
from devices.idcard_text import CardKind, UnreadableCardError, parse_card
from devices.printer_links import TcpLink
from devices.printer_profiles import Charset
from devices.receipt_printer import Printed, ReceiptPrinter
from devices.receipt_redaction import RULES as RECEIPT
from devices.receipt_redaction import redact_sent, redact_slip, slip_from_json, slip_to_json
from devices.recorded_lines import (
    CODE_READER_RULES,
    RecordedLine,
    RecordedLinkSettings,
    RedactedLinkSettings,
    recorded_card,
)
from devices.recording import Recording, Redacted, Rules, outcome
from devices.social_card_reading import Reading
from devices.social_card_redaction import RULES as SOCIAL_CARD
from sandbox.field import keep
from sandbox.id_cards import PEOPLE
from sandbox.idcard_faults import Fault
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.printer import ReceiptPrinterPeer
from sandbox.replay import NotARecordingError, PrinterReplay, ReaderReplay, read
from sandbox.social_card_chip import Chip
from sandbox.social_cards import SOCIAL_CARDS
from tests.printer_kit import PROFILES, certification, font, glyphs

SOMEBODY = replace(
    PEOPLE["rare_name"],
    name="邓𠀋㛃",
    number="53262419950228004X",
    photo=b"WLfaceface" * 100 + bytes(24),
    fingerprints=b"",
)
BAUD, TIMEOUT_S = 115_200, 0.4
PATIENT_S = 6.0  # a replay is strict: asking again because the machine is slow is a difference


def spellings(*secrets):
    """Each secret as it could stand in a file: in every encoding, and these in hexadecimal."""
    for secret in secrets:
        for codec in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            raw = secret.encode(codec)
            yield from (raw, raw.hex().encode(), raw.hex().upper().encode())


def holds_none_of(path, *secrets):
    written = path.read_bytes()
    return [each for each in spellings(*secrets) if each in written]


@pytest.fixture
def link(tmp_path):
    return tmp_path / "ttyUSB0"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "recording.jsonl"


def recording_of_reader(file):
    return Recording(file, "idcard_reader", "generic", IDCARD, baud=BAUD, timeout_s=TIMEOUT_S)


def record_card(file, link, happen=lambda peer: None, card=SOMEBODY):
    with (
        IdCardReaderPeer(link) as peer,
        recording_of_reader(file) as recording,
        IdCardReader(str(link), BAUD, TIMEOUT_S, open_line=RecordedLine.to(recording)) as reader,
    ):
        peer.lay(card)
        happen(peer)
        return recording.run("read", reader.read)


def test_a_card_that_is_read_leaves_neither_number_nor_name_behind(file, link):
    card = record_card(file, link)
    assert (card.name, card.number) == (SOMEBODY.name, SOMEBODY.number)
    assert (
        holds_none_of(
            file,
            SOMEBODY.name,
            SOMEBODY.number,
            SOMEBODY.number[:-1],
            SOMEBODY.address,
            SOMEBODY.addresses[0],
            SOMEBODY.birth,
            SOMEBODY.issuer,
            "face",
        )
        == []
    )


@pytest.mark.parametrize("fault", [f for f in Fault if not f.name.startswith("STATUS")])
def test_no_damage_to_a_reply_lets_anything_through(file, link, fault):
    def happen(peer):
        peer.misbehave(fault, times=1, commands=[b"\x30\x01"])

    with contextlib.suppress(CardLiftedError):
        record_card(file, link, happen)
    assert holds_none_of(file, SOMEBODY.name, SOMEBODY.number, SOMEBODY.address, "face") == []


def test_only_the_owner_may_read_a_recording_and_none_is_written_over(file, link):
    record_card(file, link)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError), recording_of_reader(file):
        pass


@pytest.mark.parametrize("who", PEOPLE)
def test_a_frame_stays_a_frame_of_the_same_kind_of_card(who):
    parser = ReplyParser()
    (reply,) = parser.feed(redact_reply(READ, frame_of(PEOPLE[who])).data)
    assert reply.succeeded
    parts = split_read(reply.data)
    card = parse_card(parts.text, parts.photo)
    kinds = {"I": CardKind.FOREIGNER_2017, "J": CardKind.HMT, "Y": CardKind.FOREIGNER_2023}
    assert card.kind == kinds.get(PEOPLE[who].kind, CardKind.RESIDENT)
    assert card.long_term == (PEOPLE[who].valid_to == "长期")
    assert not any(card.photo)
    assert PEOPLE[who].number == stand_ins.NUMBER or card.number != PEOPLE[who].number


@pytest.mark.parametrize(
    "strange", [{"kind": "Q"}, {"birth": "19490231"}, {"valid_to": ""}, {"valid_from": "yesterda"}]
)
def test_what_made_a_card_unreadable_still_does(strange):
    card = replace(PEOPLE["elder"], **strange)
    (reply,) = ReplyParser().feed(redact_reply(READ, frame_of(card)).data)
    with pytest.raises(UnreadableCardError):
        parse_card(split_read(reply.data).text)


READ = bytes.fromhex("AAAAAA9669 0003 3001 32")


def frame_of(card):
    text = card.text_block()
    data = len(text).to_bytes(2, "big") + len(card.photo).to_bytes(2, "big") + text + card.photo
    counted = (len(data) + 4).to_bytes(2, "big") + b"\0\0\x90" + data
    check = 0
    for byte in counted:
        check ^= byte
    return bytes.fromhex("AAAAAA9669") + counted + bytes([check])


@pytest.mark.parametrize(
    ("damaged", "fault"),
    [
        (lambda frame: b"noise" + frame, "noise"),
        (lambda frame: frame[:700], "cut short"),
        (lambda frame: frame[:6], "cut short"),
        (lambda frame: frame[:-1] + bytes([frame[-1] ^ 1]), "checksum"),
        (lambda frame: frame[:5] + b"\xff\xff" + frame[7:], "length, noise"),
        (lambda frame: frame[300:], "noise"),
        (lambda frame: frame[1:], ""),
        (lambda frame: frame + frame, ""),
    ],
)
def test_of_a_damaged_reply_the_length_and_the_damage_stay(damaged, fault):
    raw = damaged(frame_of(SOMEBODY))
    told = redact_reply(READ, raw)
    assert (len(told.data), told.fault) == (len(raw), fault)
    assert not [each for each in spellings(SOMEBODY.name, SOMEBODY.number) if each in told.data]
    assert redact_reply(READ, told.data).data == told.data
    before, after = ReplyParser(), ReplyParser()
    assert [r.status for r in before.feed(raw)] == [r.status for r in after.feed(told.data)]
    assert before.damage == after.damage


def test_a_rule_that_loses_its_length_costs_the_message_and_nothing_more(file):
    wrong = Rules(lambda raw: Redacted(raw[1:]), lambda _, raw: Redacted(raw + b"!"))
    with Recording(file, "code_reader", "generic", wrong) as recording:
        recording.sent(b"secret")
        recording.received(b"secret")
    assert holds_none_of(file, "secret", "ecret") == []
    assert [line[1] for line in read(file).events] == ["out", "in"]


def test_a_code_is_recorded_by_the_classes_of_its_characters(file):
    with Recording(file, "code_reader", "generic", CODE_READER_RULES) as recording:
        recording.received("CERT:532624Ab-邓".encode("gb18030"))
    assert read(file).events[0][2].decode("gb18030") == "XXXX:000000Xx-示"


@pytest.mark.parametrize("name", ["generic-80", "generic-58", "generic-80-gb18030"])
@pytest.mark.parametrize("large", [False, True])
def test_a_slip_of_stand_ins_goes_over_the_cable_like_the_slip_itself(name, large):
    profile = PROFILES[name]
    slip = certification("邓𠀋㛃·é Zoë", large=large)
    other = slip_from_json(json.loads(json.dumps(slip_to_json(redact_slip(slip, profile.charset)))))
    sent = [redact_sent(piece) for piece in encode(slip, profile, glyphs())]
    again = [redact_sent(piece) for piece in encode(other, profile, glyphs())]
    assert [each.data for each in sent] == [each.data for each in again]
    assert not any(each.fault for each in sent)
    assert [len(each.data) for each in sent] == list(map(len, encode(slip, profile, glyphs())))


def test_a_slip_leaves_no_word_behind(file):
    with (
        ReceiptPrinterPeer(font()) as far,
        Recording(file, "receipt_printer", "generic-80", RECEIPT) as recording,
    ):
        settings = RecordedLinkSettings(TcpLink(*far.address), recording)
        slip = certification("邓示例")
        with ReceiptPrinter(settings, PROFILES["generic-80"], glyphs(), 10.0) as printer:
            told = recording.run(
                "print",
                lambda: printer.print(slip),
                slip=slip_to_json(redact_slip(slip, Charset.GB2312)),
            )
        assert told == Printed()
        assert "邓示例" in far.pages[0].text
    secrets = ("邓", "522401", "0038120", "五华区社会保险局", "platform.example", "52240100381204")
    assert holds_none_of(file, *secrets) == []


@pytest.mark.parametrize("rules", [IDCARD, RECEIPT, SOCIAL_CARD, CODE_READER_RULES])
@given(
    pieces=st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [
                    bytes.fromhex("AAAAAA9669"),
                    bytes.fromhex("AAAAAA96690508000090"),
                    b"\x1dv0\0\xff\xff\xff\xff",
                    b"\x1d(k\xff\xff1P0",
                    bytes.fromhex("6F20841EA5"),
                    "邓𠀋㛃é".encode("gb18030"),
                ]
            ),
        ),
        max_size=4,
    )
)
def test_no_rule_stumbles_over_strange_bytes(rules, pieces):
    raw = b"".join(pieces)
    assert len(rules.sent(raw).data) == len(raw)
    assert len(rules.back(READ, raw).data) == len(raw)


def test_an_unknown_command_keeps_only_its_length():
    told = redact_sent(b"\x1bZ\xb5\xcb 532624")
    assert told == Redacted(bytes(11), "unknown")


def test_a_social_card_leaves_neither_number_nor_name_behind_and_stays_readable(file):
    holder = SOCIAL_CARDS["long_name"]
    chip = Chip(holder)
    with Recording(file, "social_card_reader", "generic", SOCIAL_CARD) as recording:
        send = recorded_card(recording)(lambda command: parse_answer(chip.answer(bytes(command))))
        card = recording.run("read", Reading(send, block_protocol=False).read)
    assert holds_none_of(file, card.name, card.citizen_number, card.number, card.card_id) == []
    answers = iter([data for _, way, data in read(file).events if way == "in"])
    again = Reading(lambda _: parse_answer(next(answers)), block_protocol=False).read()
    assert (again.name, again.citizen_number) == (stand_ins.NAME, stand_ins.NUMBER)
    assert (again.version, again.holder_known) == (card.version, card.holder_known)


def test_a_recorded_card_plays_again_and_is_somebody_else(file, link, tmp_path):
    record_card(file, link)
    again = tmp_path / "ttyUSB1"
    with (
        ReaderReplay(again, read(file)) as far,
        IdCardReader(str(again), BAUD, PATIENT_S) as reader,
    ):
        card = reader.read()
        assert far.difference is None
    assert (card.name, card.number) == (stand_ins.NAME, stand_ins.NUMBER)
    assert card.additional_addresses == (stand_ins.ADDRESS,)


def test_a_replay_says_where_the_terminal_asked_something_else(file, link, tmp_path):
    record_card(file, link)
    again = tmp_path / "ttyUSB1"
    with (
        ReaderReplay(again, read(file), timing=False) as far,
        IdCardReader(str(again), BAUD, PATIENT_S) as reader,
    ):
        with pytest.raises(DeviceError):
            reader.card_present()
        assert "was recorded" in far.difference


def test_a_replayed_printer_says_where_another_slip_begins(file, tmp_path):
    with (
        ReceiptPrinterPeer(font()) as far,
        Recording(file, "receipt_printer", "generic-80", RECEIPT) as recording,
    ):
        link = RecordedLinkSettings(TcpLink(*far.address), recording)
        with ReceiptPrinter(link, PROFILES["generic-80"], glyphs(), 10.0) as printer:
            printer.print(certification("甲"))
    with PrinterReplay(read(file)) as far:
        link = RedactedLinkSettings(TcpLink(*far.address), RECEIPT)
        with ReceiptPrinter(link, PROFILES["generic-80"], glyphs(), 1.0, 1.0) as printer:
            outcome(printer.print(certification("甲乙丙")))
        assert "was recorded" in far.difference


def test_a_field_fault_becomes_a_test_in_one_step(file, link, tmp_path):
    def lift(peer):
        peer.misbehave(Fault.LIFTED_MID_READ)

    with pytest.raises(CardLiftedError):
        record_card(file, link, lift)
    kept = keep(file, "Card lifted, mid-read", tmp_path)
    assert kept.name == "card-lifted-mid-read.jsonl"
    played = read(kept)
    assert (played.header["name"], played.header["outcome"]) == (
        "Card lifted, mid-read",
        "CardLiftedError",
    )
    with pytest.raises(FileExistsError):
        keep(file, "card lifted mid read", tmp_path)


def test_what_is_no_recording_becomes_no_test(tmp_path):
    strange = tmp_path / "strange.jsonl"
    strange.write_text('{"device_recording": 1}\n{"ms": 1}\n')
    with pytest.raises(NotARecordingError, match="line 2"):
        keep(strange, "strange", tmp_path)
    strange.write_text('{"device_recording": 1}\n')
    with pytest.raises(NotARecordingError, match="no question"):
        keep(strange, "strange", tmp_path)
