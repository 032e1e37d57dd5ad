"""The sending side of the tests: HTTP to the peer; run as a program, it can be killed.

`python -m tests.offline_cache.carrier <store> <port>` forwards until it is killed.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from offline_cache.database import connect
from offline_cache.forwarder import BackOff, Delivered, Forwarder, Poison, PutOff
from offline_cache.outbox import Outbox
from offline_cache.submission import Outcome, Problem, Queued
from tests.offline_cache.helpers import PATIENCE_S, TERMINAL

QUICK = BackOff(first_s=0.001, longest_s=0.01)


def sender(port: int) -> Callable[[Queued], Delivered | PutOff | Poison]:
    def send(queued: Queued) -> Delivered | PutOff | Poison:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            line.request("POST", "/", queued.body, {"Idempotency-Key": queued.key})
            answer = line.getresponse()
            if answer.status == http.HTTPStatus.UNPROCESSABLE_ENTITY:
                return Poison(Problem.REJECTED)
            if answer.status != http.HTTPStatus.OK:
                return PutOff(Problem.SERVER_ERROR)
            return Delivered(Outcome.ACCEPTED, json.loads(answer.read())["done"])
        except (OSError, http.client.HTTPException):
            return PutOff(Problem.NO_NETWORK)
        except ValueError:
            return PutOff(Problem.GARBLED_ANSWER)
        finally:
            line.close()

    return send


if __name__ == "__main__":
    path, port = Path(sys.argv[1]), int(sys.argv[2])
    forwarder = Forwarder(
        lambda: Outbox(connect(path), TERMINAL), sender(port), lambda *_: None, back_off=QUICK
    )
    forwarder.start()
    threading.Event().wait()
