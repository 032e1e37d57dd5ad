"""How much of a line the forwarder fills."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.measured import CannotMeasureError, Goal, Measured, spread
from benchmarks.outbox_peers import LIMITS
from kiosk.machines.delivery import sender
from kiosk.platform.gateway import Platform
from kiosk.visits.packets import Piece, packet
from kiosk.works.keeping import keep_packet
from offline_cache.database import begin, connect
from offline_cache.forwarder import Forwarder
from offline_cache.outbox import Outbox
from offline_cache.sealing import load_sealer
from sandbox.network import LOOPBACK, Network
from sandbox.network_thin import ThinLine
from sandbox.platform.people import BY_REF
from sandbox.platform.server import SEED, TERMINAL, PlatformPeer

BITS_PER_S: Final = 1_000_000
SCAN_BYTES: Final = 1_500_000
_MOST_S: Final = 120.0


def measure() -> list[Measured]:
    """An application with a scan of 1.5 MB drained by the forwarder through a line of 1 Mbit/s to
    the sandbox's platform, chunk after chunk, each a request and an answer of its own, each step on
    the disk. The rate is of the scan's bytes, so that sealing, headers and answers count against
    it.
    """
    person = BY_REF["p01"]
    key = "0197a1b2-0000-7000-8000-00000000cafe"
    head: dict[str, object] = {
        "key": key,
        "kind": "application",
        "item": "2020-35/1/2",
        "catalogue": "",
        "case": key,
        "terminal": TERMINAL,
        "place": {"name": "石桥镇便民服务中心", "division": "430121102000"},
        "confirmed_at": "2026-11-20T12:00:00+08:00",
        "language": "zh",
        "mode": "relayed",
        "identity": {
            "id_type": "RESIDENT",
            "id_number": person.number,
            "name": person.card_name,
            "valid_to": None,
        },
        **dict.fromkeys(("on_behalf", "helper", "commitment", "staff")),
        "answers": {},
        "consent": [],
        "evidence": "card",
    }
    whole = packet(head, [Piece("hukou", "户口簿", "scanned", "image/jpeg", bytes(SCAN_BYTES))])
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        PlatformPeer(Path(folder) / "platform") as peer,
        Network((LOOPBACK, peer.port)) as network,
    ):
        store = Path(folder) / "store.db"
        begin(store).connection.close()
        with closing(Outbox(connect(store), "430121", LIMITS)) as outbox:
            sealer = load_sealer(peer.key_file)
            keep_packet(outbox, sealer, whole, "application", key, "2020-35/1/2")
            network.fail(ThinLine(BITS_PER_S / 8).play)
            signer = Ed25519PrivateKey.from_private_bytes(SEED)
            platform = Platform(f"http://{LOOPBACK}:{network.port}", TERMINAL, signer.sign)
            forwarder = Forwarder(
                lambda: Outbox(connect(store), "430121", LIMITS), sender(platform), lambda *_: None
            )
            began_s = monotonic()
            forwarder.start()
            while outbox.waiting():
                if monotonic() - began_s > _MOST_S:
                    raise CannotMeasureError("the packet does not arrive")
                sleep(0.01)
            rate = SCAN_BYTES * 8 / (monotonic() - began_s) / 1_000_000
            network.mend()
            forwarder.stop()
    return [
        Measured(
            "outbox_line_filled",
            rate,
            "Mbit/s",
            spread([rate]),
            "a line of 1 Mbit/s",
            limit=BITS_PER_S / 1_000_000,
            goal=Goal(0.9, at_least=True),
        )
    ]
