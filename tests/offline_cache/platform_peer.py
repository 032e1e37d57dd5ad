"""A platform on loopback that loses requests, loses answers, refuses, talks nonsense and dies."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class PlatformPeer:
    """`effects` counts what was really done for a key: once, or something is wrong.

    `moods` are drawn from for every request; see `Handler.do_POST`.
    """

    def __init__(self, port: int = 0, moods: tuple[str, ...] = ("well",)) -> None:
        self.moods = moods
        self.lots = random.Random(20260308)
        self.effects: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self.lock = threading.Lock()
        self._port = port
        self._server: ThreadingHTTPServer | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.server_port

    def rise(self) -> None:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                key = self.headers["Idempotency-Key"]
                self.rfile.read(int(self.headers["Content-Length"]))
                with platform.lock:
                    mood = platform.lots.choice(platform.moods)
                    platform.requests[key] += 1
                    done = mood in ("well", "answer lost", "nonsense")
                    if done and key not in platform.effects:
                        platform.effects[key] += 1
                if mood in ("request lost", "answer lost"):
                    self.close_connection = True
                elif mood == "refusing":
                    self.answer(HTTPStatus.SERVICE_UNAVAILABLE, b"{}")
                elif mood == "rejecting":
                    self.answer(HTTPStatus.UNPROCESSABLE_ENTITY, b"{}")
                elif mood == "nonsense":
                    self.answer(HTTPStatus.OK, b"<html>proxy")
                else:
                    self.answer(HTTPStatus.OK, json.dumps({"done": key}).encode())

            def answer(self, status: HTTPStatus, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.01,)).start()

    def die(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.rise()
        return self

    def __exit__(self, *exc: object) -> None:
        self.die()
