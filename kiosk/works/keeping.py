"""How a packet goes into the outbox: the one place that knows."""

from __future__ import annotations

import logging

from kiosk.packets import Packet
from offline_cache.errors import StoreError
from offline_cache.materials import seal_material
from offline_cache.outbox import Outbox
from offline_cache.sealing import Seals
from offline_cache.submission import Kept, Submission

log = logging.getLogger(__name__)


def keep_packet(
    outbox: Outbox,
    sealer: Seals,
    packet: Packet,
    kind: str,
    key: str,
    item: str,
    case: str = "",
    paid_with: str = "",
    *,
    helped: bool = False,
) -> Kept:
    """`case`: '' where it stands alone. `paid_with`: as in `Outbox.keep`. helped: a helper led
    through it. The digest that comes back is that of what is kept: of an earlier packet where the
    key was kept before.

    Raises:
        OutboxFullError, StoreError (OrderGivenUpError among them): nothing was kept.
    """
    sealed = sealer.seal(packet.manifest, key)
    materials = [
        seal_material(one.content, one.content_key, key, one.number, sealed.suite)
        for one in packet.apart
    ]
    kept = outbox.keep(
        Submission(
            *(key, kind, item, sealed.box, sealed.key_id, sealed.suite), case, packet.digest
        ),
        materials,
        paid_with,
    )
    if helped and kept.new:
        try:
            outbox.note_helped(kept.number)
        except StoreError as fault:  # it is kept, and says itself who helped
            log.error("no line says that somebody helped: %s", fault)
    return kept
