"""What a technician finds out about the terminal's keys and certificates; pure, as `findings`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.desks.findings import EXPIRES_SOON, Finding, Level
from kiosk.machines.key_custody import Custody, KeyPlace
from kiosk.platform.gateway_errors import PlatformRefusedError
from offline_cache.sealing_keys import DatedKey

_PROTECT: Final = "run deploy/protect-key.sh"


def key_room(place: KeyPlace, readers: str, has_tpm: bool) -> Finding:
    """How well the terminal's own key is kept, plainly. `readers`: who may read its file."""
    if place.left is not None:
        return Finding(
            Level.WRONG,
            f"the terminal's key: encrypted, and in the clear in {place.left} as well",
            f"shred -u {place.left}",
        )
    tpm = "there is a TPM 2.0" if has_tpm else "no TPM 2.0"
    match place.custody:
        case Custody.TPM:
            return Finding(Level.OK, "the terminal's key: encrypted with the TPM 2.0")
        case Custody.HOST:
            return Finding(
                Level.ATTENTION,
                f"the terminal's key: encrypted with a secret on this machine's own disk; {tpm}",
                f"{_PROTECT} again" if has_tpm else "encrypt the disk, or take one with a TPM",
            )
        case Custody.UNKNOWN:
            return Finding(
                Level.ATTENTION,
                f"the terminal's key: given by systemd, encrypted who knows how; {tpm}",
                "run doctor as root",
            )
        case Custody.FILE:
            return Finding(
                Level.ATTENTION,
                f"the terminal's key: in a file, readable by {readers}; {tpm}",
                _PROTECT if has_tpm else f"{_PROTECT}, or encrypt the disk of the state",
            )


@dataclass(frozen=True, slots=True)
class Shown:
    """Of the terminal's own certificate: whose it is, and until when."""

    name: str
    expires: datetime


def own_certificate(shown: Shown, terminal: str, now: datetime) -> Finding:
    until = f"{shown.expires:%Y-%m-%d}"
    if shown.name != terminal:
        return Finding(
            Level.WRONG,
            f"the terminal's certificate is that of {shown.name}, not {terminal}",
            "put its own there",
        )
    if shown.expires < now:
        return Finding(
            Level.WRONG,
            f"the terminal's certificate ended on {until}: the platform takes nothing from it",
            "have a new one issued; what is kept waits",
        )
    if shown.expires - now < EXPIRES_SOON:
        return Finding(
            Level.ATTENTION,
            f"the terminal's certificate ends on {until}",
            "have a new one issued before",
        )
    return Finding(Level.OK, f"the terminal's certificate is valid until {until}")


def sealing_keys(keys: Sequence[DatedKey], current: DatedKey, now: datetime) -> Finding:
    """`keys`: all of them; `current`: the one sealed to now."""
    last = max(keys, key=lambda key: key.not_after)
    said = f"sealed to the platform's key {current.key_id}"
    if not current.is_valid(now):
        return Finding(
            Level.WRONG, f"{said}, which is not valid today", "get the platform's new key"
        )
    if not last.ends:
        return Finding(Level.OK, said)
    if last.not_after - now < EXPIRES_SOON:
        return Finding(
            Level.ATTENTION,
            f"{said}; the last key ends on {last.not_after:%Y-%m-%d}",
            "get the platform's next key before",
        )
    return Finding(Level.OK, f"{said}; the last key ends on {last.not_after:%Y-%m-%d}")


def refused(fault: PlatformRefusedError) -> Finding:
    remedy = _ENROL.get(fault.reason, "ask whoever runs the platform")
    return Finding(Level.WRONG, f"platform: {fault}", remedy)


_ENROL: Final[Mapping[str, str]] = {
    "UNAUTHORIZED": "have this terminal enrolled: main.py enrol prints its key",
    "SIGNATURE_INVALID": "have this terminal's key registered anew: main.py enrol prints it",
    "FORBIDDEN": "put the certificate of this terminal there",
    "CLOCK_SKEW": "set the clock",
}
