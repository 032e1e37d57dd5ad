"""What tests need on both sides of the platform: sealed packets, and servers that misbehave."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from PIL import Image

from kiosk.platform.signing import signed
from offline_cache import gm_suite
from sandbox.platform.keys import PublicKey
from sandbox.platform.people import PEOPLE
from sandbox.platform.person import ID_TYPES, Person
from sandbox.platform.server import SEED, TERMINAL

KEY = Ed25519PrivateKey.from_private_bytes(SEED)  # the one the stand-in knows
STRANGER = Ed25519PrivateKey.generate()
STAFF_CARD = next(person.number for person in PEOPLE if person.staff_id)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@functools.cache
def jpeg(width: int = 480, height: int = 640) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (width, height), (200, 170, 150)).save(picture, "JPEG")
    return picture.getvalue()


def face(picture: bytes | None = None, *, alive: bool = True) -> dict[str, Any]:
    """The fields of a manifest that a face changes."""
    shown = jpeg() if picture is None else picture
    piece = {
        "slot": "face",
        "name": "本人照片",
        "how": "made",
        "media_type": "image/jpeg",
        "bytes": len(shown),
        "sha256": hashlib.sha256(shown).hexdigest(),
        "inline": base64.b64encode(shown).decode("ascii"),
    }
    return {
        "evidence": "face",
        "materials": [piece],
        "certification": certified(liveness={"kind": "blink", "passed": alive}),
    }


def certified(**changes: Any) -> dict[str, Any]:
    return {"record_ids": [], "elsewhere": False, "promise": True, "liveness": None} | changes


STAFF = {
    "evidence": "staff",
    "staff": "430121-S01",
    "materials": [],
    "certification": certified(),
}


def packet_for(person: Person, key: str, **changes: Any) -> dict[str, Any]:
    return {
        "format": 2,
        "key": key,
        "kind": "certification",
        "item": person.item,
        "catalogue": "1",
        "case": key,
        "terminal": TERMINAL,
        "place": {"name": "石桥镇便民服务中心", "division": "430121102000"},
        "confirmed_at": "2026-11-20T12:00:00+08:00",
        "language": "zh",
        "mode": "online",
        "identity": {
            "id_type": ID_TYPES[person.kind],
            "id_number": person.number,
            "name": person.card_name,
            "valid_to": person.valid_to.isoformat() if person.valid_to else None,
        },
        "on_behalf": None,
        "helper": None,
        "answers": _declared(person),
        "consent": [],
        "commitment": None,
        **face(),
        **changes,
    }


def _declared(person: Person) -> dict[str, Any]:
    """What a survivor says; a child comes with a guardian."""
    if person.item not in ("2020-35/1/14", "2020-35/2/18"):
        return {}
    told: dict[str, Any] = {"changes": ["none"]}
    if person.birth.year > NOON.year - 16:
        told |= {"guardian_id_number": STAFF_CARD}
    return told


def sealed(public: PublicKey, plain: bytes, key: str) -> bytes:
    raw = base64.b64decode(public.public_key)
    info = b"village-kiosk submission v1|" + public.key_id.encode() + b"|" + key.encode()
    if public.suite.startswith("HPKE-X25519"):
        kem, classic = KEM.X25519, X25519PublicKey.from_public_bytes(raw)
        return Suite(kem, KDF.HKDF_SHA256, AEAD.AES_256_GCM).encrypt(plain, classic, info)
    if public.suite.startswith("GM-"):
        return gm_suite.closer(raw)(plain, info)
    hybrid = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(raw[:1184]),
        X25519PublicKey.from_public_bytes(raw[1184:]),
    )
    kem = KEM.MLKEM768_X25519
    return Suite(kem, KDF.HKDF_SHA256, AEAD.AES_256_GCM).encrypt(plain, hybrid, info)


def submission_body(
    public: PublicKey, person: Person, key: str, number: str, **changes: Any
) -> dict[str, Any]:
    """`changes` are made to the packet, before it is sealed."""
    packet = packet_for(person, key, **changes)
    box = sealed(public, json.dumps(packet, ensure_ascii=False).encode(), key)
    return {
        "number": number,
        "item": person.item,
        "terminal": TERMINAL,
        "submitted_at": "2026-11-20T12:00:00+08:00",
        "key_id": public.key_id,
        "suite": public.suite,
        "sealed": base64.b64encode(box).decode("ascii"),
    }


def signed_headers(
    method: str,
    url: str,
    body: bytes | None = None,
    key: Ed25519PrivateKey = KEY,
    terminal: str = TERMINAL,
    **headers: str,
) -> dict[str, str]:
    """`headers` by name, with _ for -; JSON is sent where there is a body."""
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        said = {"Content-Type": "application/json"} | said
    now, nonce = datetime.now(UTC), new_key()
    return said | signed(method, url, said, body, terminal, now, nonce, key.sign)


def new_key() -> str:
    return str(uuid.uuid4())


@contextmanager
def tcp_server(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port on which `talk` has each connection; it is closed afterwards."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()
    talks: list[threading.Thread] = []
    lines: list[socket.socket] = []

    def hold(line: socket.socket) -> None:
        with line:
            try:
                talk(line)
            except OSError:
                assert True  # the client went away, as it may

    def accept() -> None:
        while not ended.is_set():
            line, _ = listener.accept()
            lines.append(line)
            talks.append(threading.Thread(target=hold, args=(line,)))
            talks[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        socket.create_connection(listener.getsockname()).close()  # wakes the accept
        accepting.join(10)
        for line in lines:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for each in talks:
            each.join(10)
        listener.close()


def read_request(line: socket.socket) -> bytes:
    """One whole request, by its Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = line.recv(65_536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (
            int(each.split(b":")[1])
            for each in head.split(b"\r\n")
            if each.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        piece = line.recv(65_536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body


def answering(reply: bytes) -> Callable[[socket.socket], None]:
    """Reads a request, sends these bytes, hangs up."""

    def talk(line: socket.socket) -> None:
        read_request(line)
        line.sendall(reply)

    return talk


def http(status: str, body: bytes, media_type: str = "application/json", *more: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body)}",
        *more,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
