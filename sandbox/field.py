"""A fault from the field becomes a test:

    python -m sandbox.field RECORDING --name "what went wrong"

The recording is copied to `tests/recordings` with its name and its last outcome in the header;
`tests/devices/test_recordings.py` plays every recording there to the driver it was made with.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Final

from sandbox.replay import NotARecordingError, read

RECORDINGS: Final = Path(__file__).parent.parent / "tests" / "recordings"


def keep(recording: Path, name: str, directory: Path = RECORDINGS) -> Path:
    """The new test's recording.

    Raises:
        NotARecordingError: it is none, nothing was asked in it, or what was asked last never ended.
        FileExistsError: there is one of that name.
    """
    played = read(recording)
    if not played.asked or len(played.outcomes) != len(played.asked):
        raise NotARecordingError(f"{recording}: no question with an outcome to compare with")
    slug = re.sub(r"\W+", "-", name.lower()).strip("-")
    if not slug:
        raise NotARecordingError("the name has no letters")
    header = {**played.header, "name": name, "outcome": played.outcomes[-1]}
    rest = recording.read_text("utf-8").splitlines(keepends=True)[1:]
    kept = directory / f"{slug}.jsonl"
    with kept.open("x", encoding="utf-8") as file:
        file.write(json.dumps(header, ensure_ascii=False) + "\n" + "".join(rest))
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.field", description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--name", required=True, help="what went wrong, as a sentence")
    given = parser.parse_args()
    try:
        print(keep(given.recording, given.name))
    except (NotARecordingError, OSError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
