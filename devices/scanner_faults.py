"""What can go wrong with a scanner, who can mend it, and which of it `scanimage` has reported."""

from __future__ import annotations

import re
import signal
from typing import Final

from devices.base import DeviceAbsentError, DeviceError, Remedy
from devices.scanimage_text import (
    EXIT_CODES,
    SaneStatus,
    Stage,
    last_words,
    parse_complaint,
)
from devices.scanner_options import ScannerSetupError

# Words that some closed backends print. SANE has no status for two sheets at once: open backends
# report a jam, and tell by a sensor, which is an option.
_DOUBLE_FEED: Final = re.compile(r"(double|multi)[ -]?feed", re.IGNORECASE)


class ScannerBusyError(DeviceError):
    """Another program has the scanner."""

    remedy = Remedy.RETRY


class ScannerForbiddenError(DeviceAbsentError):
    """The scanner is there, but this user may not open it: a udev rule or a group is missing."""

    remedy = Remedy.TECHNICIAN


class ScannerCoverOpenError(DeviceError):
    """The cover of the paper path, or the lid, stands open."""


class PaperJamError(DeviceError):
    """Paper is stuck in the feeder. Pages given before are good; the sheets in it are not."""


class DoubleFeedError(DeviceError):
    """Two sheets went in at once. They must be taken out and laid in again, singly."""

    remedy = Remedy.RESIDENT


class ScanFailedError(DeviceError):
    """The scanner, its cable or its backend gave up: an I/O error, a crash. Again may help."""

    remedy = Remedy.RETRY


class ScannerHungError(DeviceError):
    """No page and no answer in time. Its plug, out and in."""


_FAULTS: Final[dict[SaneStatus | None, type[DeviceError]]] = {
    SaneStatus.UNSUPPORTED: ScannerSetupError,
    SaneStatus.DEVICE_BUSY: ScannerBusyError,
    SaneStatus.INVAL: ScannerSetupError,
    SaneStatus.JAMMED: PaperJamError,
    SaneStatus.COVER_OPEN: ScannerCoverOpenError,
    SaneStatus.ACCESS_DENIED: ScannerForbiddenError,
}
# A scanner that was there and is not any more cannot be opened, for one of these reasons.
_ABSENT_AT_OPENING: Final = (SaneStatus.INVAL, SaneStatus.IO_ERROR, SaneStatus.UNSUPPORTED)


def fault_of(scanner: str, code: int, errors: str) -> DeviceError | None:
    """Why `scanimage` ended with `code`, having said `errors`; None: there was no paper.

    To be asked when it ended without doing what it was to do, whatever its code.
    """
    if code < 0:
        known = -code in set(signal.Signals)
        ended_by = signal.Signals(-code).name if known else f"signal {-code}"
        return ScanFailedError(f"{scanner}: its backend was ended by {ended_by}")
    complaint = parse_complaint(errors)
    if complaint is None:
        status, opening, said = EXIT_CODES.get(code), False, last_words(errors)
    elif complaint.about_option:
        return ScannerSetupError(f"{scanner}: {complaint.words}")
    else:
        status, said = complaint.status, complaint.words
        opening = complaint.stage in (Stage.OPEN, Stage.LIST)
    if status is SaneStatus.NO_DOCS:
        return None
    if opening and status in _ABSENT_AT_OPENING:
        return DeviceAbsentError(f"no scanner {scanner}: {said}")
    if status is SaneStatus.JAMMED and _DOUBLE_FEED.search(errors):
        return DoubleFeedError(f"{scanner}: two sheets went in at once")
    return _FAULTS.get(status, ScanFailedError)(f"{scanner}: {said} (exit code {code})")
