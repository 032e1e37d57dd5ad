"""What a submission has to be before it is kept; opens nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from offline_cache.materials import SealedMaterial
from offline_cache.submission import Submission

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WORD = re.compile(r"[A-Za-z0-9._/-]{1,64}")
_DIGEST = re.compile(r"([0-9a-f]{64})?")
# All at once: what is refused is looked at field by field, to say which it was.
_ALL = re.compile("[|]".join(each.pattern for each in (_UUID, _UUID, _WORD, _WORD, _DIGEST)))


def require_form(submission: Submission, materials: Sequence[SealedMaterial]) -> None:
    """Raises: ValueError: names the field, never what is in it."""
    key, case = submission.key, submission.case or submission.key
    kind, item, digest = submission.kind, submission.item, submission.digest
    if not _ALL.fullmatch(f"{key}|{case}|{kind}|{item}|{digest}"):
        _name_the_field(submission)
    if bool(submission.key_id) != bool(submission.suite):
        raise ValueError("key_id and suite go together")
    if not materials:
        return
    if not all(len(material.chunks) for material in materials):
        raise ValueError("materials: one without a chunk has nothing to send")
    if len({material.number for material in materials}) < len(materials):
        raise ValueError("materials: a number is there twice")


def _name_the_field(submission: Submission) -> None:
    for name, uuid in (("key", submission.key), ("case", submission.case or submission.key)):
        if not _UUID.fullmatch(uuid):
            raise ValueError(f"{name}: a UUID is expected, in lower case and with its hyphens")
    for name, text in (("kind", submission.kind), ("item", submission.item)):
        if not _WORD.fullmatch(text):
            raise ValueError(f"{name}: 1 to 64 letters, digits, '.', '_', '/' or '-' are expected")
    raise ValueError("digest: 64 hexadecimal digits are expected")
