"""`python -m sandbox.demo --out DIR`: a terminal without a screen, led by touches through a visit.

Leaves a picture of each page, the printed receipt, and how long each step took. It does what a
resident can do, and nothing else: it touches, lays a card, stands before the camera.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from sandbox.bench.client import BenchClient, BenchError
from sandbox.resident import ResidentError
from sandbox.stage import Stage, StageError
from sandbox.visits import certify
from sandbox.witness import Scene, Witness

PERSON: Final = "p01"
_LOOK_EVERY_S: Final = 0.1
_AFTER_S: Final = 20.0  # until the rating, which travels by itself, is with the platform


class DemoError(Exception):
    """One sentence: what did not happen."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="sandbox.demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo-output"), help="for the pictures")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("[0-9][0-9]-*.png"), out / "receipt.png", out / "timings.json"):
        old.unlink(missing_ok=True)
    begun_s = monotonic()
    try:
        screens = _play(out)
    except (DemoError, StageError, BenchError) as fault:
        print(f"demo: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("demo: called off", file=sys.stderr)
        return 130
    print(f"demo: 1 visit, {screens} screens, 1 receipt, {monotonic() - begun_s:.1f} s")
    return 0


def _play(out: Path) -> int:
    """How many pages were seen. Raises: DemoError, StageError, BenchError."""
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as directory:
        with Stage(Path(directory)) as stage, Witness(stage) as witness:
            try:
                _follow(stage)
                told = _outcome(stage.bench)
                (out / "receipt.png").write_bytes(stage.bench.slip(1))
            finally:
                screens = witness.save(out)
        scenes = witness.scenes
    steps = [_timing(scene, scenes[0]) for scene in scenes]
    timings = json.dumps({"steps": steps, "platform": told}, indent=2)
    (out / "timings.json").write_text(timings + "\n", encoding="utf-8")
    print(_table(steps))
    return screens


def _follow(stage: Stage) -> None:
    try:
        stage.resident.go(certify(PERSON))
    except ResidentError as fault:
        raise DemoError(f"{fault}{stage.terminal.tail()}") from None


def _outcome(bench: BenchClient) -> dict[str, Any]:
    """What the platform says of the visit. Raises: DemoError: the visit had not all its effects."""
    end_s = monotonic() + _AFTER_S
    while not (state := bench.state())["platform"]["ratings"] and monotonic() < end_s:
        sleep(_LOOK_EVERY_S)
    platform, slips = state["platform"], state["printer"]["slips"]
    expected: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: len(platform["submissions"]) == 1, "the platform did not get one submission"),
        (
            lambda: platform["submissions"][0].get("code") == "PASS",
            "the platform did not certify the resident",
        ),
        (
            lambda: platform["submissions"][0]["certifications"] == 1,
            "the certification did not take effect exactly once",
        ),
        (
            lambda: [slip["complete"] for slip in slips] == [True],
            f"the printer gave out {len(slips)} slips instead of one whole one",
        ),
        (lambda: platform["ratings"] == [5], "the rating did not reach the platform"),
    )
    for came, otherwise in expected:
        if not came():
            raise DemoError(otherwise)
    submission: dict[str, Any] = platform["submissions"][0]
    return submission


def _timing(scene: Scene, first: Scene) -> dict[str, Any]:
    return {
        "step": scene.sight.step,
        "page": scene.name,
        "begins_s": round(scene.sight.appeared_s - first.sight.appeared_s, 3),
        "lasts_s": round(scene.seconds, 3),
    }


def _table(steps: Iterable[dict[str, Any]]) -> str:
    row = "{:<22} {:<16} {:>9} {:>9}".format
    lines = [row("step", "page", "begins s", "lasts s")]
    for each in steps:
        times = (f"{each['begins_s']:.2f}", f"{each['lasts_s']:.2f}")
        lines.append(row(each["step"], each["page"], *times))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
