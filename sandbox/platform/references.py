"""What is published for terminals to have at hand, signed by a key made at the first start.

Written after docs/api/platform.yaml, `/v1/references`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.platform.wire import OCTETS, Refusal, Reply, Request, json_reply, terminal_of

PIECE_BYTES = 262_144
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_FIRST_NOTICES = Path(__file__).with_name("notices.json")


class References:
    """A directory; `key_file` has the publisher's public key, 64 hexadecimal digits."""

    def __init__(self, directory: Path, now: Callable[[], datetime]) -> None:
        self._directory, self._now, self._lock = directory / "references", now, threading.Lock()
        self._directory.mkdir(exist_ok=True)
        secret = directory / "publisher-private.hex"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_hex(32), encoding="ascii")
        seed = bytes.fromhex(secret.read_text(encoding="ascii"))
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.key_file = directory / "publisher-key.hex"
        public = self._key.public_key().public_bytes_raw().hex()
        self.key_file.write_text(public + "\n", encoding="ascii")
        if self._version("notices") == 0:
            self.publish("notices", _FIRST_NOTICES.read_bytes())

    def publish(self, name: str, content: bytes) -> int:
        """The version it has now."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a reference")
        with self._lock:
            version = self._version(name) + 1
            self.lay_down(name, self.signed(name, version, content))
        return version

    def signed(self, name: str, version: int, content: bytes) -> bytes:
        """The whole file."""
        label: dict[str, str | int] = {
            "bytes": len(content),
            "issued_at": self._now().isoformat(timespec="seconds"),
            "name": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "version": version,
        }
        canonical = json.dumps(label, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        signature = self._key.sign(b"village-kiosk reference v1|" + canonical.encode())
        label["signature"] = base64.b64encode(signature).decode("ascii")
        return json.dumps(label).encode() + b"\n" + content

    def lay_down(self, name: str, file: bytes) -> None:
        """As it is, right or wrong."""
        new = self._directory / f".{name}.{secrets.token_hex(4)}"
        new.write_bytes(file)
        new.replace(self._directory / name)

    def answer(self, request: Request) -> Reply:
        """Raises: Refusal."""
        terminal_of(request)
        name, *which = request.path.removeprefix("/v1/references").removeprefix("/").split("/")
        if not name:
            return json_reply(200, {"references": self._listed()})
        try:
            whole = (self._directory / name).read_bytes()
        except FileNotFoundError:
            raise Refusal("NOT_FOUND") from None
        if not which:
            return Reply(200, whole, OCTETS)
        version, _, piece = which
        start = int(piece) * PIECE_BYTES
        if int(version) != self._version(name) or start >= len(whole):
            raise Refusal("NOT_FOUND")
        return Reply(200, whole[start : start + PIECE_BYTES], OCTETS)

    def _listed(self) -> list[dict[str, str | int]]:
        return [
            {"name": file.name, "version": self._version(file.name), "bytes": file.stat().st_size}
            for file in sorted(self._directory.iterdir())
            if _NAME.fullmatch(file.name)
        ]

    def _version(self, name: str) -> int:
        file = self._directory / name
        if not file.exists():
            return 0
        return int(json.loads(file.read_bytes().partition(b"\n")[0])["version"])
