"""The submission packet as the platform opens it: docs/api/packet.md, format 2."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import AwareDatetime, Field

from sandbox.platform.keys import NATIONAL, sm4_opened
from sandbox.platform.messages import (
    Base64,
    Claim,
    FaceEvidence,
    Helper,
    Identity,
    Item,
    Key,
    Liveness,
    Plain,
    Promise,
    StaffEvidence,
    Terminal,
    Word,
)

CHUNK_BYTES: Final = 49_152
TAG_BYTES: Final = 16
MOST_INLINE_BYTES: Final = 131_072

Text = Annotated[str, Field(min_length=1, max_length=100)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Division = Annotated[str, Field(pattern=r"^[0-9]{6}([0-9]{6})?$")]


class WrongChunkError(Exception):
    """Not one of the chunks that the manifest speaks of, or it does not open in its place."""


class Place(Plain):
    name: Text
    division: Division


class Branch(Plain):
    place: Annotated[str, Field(min_length=1, max_length=50)]
    division: Division | None


class Parcel(Plain):
    posted: Annotated[tuple[Word, ...], Field(min_length=1)]
    shown: tuple[Word, ...]


class Bundle(Plain):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    at: int = Field(ge=1)
    of: int = Field(ge=2)


class Consent(Plain):
    text_sha256: Digest
    at: AwareDatetime


class Commitment(Plain):
    text: str = Field(min_length=1)
    text_sha256: Digest
    signature: int = Field(ge=0)


class Certification(Plain):
    record_ids: tuple[Word, ...]
    elsewhere: bool
    promise: Promise
    liveness: Liveness | None


class Payment(Plain):
    """`order`: with `paid`; `later`: how it is paid that is open."""

    amount_fen: int = Field(ge=1)
    state: Literal["paid", "open"]
    order: str | None = Field(default=None, pattern=r"^[0-9A-Z]{10,32}$")
    later: Literal["collect", "receive", "told"] | None = None


class Material(Plain):
    slot: Word
    name: Text
    how: Literal["scanned", "made", "on_file", "original", "commitment", "later"]
    media_type: str | None = None
    size: int | None = Field(default=None, ge=1, alias="bytes")
    sha256: Digest | None = None
    inline: Base64 | None = None
    chunks: int | None = Field(default=None, ge=1)
    content_key: Base64 | None = None

    @property
    def awaited(self) -> int:
        """How many chunks of it travel on their own."""
        return self.chunks or 0

    def holds(self, content: bytes) -> bool:
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256

    def fits(self) -> bool:
        """Whether what it says of its content fits together."""
        if self.inline is not None:
            return self.chunks is None and self.content_key is None and self.holds(self.inline)
        if self.chunks is None:
            return self.content_key is None and self.size is None
        return (
            self.size is not None
            and self.sha256 is not None
            and self.chunks == -(-self.size // CHUNK_BYTES)
            and self.content_key is not None
            and len(self.content_key) == 32
        )


class Manifest(Plain):
    format: int = Field(ge=2, le=2)  # Literal[2] would take 2.0 for 2
    key: Key
    kind: Literal["certification", "application"]
    item: Item
    catalogue: str
    case: Key
    terminal: Terminal
    place: Place
    confirmed_at: AwareDatetime
    language: Literal["zh", "en"]
    mode: Literal["online", "relayed", "joined"]
    identity: Identity
    on_behalf: dict[str, object] | None
    helper: Helper | None
    answers: dict[str, str | list[str]]
    consent: tuple[Consent, ...]
    commitment: Commitment | None
    evidence: Literal["face", "staff", "card"]
    staff: Terminal | None = None
    staff_reason: Literal["FACE_TRIED_FIRST", "FACE_NOT_USED"] | None = None
    certification: Certification | None = None
    payment: Payment | None = None
    materials: tuple[Material, ...]
    branches: tuple[Branch, ...] = ()
    parcel: Parcel | None = None
    bundle: Bundle | None = None

    def fits(self) -> bool:
        """What no schema says of a manifest: whether its parts fit together."""
        return (
            (self.kind == "certification") == (self.certification is not None)
            and all(material.fits() for material in self.materials)
            and sum(len(each.inline or b"") for each in self.materials) <= MOST_INLINE_BYTES
            and (self.payment is None or (self.payment.state == "paid") == bool(self.payment.order))
            and (self.commitment is None or self.commitment.signature < len(self.materials))
            and self._posts_what_there_is()
            and (self.bundle is None or self.bundle.at <= self.bundle.of)
        )

    def _posts_what_there_is(self) -> bool:
        """Whether what goes by post is given as an original, and the other way round."""
        posted = set(self.parcel.posted) if self.parcel else set()
        return posted == {one.slot for one in self.materials if one.how == "original"}

    def awaited(self) -> dict[int, int]:
        """Material → its chunks, of those that travel on their own."""
        return {at: each.awaited for at, each in enumerate(self.materials) if each.awaited}

    def opened(self, material: int, chunk: int, box: bytes, suite: str) -> bytes:
        """What is in a chunk; `suite`: of the manifest. Raises: WrongChunkError."""
        chunks = self.awaited().get(material, 0)
        if chunk >= chunks:
            raise WrongChunkError
        content_key = self.materials[material].content_key or b""
        bound_to = f"village-kiosk material v1|{self.key}|{material}|{chunk}|{chunks}".encode()
        nonce = bytes(4) + chunk.to_bytes(8, "big")
        try:
            if suite == NATIONAL:
                return sm4_opened(content_key[:16], nonce, box, bound_to)
            return AESGCM(content_key).decrypt(nonce, box, bound_to)
        except InvalidTag:
            raise WrongChunkError from None

    def is_whole_with(self, contents: Mapping[int, bytes]) -> bool:
        """Whether these are the materials that the manifest speaks of."""
        return all(self.materials[at].holds(contents.get(at, b"")) for at in self.awaited())

    def claim(self, contents: Mapping[int, bytes]) -> Claim | None:
        """Of a certification; None when its evidence is not there."""
        told = self.certification
        if told is None:
            return None
        evidence: FaceEvidence | StaffEvidence
        if self.evidence == "staff" and self.staff is not None:
            evidence = StaffEvidence(self.staff)
        elif self.evidence == "face" and told.liveness is not None:
            faces = [at for at, each in enumerate(self.materials) if each.slot == "face"]
            if len(faces) != 1:
                return None
            inline = self.materials[faces[0]].inline
            jpeg = contents.get(faces[0], b"") if inline is None else inline
            evidence = FaceEvidence(jpeg, told.liveness)
        else:
            return None
        changes, guardian = self.answers.get("changes", []), self.answers.get("guardian_id_number")
        return Claim(
            *(self.item, self.identity, told.record_ids, evidence),
            changes=(changes,) if isinstance(changes, str) else tuple(changes),
            guardian=guardian if isinstance(guardian, str) else "",
        )
