"""How a packet goes into the outbox: the one place that knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.visits.packets import Packet
from offline_cache.errors import StoreError
from offline_cache.materials import SealedMaterial, seal_material
from offline_cache.outbox import Outbox
from offline_cache.sealing import Seals
from offline_cache.submission import Kept, Submission

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ToKeep:
    """One of what is kept together. `case`: '' where it stands alone."""

    packet: Packet
    kind: str
    key: str
    item: str
    case: str = ""


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
    (kept,) = keep_packets(
        outbox, sealer, (ToKeep(packet, kind, key, item, case),), paid_with, helped=helped
    )
    return kept


def keep_packets(
    outbox: Outbox,
    sealer: Seals,
    several: Sequence[ToKeep],
    paid_with: str = "",
    *,
    helped: bool = False,
) -> tuple[Kept, ...]:
    """All of them or none; `paid_with` is the first's. Raises as `keep_packet`."""
    kept = outbox.keep_all([_sealed(sealer, one) for one in several], paid_with)
    for one in kept if helped else ():
        if one.new:
            _note_helped(outbox, one.number)
    return kept


def _note_helped(outbox: Outbox, number: str) -> None:
    try:
        outbox.note_helped(number)
    except StoreError as fault:  # it is kept, and says itself who helped
        log.error("no line says that somebody helped: %s", fault)


def _sealed(sealer: Seals, one: ToKeep) -> tuple[Submission, list[SealedMaterial]]:
    sealed = sealer.seal(one.packet.manifest, one.key)
    materials = [
        seal_material(each.content, each.content_key, one.key, each.number, sealed.suite)
        for each in one.packet.apart
    ]
    submission = Submission(
        *(one.key, one.kind, one.item, sealed.box, sealed.key_id, sealed.suite),
        *(one.case, one.packet.digest),
    )
    return submission, materials
