"""The contract as tests hold it against both sides: schemas, and what went over the wire."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from kiosk.platform.gateway import EligibilityQuery, IdType
from sandbox.platform.faults import Fault
from sandbox.platform.people import BY_REF
from sandbox.platform.server import Exchange, PlatformPeer

CONTRACT = yaml.safe_load(
    (Path(__file__).parents[1] / "docs" / "api" / "platform.yaml").read_text("utf-8")
)
SCHEMAS = CONTRACT["components"]["schemas"]
JSON = "application/json"
NUMBER = "20261120000017"
MOMENT = "2026-11-20T12:00:00.000Z"
QUERY = EligibilityQuery(
    BY_REF["p01"].item, IdType.RESIDENT, BY_REF["p01"].number, BY_REF["p01"].name, None
)


def fits(schema: dict[str, Any], value: object) -> bool:
    whole = schema | {"components": CONTRACT["components"]}
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(whole, format_checker=checker).is_valid(value)


def named(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = CONTRACT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def operation_of(exchange: Exchange) -> dict[str, Any]:
    for path, methods in CONTRACT["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), exchange.request.path):
            return methods[exchange.request.method.lower()]
    raise AssertionError(f"{exchange.request.path} is not documented")


def judge(exchange: Exchange) -> tuple[str, str]:
    """Which documented answer this was. Raises AssertionError when it is none."""
    operation, request, reply = operation_of(exchange), exchange.request, exchange.reply
    assert reply is not None
    told = operation["responses"].get(str(reply.status))
    assert told, f"{operation['operationId']} answers {reply.status}"
    told = resolved(told)
    assert list(told["content"]) == [reply.media_type]
    if reply.media_type.endswith("json"):
        assert fits(told["content"][reply.media_type]["schema"], json.loads(reply.body))
    for name, header in told.get("headers", {}).items():
        if header.get("required"):
            text = reply.headers[name]
            value = int(text) if header["schema"]["type"] == "integer" else text
            assert fits(header["schema"], value)

    if reply.status not in (401, 413):  # those are said before the request is read
        assert request_fits(operation, exchange) == (reply.status != 400)
    needed = {name for way in operation.get("security", CONTRACT["security"]) for name in way}
    if "terminalSignature" in needed and reply.status not in (401, 413):
        assert {"signature", "signature-input"} <= set(request.headers)
    return operation["operationId"], str(reply.status)


@contextmanager
def judged(folder: Path) -> Iterator[PlatformPeer]:
    """A stand-in; whatever it was asked and answered is judged when the test is over."""
    with PlatformPeer(folder) as peer:
        yield peer
        for exchange in peer.exchanges():
            if exchange.fault in (Fault.NONE, Fault.STATUS, Fault.LOST_ANSWER):
                judge(exchange)


def request_fits(operation: dict[str, Any], exchange: Exchange) -> bool:
    request = exchange.request
    for parameter in map(resolved, operation.get("parameters", [])):
        if parameter["in"] == "header":
            value = request.headers.get(parameter["name"].lower())
            if value is None or not fits(parameter["schema"], value):
                return False
    if "requestBody" not in operation:
        return request.body == b""
    ((media_type, told),) = operation["requestBody"]["content"].items()
    if request.headers.get("content-type") != media_type:
        return False
    if media_type != JSON:
        return told["schema"]["minLength"] <= len(request.body) <= told["schema"]["maxLength"]
    return fits(told["schema"], json.loads(request.body))


VALUES: list[object] = [
    None,
    "",
    "x",
    "x" * 400,
    "-x",
    "AAA=",
    "2026-02-30",
    "2026-02-28",
    "2026-02-28T09:00:00",
    "2026-02-28T09:00:00Z",
    "１２３",
    0,
    1,
    -1,
    2.5,
    True,
    False,
    [],
    [None],
    ["R-1"],
    {},
]


def places(value: object, here: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*here, name)
            yield from places(inner, (*here, name))


def changed(value: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field left out once, and every field given every other value once."""
    for place in places(value):
        for replacement in (..., *VALUES):
            other = copy.deepcopy(value)
            inner = other
            for name in place[:-1]:
                inner = inner[name]
            if replacement is ...:
                del inner[place[-1]]
            else:
                inner[place[-1]] = replacement
            yield f"{'.'.join(place)} = {replacement!r}", other
    yield "one field more", value | {"surprise": 1}
