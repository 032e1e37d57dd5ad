"""Looks for some byte strings in files, and takes away what has no business to hold them.

A program of its own, `python residue_search.py`: a request comes in on its standard input, what was
found goes out, both JSON. Apart, because whoever opens and closes the file of an SQLite database
ends all locks that the process has on it (https://sqlite.org/howtocorrupt.html, 2.2.1), and because
a search is not to share its processor time with the window.

Files are read as they lie on the disk, so that free pages of a database and its log are searched
too; a text that SQLite has laid across two pages is not seen. Standard library alone: it starts
quickly.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

CHUNK_BYTES = 1 << 20
LEAST_BYTES = 6  # shorter ones are met by chance in sealed bodies
_NOT_FOLLOWED = os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Request:
    """roots: directories and files. kept: what is sealed by design: a file whose path begins so is
    searched and never changed. logs_of: a process whose standard output and error are searched
    where they are files, and its files without a name; what is found in them is blotted out.
    budget_s: when it is over, what was not searched stays so.
    """

    roots: Sequence[str]
    kept: Sequence[str]
    needles: Sequence[bytes]
    logs_of: int | None = None
    budget_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Searched:
    """Counts of files. `unread`: could not be read, or not in time. No names: a name may be one of
    the things that were looked for.
    """

    files: int = 0
    found: int = 0
    removed: int = 0
    unread: int = 0


def search(request: Request) -> Searched:
    """Small files come first."""
    end_s = monotonic() + request.budget_s
    needles = [needle for needle in request.needles if needle]
    files = found = removed = unread = 0
    seen: set[tuple[int, int]] = set()
    logs = _open_for_writing(request.logs_of) if request.logs_of is not None else ()
    # Open files last: one that was found under a root is dealt with there.
    for path, is_log in (*_by_size(request.roots), *((log, True) for log in logs)):
        try:
            place = os.readlink(path) if is_log else str(path)  # noqa: PTH115
            kept = place.startswith(tuple(request.kept))
            wanted = [each for each in needles if len(each) >= LEAST_BYTES] if kept else needles
            status = path.stat() if is_log else path.lstat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            files += 1
            named = any(needle in os.fsencode(path.name) for needle in needles)
            places = None
            if stat.S_ISREG(status.st_mode):
                places = _places(path, wanted, end_s, follow=is_log)
        except FileNotFoundError:
            continue  # it went while we looked
        except (OSError, TimeoutError):
            unread += 1
            continue
        if places or named:
            found += 1
            removed += not kept and (_blot(path, places or []) if is_log else _remove(path))
    return Searched(files, found, removed, unread)


def _by_size(roots: Sequence[str]) -> Iterator[tuple[Path, bool]]:
    yield from ((path, False) for path in sorted(_below(roots), key=_size))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _below(roots: Sequence[str]) -> Iterator[Path]:
    """Everything but what is only a way to somewhere else; directories for their names."""
    for root in roots:
        if not os.path.isdir(root):  # noqa: PTH112 (a text, as os.walk has them)
            yield Path(root)
        for folder, folders, names in os.walk(root, topdown=False):
            yield from (Path(folder, name) for name in (*names, *folders))


def _open_for_writing(process: int) -> Iterator[Path]:
    """Where the process writes its words, and what of its files has no name any more."""
    try:
        numbers = sorted(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208
    except OSError:
        return
    for number in numbers:
        path = Path(f"/proc/{process}/fd/{number}")
        try:
            info = Path(f"/proc/{process}/fdinfo/{number}").read_text("ascii")
            flags = int(info.partition("flags:")[2].split()[0], 8)
            target = os.readlink(path)  # noqa: PTH115 (only a text here)
            nameless = target.endswith(" (deleted)") and not target.startswith("/memfd:")
            ours = number in ("1", "2") or nameless
            if ours and flags & os.O_ACCMODE != os.O_RDONLY and stat.S_ISREG(path.stat().st_mode):
                yield path
        except (OSError, ValueError, IndexError):
            continue


def _places(
    path: Path, needles: Sequence[bytes], end_s: float, *, follow: bool
) -> list[tuple[int, int]]:
    """Where (from, length) they are. Raises: OSError; TimeoutError: the budget is used up."""
    overlap = max((len(needle) for needle in needles), default=1) - 1
    places: set[tuple[int, int]] = set()
    with os.fdopen(os.open(path, os.O_RDONLY | (0 if follow else _NOT_FOLLOWED)), "rb") as file:
        start, tail = 0, b""
        while chunk := file.read(CHUNK_BYTES):
            if monotonic() > end_s:
                raise TimeoutError
            window = tail + chunk
            begins = start - len(tail)
            for needle in needles:
                at = window.find(needle)
                while at >= 0:
                    places.add((begins + at, len(needle)))
                    at = window.find(needle, at + 1)
            start += len(chunk)
            tail = window[-overlap:] if overlap else b""
    return sorted(places)


def _remove(path: Path) -> bool:
    """Overwritten first: what is only unlinked can still be read from the disk."""
    try:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
            return True
        if stat.S_ISREG(path.lstat().st_mode):
            with os.fdopen(os.open(path, os.O_WRONLY | _NOT_FOLLOWED), "wb", 0) as file:
                left = os.fstat(file.fileno()).st_size
                while left > 0:
                    left -= file.write(bytes(min(left, CHUNK_BYTES)))
                os.fsync(file.fileno())
        path.unlink()
    except OSError:
        return False
    return True


def _blot(path: Path, places: Sequence[tuple[int, int]]) -> bool:
    """In place: somebody goes on writing at its end."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            for at, length in places:
                os.pwrite(handle, b"*" * length, at)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        return False
    return bool(places)


def main() -> None:
    asked = json.load(sys.stdin)
    asked["needles"] = [bytes.fromhex(needle) for needle in asked["needles"]]
    json.dump(asdict(search(Request(**asked))), sys.stdout)


if __name__ == "__main__":
    main()
