"""`python -m fuzzing.child NAME [libFuzzer's arguments]`: one parser, led by coverage, until the
time is over or something is found. It runs in a process of its own, because a finding ends it.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(
    include=["devices", "kiosk", "config", "offline_cache", "tomllib", "json", "email"]
):
    from fuzzing.targets import TARGETS


def main() -> None:
    _, name, *arguments = sys.argv
    target = next(each for each in TARGETS if each.name == name)

    def try_one(data: bytes) -> None:
        target.attempt(data)

    atheris.Setup([name, f"-max_len={target.max_bytes}", *arguments], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
