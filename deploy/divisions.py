"""Makes the table of divisions: `python deploy/divisions.py china-division-2.7.0.tgz DIRECTORY`.

Run by hand when a newer table is out; what it makes is committed, so that no set-up needs npm. The
archive is that of `npm pack china-division@2.7.0`. How the files are written: config/divisions.py.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

# County-level changes after the table's day, in the provinces where terminals stand, go in here.
LEVELS = ("provinces", "cities", "areas")


def main(archive: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as package:
        counties = [row for level in LEVELS for row in _rows(package, level)]
        townships, villages = defaultdict(list), defaultdict(list)
        for code, name in _rows(package, "streets"):
            townships[code[:6]].append((code, name))
        for code, name in _rows(package, "villages"):
            villages[code[:9]].append((code, name))
    _write(target / "counties.gz", "\n".join(code + name for code, name in sorted(counties)))
    for province in sorted({county[:2] for county in townships}):
        blocks = [
            "\n".join((county, *_lines(townships[county], villages)))
            for county in sorted(townships)
            if county.startswith(province)
        ]
        _write(target / f"{province}.gz", "\n\n".join(blocks))


def _lines(
    townships: list[tuple[str, str]], villages: dict[str, list[tuple[str, str]]]
) -> Iterator[str]:
    for township, name in sorted(townships):
        yield township[6:] + name
        yield from (f" {code[9:]}{village}" for code, village in sorted(villages[township]))


def _rows(package: tarfile.TarFile, level: str) -> Iterator[tuple[str, str]]:
    file = package.extractfile(f"package/dist/{level}.csv")
    if file is None:
        raise FileNotFoundError(f"the archive has no {level}.csv")
    for row in csv.DictReader(io.TextIOWrapper(file, "utf-8")):
        yield row["code"], row["name"].strip()


def _write(file: Path, text: str) -> None:
    """The same text makes the same bytes, on any day."""
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
