"""The bench as a page, and the API behind it: GET /api/state, POST /api/<device>/<action>.

For this machine alone. A page from elsewhere that a browser here has open can send requests to
loopback too: so the host has to be loopback by name, and what changes something has to be JSON,
which no foreign page can send without being asked first (Fetch standard, CORS-preflight).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, Self

from flask import Flask, Response, abort, jsonify, request, send_from_directory
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.bench.actions import CHOICES, checked
from sandbox.bench.people import people_on_show
from sandbox.hosted import HostedError

LOOPBACK: Final = "127.0.0.1"
_HOSTS: Final = frozenset({LOOPBACK, "localhost"})
_MAX_BODY_BYTES: Final = 4096
_PAGE: Final = Path(__file__).parent / "page"
_CAMERAS: Final = ("camera", "document_camera")
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' {cameras}; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STATUS: Final = (
    '<!doctype html><html lang="zh"><meta charset="utf-8"><title>办理进度</title>'
    '<link rel="stylesheet" href="/bench.css"><h1>{state}</h1><p>受理编号 {number}</p></html>'
)
_STATES: Final = {"accepted": "已收到，正在核对", "decided": "已办结"}


class FarEnd(Protocol):
    """What the bench needs of a device."""

    def call(self, method: str, /, *args: Any, **named: Any) -> Any: ...


def application(devices: Mapping[str, FarEnd]) -> Flask:
    bench = Flask(__name__, static_folder=None)
    bench.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    bench.json.ensure_ascii = False  # type: ignore[attr-defined]
    seen = [devices[name].call("state") for name in _CAMERAS if name in devices]
    cameras = " ".join(state["url"].rpartition("/")[0] for state in seen if "url" in state)

    @bench.before_request
    def only_from_here() -> None:
        if request.host.partition(":")[0] not in _HOSTS:
            abort(403, "the bench is for this machine alone")
        if request.method != "GET" and request.mimetype != "application/json":
            abort(415, "what changes something is JSON")

    @bench.after_request
    def closed(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _POLICY.format(cameras=cameras)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @bench.errorhandler(HTTPException)
    def refused(fault: HTTPException) -> tuple[Response, int]:
        return jsonify(error=fault.description), fault.code or 500

    @bench.errorhandler(HostedError)
    def gone(fault: HostedError) -> tuple[Response, int]:
        return jsonify(error=str(fault)), 503

    @bench.get("/")
    def page() -> Response:
        return send_from_directory(_PAGE, "index.html")

    @bench.get("/<name>.<any(css, js):kind>")
    def part(name: str, kind: str) -> Response:
        return send_from_directory(_PAGE, f"{name}.{kind}")

    @bench.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        return "", 204

    @bench.get("/api/state")
    def state() -> Response:
        return jsonify({name: device.call("state") for name, device in devices.items()})

    @bench.get("/api/choices")
    def choices() -> Response:
        return jsonify(people=people_on_show(), **CHOICES)

    def made(device: str, what: str, which: int | str, mimetype: str) -> Response:
        data = devices[device].call(what, which) if device in devices else None
        if data is None:
            abort(404, "there is no such thing")
        return Response(data, mimetype=mimetype)

    @bench.get("/slips/<int:number>.png")
    def slip(number: int) -> Response:
        return made("printer", "page", number, "image/png")

    @bench.get("/slips/<int:number>.txt")
    def slip_as_read(number: int) -> Response:
        return made("printer", "words", number, "text/plain; charset=utf-8")

    @bench.get("/sheets/<int:number>.png")
    def sheet(number: int) -> Response:
        return made("page_printer", "picture", number, "image/png")

    @bench.get("/sheets/<int:number>.pdf")
    def sheet_as_printed(number: int) -> Response:
        return made("page_printer", "pdf", number, "application/pdf")

    @bench.get("/sounds/<sink>.wav")
    def sound(sink: str) -> Response:
        return made("speaker", "sound", sink, "audio/wav")

    @bench.get("/status/<number>")
    def status(number: str) -> Response:
        """Where the code on a receipt leads."""
        told = devices["platform"].call("progress", number)
        if told is None:
            abort(404, "no such number")
        text = _STATUS.format(number=escape(told["number"]), state=_STATES[told["state"]])
        return Response(text, mimetype="text/html")

    @bench.post("/api/<device>/<action>")
    def act(device: str, action: str) -> Response:
        try:
            args = checked(f"{device}/{action}", request.get_json())
            if device not in devices:
                abort(404, f"there is no {device} in this sandbox")
            devices[device].call(action, **args)
        except ValueError as fault:
            abort(400, str(fault))
        return jsonify(devices[device].call("state"))

    return bench


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nothing: the page asks every second."""


class BenchServer:
    """Listens on loopback while entered; port 0 takes a free one."""

    def __init__(self, devices: Mapping[str, FarEnd], port: int = 0) -> None:
        self._server = make_server(
            LOOPBACK, port, application(devices), threaded=True, request_handler=_Silent
        )
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="bench")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
