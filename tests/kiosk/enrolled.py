"""What the tests of the enrolled line share: a terminal with its papers, and whom it asks."""

from __future__ import annotations

from kiosk.platform.gateway import EligibilityQuery, IdType, Platform
from kiosk.platform.tls_line import Papers
from sandbox.certificates import Paper
from sandbox.platform.people import BY_REF
from sandbox.platform.server import TERMINAL
from tests.platform_kit import KEY

LOOPBACK = "127.0.0.1"
PATIENT = {"connect_timeout_s": 20.0, "read_timeout_s": 20.0, "total_timeout_s": 30.0}
PERSON = BY_REF["p01"]
QUERY = EligibilityQuery(PERSON.item, IdType.RESIDENT, PERSON.number, PERSON.card_name, None)


def papers(certificates, paper=Paper.RIGHT, terminal=TERMINAL):
    files = certificates.terminal(terminal, paper)
    return Papers(certificates.authority, files.certificate, files.key)


def client(url, shown, sign=KEY.sign, **options):
    return Platform(url, TERMINAL, sign, papers=shown, **(PATIENT | options))
