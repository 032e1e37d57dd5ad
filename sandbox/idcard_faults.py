"""What can go wrong between an ID-card reader and its host, by name."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

_READS = (b"\x30\x01", b"\x30\x10")
_SELECT = (b"\x20\x02",)


class Fault(StrEnum):
    NOISE_BEFORE = "noise before the reply"
    BAD_CHECKSUM = "reply with a bad checksum"
    TRUNCATED = "reply cut short"
    LOST_AA = "first byte of the reply lost"
    LENGTH_TOO_BIG = "reply with an absurd length"
    BRIDGE_SILENT = "bridge reports a silent module"
    SILENCE = "no reply"
    LATE = "reply held back until the next request"
    DUPLICATE = "reply sent twice"
    DRIP = "reply in single bytes with long gaps"
    FLOOD = "endless noise instead of a reply"
    LIFTED_MID_READ = "card lifted while it is read"
    STATUS_10 = "module saw a bad checksum"
    STATUS_11 = "module saw a bad length"
    STATUS_21 = "module does not know the command"
    STATUS_23 = "not permitted now"
    STATUS_24 = "unclassified error"
    STATUS_31 = "card refused the module"
    STATUS_32 = "module refused the card"
    STATUS_33 = "stored data not verified"
    STATUS_40 = "not an ID card"
    STATUS_41 = "read failed"
    STATUS_47 = "no random number"
    STATUS_60 = "self-test failed"
    STATUS_66 = "module not authorised"
    STATUS_81 = "select failed"


# The module's own word (SW3) instead of its answer, and the card's word in front of it.
STATUSES = {
    Fault.LIFTED_MID_READ: (0x41, 0),
    Fault.STATUS_10: (0x10, 0),
    Fault.STATUS_11: (0x11, 0),
    Fault.STATUS_21: (0x21, 0),
    Fault.STATUS_23: (0x23, 0),
    Fault.STATUS_24: (0x24, 0),
    Fault.STATUS_31: (0x31, 0x6A82),
    Fault.STATUS_32: (0x32, 0),
    Fault.STATUS_33: (0x33, 0),
    Fault.STATUS_40: (0x40, 0),
    Fault.STATUS_41: (0x41, 0),
    Fault.STATUS_47: (0x47, 0),
    Fault.STATUS_60: (0x60, 0),
    Fault.STATUS_66: (0x66, 0),
    Fault.STATUS_81: (0x81, 0),
}

# The commands that a fault strikes when nothing else is said; any command when it is not listed.
STRIKES = {
    Fault.LIFTED_MID_READ: _READS,
    Fault.STATUS_21: _READS,
    Fault.STATUS_31: _READS,
    Fault.STATUS_32: _READS,
    Fault.STATUS_33: _READS,
    Fault.STATUS_40: _SELECT,
    Fault.STATUS_41: _READS,
    Fault.STATUS_47: _SELECT,
    Fault.STATUS_81: _SELECT,
}

# What becomes of the bytes of a reply.
DAMAGES: dict[Fault, Callable[[bytes], bytes]] = {
    Fault.NOISE_BEFORE: lambda frame: b"\x00\xff\xaa" + frame,
    Fault.BAD_CHECKSUM: lambda frame: frame[:-1] + bytes([frame[-1] ^ 1]),
    Fault.TRUNCATED: lambda frame: frame[:700] if len(frame) > 700 else frame[: len(frame) - 3],
    Fault.LOST_AA: lambda frame: frame[1:],
    Fault.LENGTH_TOO_BIG: lambda frame: frame[:5] + b"\xff\xff" + frame[7:10],
    Fault.BRIDGE_SILENT: lambda frame: frame[:5] + bytes([0, 5, 5, 5, 5]),
    Fault.SILENCE: lambda frame: b"",
    Fault.DUPLICATE: lambda frame: frame + frame,
}
