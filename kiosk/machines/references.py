"""Fetches what the platform publishes, at the start and then every hour, in a thread of its own: no
resident ever waits behind a download.

What cannot be fetched, or is not signed by the publisher, changes nothing: what was there goes on.
"""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from config.settings import Settings
from devices.base import Condition, Status
from kiosk.machines.catalogue_shelf import NAME as CATALOGUE
from kiosk.machines.catalogue_shelf import prove, shelf_of
from kiosk.makers.notice_board import NAME as NOTICES
from kiosk.makers.notice_board import NoticeBoard, read_notices
from kiosk.platform.gateway import (
    Platform,
    PlatformError,
    PlatformGarbledError,
    read_answer,
    read_bytes,
)
from kiosk.platform.platform_set_up import publisher_of
from kiosk.visits.events import Event, StatusChanged
from kiosk.visits.worker import NICENESS
from offline_cache.arrivals import Arrivals
from offline_cache.errors import StoreError
from offline_cache.reference import MOST_BYTES as MOST_PACK_BYTES
from offline_cache.reference import Reference, Shelf, Taken

log = logging.getLogger(__name__)

EVERY_S, AFTER_FAULT_S = 3600.0, 300.0
PIECE_BYTES = 262_144  # 35 s on a line of 64 kbit/s
OCTETS = "application/octet-stream"
JITTER = 0.2  # so that the terminals of a county do not come at once
MOST_BYTES = 1_000_000  # of one file, over a line that may be thin; the rest comes another way

Read = Callable[[Reference], bool | None]
"""Puts it to use; what it does not understand it says with ValueError. False: it is for a later
day, and the one before stays in use.
"""


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class Offered(_Told):
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    version: Annotated[int, Field(ge=1)]
    bytes: Annotated[int, Field(ge=1)]


class References(_Told):
    references: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class Intervals:
    every_s: float = EVERY_S
    after_fault_s: float = AFTER_FAULT_S


def offered(platform: Platform) -> tuple[Offered, ...]:
    """What is published. Raises as `Platform`."""
    reply = platform.call("GET", "/v1/references")
    return read_answer(reply, (200,), References.model_validate_json).references


def fetched(platform: Platform, name: str) -> bytes:
    """The file as it came: whose it is the shelf sees. Raises as `Platform`."""
    reply = platform.call("GET", f"/v1/references/{name}")
    return read_bytes(reply, OCTETS)


def piece_of(platform: Platform, name: str, version: int, at: int) -> bytes:
    """As `fetched`, PIECE_BYTES of it; the last may be shorter."""
    return read_bytes(platform.call("GET", f"/v1/references/{name}/{version}/pieces/{at}"), OCTETS)


class Fetcher(threading.Thread):
    """`readers`: what is fetched, and who puts it to use; told whenever there is another one, and
    at the start what is there already. `changed` after one of them was told.
    """

    def __init__(
        self,
        platform: Platform,
        shelf: Shelf,
        readers: Mapping[str, Read],
        changed: Callable[[], None],
        intervals: Intervals | None = None,
        rng: random.Random | None = None,
        arrivals: Arrivals | None = None,
        most: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """arrivals: where a large file is until it is whole. most: bytes, of what may have more."""
        super().__init__(name="references", daemon=True)
        self._platform, self._shelf, self._readers = platform, shelf, readers
        self._arrivals, self._most = arrivals or Arrivals(shelf.directory / "arriving"), most
        self._changed, self._intervals = changed, intervals or Intervals()
        self._rng = rng or random.SystemRandom()
        self._ending, self._wake = threading.Event(), threading.Event()
        self._versions: dict[str, int] = {}
        self._failed = False

    def nudge(self) -> None:
        """The line is back: what failed is tried now. From any thread."""
        if self._failed:
            self._wake.set()

    def stop(self, timeout_s: float = 5.0) -> None:
        self._ending.set()
        self._wake.set()
        if self.is_alive():
            self.join(timeout_s)

    def run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)  # of this thread alone
        for name in self._readers:
            self._use(name)
        while not self._ending.is_set():
            self._failed = not self._fetched()
            every_s = self._intervals.after_fault_s if self._failed else self._intervals.every_s
            self._wake.wait(every_s * self._rng.uniform(1 - JITTER, 1 + JITTER))
            self._wake.clear()

    def _fetched(self) -> bool:
        """Whether all that there is was looked at."""
        try:
            for one in offered(self._platform):
                if one.name in self._readers and one.version > self._versions.get(one.name, 0):
                    self._take(one)
        except PlatformError as fault:
            log.warning("nothing was fetched: %s", fault)
            return False
        except StoreError as fault:
            log.error("what was fetched could not be kept: %s", fault)
            return False
        return True

    def _take(self, one: Offered) -> None:
        if one.bytes > self._most.get(one.name, MOST_BYTES) or self._ending.is_set():
            log.warning("%s %d is not fetched: %d bytes", one.name, one.version, one.bytes)
            return
        if self._shelf.holds(one.name, one.version):
            return  # for a later day
        whole = self._whole(one)
        if whole is None:
            return
        taken = self._shelf.take(one.name, whole)
        if taken is Taken.NEW:
            self._use(one.name)
        elif taken is not Taken.KNOWN:
            log.error("%s %d is not taken: %s", one.name, one.version, taken)

    def _whole(self, one: Offered) -> bytes | None:
        """A small one at once; a large one piece by piece, on where it stopped. None: not yet."""
        if one.bytes <= PIECE_BYTES:
            return fetched(self._platform, one.name)
        while (come := self._arrivals.come(one.name, one.version)) < one.bytes:
            if self._ending.is_set():
                return None
            at = come // PIECE_BYTES
            wanted = min(PIECE_BYTES, one.bytes - at * PIECE_BYTES)
            piece = piece_of(self._platform, one.name, one.version, at)
            if len(piece) != wanted:
                raise PlatformGarbledError("a piece of another length than was told")
            self._arrivals.add(one.name, one.version, piece[come - at * PIECE_BYTES :])
        return self._arrivals.take_out(one.name, one.version)

    def _use(self, name: str) -> None:
        read = self._readers[name]

        def used(reference: Reference) -> int | None:
            return None if read(reference) is False else reference.version

        try:
            version = self._shelf.use(name, used)
        except StoreError as fault:
            log.error("%s is not put to use: %s", name, fault)
            return
        if version is not None and version != self._versions.get(name):
            self._versions[name] = version
            self._changed()


def fetchers(
    given: Settings, platform: Platform, board: NoticeBoard, post: Callable[[Event], None]
) -> tuple[Fetcher, ...]:
    """One, or none where the settings name nobody who signs. Raises: SetUpError."""
    publisher = publisher_of(given)
    if publisher is None:
        return ()
    readers: dict[str, Read] = {NOTICES: lambda reference: board.hang(read_notices(reference))}
    if given.catalogue_key is None:  # else it alone says whose catalogue is used
        readers[CATALOGUE] = prove
    return (
        Fetcher(
            platform,
            Shelf(shelf_of(given), publisher),
            readers,
            lambda: post(StatusChanged(0, "references", Status(Condition.OK))),
            most={CATALOGUE: MOST_PACK_BYTES},
        ),
    )
