"""What can go wrong with the disk, and who can put it right.

`remedy` is the plain value of a `devices.base.Remedy`; this room imports no other.
No message contains anything that was stored.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StoreError(Exception):
    """The store did not do what was asked; nothing of it was done."""

    remedy = "technician"


class StoreFullError(StoreError):
    """No room left on the disk, or in the file."""


class StoreReadOnlyError(StoreError):
    """The file or its file system cannot be written: permissions, or a disk that gave up."""


class StoreDamagedError(StoreError):
    """The file is no longer a sound database; the next `database.begin` sets it aside."""


class StoreIoError(StoreError):
    """The disk reported a fault, or the file cannot be opened."""


class StoreBusyError(StoreError):
    """Another thread held the store for longer than the busy time-out."""

    remedy = "retry"


class ForeignStoreError(StoreError):
    """The file belongs to another program, or to a release that cannot be read by this one."""


class MaterialLostError(StoreError):
    """A chunk of what waits is not there any more; only the submission it belongs to suffers."""


class OrderGivenUpError(StoreError):
    """What it was paid with is being given back, so that it is not kept as paid."""


class OutboxFullError(StoreError):
    """The queue is at its limit. It empties by itself once the platform can be reached."""

    remedy = "attendant"


_BY_RESULT_CODE: dict[int, type[StoreError]] = {  # https://sqlite.org/rescode.html
    sqlite3.SQLITE_FULL: StoreFullError,
    sqlite3.SQLITE_READONLY: StoreReadOnlyError,
    sqlite3.SQLITE_PERM: StoreReadOnlyError,
    sqlite3.SQLITE_CORRUPT: StoreDamagedError,
    sqlite3.SQLITE_NOTADB: StoreDamagedError,
    sqlite3.SQLITE_IOERR: StoreIoError,
    sqlite3.SQLITE_CANTOPEN: StoreIoError,
    sqlite3.SQLITE_BUSY: StoreBusyError,
    sqlite3.SQLITE_LOCKED: StoreBusyError,
}

_BY_ERRNO: dict[int | None, type[StoreError]] = {
    errno.ENOSPC: StoreFullError,
    errno.EDQUOT: StoreFullError,
    errno.EFBIG: StoreFullError,
    errno.EROFS: StoreReadOnlyError,
    errno.EACCES: StoreReadOnlyError,
    errno.EPERM: StoreReadOnlyError,
}


@contextmanager
def file_faults(path: Path) -> Iterator[None]:
    """As `typed_faults`, of a file that is not SQLite's."""
    try:
        yield
    except OSError as fault:
        kind = _BY_ERRNO.get(fault.errno, StoreIoError)
        raise kind(f"{path}: {fault.strerror}") from fault


class typed_faults:  # noqa: N801  used as a function is, and a third of one's cost
    """Turns what SQLite reports of the disk into a StoreError; a mistake in the program stays."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if fault is not None:
            raise_typed(fault)


def raise_typed(fault: BaseException) -> None:
    """Returns where `fault` is none of the disk."""
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        kind = _BY_RESULT_CODE.get(code & 0xFF)  # the low byte is the primary code
        if kind is not None:
            raise kind(fault.sqlite_errorname) from fault
    elif isinstance(fault, UnicodeDecodeError):  # SQLite quotes the damaged text in its message
        raise StoreDamagedError("text that is not UTF-8") from fault
