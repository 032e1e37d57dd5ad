"""`python -m sandbox --dir DIR`: the world outside a terminal, until it is told to stop.

DIR/kiosk.toml are the settings of a terminal that lives in it; DIR/sandbox.json says what is where.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from sandbox.bench.shelf import SHELF
from sandbox.hosted import HostedError
from sandbox.world import DOCUMENTED_PORTS, Ports, World, WorldError


def main() -> int:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--dir", type=Path, required=True, help="where everything is kept")
    parser.add_argument(
        "--fixed-ports",
        action="store_true",
        help="bench 8800, platform 8801, camera 8802, printer 9100 instead of free ones",
    )
    parser.add_argument(
        "--size", type=_size, default=(1080, 1920), help="of the terminal's screen: 1080x1920"
    )
    parser.add_argument(
        "--devices",
        type=_devices,
        default=(),
        help=f"beside the first four, with commas between, or all: {', '.join(SHELF)}",
    )
    options = parser.parse_args()
    ended, end = os.pipe()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: os.write(end, b"!"))
    ports = DOCUMENTED_PORTS if options.fixed_ports else Ports()
    try:
        with World(options.dir, ports, options.size, options.devices) as world:
            print(f"bench: {world.bench.url}", flush=True)
            print(f"settings: {world.settings}", flush=True)
            os.read(ended, 1)
    except (WorldError, HostedError) as fault:
        print(f"sandbox: {fault}", file=sys.stderr)
        return 1
    return 0


def _size(text: str) -> tuple[int, int]:
    width, height = text.split("x")
    return int(width), int(height)


def _devices(text: str) -> tuple[str, ...]:
    return tuple(SHELF) if text == "all" else tuple(filter(None, text.split(",")))


if __name__ == "__main__":
    sys.exit(main())
