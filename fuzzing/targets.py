"""The table: a row for each parser. A new parser is one row here and one function beside it."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

from config.settings import SettingsError
from devices.apdu import ForbiddenCommandError, TlvError
from devices.base import DeviceError, GarbledReplyError
from devices.idcard_text import UnreadableCardError
from devices.social_card_text import RecordError, UnreadableSocialCardError
from devices.ups_protocol import NoAnswerError, ServerRefusedError
from fuzzing import cables, messages, seeds
from fuzzing.paper_targets import PAPER_TARGETS
from fuzzing.target import Target
from offline_cache.sealing import SealingKeyError

_SAM = "idcard_vectors.json"
_CARD = "social_card_vectors.json"
_SAM_REPLIES = seeds.vectors(_SAM, "id/rep", "id/bad")
_SAM_DATA = [reply[10:-1] for reply in seeds.vectors(_SAM, "id/rep/read")]
_SAM_WITH_FINGERS = [reply[10:-1] for reply in seeds.vectors(_SAM, "id/rep/read-resident-fp")]
_ANSWERS = seeds.vectors(_CARD, "ssc/rep")
_RECORDS = [answer[:-2] for answer in _ANSWERS if answer[0] < 0x60 and len(answer) > 4]
_RECORD = {
    "record_id": "r1",
    "scheme": "RESIDENTS",
    "scheme_name": "城乡居民基本养老保险",
    "pay_agency": "石桥镇",
    "pay_area": "522401",
    "valid_to": "2026-12-31",
}
_DECIDED = {
    "number": "52240112345675",
    "state": "decided",
    "code": "PASS",
    "valid_to": "2027-03-01",
    "record_ids": ["r1"],
    "decided_at": "2026-03-01T08:30:00+08:00",
}
_PROBLEM = {"type": "about:blank", "title": "no", "status": 409, "reason": "UNKNOWN_NUMBER"}
_FOUND = {
    "code": "FOUND",
    "title": "参保证明",
    "as_of": "2026-03-01T00:00:00+08:00",
    "sections": [
        {
            "heading": "基本信息",
            "facts": [{"label": "姓名", "value": "柳文静", "mask": "name"}],
            "columns": ["月份", "基数"],
            "lines": [["2026-01"], ["2026-02", "1", "2"]],
        }
    ],
}
_VERIFIED = {
    "state": "VALID",
    "title": "参保证明",
    "issuer": "长沙县",
    "issued_at": "2026-03-01T00:00:00+08:00",
    "valid_to": "2026-06-01",
    "facts": [{"label": "姓名", "value": "柳**", "mask": "none"}],
}
_AFFAIRS = {
    "code": "FOUND",
    "as_of": "2026-03-01T00:00:00+08:00",
    "due": [{"item": "2020-35/1/13", "title": "资格认证", "due_on": "2026-03-31"}],
    "cases": [],
    "certificates": [],
}
_PAYMENT = {
    "order": "20260301083000ABCDEF",
    "state": "WAITING",
    "amount_fen": 2000,
    "pay_url": "https://pay.example.gov.cn/o/1",
    "expires_at": "2026-03-01T08:33:00+08:00",
}
_STEPS = [{"name": "受理", "state": "done", "at": "2026-03-01T08:30:00+08:00"}]
_CASE = {"number": "52240112345675", "state": "accepted", "desk": "审核岗", "steps": _STEPS}
_GARBLED = (GarbledReplyError,)
_INVALID = (ValidationError,)

TARGETS: Final = (
    Target(
        "idcard_frames",
        cables.idcard_frames,
        (),
        [
            *seeds.framed(0, _SAM_REPLIES),
            *seeds.framed(3, _SAM_REPLIES),
            b"\0" + bytes.fromhex("AAAA96690900") * 400,
        ],
    ),
    Target(
        "idcard_parts",
        cables.idcard_parts,
        _GARBLED,
        seeds.framed(0, _SAM_DATA) + seeds.framed(1, _SAM_WITH_FINGERS),
    ),
    Target(
        "idcard_text",
        cables.idcard_text,
        (UnreadableCardError,),
        seeds.vectors(_SAM, "id/text"),
        max_bytes=256 + 4 * 70 + 2,
    ),
    Target("idcard_sam_number", cables.idcard_sam_number, (), [bytes(16), b"\xff" * 16], 16),
    Target("apdu_answer", cables.apdu_answer, (), _ANSWERS, 260),
    Target(
        "apdu_guard",
        cables.apdu_guard,
        (ForbiddenCommandError,),
        seeds.vectors(_CARD, "ssc/req"),
        262,
    ),
    Target(
        "apdu_tlv",
        cables.apdu_tlv,
        (TlvError,),
        [answer[:-2] for answer in _ANSWERS if answer[0] == 0x6F],
    ),
    Target(
        "social_card_text",
        cables.social_card_text,
        (RecordError, UnreadableSocialCardError),
        [b"".join(_RECORDS), *_RECORDS],
    ),
    Target(
        "social_card_reading",
        cables.social_card_reading,
        (DeviceError, ForbiddenCommandError),
        seeds.readings(),
    ),
    Target(
        "printer_status",
        cables.printer_status,
        _GARBLED,
        [bytes.fromhex(states) for states in ("12121212", "1a161212", "1612125e", "12327212")],
        16,
    ),
    Target(
        "printer_url",
        cables.printer_url,
        (ValueError,),
        [b"tcp://192.168.1.50:9100", b"serial:///dev/ttyS0?baud=9600", b"usb://0416:5011"],
        256,
    ),
    Target(
        "pnm",
        cables.pnm,
        _GARBLED,
        [
            b"P6 2 1 255\n" + bytes(6),
            b"P4\n# scanned\n10 2\n" + bytes(4),
            b"P5 2 2 65535\n" + bytes(8),
            b"P5 1 2 1000\n" + bytes(4),
            b"P5 9999999 9999999 255\n",
        ],
    ),
    Target(
        "scanimage_devices",
        cables.scanimage_devices,
        (),
        [b"[bjnp] loaded\ntest:0\x1fNoname\x1ffrontend | tester\x1fvirtual device\n"],
    ),
    Target("scanimage_options", cables.scanimage_options, (), [seeds.LISTING.encode()]),
    Target(
        "scanimage_complaint",
        cables.scanimage_complaint,
        (),
        [each.encode() for each in seeds.COMPLAINTS],
    ),
    Target("ipp_answer", cables.ipp_answer, _GARBLED, seeds.ipp_answers(), 16_384),
    Target(
        "ups_answer",
        cables.ups_answer,
        (ServerRefusedError, NoAnswerError),
        [seeds.UPS.encode(), b"ERR UNKNOWN-UPS\n", b"ERR \n"],
    ),
    Target(
        "scanned_code",
        cables.scanned_code,
        (),
        [*seeds.framed(1, (each.encode() for each in seeds.CODES)), b"\0" + b"9" * 700],
    ),
    Target(
        "typed_code",
        cables.typed_code,
        (),
        seeds.framed(7, [seeds.typed("52240112345675")]),
    ),
    Target(
        "input_devices",
        cables.input_devices,
        (),
        [seeds.INPUT_DEVICES.encode(), b"B: KEY=" + b"f" * 4000 + b"g"],
        8192,
    ),
    Target(
        "platform_eligibility",
        messages.eligibility,
        _INVALID,
        seeds.json_of({"code": "ELIGIBLE", "records": [_RECORD]}),
        16_384,
    ),
    Target(
        "platform_answer",
        messages.answer,
        _INVALID,
        seeds.json_of(_DECIDED, {"number": "52240112345675", "state": "accepted"}),
        16_384,
    ),
    Target(
        "platform_short",
        messages.short_messages,
        _INVALID,
        [
            *seeds.framed(0, seeds.json_of({"status": "ok"})),
            *seeds.framed(1, seeds.json_of(_PROBLEM)),
            *seeds.framed(2, seeds.json_of({"key": "0197a1b2-0000-7000-8000-00000000cafe"})),
        ],
        16_384,
    ),
    Target(
        "platform_query_answer",
        messages.query_answer,
        _INVALID,
        seeds.json_of(_FOUND, {"code": "NOTHING"}),
        16_384,
    ),
    Target(
        "platform_looked_up",
        messages.looked_up,
        _INVALID,
        [
            *seeds.framed(0, seeds.json_of(_VERIFIED)),
            *seeds.framed(1, seeds.json_of(_AFFAIRS)),
            *seeds.framed(2, seeds.json_of(_PAYMENT)),
            *seeds.framed(3, seeds.json_of(_CASE)),
        ],
        16_384,
    ),
    Target(
        "paper_code",
        messages.paper_code,
        (),
        [b"https://platform.example.gov.cn/v/7K3MQ2XW9VHT5NRA", b"7k3m-q2xw 9vht 5nra"],
        512,
    ),
    Target(
        "platform_retry_after",
        messages.retry_after,
        (),
        [b"120", b"Sun, 01 Mar 2026 08:31:00 GMT", b"Sun, 01 Mar 2026 08:31:00 +0800"],
        256,
    ),
    Target("platform_url", messages.base_url, (ValueError,), [b"https://[::1]:8443/a"], 256),
    Target("settings", messages.settings, (SettingsError,), seeds.settings(), 8192),
    Target("sealing_key", messages.sealing_key, (SealingKeyError,), seeds.sealing_keys(), 8192),
    Target("receipt_number", messages.number, (), [b"52240112345675", b"5224010000001"], 64),
    *PAPER_TARGETS,
)
