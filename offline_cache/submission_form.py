"""What a submission has to be before it is kept; opens nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_cache.materials import SealedMaterial
from offline_cache.submission import Submission

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD = re.compile(r"[A-Za-z0-9._/-]{1,64}")
_DIGEST = re.compile(r"([0-9a-f]{64})?")


def require_form(submission: Submission, materials: Sequence[SealedMaterial]) -> None:
    """Raises: ValueError: names the field, never what is in it."""
    for name, uuid in (("key", submission.key), ("case", submission.case or submission.key)):
        if not _UUID.fullmatch(uuid):
            raise ValueError(f"{name}: a UUID is expected, in lower case and with its hyphens")
    for name, text in (("kind", submission.kind), ("item", submission.item)):
        if not _WORD.fullmatch(text):
            raise ValueError(f"{name}: 1 to 64 letters, digits, '.', '_', '/' or '-' are expected")
    if bool(submission.key_id) != bool(submission.suite):
        raise ValueError("key_id and suite go together")
    if not _DIGEST.fullmatch(submission.digest):
        raise ValueError("digest: 64 hexadecimal digits are expected")
    if not all(len(material.chunks) for material in materials):
        raise ValueError("materials: one without a chunk has nothing to send")
    if len({material.number for material in materials}) < len(materials):
        raise ValueError("materials: a number is there twice")
