"""What a technician finds out about an installation, one line each, from the system's own answers.

Pure: each check is given what the system said and returns a finding. `doctor.py` asks the system.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from devices.base import Condition, DeviceError, Remedy, Status

MEMORY: Final = frozenset({"tmpfs", "ramfs"})
NEVER_DUMPED: Final = frozenset({"", "|/bin/false", "|/bin/true", "/dev/null"})
CHINA: Final = timedelta(hours=8)
APART: Final = timedelta(minutes=5)  # from the platform's clock
SLOW_WRITE_S: Final = 0.5
EXPIRES_SOON: Final = timedelta(days=30)


class Level(StrEnum):
    OK = "ok"
    ATTENTION = "attention"  # the terminal works; somebody should come to it soon
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy`: what to do, an imperative; empty where all is well."""

    level: Level
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.level:<9}  {self.what}"
        return f"{line}: {self.remedy}" if self.remedy else line


@dataclass(frozen=True, slots=True)
class FileFacts:
    mode: int
    owner: int  # uid


def private(path: Path, facts: FileFacts | None, uid: int) -> Finding:
    """For a file or directory that nobody but the terminal may read. `facts`: None, not there."""
    if facts is None:
        return Finding(Level.WRONG, f"{path} is not there", "put it there")
    if facts.owner != uid:
        return Finding(
            Level.WRONG, f"{path} belongs to user {facts.owner}, not {uid}", f"chown {uid} {path}"
        )
    if facts.mode & (stat.S_IRWXG | stat.S_IRWXO):
        mode = "700" if stat.S_ISDIR(facts.mode) else "600"
        return Finding(Level.WRONG, f"{path} can be read by others", f"chmod {mode} {path}")
    return Finding(Level.OK, f"{path} is readable by the terminal alone")


def public_key(path: Path, facts: FileFacts | None, uid: int) -> Finding:
    """Everybody may read it; whoever can change it can read what residents hand in, or have a false
    seal pass for a good one.
    """
    if facts is None:
        return Finding(Level.WRONG, f"{path} is not there", "put it there")
    if facts.owner not in (0, uid) or facts.mode & (stat.S_IWGRP | stat.S_IWOTH):
        return Finding(Level.WRONG, f"{path} can be changed by others", f"chmod 644 {path}")
    return Finding(Level.OK, f"{path} can be changed by the terminal's owner alone")


def umask(mask: int) -> Finding:
    """The one the terminal is started with; it sets its own, 077, before it writes anything."""
    if mask & 0o022 != 0o022:
        return Finding(Level.WRONG, f"umask is {mask:03o}", "start with UMask=0077")
    return Finding(Level.OK, f"umask is {mask:03o}; the terminal sets 077 itself")


def file_system_of(path: PurePath, mounts: str) -> str:
    """Its type, from /proc/self/mountinfo (proc(5)); "" when it cannot be told."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) < 5 or not right:
            continue
        point = PurePath(fields[4].encode().decode("unicode_escape"))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), right.split()[0]
    return kind


def scratch(path: Path | None, kind: str) -> Finding:
    if path is None:
        return Finding(
            Level.ATTENTION,
            "temporary files may go to a disk",
            'set scratch = "/dev/shm/village-kiosk" in the settings',
        )
    if kind not in MEMORY:
        return Finding(
            Level.WRONG,
            f"scratch {path} lies on {kind or 'an unknown file system'}",
            "name a directory on tmpfs",
        )
    return Finding(Level.OK, f"scratch {path} lies in memory ({kind})")


def durable(state: Path, kind: str) -> Finding:
    if kind in MEMORY:
        return Finding(
            Level.WRONG,
            f"state {state} lies in memory ({kind}): a power cut loses submissions",
            "name a directory on a disk",
        )
    return Finding(Level.OK, f"state {state} lies on a disk ({kind or 'type unknown'})")


def swap(table: str, encrypted: Collection[str]) -> Finding:
    """table: /proc/swaps. encrypted: those devices of it that are dm-crypt or in memory."""
    areas = [line.split()[0] for line in table.splitlines()[1:] if line.strip()]
    plain = [area for area in areas if area not in encrypted]
    if plain:
        return Finding(
            Level.WRONG,
            f"memory is swapped in the clear to {', '.join(plain)}",
            "swapoff -a and take it out of /etc/fstab, or encrypt it",
        )
    return Finding(Level.OK, "swap is encrypted or in memory" if areas else "there is no swap")


def core_dumps(pattern: str, hard_limit: int) -> Finding:
    """pattern: kernel.core_pattern. The terminal sets its limit to 0; a program behind a pipe is
    started by the kernel all the same (core(5)).
    """
    if pattern.strip() in NEVER_DUMPED:
        return Finding(Level.OK, "no core dump is ever written")
    if pattern.startswith("|"):
        return Finding(
            Level.WRONG,
            f"core dumps go to {pattern[1:].split()[0] if pattern[1:].split() else 'a program'}",
            "sysctl kernel.core_pattern='|/bin/false', and keep it in /etc/sysctl.d",
        )
    if hard_limit != 0:
        return Finding(
            Level.ATTENTION,
            "core dumps are refused by the terminal itself alone",
            "start with LimitCORE=0",
        )
    return Finding(Level.OK, "core dumps are refused by limit")


def clock(
    now: datetime, floor: datetime | None, synchronised: bool | None, platform: datetime | None
) -> Finding:
    """floor: the latest moment that was surely reached. platform: what its answer was dated."""
    if floor is not None and now < floor:
        return Finding(
            Level.WRONG,
            f"the clock says {now:%Y-%m-%d %H:%M} and has been at {floor:%Y-%m-%d %H:%M}",
            "set it, and change the battery on the main board",
        )
    if platform is not None and abs(now - platform) > APART:
        return Finding(
            Level.WRONG,
            f"the clock is {_apart(now - platform)} from the platform's",
            "set it, and give the terminal a time server",
        )
    if not synchronised:
        return Finding(
            Level.ATTENTION,
            f"the clock says {now:%Y-%m-%d %H:%M} and is not known to follow a time server",
            "timedatectl set-ntp true",
        )
    return Finding(Level.OK, f"the clock says {now:%Y-%m-%d %H:%M} and follows a time server")


def _apart(gap: timedelta) -> str:
    minutes = round(abs(gap).total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"


def time_zone(name: str, offset: timedelta | None) -> Finding:
    if offset != CHINA:
        return Finding(
            Level.WRONG, f"the time zone is {name}", "timedatectl set-timezone Asia/Shanghai"
        )
    return Finding(Level.OK, f"the time zone is {name}, 8 hours east")


def disk_space(free_bytes: int, needed_bytes: int) -> Finding:
    """needed: below it the terminal takes nothing in."""
    said = f"{free_bytes / 1e9:.1f} GB are free on the disk of the state"
    if free_bytes < needed_bytes:
        return Finding(Level.WRONG, f"{said}, too little to take anything in", "make room")
    if free_bytes < 2 * needed_bytes:
        return Finding(Level.ATTENTION, said, "make room")
    return Finding(Level.OK, said)


def disk_writes(took_s: float | None, fault: str = "") -> Finding:
    """took: to write a small file and have it on the disk; None: it did not succeed."""
    if took_s is None:
        return Finding(
            Level.WRONG, f"the disk takes nothing: {fault}", "look at dmesg; change the disk"
        )
    if took_s > SLOW_WRITE_S:
        return Finding(
            Level.ATTENTION,
            f"a small file took {took_s:.1f} s to the disk",
            "look at dmesg; the disk may be near its end",
        )
    return Finding(Level.OK, f"a small file took {took_s * 1000:.0f} ms to the disk")


def fonts(missing: Iterable[Path]) -> Finding:
    lost = [str(path) for path in missing]
    if lost:
        return Finding(Level.WRONG, f"no font {', '.join(lost)}", "run deploy/setup.sh")
    return Finding(Level.OK, "the fonts are there")


def device(name: str, told: Status | DeviceError) -> Finding:
    if isinstance(told, DeviceError):
        return Finding(Level.WRONG, f"{name}: {told}", _ASK[told.remedy])
    if told.condition is Condition.ATTENTION:
        return Finding(Level.ATTENTION, f"{name}: {told.detail}", _ASK[Remedy.ATTENDANT])
    if not told.usable:
        detail = f"{told.condition} {told.detail}".strip()
        return Finding(Level.WRONG, f"{name}: {detail}", "look at its plug and its section")
    return Finding(Level.OK, f"{name} answers")


_ASK: Final[Mapping[Remedy, str]] = {
    Remedy.RETRY: "try again",
    Remedy.RESIDENT: "try again",
    Remedy.ATTENDANT: "look at its plug, its paper and its lid",
    Remedy.TECHNICIAN: "look at its section of the settings, and that no other program has it",
}


def certificate(expires: datetime | None, now: datetime, fault: str = "") -> Finding:
    """expires: of the platform's certificate, once it was found to be trusted."""
    if expires is None:
        return Finding(
            Level.WRONG, f"no trusted connection to the platform: {fault}", "look at [platform]"
        )
    if expires - now < EXPIRES_SOON:
        return Finding(
            Level.ATTENTION,
            f"the platform's certificate ends on {expires:%Y-%m-%d}",
            "tell whoever runs the platform",
        )
    return Finding(Level.OK, f"the platform's certificate is trusted until {expires:%Y-%m-%d}")
