"""What a terminal asks of the platform."""

from __future__ import annotations

import json
import threading

from kiosk.platform.gateway import EligibilityQuery, IdType, Platform
from sandbox.platform.people import BY_REF
from sandbox.platform.person import ID_TYPES, Person
from sandbox.platform.server import TERMINAL
from tests.platform_kit import KEY, http

NUMBER = "20261120000017"
HINTS = {"connect_timeout_s": 20.0, "read_timeout_s": 20.0, "total_timeout_s": 30.0}


def nothing_is_left_running() -> None:
    for thread in threading.enumerate():
        if thread.name == "platform exchange":
            thread.join(10)
            assert not thread.is_alive()


def client(url: str, key=KEY, terminal: str = TERMINAL, **options) -> Platform:
    return Platform(url, terminal, key.sign, **(HINTS | options))


def query_for(person: Person) -> EligibilityQuery:
    id_type = IdType(ID_TYPES[person.kind])
    return EligibilityQuery(person.item, id_type, person.number, person.card_name, person.valid_to)


QUERY = query_for(BY_REF["p01"])
WELL = b'{"status": "ok"}'

ELIGIBLE = {
    "code": "ELIGIBLE",
    "records": [
        {
            "record_id": "R1",
            "scheme": "PUBLIC",
            "scheme_name": "x",
            "pay_agency": "y",
            "pay_area": "430121",
            "valid_to": None,
        }
    ],
}


def answered(told: object) -> bytes:
    return http("200 OK", json.dumps(told).encode())
