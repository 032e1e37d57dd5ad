"""`python -m torture.netfaults`: every fault of a network × everything the terminal asks for.

For each pair the client of the terminal meets the fault and has to end within its own time-outs: in
the right answer, or in a fault of its own that says what to do. What a resident handed in goes the
whole way, from the outbox through the forwarder. Its number was told before, so it has to wait
there, never set aside; and once the network is well again it arrives, once in effect, also when a
request held back on the way arrives a second time.

What is asked besides (net_questions.py) has to be answered as the platform answers, or not at all;
an order, a refund, feedback and a journal's head take effect once, however often they are asked.

An answer of the right form about somebody else shows where it names its number, key or order, or is
bound by a digest or a signature; an answer about eligibility, or a new order, names nothing, so
there the network is trusted as far as its TLS.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from sandbox.certificates import Certificates, Paper
from sandbox.network import Network
from sandbox.network_faults import FAULTS, black_hole, plain_where_tls_is_expected
from torture.net_endpoints import ENDPOINTS, Pair, World
from torture.shim import MEMORY

_AT_ONCE: Final = 8

Break = Callable[[Network], None]


def inner_faults() -> Mapping[str, Break]:
    """What goes wrong before or within TLS; by name."""
    return {"refused": Network.refuse} | {
        name: partial(Network.fail, play=play) for name, play in FAULTS.items()
    }


def tls_faults(certificates: Certificates) -> Mapping[str, Break]:
    """What goes wrong with TLS itself."""

    def without_tls(network: Network) -> None:
        network.show(None)
        network.fail(plain_where_tls_is_expected)

    def hanging(network: Network) -> None:
        network.show(None)
        network.fail(black_hole)

    wrong = (Paper.STRANGER, Paper.ELSEWHERE, Paper.EXPIRED)
    return {
        "no TLS where it is expected": without_tls,
        "handshake that hangs": hanging,
    } | {
        f"certificate: {paper}": partial(Network.show, tls=certificates.server(paper))
        for paper in wrong
    }


def meet(every: int, seed: int) -> tuple[int, list[str]]:
    """How many faults there are, and what went wrong; with `every` more than 1, each pair so many
    places after the last, from one drawn by lot.
    """
    lots = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="kiosk-network-", dir=MEMORY) as folder:
        root = Path(folder)
        certificates = Certificates(root)
        with closing(World(root, certificates, lots)) as world:
            pairs = [
                Pair(name, endpoint, break_it)
                for faults in (inner_faults(), tls_faults(certificates))
                for name, break_it in faults.items()
                for endpoint in ENDPOINTS
            ]
            chosen = pairs[lots.randrange(every) :: every]
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                found = pool.map(world.meet, chosen)
                wrong = [
                    f"{pair}: {each}"
                    for pair, told in zip(chosen, found, strict=True)
                    for each in told
                ]
    return len(pairs) // len(ENDPOINTS), wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="torture.netfaults", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only each so many-th pair")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    options = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())  # else the faults fill the terminal
    print(f"seed: {options.seed}", flush=True)
    faults, wrong = meet(options.every, options.seed)
    for each in wrong:
        print(" ", each)
    print(f"netfaults: {faults} faults x {len(ENDPOINTS)} endpoints, {len(wrong)} wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
