"""Where the terminal's own key lies, and how well.

A file in the state directory; or, better, a credential of systemd (systemd.exec(5),
LoadCredentialEncrypted=), encrypted with the TPM 2.0 or with a secret of this machine, which only
the running terminal sees in the clear, in memory. `deploy/protect-key.sh` leads from the one to the
other.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from offline_cache.terminal_key import TerminalKey, load, load_or_make

NAME: Final = "terminal.key"
ENCRYPTED: Final = Path("/etc/credstore.encrypted") / NAME
RUNNING: Final = Path("/run/credentials/village-kiosk.service") / NAME


class Custody(StrEnum):
    FILE = "file"
    HOST = "host"  # with a secret that lies on the same machine's disk
    TPM = "tpm"  # with the TPM 2.0, alone or together with that secret
    UNKNOWN = "unknown"  # given by systemd; how it was encrypted cannot be seen from here


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """`file` is where the key is read from. `left`: one in the clear that lies beside it."""

    file: Path
    custody: Custody
    left: Path | None = None


def key_place(
    state: Path, environment: Mapping[str, str] = os.environ, encrypted: Path = ENCRYPTED
) -> KeyPlace:
    """Tools that are not started by systemd read the credential of the running terminal."""
    file = state / NAME
    given = environment.get("CREDENTIALS_DIRECTORY")
    credential = Path(given) / NAME if given else RUNNING
    if not (given and credential.exists()) and (file.exists() or not _is_there(encrypted)):
        return KeyPlace(file, Custody.FILE)
    return KeyPlace(credential, _custody_of(encrypted), file if file.exists() else None)


def loader_of(place: KeyPlace) -> Callable[[Path], TerminalKey]:
    """A key is made where there is none and it would be a file; one that is given is only read."""
    return load_or_make if place.custody is Custody.FILE else load


def own_key(place: KeyPlace) -> TerminalKey:
    """Raises: TerminalKeyError: it can be neither read nor made."""
    return loader_of(place)(place.file)


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except PermissionError:  # the directory is root's
        return False


# Of encrypted credentials, their first 16 bytes: src/shared/creds-util.h of systemd 252.
_KINDS: Final = {
    "5a1c6a86df9d4096b1d5a65e0862f19a": Custody.HOST,
    "0c7cc07b117645919c4b0bea08bc20fe": Custody.TPM,
    "faf7eb9341e3412ca1a436f95a29362f": Custody.TPM,  # with a signed policy
    "93a894094874449090caf2fc93cab553": Custody.TPM,  # and the host's secret
    "af4950a849134eb1a73846304ff30c05": Custody.TPM,  # both
}


def _custody_of(encrypted: Path) -> Custody:
    try:
        head = base64.b64decode(encrypted.read_bytes()[:64])[:16]
    except (OSError, binascii.Error):
        return Custody.UNKNOWN
    return _KINDS.get(head.hex(), Custody.UNKNOWN)
