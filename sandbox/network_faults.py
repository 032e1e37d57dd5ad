"""Ways in which what lies between a terminal and its platform goes wrong, one function each.

Each is handed a connection (`Wire`) and plays its part to the end. HTTP: RFC 9110 and 9112; the
log-in page of a captive network: RFC 8952, 511: RFC 6585. What a good platform itself would say (a
refusal with its reason) is none of these: `sandbox/platform/faults.py` has it.
"""

from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable, Mapping
from typing import Final

from sandbox.network_wire import Wire, changed, http, parts

Play = Callable[[Wire], None]

_DRIP_S: Final = 0.1
_A_BIT_S: Final = 0.05
_LATER: Final = "Sun, 01 Jan 2040 00:00:00 GMT"
_PAGE: Final = "<!doctype html><title>欢迎使用</title><p>请先登录无线网络".encode()
_HTML: Final = "text/html; charset=utf-8"
_JSON: Final = b'{"status": "ok", "code": "PASS", "records": [], "state": "accepted"}'
_BOMB: Final = gzip.compress(b" " * 64 * 1024 * 1024, 9)
_ANOTHER_NUMBER: Final = "43012199999990"
_ANOTHER_ORDER: Final = "20261120120000ABCDEF"
_ANOTHER_KEY: Final = "00000000-0000-4000-8000-000000000000"


# The line


def black_hole(wire: Wire) -> None:
    wire.hold()


def closed_at_once(_: Wire) -> None:
    """FIN before a byte was read."""


def reset_at_once(wire: Wire) -> None:
    wire.reset()


def reset_after_request(wire: Wire) -> None:
    wire.request()
    wire.reset()


def half_closed(wire: Wire) -> None:
    wire.request()
    wire.half_close()
    wire.hold()


def silence(wire: Wire) -> None:
    wire.request()
    wire.hold()


def slow_link(wire: Wire) -> None:
    answer = wire.forward(wire.request())
    for at in range(0, len(answer), 64):
        wire.over.wait(_A_BIT_S / 10)
        wire.send(answer[at : at + 64])


def slow_first_byte(wire: Wire) -> None:
    answer = wire.forward(wire.request())
    wire.over.wait(_A_BIT_S)
    wire.send(answer)


def dripped_head(wire: Wire) -> None:
    wire.drip(wire.forward(wire.request()), _DRIP_S)


def dripped_body(wire: Wire) -> None:
    head, body = parts(wire.forward(wire.request()))
    wire.send(head)
    wire.drip(body, _DRIP_S)


def reset_in_the_body(wire: Wire) -> None:
    head, body = parts(wire.forward(wire.request()))
    wire.send(head + body[: len(body) // 2])
    wire.reset()


# Requests and answers that get lost, late, or twice


def lost_answer(wire: Wire) -> None:
    wire.forward(wire.request())


def late_answer(wire: Wire) -> None:
    answer = wire.forward(wire.request())
    wire.hold()
    wire.send(answer)


def late_request(wire: Wire) -> None:
    """It reaches the platform when the client has long given up, and perhaps tries again."""
    request = wire.request()
    wire.hold()
    wire.forward(request)


def request_twice(wire: Wire) -> None:
    request = wire.request()
    wire.forward(request)
    wire.send(wire.forward(request))


def request_twice_at_once(wire: Wire) -> None:
    request = wire.request()
    twin = threading.Thread(target=wire.forward, args=(request,), name="twin")
    twin.start()
    answer = wire.forward(request)
    twin.join()
    wire.send(answer)


def anothers_answer(wire: Wire) -> None:
    """Of the right kind and about somebody else; a request that changes something got nowhere."""
    request = wire.request()
    match request.method, request.path:
        case "POST", "/v1/submissions":
            told = f'{{"number": "{_ANOTHER_NUMBER}", "state": "accepted"}}'
            wire.send(http("202 Accepted", told.encode()))
        case "PUT", _:
            told = f'{{"number": "{_ANOTHER_NUMBER}", "state": "accepted"}}'
            wire.send(http("200 OK", told.encode()))
        case "POST", "/v1/ratings":
            wire.send(http("201 Created", f'{{"key": "{_ANOTHER_KEY}"}}'.encode()))
        case "POST", "/v1/payments":  # nothing in the answer says whose order it is
            wire.send(wire.forward(request))
        case _:
            others = {"number": _ANOTHER_NUMBER, "key": _ANOTHER_KEY, "order": _ANOTHER_ORDER}
            wire.send(changed(wire.forward(request), **others))


def answer_of_another_kind(wire: Wire) -> None:
    wire.request()
    wire.send(http("200 OK", b'{"keys": []}'))


# Answers that are damaged


def closed_after_head(wire: Wire) -> None:
    wire.send(parts(wire.forward(wire.request()))[0])


def truncated_body(wire: Wire) -> None:
    head, body = parts(wire.forward(wire.request()))
    wire.send(head + body[:-1])


def length_too_great(wire: Wire) -> None:
    _, body = parts(wire.forward(wire.request()))
    wire.send(http("200 OK", body + b" " * 100)[:-100])
    wire.hold()


def length_too_small(wire: Wire) -> None:
    _, body = parts(wire.forward(wire.request()))
    wire.send(http("200 OK", body[: len(body) // 2]) + body[len(body) // 2 :])


def length_of_nonsense(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}")


def broken_chunks(wire: Wire) -> None:
    wire.request()
    wire.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"zz\r\n{}\r\n0\r\n\r\n"
    )


def garbage(wire: Wire) -> None:
    wire.request()
    wire.send(os.urandom(4096))


def garbage_before_the_answer(wire: Wire) -> None:
    answer = wire.forward(wire.request())
    wire.send(b"\0\xff\0\xff\r\n" + answer)


def endless_interim_answers(wire: Wire) -> None:
    wire.request()
    wire.endless(b"HTTP/1.1 100 Continue\r\n\r\n", _A_BIT_S / 10)


def endless_headers(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\n")
    wire.endless(b"X-Filler: 0123456789\r\n" * 64)


def endless_header(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\nX-Filler: ")
    wire.endless(b"0" * 65_536)


def endless_body(wire: Wire) -> None:
    wire.request()
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    wire.endless(b" " * 65_536)


def gzip_bomb(wire: Wire) -> None:
    wire.request()
    wire.send(http("200 OK", _BOMB, "application/json", "Content-Encoding: gzip"))


def nested_json(wire: Wire) -> None:
    wire.request()
    wire.send(http("200 OK", b"[" * 200_000))


def json_in_utf_16(wire: Wire) -> None:
    _, body = parts(wire.forward(wire.request()))
    wire.send(http("200 OK", body.decode(errors="replace").encode("utf-16")))


def half_json(wire: Wire) -> None:
    _, body = parts(wire.forward(wire.request()))
    wire.send(http("200 OK", body[: len(body) // 2]))


def empty_body(wire: Wire) -> None:
    wire.request()
    wire.send(http("200 OK", b""))


def unknown_word(wire: Wire) -> None:
    """A code, a state, a status that the contract does not have."""
    answer = wire.forward(wire.request())
    word = "TOMORROW"
    wire.send(changed(answer, code=word, state=word, status=word, key=7))


def wrong_type(wire: Wire) -> None:
    _, body = parts(wire.forward(wire.request()))
    wire.send(http("200 OK", body, "text/plain"))


# Somebody else who answers


def _answering(answer: bytes) -> Play:
    def play(wire: Wire) -> None:
        wire.request()
        wire.send(answer)

    return play


def plain_where_tls_is_expected(wire: Wire) -> None:
    """What a web server says to the first bytes of a handshake; for a connection without TLS."""
    wire.line.recv(65_536)
    wire.send(http("400 Bad Request", _PAGE, _HTML))


_MOVED: Final = "Location: http://127.0.0.1:9/login"

FAULTS: Final[Mapping[str, Play]] = {
    play.__name__.replace("_", " "): play
    for play in (
        *(black_hole, closed_at_once, reset_at_once, reset_after_request, half_closed, silence),
        *(slow_link, slow_first_byte, dripped_head, dripped_body, reset_in_the_body),
        *(lost_answer, late_answer, late_request, request_twice, request_twice_at_once),
        *(anothers_answer, answer_of_another_kind, closed_after_head, truncated_body),
        *(length_too_great, length_too_small, length_of_nonsense, broken_chunks, garbage),
        *(garbage_before_the_answer, endless_interim_answers, endless_headers, endless_header),
        *(endless_body, gzip_bomb, nested_json, json_in_utf_16, half_json, empty_body),
        *(unknown_word, wrong_type),
    )
} | {
    "log-in page": _answering(http("200 OK", _PAGE, _HTML)),
    "log-in page that says it is JSON": _answering(http("200 OK", _PAGE)),
    "JSON of no contract": _answering(http("200 OK", _JSON)),
    "redirect to a log-in page": _answering(http("302 Found", _PAGE, _HTML, _MOVED)),
    "redirect that keeps the method": _answering(http("307 Temporary", b"", _HTML, _MOVED)),
    "204": _answering(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "400 of a proxy": _answering(http("400 Bad Request", _PAGE, _HTML)),
    "403 of a web filter": _answering(http("403 Forbidden", _PAGE, _HTML)),
    "404 of another server": _answering(http("404 Not Found", _PAGE, _HTML)),
    "404 as JSON": _answering(http("404 Not Found", b"{}")),
    "407": _answering(http("407 Proxy Authentication Required", _PAGE, _HTML)),
    "409 of another server": _answering(http("409 Conflict", _PAGE, _HTML)),
    "413 of a proxy": _answering(http("413 Content Too Large", _PAGE, _HTML)),
    "422 with another problem in it": _answering(
        http(
            "422 Unprocessable Content",
            b'{"type": "about:blank", "title": "Bad", "status": 500, "reason": "BUSY"}',
            "application/problem+json",
        )
    ),
    "429": _answering(http("429 Too Many Requests", b"", _HTML, "Retry-After: 1")),
    "500": _answering(http("500 Internal Server Error", _PAGE, _HTML)),
    "502": _answering(http("502 Bad Gateway", _PAGE, _HTML)),
    "503": _answering(http("503 Service Unavailable", _JSON, "application/json")),
    "503 for a second": _answering(http("503 Unavailable", b"", _HTML, "Retry-After: 1")),
    "503 for nonsense": _answering(http("503 Unavailable", b"", _HTML, "Retry-After: soon")),
    "504": _answering(http("504 Gateway Timeout", _PAGE, _HTML)),
    "511": _answering(http("511 Network Authentication Required", _PAGE, _HTML)),
}


def pass_on(wire: Wire) -> None:
    """What a network is for."""
    wire.send(wire.forward(wire.request()))
