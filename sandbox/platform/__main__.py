"""`python -m sandbox.platform --state DIR`: the stand-in platform, until it is told to stop.

Prints one line of JSON: url, control_url, key_file, seal_roots_file, token, terminal.
"""

from __future__ import annotations

import argparse
import json
import signal
from pathlib import Path

from sandbox.platform.server import TERMINAL, TOKEN, PlatformPeer


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox.platform", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="directory for what is kept")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--terminal", default=TERMINAL, help="whose token it is")
    options = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before any thread, which would inherit less
    with PlatformPeer(
        options.state, options.port, options.control_port, {options.token: options.terminal}
    ) as peer:
        told = {
            "url": peer.url,
            "control_url": peer.control_url,
            "key_file": str(peer.key_file),
            "seal_roots_file": str(peer.seal_roots_file),
            "token": options.token,
            "terminal": options.terminal,
        }
        print(json.dumps(told), flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
