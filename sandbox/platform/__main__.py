"""`python -m sandbox.platform --state DIR`: the stand-in platform, until it is told to stop.

Prints one line of JSON: url, control_url, key_file, seal_roots_file, publisher_key_file, terminal;
and authority, certificate and certificate_key, the files of a terminal, unless it is --plain.
"""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path

from sandbox.certificates import Certificates, Paper
from sandbox.platform.server import SEED, TERMINAL, PlatformPeer, public_key_of


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox.platform", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="directory for what is kept")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--plain", action="store_true", help="http instead of https")
    parser.add_argument("--terminal", default=TERMINAL, help="the one that is enrolled")
    parser.add_argument("--key", default=public_key_of(SEED).hex(), help="its public key, in hex")
    parser.add_argument(
        "--publish", action="append", default=[], metavar="NAME=FILE", help="a reference"
    )
    options = parser.parse_args()
    told_to_stop = threading.Event()
    # Not waited for as signals: numpy has begun threads by now, and one of them would be given it.
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: told_to_stop.set())
    tls, shown = None, {}
    if not options.plain:
        certificates = Certificates(options.state / "tls")
        tls = certificates.server(Paper.RIGHT, clients=True)
        files = certificates.terminal(options.terminal)
        shown = {
            "authority": str(certificates.authority),
            "certificate": str(files.certificate),
            "certificate_key": str(files.key),
        }
    enrolled = {options.terminal: bytes.fromhex(options.key)}
    with PlatformPeer(options.state, options.port, options.control_port, enrolled, tls=tls) as peer:
        for name, _, file in (one.partition("=") for one in options.publish):
            peer.references.publish(name, Path(file).read_bytes())
        told = {
            "url": peer.url,
            "control_url": peer.control_url,
            "key_file": str(peer.key_file),
            "seal_roots_file": str(peer.seal_roots_file),
            "publisher_key_file": str(peer.publisher_key_file),
            "terminal": options.terminal,
            **shown,
        }
        print(json.dumps(told), flush=True)
        told_to_stop.wait()


if __name__ == "__main__":
    main()
