"""The programs that a scan starts, found in /proc."""

from pathlib import Path


def programs_of(folder):
    """The running programs that were told of `folder`: their directories in /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder).encode() in line:
            found.append(entry)
    return found
