"""What the platform takes in, by whichever way it comes: over the line or in a courier's bundle.

Written after docs/api/platform.yaml; knows no requests. Every refusal is a `Refusal`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.platform import messages
from sandbox.platform.keys import NotOpenableError, SealingKeys, UnknownKeyError
from sandbox.platform.manifest import CHUNK_BYTES, TAG_BYTES, Manifest, WrongChunkError
from sandbox.platform.outcomes import Decision, UnknownStaffError, decide, may_help, recognised
from sandbox.platform.payments import Payments
from sandbox.platform.store import Conflict, Kept, Packet, Store
from sandbox.platform.wire import Refusal, fingerprint, parsed

BUSY_ATTEMPTS = 2  # so often a submission for somebody whose outcome is UPSTREAM_BUSY is put off


class Intake:
    """`decide_later`: whether a certification is only accepted for now. `payments`: None where the
    orders are not at hand, so that what a packet says of one is taken as it is.
    """

    def __init__(
        self,
        store: Store,
        keys: SealingKeys,
        decide_later: Callable[[], bool],
        now: Callable[[], datetime],
        payments: Payments | None = None,
    ) -> None:
        self._store, self._keys = store, keys
        self._decide_later, self._now, self._payments = decide_later, now, payments
        self._put_off: Counter[str] = Counter()

    def submit(self, key: str, submission: messages.Submission, body: bytes) -> Kept:
        """`body`: as it was sent, for its fingerprint."""
        kept = self._store.hand_in(
            key,
            submission.number,
            submission.item,
            fingerprint(body),
            lambda: self._packet(key, submission),
            self._decision,
            self._now(),
        )
        if isinstance(kept, Conflict):
            raise Refusal(kept.name)
        return kept

    def put_chunk(
        self, terminal: str, number: str, material: int, chunk: int, box: bytes
    ) -> dict[str, Any]:
        """How the submission stands."""
        if not TAG_BYTES < len(box) <= CHUNK_BYTES + TAG_BYTES:
            raise Refusal("BAD_REQUEST")
        if self._store.terminal_of(number) not in (terminal, None):
            raise Refusal("FORBIDDEN")

        def opened(manifest: bytes, suite: str) -> bytes:
            try:
                return Manifest.model_validate_json(manifest).opened(material, chunk, box, suite)
            except WrongChunkError:
                raise Refusal("WRONG_CHUNK") from None

        told = self._store.put_chunk(number, material, chunk, opened, self._decision, self._now())
        if told is None:
            raise Refusal("UNKNOWN_NUMBER")
        return told

    def rate(self, key: str, rating: messages.Rating, body: bytes) -> bool:
        """True: new. `body` as for `submit`."""
        new = self._store.rate(key, fingerprint(body), rating.number, rating.stars)
        if isinstance(new, Conflict):
            raise Refusal(new.name)
        return new

    def _packet(self, key: str, submission: messages.Submission) -> Packet:
        try:
            plain = self._keys.open(submission.key_id, submission.suite, submission.sealed, key)
        except UnknownKeyError:
            raise Refusal("UNKNOWN_SEALING_KEY") from None
        except NotOpenableError:
            raise Refusal("NOT_OPENABLE") from None
        manifest = parsed(Manifest, plain, "PACKET_INVALID")
        outside = (key, submission.item, submission.terminal)
        if (manifest.key, manifest.item, manifest.terminal) != outside or not manifest.fits():
            raise Refusal("PACKET_INVALID")
        if not may_help(manifest.helper, manifest.staff):
            raise Refusal("PACKET_INVALID")
        self._count_payment(manifest)
        return Packet(submission.terminal, submission.suite, plain, manifest.awaited())

    def _count_payment(self, manifest: Manifest) -> None:
        told = manifest.payment
        if told is None or told.order is None or self._payments is None:
            return
        named = (manifest.terminal, manifest.key, told.amount_fen)
        if not self._payments.count(told.order, *named):
            raise Refusal("PACKET_INVALID")

    def _decision(self, plain: bytes, contents: Mapping[int, bytes]) -> Decision:
        manifest = Manifest.model_validate_json(plain)
        if not manifest.is_whole_with(contents):
            raise Refusal("PACKET_INVALID")
        person = recognised(manifest.identity)
        if person is not None and person.outcome == "UPSTREAM_BUSY":
            self._put_off[manifest.key] += 1
            if self._put_off[manifest.key] <= BUSY_ATTEMPTS:
                raise Refusal("BUSY")
        if manifest.kind == "application":
            return Decision("TAKEN_IN", later=True)
        claim = manifest.claim(contents)
        if claim is None:
            raise Refusal("PACKET_INVALID")
        try:
            decision = decide(claim, self._now().date())
        except UnknownStaffError:
            raise Refusal("PACKET_INVALID") from None
        if self._decide_later():
            return Decision(decision.code, decision.valid_to, decision.record_ids, later=True)
        return decision
