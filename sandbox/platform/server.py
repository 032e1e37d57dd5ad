"""The stand-in platform on its port, and how its faults are played."""

from __future__ import annotations

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.platform.answers import AnswerDesk
from sandbox.platform.application import Application
from sandbox.platform.enrolment import keep_enrolled
from sandbox.platform.faults import BEFORE, Fault, Switchboard, Switches
from sandbox.platform.intake import Intake
from sandbox.platform.journal_heads import JournalHeads
from sandbox.platform.keys import PublicKey, SealingKeys
from sandbox.platform.listener import LOOPBACK, Listener
from sandbox.platform.payments import Telephone
from sandbox.platform.references import References
from sandbox.platform.relays import Relays
from sandbox.platform.signatures import Gate
from sandbox.platform.store import Store
from sandbox.platform.tls import name_shown
from sandbox.platform.wire import MAX_BODY_BYTES, Reply, Request, problem

TERMINAL = "430121-001"
SEED = bytes(range(32))  # of TERMINAL's key: it opens nothing but a stand-in that is told no other
CHINA = timezone(timedelta(hours=8))

_EXCHANGES = 500  # remembered
_SILENCE_S = 600.0
_HUGE_BYTES = 256 * 1024 * 1024

_PORTAL = "<!doctype html><title>欢迎使用</title><p>请先登录无线网络".encode()
_OTHER_BODIES = {
    Fault.NOT_JSON: Reply(200, b"OK"),
    Fault.WRONG_JSON: Reply(200, b'{"ok": true, "code": "0"}'),
    Fault.PORTAL: Reply(200, _PORTAL, "text/html; charset=utf-8"),
    Fault.REDIRECT: Reply(
        302, _PORTAL, "text/html; charset=utf-8", {"Location": "http://127.0.0.1:9/login"}
    ),
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What went over the wire once. `fault`: the answer is not the platform's own."""

    request: Request
    reply: Reply | None
    fault: Fault


@dataclass(slots=True)
class _Board:
    """What the handlers share."""

    application: Application
    switches: Switchboard
    scheme: str
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=_EXCHANGES))


def public_key_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


class PlatformPeer:
    """The platform, from its construction until `stop`; usable by `with`.

    Port 0 takes any free one. What is kept in `state_dir` outlives the peer. The control port is
    another one, because the platform's own can be made to refuse connections.
    """

    def __init__(
        self,
        state_dir: Path,
        port: int = 0,
        control_port: int = 0,
        enrolled: Mapping[str, bytes] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(CHINA),
        tls: ssl.SSLContext | None = None,
        scheme: str | None = None,
    ) -> None:
        """`enrolled`: terminal → its public key; None is `TERMINAL` with that of `SEED`. `now`: the
        day it decides by, in China's time; signatures are judged by the real one. `tls`: without it
        http. `scheme`: what terminals see, where something before the platform ends TLS.
        """
        state_dir.mkdir(parents=True, exist_ok=True)
        self._now = now
        self._keys = SealingKeys(state_dir)
        self.store = Store(state_dir / "platform.db")
        self.switches = Switchboard(self._listen)
        known = {TERMINAL: public_key_of(SEED)} if enrolled is None else enrolled
        self._enrolled, self._state_dir = dict(known), state_dir
        keep_enrolled(state_dir, self._enrolled)
        self._gate = Gate(self._enrolled, state_dir / "nonces.db")
        self.desk = AnswerDesk(state_dir, self._keys, self.store.deadlines, now)
        self.references = References(state_dir, now)
        self.heads = JournalHeads(state_dir / "journal-heads.db", self._enrolled)
        self.relays = Relays(state_dir / "relays.db", self.store, now)
        application = Application(
            self.store,
            self._keys,
            self._gate,
            Intake(
                *(self.store, self._keys, lambda: self.switches.now.decide_later, now),
                payments=self.desk.payments,
            ),
            now,
            self.desk,
            self.references,
            self.heads,
            self.relays,
        )
        own_scheme = "https" if tls else "http"
        self._board = _Board(application, self.switches, scheme or own_scheme)
        self._front = Listener(port, _front_handler(self._board), tls)
        self._control = Listener(control_port, _control_handler(self))
        self.port, self.control_port = self._front.port, self._control.port
        self.url = f"{own_scheme}://{LOOPBACK}:{self.port}"
        self.control_url = f"http://{LOOPBACK}:{self.control_port}/control"

    @property
    def public_key(self) -> PublicKey:
        """The preferred one; all are at /v1/sealing-key."""
        return self._keys.public[0]

    @property
    def key_file(self) -> Path:
        """`public_key` as JSON, as a terminal's settings point to it."""
        return self._keys.file

    @property
    def seal_roots_file(self) -> Path:
        """The authority behind the seals on documents, PEM, as settings point to it."""
        return self.desk.seals.roots_file

    @property
    def publisher_key_file(self) -> Path:
        """Who signs `references`, as settings point to it."""
        return self.references.key_file

    def enrol(self, terminal: str, public_key: bytes) -> None:
        """From now on this key alone signs for it."""
        self._enrolled[terminal] = public_key
        keep_enrolled(self._state_dir, self._enrolled)

    def exchanges(self) -> list[Exchange]:
        """The last few hundred, oldest first. They hold what was sent, personal data and all."""
        return list(self._board.exchanges)

    def wait_for_connection(self, timeout_s: float) -> bool:
        """True once a request is under way, held back by a fault or not."""
        return self._front.wait_for_connection(timeout_s)

    def decide(self) -> int:
        """Decides whatever was accepted and left for later; how many there were."""
        return self.store.decide_accepted(self._now())

    def advance(self, number: str) -> bool:
        """A parcel arrives, or a branch of several goes on; False: there is nothing to go on."""
        return self.relays.advance(number)

    def stop(self) -> None:
        for listener in (self._control, self._front):
            listener.close()
        self.switches.end()
        for listener in (self._control, self._front):
            listener.end()
        self.store.close()
        self.desk.close()
        self.heads.close()
        self.relays.close()
        self._gate.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _listen(self, listening: bool) -> None:
        if listening:
            self._front.open()
        else:
            self._front.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_: object) -> None:
        """Nothing: the exchanges are remembered elsewhere."""

    def read_request(self, scheme: str = "http") -> Request:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isascii() and length.isdigit() else 0
        body = self.rfile.read(min(size, MAX_BODY_BYTES + 1))
        left = size - len(body)
        while left > 0:  # read to the end all the same: else the answer is lost with the connection
            piece = self.rfile.read(min(left, 65_536))
            if not piece:
                break
            left -= len(piece)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(
            self.command,
            self.path.partition("?")[0],
            headers,
            body,
            f"{scheme}://{headers.get('host', '')}{self.path}",
            name_shown(self.connection),
        )

    def head(self, reply: Reply, length: int | None) -> bytes:
        lines = [
            f"HTTP/1.1 {reply.status} {self.responses.get(reply.status, ('',))[0]}",
            f"Content-Type: {reply.media_type}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
            *([f"Content-Length: {length}"] if length is not None else []),
            "Connection: close",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")

    def send(self, reply: Reply) -> None:
        self.wfile.write(self.head(reply, len(reply.body)) + reply.body)


def _front_handler(board: _Board) -> type[BaseHTTPRequestHandler]:
    class Front(_Handler):
        def do_GET(self) -> None:
            self.serve()

        def do_POST(self) -> None:
            self.serve()

        def do_PUT(self) -> None:
            self.serve()

        def serve(self) -> None:
            self.close_connection = True
            switches, changed = board.switches.take()
            if switches.fault is Fault.DEAD:
                return
            request = self.read_request(board.scheme)
            changed.wait(switches.delay_s)
            if switches.fault is Fault.SILENCE:
                changed.wait(_SILENCE_S)
                board.exchanges.append(Exchange(request, None, switches.fault))
                return
            reply = None if switches.fault in BEFORE else board.application.answer(request)
            reply = _spoiled(switches, reply)
            board.exchanges.append(Exchange(request, reply, switches.fault))
            self.play(switches, changed, reply)

        def play(self, switches: Switches, changed: threading.Event, reply: Reply) -> None:
            head, body = self.head(reply, len(reply.body)), reply.body
            match switches.fault:
                case Fault.LOST_ANSWER:
                    pass
                case Fault.HALF:
                    self.wfile.write(head + body[: len(body) // 2])
                case Fault.DRIP_HEAD:
                    self.drip(head + body, switches.drip_s, changed)
                case Fault.DRIP_BODY:
                    self.wfile.write(head)
                    self.drip(body, switches.drip_s, changed)
                case Fault.HUGE:
                    self.wfile.write(self.head(reply, None))
                    for _ in range(0, _HUGE_BYTES, 65_536):
                        self.wfile.write(b" " * 65_536)
                case _:
                    self.send(reply)

        def drip(self, data: bytes, drip_s: float, changed: threading.Event) -> None:
            for at in range(len(data)):
                self.wfile.write(data[at : at + 1])
                changed.wait(drip_s)

    return Front


def _spoiled(switches: Switches, reply: Reply | None) -> Reply:
    if switches.fault in _OTHER_BODIES:
        return _OTHER_BODIES[switches.fault]
    if reply is None:
        return problem("BUSY", switches.status)
    if switches.fault is Fault.WRONG_TYPE:
        return Reply(reply.status, reply.body, "text/plain", reply.headers)
    return reply


def _control_handler(peer: PlatformPeer) -> type[BaseHTTPRequestHandler]:
    class Control(_Handler):
        """GET /control tells the switches, POST turns some, POST /control/decide decides, POST
        /control/pay pays whatever order waits, /control/expire ends its time, /control/telephone
        says what telephones do (`Telephone`), and /control/advance takes the case of a `number` on
        by a step.
        """

        def do_GET(self) -> None:
            self.close_connection = True
            self.tell(200, {"switches": asdict(peer.switches.now), "faults": list(Fault)})

        def do_POST(self) -> None:
            self.close_connection = True
            request = self.read_request()
            if self.headers.get_content_type() != "application/json":
                # A page of another origin cannot send this without asking first.
                self.tell(415, {"error": "application/json is expected"})
                return
            if request.path == "/control/decide":
                self.tell(200, {"decided": peer.decide()})
                return
            if request.path == "/control/pay":
                self.tell(200, {"paid": peer.desk.payments.pay()})
                return
            if request.path == "/control/expire":
                self.tell(200, {"expired": peer.desk.payments.expire()})
                return
            if request.path == "/control/advance":
                number = str(json.loads(request.body)["number"])
                self.tell(200, {"advanced": peer.advance(number)})
                return
            try:
                if request.path == "/control/telephone":
                    peer.desk.payments.telephone = Telephone(json.loads(request.body)["does"])
                    self.tell(200, {"telephone": peer.desk.payments.telephone})
                    return
                peer.switches.set(**json.loads(request.body))
            except (ValueError, TypeError, KeyError) as fault:
                self.tell(400, {"error": str(fault)})
                return
            self.tell(200, {"switches": asdict(peer.switches.now), "faults": list(Fault)})

        def tell(self, status: int, told: object) -> None:
            self.send(Reply(status, json.dumps(told).encode("ascii")))

    return Control
