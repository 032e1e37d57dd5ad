"""What comes over the cables: each parser of `devices/` as a function of bytes, with its promises
held.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from devices import ipp_states, ups_protocol, wedge_keys
from devices.apdu import Answer, Command, ForbiddenCommandError, checked, parse_answer, parse_tlv
from devices.base import GarbledReplyError
from devices.code_framing import CodeFramer
from devices.code_text import LONGEST_CODE_BYTES, LicenceCode, ReceiptCode, UnknownCode, parse
from devices.idcard_frames import (
    LONGEST,
    PREAMBLE,
    Reply,
    ReplyParser,
    could_answer,
    sam_number,
    split_read,
)
from devices.idcard_frames import Command as SamCommand
from devices.idcard_text import TEXT_BYTES, parse_card
from devices.ipp_codec import Answer as IppAnswer
from devices.ipp_codec import Group
from devices.ipp_codec import decode as decode_ipp
from devices.page_printer_faults import PagePrinterGarbledError
from devices.pnm import HEADER_MAX_BYTES, decode, parse_header
from devices.printer_status import answer_of, fault_of, parse_state, status_of
from devices.printer_urls import link_from_url
from devices.scanimage_text import last_words, parse_complaint, parse_devices, parse_options
from devices.social_card_reading import Reading
from devices.social_card_text import SocialCard, parse_record, parse_social_card
from fuzzing.target import promise, promise_line
from offline_cache.receipt_number import is_valid

_STATUS_URL: Final = "https://platform.example.gov.cn/s"
_UPS: Final = "ups"
_IPP_REQUEST: Final = 7
_MOST_COMMANDS: Final = 400  # of one reading of a card
_EXHAUSTED: Final = bytes.fromhex("6A82")


def idcard_frames(data: bytes) -> None:
    """The first byte says in how large pieces the rest arrives, 0 being all at once."""
    step, stream = data[0] if data else 0, data[1:]
    whole, pieces = ReplyParser(), ReplyParser()
    at_once = whole.feed(stream)
    in_turn: list[Reply] = []
    for at in range(0, len(stream), step or max(1, len(stream))):
        in_turn += pieces.feed(stream[at : at + (step or len(stream))])
    promise(at_once == in_turn, "replies do not depend on how the bytes arrive")
    promise(whole.held_bytes <= LONGEST + len(PREAMBLE) + 2, "one unfinished frame is held")
    hidden = whole.give_up()
    promise(whole.held_bytes < len(PREAMBLE), "nothing is held after giving up")
    for reply in at_once + hidden:
        reply.describe()
        for command in SamCommand:
            could_answer(command, reply)


def idcard_parts(data: bytes) -> None:
    """The first byte: with fingerprints or without."""
    fingers = bool(data[:1] and data[0] & 1)
    parts = split_read(data[1:], with_fingerprints=fingers)
    promise(len(b"".join(parts)) + (6 if fingers else 4) == len(data) - 1, "no byte is lost")


def idcard_text(data: bytes) -> None:
    """What is behind the text file are additional addresses."""
    card = parse_card(data[:TEXT_BYTES], addresses=data[TEXT_BYTES:])
    promise((card.valid_to is None) == card.long_term, "no last day exactly for a long term")
    promise(card.number not in repr(card) or len(card.number) < 8, "a repr says nothing personal")
    _ = card.nation, card.name_uncertain, card.previous_number


def idcard_sam_number(data: bytes) -> None:
    sam_number(data[:16].ljust(16, b"\0"))


def apdu_answer(data: bytes) -> None:
    answer = parse_answer(data)
    promise((answer is None) == (len(data) < 2), "only what has no status is no answer")
    if answer is not None:
        _ = answer.handling, answer.count, answer.describe()


def apdu_guard(data: bytes) -> None:
    promise(checked(data) == data and data[1] in (0xA4, 0xB2, 0xC0), "only what reads may pass")


def apdu_tlv(data: bytes) -> None:
    for each in parse_tlv(data):
        each.find(0x84)


def social_card_text(data: bytes) -> None:
    """Records, one behind the other."""
    records: dict[int, bytes] = {}
    for piece in _pieces(data):
        tag, value = parse_record(piece)
        records[tag] = value
    _look_at(parse_social_card(records))


def _pieces(data: bytes) -> Iterator[bytes]:
    """Tag, length, value; the last one may be anything."""
    while data:
        size = 2 + (data[1] if len(data) > 1 else 0)
        yield data[:size]
        data = data[size:]


def _look_at(card: SocialCard) -> None:
    _ = card.generation, card.region, card.name_uncertain
    for personal in (card.citizen_number, card.name):
        promise(len(personal) < 5 or personal not in repr(card), "a repr says nothing personal")


def social_card_reading(data: bytes) -> None:
    """The first byte: T=1 or T=0. Then the card's answers, each behind a byte with its length;
    when they are used up, a card that has nothing else.
    """
    answers = _told(data[1:])
    asked = 0

    def send(command: Command) -> Answer:
        nonlocal asked
        asked += 1
        promise(asked <= _MOST_COMMANDS, "a reading ends")
        try:
            checked(bytes(command))
        except ForbiddenCommandError:
            promise(False, "only what reads is sent")
        answer = parse_answer(next(answers, _EXHAUSTED))
        if answer is None:
            raise GarbledReplyError("no status")
        return answer

    _look_at(Reading(send, block_protocol=bool(data[:1] and data[0] & 1)).read())


def _told(data: bytes) -> Iterator[bytes]:
    while data:
        size = 1 + data[0]
        yield data[1:size]
        data = data[size:]


def printer_status(data: bytes) -> None:
    for byte in data:
        answer_of(byte)
    state = parse_state(data)
    promise(status_of(state).usable == (fault_of(state) is None), "usable without a fault alone")


def printer_url(data: bytes) -> None:
    link_from_url(data.decode("utf-8", "replace"))


def pnm(data: bytes) -> None:
    """A header that can be read does not change when more arrives."""
    header = parse_header(data)
    promise(header is not None or len(data) < HEADER_MAX_BYTES, "a header has an end")
    if header is not None:
        promise(parse_header(data[: header.bytes]) == header, "the header alone is enough")
    picture = decode(data)
    promise(header is not None and picture.shape[:2] == (header.height_px, header.width_px), "size")


def scanimage_devices(data: bytes) -> None:
    for found in parse_devices(data.decode("utf-8", "replace")):
        promise(bool(found.name), "a scanner has a name")


def scanimage_options(data: bytes) -> None:
    for name, option in parse_options(data.decode("utf-8", "replace")).items():
        promise(option.name == name, "by its name")
        promise((option.lowest is None) == (option.highest is None), "a range has two ends")
        promise(not (option.choices and option.lowest is not None), "a list or a range")


def scanimage_complaint(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    parse_complaint(text)
    words = last_words(text)
    promise(words.isprintable() and 0 < len(words) <= 200, "the technician's line is one")


def ipp_answer(data: bytes) -> None:
    """An answer, and what its groups say of the printer and its jobs."""
    answer = decode_ipp(data, _IPP_REQUEST)
    promise(len(answer.groups) <= len(data), "no more groups than bytes")
    _look_at_jobs(answer)
    for attributes in answer.all(Group.PRINTER):
        try:
            report = ipp_states.printer_report(attributes)
        except PagePrinterGarbledError as fault:
            promise_line(str(fault))
            continue
        for still in (False, True):
            if keeps := ipp_states.fault_of(report, still=still):
                promise_line(str(keeps))
        status = ipp_states.status_of(report)
        promise(status.detail == "" or status.detail.isprintable(), "a detail is one line")


def _look_at_jobs(answer: IppAnswer) -> None:
    for attributes in answer.all(Group.JOB):
        try:
            job = ipp_states.job_report(attributes)
        except PagePrinterGarbledError as fault:
            promise_line(str(fault))
        else:
            promise(job.impressions >= 0, "no side is taken back")


def ups_answer(data: bytes) -> None:
    """A whole answer is whole however much comes behind it."""
    whole = ups_protocol.is_whole(data, _UPS)
    promise(not whole or ups_protocol.is_whole(data + b"OK Goodbye\n", _UPS), "whole stays whole")
    power = ups_protocol.power_of(ups_protocol.parse_answer(data, _UPS))
    promise(ups_protocol.status_of(power).detail.isprintable(), "a detail is one line")


def scanned_code(data: bytes) -> None:
    """What a reader sends: the first byte says whether a line end or a pause ends a code."""
    framer = CodeFramer(b"\r\n" if data[:1] and data[0] & 1 else b"")
    for text in framer.feed(data[1:]) + framer.pause():
        promise(len(text) <= LONGEST_CODE_BYTES, "a code has a length")
        meant = parse(text, _STATUS_URL, is_valid)
        promise(isinstance(meant, UnknownCode) or text.isascii(), "what is understood is ASCII")
        if isinstance(meant, ReceiptCode | LicenceCode):
            promise(text not in repr(meant), "a repr says nothing personal")
    promise(not framer.in_doubt, "after a pause nothing is left")


def typed_code(data: bytes) -> None:
    """Records of a keyboard: the first byte says in how large pieces they arrive."""
    step, stream = max(1, data[0] if data else 1), data[1:]
    whole, pieces = wedge_keys.KeyDecoder(), wedge_keys.KeyDecoder()
    in_turn = b"".join(pieces.feed(stream[at : at + step]) for at in range(0, len(stream), step))
    promise(whole.feed(stream) == in_turn, "what is typed does not depend on how it arrives")


def input_devices(data: bytes) -> None:
    for found in wedge_keys.parse_devices(data.decode("utf-8", "replace")):
        promise(found.node.startswith("event") and ":" in found.usb, "a node and an identity")
