"""How the frames of `idcard_frames` travel to readers that are not a serial port.

For drivers over USB bulk or HID; those need only write what is returned here. Their replies need
nothing: transfers and reports are fed to `ReplyParser` as they come, zero padding included.
"""

from __future__ import annotations

_HEAD_BYTES = 7  # preamble and length
_REPORT_BYTES = 64


def usb_split(frame: bytes) -> tuple[bytes, bytes]:
    """The two bulk transfers of a request: endpoint OUT 0x02, then OUT 0x06 (GA/T 467)."""
    return frame[:_HEAD_BYTES], frame[_HEAD_BYTES:]


def hid_reports(frame: bytes) -> list[bytes]:
    """The output reports of a request, 64 bytes each, without a report ID; the last is padded."""
    starts = range(0, len(frame), _REPORT_BYTES)
    return [frame[at : at + _REPORT_BYTES].ljust(_REPORT_BYTES, b"\0") for at in starts]
