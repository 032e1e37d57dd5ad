"""A disk after its power was cut, from the record of what a program did to a directory.

What was not made durable may be there or not, each piece for itself: a file synchronised is as it
was at that moment or later; every 512-byte sector written since is as old or as new as chance has
it, and so is the length of the file; a sector that came into being with a new length and was never
written reads as zeros. A name made, changed or removed is safe when its directory was synchronised,
not before, even where the file itself was: POSIX promises no more, ext4 does.

Not modelled: a disk that says "flushed" before it is; a sector that is half old and half new, or
damaged beside the one that was being written; changes of owner and mode; memory-mapped writes (of
SQLite only the -shm index, which is rubbish here after each cut, and which it makes anew).
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

SECTOR: Final = 512
_HEAD: Final = struct.Struct("<BHHQQQ")  # struct record of shim.c


class What(IntEnum):
    CREATE = 1
    WRITE = 2
    TRUNCATE = 3
    SYNC = 4
    SYNC_DIRECTORY = 5
    RENAME = 6
    UNLINK = 7
    MKDIR = 8
    MARK = 9


@dataclass(frozen=True, slots=True)
class Record:
    what: What
    path: str
    to: str
    inode: int
    offset: int
    data: bytes


class Fate(StrEnum):
    """What becomes of all that was not synchronised."""

    GONE = "gone"
    THERE = "there"
    TORN = "torn"  # up to some moment, and the last write in part
    BY_LOT = "by lot"  # each sector and each name for itself


def read_record(file: Path) -> Iterator[Record]:
    """One that was cut short by a kill ends before its last, incomplete line."""
    data = memoryview(file.read_bytes())
    at = 0
    while at + _HEAD.size <= len(data):
        what, path_bytes, to_bytes, inode, offset, size = _HEAD.unpack_from(data, at)
        path_at = at + _HEAD.size
        to_at = path_at + path_bytes
        data_at = to_at + to_bytes
        at = data_at + size
        if at > len(data):
            return
        yield Record(
            What(what),
            str(data[path_at:to_at], "utf-8"),
            str(data[to_at:data_at], "utf-8"),
            inode,
            offset,
            bytes(data[data_at:at]),
        )


@dataclass(slots=True, eq=False)
class _File:
    """`durable`, and what was done since: writes, and changes of length (data None)."""

    durable: bytearray = field(default_factory=bytearray)
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for offset, data in self.since:
            _apply(self.durable, offset, data)
        self.since.clear()

    def after(self, fate: Fate, lots: random.Random) -> bytes:
        content = bytearray(self.durable)
        match fate:
            case Fate.GONE:
                pass
            case Fate.THERE:
                for offset, data in self.since:
                    _apply(content, offset, data)
            case Fate.TORN:
                whole = lots.randint(0, len(self.since))
                for offset, data in self.since[:whole]:
                    _apply(content, offset, data)
                for offset, data in self.since[whole : whole + 1]:
                    _apply(content, *_torn(offset, data, lots))
            case Fate.BY_LOT:
                return self._by_lot(content, lots)
        return bytes(content)

    def _by_lot(self, content: bytearray, lots: random.Random) -> bytes:
        lengths = [len(content)]
        versions: dict[int, list[bytes]] = {}
        newest = bytearray(content)
        for offset, data in self.since:
            # What is cut off stays where it is, until the file grows over it again.
            begin, end = min(offset, len(newest)), offset + len(data or b"")
            _apply(newest, offset, data)
            for sector in range(begin // SECTOR, -(-end // SECTOR)):
                versions.setdefault(sector, [_sector(content, sector)])
                versions[sector].append(_sector(newest, sector))
            lengths.append(len(newest))
        length = lots.choice(lengths)
        content.extend(bytes(max(0, max(lengths) + SECTOR - len(content))))
        for sector, found in versions.items():
            content[sector * SECTOR : (sector + 1) * SECTOR] = lots.choice(found)
        return bytes(content[:length])


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    content[offset : offset + len(data)] = data


def _torn(offset: int, data: bytes | None, lots: random.Random) -> tuple[int, bytes | None]:
    if data is None:
        return offset, data
    borders = range(-(-(offset + 1) // SECTOR) * SECTOR, offset + len(data), SECTOR)
    return offset, data[: lots.choice([offset, *borders]) - offset]


def _sector(content: bytearray, sector: int) -> bytes:
    return bytes(content[sector * SECTOR : (sector + 1) * SECTOR]).ljust(SECTOR, b"\0")


@dataclass(frozen=True, slots=True)
class _Change:
    """Of a name: `file` comes to be at `path` (None: a directory), or the name goes or moves."""

    what: What
    path: str
    file: _File | None = None
    to: str = ""

    @property
    def directories(self) -> set[str]:
        return {_parent(each) for each in (self.path, self.to) if each}


class Disk:
    """Fed with the records in their order; may be looked at after any of them."""

    def __init__(self, *directories: str) -> None:
        """`directories`: what was there, and durable, before the record began."""
        self._files: dict[int, _File] = {}  # by inode, which the kernel gives again after a removal
        self._names: dict[str, _File | None] = dict.fromkeys(directories)
        self._changes: list[_Change] = []

    def take(self, record: Record) -> None:
        match record.what:
            case What.CREATE:
                file = self._files[record.inode] = _File()
                self._changes.append(_Change(record.what, record.path, file))
            case What.MKDIR | What.UNLINK | What.RENAME:
                self._changes.append(_Change(record.what, record.path, to=record.to))
            case What.WRITE:
                self._files[record.inode].since.append((record.offset, record.data))
            case What.TRUNCATE:
                self._files[record.inode].since.append((record.offset, None))
            case What.SYNC:
                self._files[record.inode].sync()
            case What.SYNC_DIRECTORY:
                self._sync_directory(record.path)
            case What.MARK:
                pass

    def after(self, fate: Fate, lots: random.Random) -> Mapping[str, bytes | None]:
        """What lies in the directory when the power returns, by path; None is a directory."""
        names = dict(self._names)
        until = lots.randint(0, len(self._changes))
        for at, change in enumerate(self._changes):
            if _happened(fate, at < until, lots):
                _rename(names, change)
        found: dict[str, bytes | None] = {}
        for path in sorted(names, key=len):
            file = names[path]
            if _parent(path) in found or not _parent(path):
                content = None if file is None else file.after(fate, lots)
                if content is not None and path.endswith("-shm"):
                    content = lots.randbytes(len(content))
                found[path] = content
        return found

    def _sync_directory(self, directory: str) -> None:
        """Changes of one directory reach the disk in their order; those of others wait."""
        for change in self._changes:
            if directory in change.directories:
                _rename(self._names, change)
        self._changes = [each for each in self._changes if directory not in each.directories]


def _happened(fate: Fate, early: bool, lots: random.Random) -> bool:
    match fate:
        case Fate.GONE:
            return False
        case Fate.THERE:
            return True
        case Fate.TORN:
            return early
        case Fate.BY_LOT:
            return lots.random() < 0.5


def _rename(names: dict[str, _File | None], change: _Change) -> None:
    match change.what:
        case What.CREATE | What.MKDIR:
            names[change.path] = change.file
        case What.UNLINK:
            names.pop(change.path, None)
        case _:
            if change.path in names:
                names[change.to] = names.pop(change.path)


def _parent(path: str) -> str:
    parent = str(PurePosixPath(path).parent)
    return "" if parent == "." else parent


def lay_out(found: Mapping[str, bytes | None], directory: Path) -> None:
    """Makes what `Disk.after` told below an empty directory."""
    for path, content in sorted(found.items(), key=lambda each: len(each[0])):
        if content is None:
            (directory / path).mkdir(mode=0o700)
        else:
            (directory / path).write_bytes(content)
