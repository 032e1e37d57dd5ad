"""What comes from the platform and out of files: parsers as functions of bytes, promises held."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from config.settings import SettingsError, load
from fuzzing.target import promise
from kiosk.makers.query_sections import sections_of
from kiosk.platform.affairs_messages import Affairs, parse_progress
from kiosk.platform.bounded_http import checked_base_url
from kiosk.platform.payment_messages import Payment
from kiosk.platform.platform_messages import (
    Awaited,
    parse_answer,
    parse_eligibility,
    parse_health,
    parse_problem,
    parse_rating_receipt,
)
from kiosk.platform.query_messages import QueryAnswer, Verified
from kiosk.platform.results import Code
from kiosk.platform.retry_after import retry_after_s
from kiosk.visits.paper_codes import verify_code
from offline_cache import receipt_number
from offline_cache.sealing import SealingKeyError, load_sealer

_NOW: Final = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
_KEY: Final = "0197a1b2-0000-7000-8000-00000000cafe"
_DAY_S: Final = 86_400


def eligibility(data: bytes) -> None:
    told = parse_eligibility(data)
    promise(bool(told.records) or told.code not in (Code.ELIGIBLE, Code.NOT_DUE), "records")


def answer(data: bytes) -> None:
    told = parse_answer(data)
    if isinstance(told, Awaited):
        promise(bool(told.missing), "something is awaited")
        return
    promise((told.decided_at is None) == (told.code is Code.ACCEPTED), "a decision has its moment")
    if told.decided_at is not None:
        promise(told.decided_at.utcoffset() is not None, "a moment is aware")


def short_messages(data: bytes) -> None:
    """The first byte chooses one of the three small ones."""
    (parse_health, parse_problem, parse_rating_receipt)[data[0] % 3 if data else 0](data[1:])


def query_answer(data: bytes) -> None:
    """The answer to a query, and how it is laid out."""
    for section in sections_of(QueryAnswer.model_validate_json(data).sections):
        wide = len(section.columns)
        promise(not wide or all(len(line) == wide for line in section.lines), "whole lines")


def looked_up(data: bytes) -> None:
    """The first byte chooses one of four."""
    parsers = (
        Verified.model_validate_json,
        Affairs.model_validate_json,
        Payment.model_validate_json,
        parse_progress,
    )
    parsers[data[0] % 4 if data else 0](data[1:])


def paper_code(data: bytes) -> None:
    code = verify_code(data.decode("utf-8", "replace"))
    promise(code is None or (len(code) == 16 and code.isascii()), "16 signs")


def retry_after(data: bytes) -> None:
    """As HTTP hands a header over: bytes as Latin-1."""
    wait_s = retry_after_s(data.decode("latin-1"), _NOW)
    promise(wait_s is None or 0 <= wait_s <= _DAY_S, "a wait between none and a day")


def base_url(data: bytes) -> None:
    url = checked_base_url(data.decode("utf-8", "replace"))
    promise(url.lower().startswith(("https:", "http:")), "a scheme that is spoken")


def settings(data: bytes) -> None:
    """The settings file, and what the terminal does first with what it says."""
    with _file(data) as file:
        try:
            loaded = load(file)
        except SettingsError as fault:
            promise("\n" not in str(fault), "what is wrong is said in one line")
            raise
    receipt_number.draw(loaded.terminal.id)


def sealing_key(data: bytes) -> None:
    with _file(data) as file:
        try:
            sealer = load_sealer(file)
        except SealingKeyError as fault:
            promise("\n" not in str(fault), "what is wrong is said in one line")
            raise
    sealed = sealer.seal(b"plain", _KEY)
    promise(b"plain" not in sealed.box, "a box is shut")


def number(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    if receipt_number.is_valid(text):
        promise(text.isascii() and text.isdigit() and len(text) == 14, "14 digits")
        wrong = text[:-1] + str((int(text[-1]) + 1) % 10)
        promise(not receipt_number.is_valid(wrong), "another check digit is wrong")


@contextmanager
def _file(data: bytes) -> Iterator[Path]:
    """A file with `data`, in memory alone."""
    descriptor = os.memfd_create("fuzz")
    try:
        os.write(descriptor, data)
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
