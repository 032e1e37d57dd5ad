"""The materials of what waits, each submission's in one file beside the store.

Pictures would go through SQLite's log and from there into its file: twice the writing, and on cheap
flash twice the wear. Here they are written once. `write` returns when the file and its name would
outlive a power cut; only then is its name committed to the store. A file whose name never was is
removed by the next `begin`; one that was delivered is unlinked. It holds sealed chunks alone, and
the keys to them lie in the sealed manifest, which the terminal cannot open either.

A file, all numbers big-endian: "VKM1", the number of chunks (4 bytes); for each chunk its material
and its length (4 bytes each); the chunks, in the same order.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import struct
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from offline_cache.errors import MaterialLostError, file_faults
from offline_cache.materials import SealedMaterial

log = logging.getLogger(__name__)

_MAGIC: Final = b"VKM1"
_HEAD: Final = struct.Struct(">4sI")
_CHUNK: Final = struct.Struct(">II")
_AT_ONCE: Final = 1 << 20  # bytes; see _pour
_NAME: Final = re.compile(r"[0-9a-f]{32}")


class MaterialFiles:
    """`store`: the path of the database. A file is called "<store>-material-<name>"."""

    def __init__(self, store: Path) -> None:
        self._store = store

    def write(self, materials: Sequence[SealedMaterial]) -> tuple[str, int]:
        """Its name, drawn by lot, and its length in bytes.

        Never the name of an earlier try: what SQLite said had failed may be found committed.

        Raises:
            StoreError: the disk refused; nothing is left of it.
        """
        name = secrets.token_hex(16)
        path = self._path(name)
        index = [(each.number, length) for each in materials for length in each.lengths]
        head = _HEAD.pack(_MAGIC, len(index)) + b"".join(_CHUNK.pack(*each) for each in index)
        size = len(head) + sum(each.size for each in materials)
        with file_faults(path):
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                try:
                    _pour(handle, head, materials)
                    os.fsync(handle)
                finally:
                    os.close(handle)
                self._sync_directory()
            except OSError:
                with suppress(OSError):
                    path.unlink()
                raise
        return name, size

    def read(self, name: str, material: int, number: int) -> bytes:
        """The chunk `number` of a material.

        Raises:
            MaterialLostError: the file is not there, or not whole.
            StoreError: the disk cannot be read.
        """
        with file_faults(self._path(name)):
            try:
                handle = os.open(self._path(name), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                raise MaterialLostError("a file of materials is not there") from None
            try:
                offset, length = _place(handle, material, number)
                return _read(handle, length, offset)
            finally:
                os.close(handle)

    def is_whole(self, name: object, size: object) -> bool:
        """Whether there is a file of that name and length; for names that cannot be trusted."""
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            return False
        try:
            return self._path(name).stat().st_size == size
        except OSError:
            return False

    def uploads(self, name: str) -> list[tuple[int, int]]:
        """Material and number of chunks, as the file itself says. Raises: StoreError."""
        with file_faults(self._path(name)), self._path(name).open("rb") as file:
            numbers = [material for material, _ in _index(file.fileno())]
        return [(number, numbers.count(number)) for number in dict.fromkeys(numbers)]

    def remove(self, name: str) -> None:
        """One that stays because the disk refused is removed at the next start."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as fault:
            log.warning("a file of materials could not be removed: %s", fault.strerror)

    def remove_others(self, known: Collection[str]) -> None:
        """Only where nobody is writing. While a damaged store lies beside it, all stay: they may
        be of that.
        """
        if any(self._store.parent.glob(f"{self._store.name}.damaged-*")):
            return
        prefix = self._path("").name
        for path in self._store.parent.glob(f"{prefix}*"):
            if path.name.removeprefix(prefix) not in known:
                self.remove(path.name.removeprefix(prefix))

    def _path(self, name: str) -> Path:
        return self._store.with_name(f"{self._store.name}-material-{name}")

    def _sync_directory(self) -> None:
        handle = os.open(self._store.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _pour(handle: int, head: bytes, materials: Sequence[SealedMaterial]) -> None:
    """Through one piece of memory, in which chunk after chunk is closed: to be given new memory for
    each would cost more than the closing. The disk begins with one piece while the next is closed:
    pieces of whole pages, since nobody may write on a page that the disk is taking.
    """
    longest = max(length for each in materials for length in each.lengths)
    room = memoryview(bytearray(_AT_ONCE + max(longest, len(head))))
    room[: len(head)] = head
    filled, begun = len(head), 0
    for each in materials:
        for number, length in enumerate(each.lengths):
            each.close(number, room[filled : filled + length])
            filled += length
            while filled >= _AT_ONCE:
                _write(handle, room[:_AT_ONCE])
                os.posix_fadvise(handle, begun, _AT_ONCE, os.POSIX_FADV_DONTNEED)
                begun, filled = begun + _AT_ONCE, filled - _AT_ONCE
                room[:filled] = room[_AT_ONCE : _AT_ONCE + filled]
    _write(handle, room[:filled])


def _write(handle: int, left: memoryview) -> None:
    """Most disks take all of it at once."""
    while left:
        left = left[os.write(handle, left) :]


def _read(handle: int, length: int, offset: int) -> bytes:
    found = os.pread(handle, length, offset)
    if len(found) < length:
        raise MaterialLostError("a file of materials is not whole")
    return found


def _index(handle: int) -> list[tuple[int, int]]:
    """Of each chunk its material and its length."""
    magic, count = _HEAD.unpack(_read(handle, _HEAD.size, 0))
    if magic != _MAGIC or count * _CHUNK.size > os.fstat(handle).st_size:
        raise MaterialLostError("a file of materials is not one")
    return list(_CHUNK.iter_unpack(_read(handle, count * _CHUNK.size, _HEAD.size)))


def _place(handle: int, material: int, number: int) -> tuple[int, int]:
    """Where the chunk begins, and its length."""
    index = _index(handle)
    offset = _HEAD.size + len(index) * _CHUNK.size
    for found, length in index:
        if found == material and number == 0:
            return offset, length
        number -= found == material
        offset += length
    raise MaterialLostError("a file of materials lacks a chunk")
