"""Tells the platform how far the journal is, signed, at every start and then once a day: whoever
brings back an older disk, or writes another journal, contradicts it.

A head lies in the store anyway and the newest one says it all, so that it is no submission of its
own: it takes no receipt number, and none is ever late. It goes when nothing of a resident waits.
"""

from __future__ import annotations

import base64
import logging
import os
import random
import threading
import uuid
from contextlib import closing
from typing import Literal

from pydantic import BaseModel, ConfigDict

from kiosk.machines.references import JITTER, Intervals
from kiosk.machines.store_room import StoreRoom
from kiosk.platform.gateway import (
    Platform,
    PlatformError,
    PlatformGarbledError,
    PlatformRefusedError,
    read_answer,
)
from kiosk.visits.worker import NICENESS
from offline_cache.errors import StoreError
from offline_cache.journal_chain import SignedHead

log = logging.getLogger(__name__)

DAILY = Intervals(every_s=86_400, after_fault_s=300)
_NAMES = uuid.UUID("0f6d7a52-3f0b-4b8e-9d0a-5f2c1e8b7a44")  # what keys of heads are made in


class Receipt(BaseModel):
    """Contract: `JournalHeadReceipt` in docs/api/platform.yaml."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)

    key: str
    contradicts: Literal["OTHER_LINES", "FEWER_LINES"] | None


def report(platform: Platform, head: SignedHead, catalogue: str = "", aside: int = 0) -> Receipt:
    """Any number of calls with the same values counts once. Raises as `Platform`.

    catalogue: the version in use. aside: how many submissions wait for people to look at them.
    """
    body = {
        "terminal": platform.terminal,
        "lines": head.seq,
        "hash": head.hash.hex(),
        "at": head.at,
        "signature": base64.b64encode(head.signature).decode("ascii"),
    }
    if catalogue:
        body |= {"catalogue": catalogue, "set_aside": aside}
    key = str(uuid.uuid5(_NAMES, f"{head.signature.hex()}|{catalogue}|{aside}"))
    reply = platform.call("POST", "/v1/journal-heads", body, key)
    receipt = read_answer(reply, (200, 201), Receipt.model_validate_json)
    if receipt.key != key:
        raise PlatformGarbledError("a receipt for another head")
    return receipt


class HeadReports(threading.Thread):
    """In a thread of its own, so that nobody waits for it."""

    def __init__(
        self,
        platform: Platform,
        store: StoreRoom,
        intervals: Intervals = DAILY,
        rng: random.Random | None = None,
        catalogue: str = "",
    ) -> None:
        """`catalogue`: the version in use."""
        super().__init__(name="head reports", daemon=True)
        self._platform, self._store, self._intervals = platform, store, intervals
        self._rng, self._catalogue = rng or random.SystemRandom(), catalogue
        self._ending = threading.Event()

    def stop(self, timeout_s: float = 5.0) -> None:
        self._ending.set()
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone
        while not self._ending.is_set():
            done = self._reported()
            every_s = self._intervals.every_s if done else self._intervals.after_fault_s
            self._ending.wait(every_s * self._rng.uniform(1 - JITTER, 1))

    def _told(self, head: SignedHead, aside: int) -> Receipt:
        return report(self._platform, head, self._catalogue, aside)

    def _reported(self) -> bool:
        """False: to be tried again soon."""
        try:
            with closing(self._store.outbox()) as outbox:
                if outbox.waiting() > outbox.held():  # what is held does not go by itself
                    return False
                aside = outbox.aside()
            with closing(self._store.connect()) as connection:
                head = self._store.signed_head(self._store.journal(connection))
            receipt = None if head is None else self._told(head, aside)
        except PlatformRefusedError as fault:
            log.error("the platform does not take the journal's head: %s", fault)
            return True
        except (PlatformError, StoreError) as fault:
            log.warning("the journal's head is not reported: %s", fault)
            return False
        if receipt is not None and receipt.contradicts is not None:
            log.error("the journal contradicts an earlier report: %s", receipt.contradicts)
        return True
