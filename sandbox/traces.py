"""Looks for what somebody left in files: their number and name, in every way a program writes them.

Pictures are not looked for, and nothing that was packed, sealed or written in base64.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sandbox.platform.people import BY_REF

ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def traces(files: Iterable[Path], refs: Iterable[str]) -> list[str]:
    """A line for each file and mark of these people (`sandbox/platform/people.csv`) found in it.

    A file that goes away while it is looked for is none. A name of two characters is four bytes in
    GB 18030: in megabytes of sealed data it may turn up by chance.
    """
    marks = {
        text.encode(encoding): f"{ref} as {encoding}"
        for ref in refs
        for text in (BY_REF[ref].number, BY_REF[ref].name)
        for encoding in ENCODINGS
    }
    found = []
    for file in files:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue
        found += [f"{file}: {told}" for mark, told in marks.items() if mark in content]
    return found
