"""What the terminal asks of the platform, each over a network that fails and is mended."""

from __future__ import annotations

import random
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from config.catalogue_source import read
from kiosk.machines.delivery import sender
from kiosk.platform.answers import Answers
from kiosk.platform.gateway import EligibilityQuery, IdType, Platform, PlatformError
from kiosk.platform.tls_line import Papers
from kiosk.visits.events import Kept
from kiosk.visits.worker import Job
from kiosk.works.handing_in import keep, keep_rating
from offline_cache.database import begin, connect
from offline_cache.forwarder import Awaiting, BackOff, Forwarder, Result
from offline_cache.outbox import Outbox
from offline_cache.sealing import load_sealer
from offline_cache.submission import Queued, State
from sandbox.certificates import Certificates, Paper
from sandbox.network import LOOPBACK, Network
from sandbox.platform.people import BY_REF
from sandbox.platform.server import PlatformPeer
from torture.net_questions import LARGE, LARGE_BYTES, PERSON, QUESTIONS, Ask, Scene, a_paper
from torture.shim import MEMORY
from torture.terminal import LIMITS, PLACE, a_visit, now, nowhere

CONNECT_S: Final = 0.5  # short, so that hundreds of them end soon
READ_S: Final = 0.5
TOTAL_S: Final = 1.0

_ITEM: Final = "2020-35/1/13"
_PERSON: Final = BY_REF["p01"]
_BACK_OFF: Final = BackOff(first_s=0.02, longest_s=0.1)
_LOOK_EVERY_S: Final = 0.02
_SLACK_S: Final = 10.0  # for a thread that waits for its turn on a busy machine
_PATIENCE_S: Final = 60.0  # for what has to come

# Under these an answer of good form comes that says nothing untrue of the platform's health.
_HEALTHY: Final = frozenset(
    {
        *("slow link", "slow first byte", "request twice", "request twice at once"),
        *("anothers answer", "JSON of no contract"),
    }
)


@dataclass(frozen=True, slots=True)
class Pair:
    fault: str
    endpoint: str
    break_it: Callable[[Network], None]

    def __str__(self) -> str:
        return f"{self.fault}, {self.endpoint}"


class World:
    """The platform all pairs share; each has a network and, where it hands in, a store of its own.

    `meet` may be called from several threads.
    """

    def __init__(self, root: Path, certificates: Certificates, lots: random.Random) -> None:
        key = Ed25519PrivateKey.generate()
        self._sign = key.sign
        enrolled = {PLACE.terminal: key.public_key().public_bytes_raw()}
        began_at = now()  # for the platform it stays: a paper of five minutes is there to the end
        self._peer = PlatformPeer(
            root / "platform", enrolled=enrolled, scheme="https", now=lambda: began_at
        )
        files = certificates.terminal(PLACE.terminal)
        self._papers = Papers(certificates.authority, files.certificate, files.key)
        self._tls = certificates.server(Paper.RIGHT, clients=True)
        self._sealer = load_sealer(self._peer.key_file)
        self._item = read().items[_ITEM]
        self._lots, self._lock = lots, threading.Lock()
        self._known = self._handed_in(root, self._keep_submission)
        self._awaited = self._handed_in(root, self._keep_large)
        with self._well() as well:
            paper = a_paper(well, self._sealer)
        public = enrolled[PLACE.terminal]
        self._peer.references.publish(LARGE, lots.randbytes(LARGE_BYTES))
        self._scene = Scene(self._peer, self._sealer, self._sign, public, paper, self._well)

    def close(self) -> None:
        self._peer.stop()

    def meet(self, pair: Pair) -> list[str]:
        """What went wrong, in words."""
        with self._network() as network:
            client = self._platform(network)
            return list(ENDPOINTS[pair.endpoint](self, pair, network, client))

    # What only asks

    def ask_health(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        yield from self._ask(pair, network, client, Platform.ping)

    def ask_eligibility(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        query = EligibilityQuery(_ITEM, IdType.RESIDENT, _PERSON.number, _PERSON.card_name)
        yield from self._ask(pair, network, client, lambda platform: platform.eligibility(query))

    def ask_progress(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        yield from self._ask(pair, network, client, lambda platform: platform.progress(self._known))

    def ask_materials(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        yield from self._ask(
            pair, network, client, lambda platform: platform.missing(self._awaited)
        )

    def _ask(self, pair: Pair, network: Network, client: Platform, ask: Ask) -> Iterator[str]:
        right = ask(self._platform(network, patient=True))
        pair.break_it(network)
        began_s = monotonic()
        try:
            if ask(client) != right:
                yield "an answer that the platform did not give"
            elif right is None and pair.fault not in _HEALTHY:
                yield "well, says somebody who is not the platform"
        except PlatformError as fault:
            yield from _unsaid(fault)
        if monotonic() - began_s > TOTAL_S + _SLACK_S:
            yield "does not end within its limits"
        network.mend()
        if not _until(lambda: _answer(ask, client) == right):
            yield "no answer after the fault"
        network.settle()

    # What is asked besides

    def question(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        asked = QUESTIONS[pair.endpoint](self._scene)
        if asked.effects is None:
            yield from self._ask(pair, network, client, asked.ask)
        else:
            yield from self._act(pair, network, client, asked.ask, asked.effects)

    def _act(
        self, pair: Pair, network: Network, client: Platform, ask: Ask, effects: Callable[[], int]
    ) -> Iterator[str]:
        """Asked until it is answered, as the terminal does, it takes effect once."""
        pair.break_it(network)
        began_s = monotonic()
        said = _answer(ask, client)
        if isinstance(said, PlatformError):
            yield from _unsaid(said)
        elif said is None and pair.fault not in _HEALTHY:
            yield "well, says somebody who is not the platform"
        if monotonic() - began_s > TOTAL_S + _SLACK_S:
            yield "does not end within its limits"
        network.mend()
        if not _until(lambda: not isinstance(_answer(ask, client), PlatformError)):
            yield "no answer after the fault"
        network.settle()
        patient = self._platform(network, patient=True)  # the machine may be busy
        if not isinstance(said, PlatformError) and said != _answer(ask, patient):
            yield "an answer that the platform did not give"
        if (times := effects()) != 1:
            yield f"{times} effects"

    # What is handed in

    def hand_in(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        yield from self._deliver(pair, network, client, self._keep_submission, self._certifications)

    def put_chunk(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        """The manifest is there; what is at fault are the chunks."""

        def announced(outbox: Outbox) -> None:
            self._keep_large(outbox)
            queued = outbox.peek(now())
            assert queued is not None
            with self._network() as well:
                told = sender(self._platform(well, patient=True))(queued)
            assert isinstance(told, Awaiting)
            outbox.advance(queued.key, told.missing)

        yield from self._deliver(pair, network, client, announced, self._certifications)

    def rate(self, pair: Pair, network: Network, client: Platform) -> Iterator[str]:
        yield from self._deliver(pair, network, client, self._keep_rating, self._ratings)

    def _deliver(
        self,
        pair: Pair,
        network: Network,
        client: Platform,
        keep_it: Callable[[Outbox], None],
        effects: Callable[[Queued], int],
    ) -> Iterator[str]:
        took_s: list[float] = []
        send = sender(client)

        def timed(queued: Queued) -> Result:
            began_s = monotonic()
            try:
                return send(queued)
            finally:
                took_s.append(monotonic() - began_s)

        with (
            tempfile.TemporaryDirectory(prefix="kiosk-network-", dir=MEMORY) as folder,
            self._outbox(Path(folder)) as outbox,
        ):
            keep_it(outbox)
            queued = outbox.peek(now())
            assert queued is not None
            number = queued.number
            pair.break_it(network)
            forwarder = Forwarder(
                lambda: Outbox(connect(Path(folder) / "store.db"), PLACE.terminal, LIMITS),
                timed,
                lambda *_: None,
                back_off=_BACK_OFF,
            )
            forwarder.start()
            if not _until(lambda: forwarder.health.last_problem or forwarder.health.last_contact):
                yield "the attempt does not end"
            match _state(outbox, number):
                case State.POISON:
                    yield "set aside, though the platform never refused it"
                case State.DELIVERED if effects(queued) == 0:
                    yield "counts as delivered, and the platform has nothing"
            network.mend()

            def arrived() -> bool:
                forwarder.nudge()
                return _state(outbox, number) is State.DELIVERED

            if not _until(arrived):
                yield "does not arrive after the fault"
            network.settle()
            if (times := effects(queued)) != 1:
                yield f"{times} effects"
            if max(took_s, default=0.0) > TOTAL_S + _SLACK_S:
                yield "does not end within its limits"
            if not forwarder.stop(_PATIENCE_S):
                yield "the forwarder does not end"

    def _handed_in(self, root: Path, keep_it: Callable[[Outbox], None]) -> str:
        """Its first request; the number."""
        with tempfile.TemporaryDirectory(dir=root) as folder, self._outbox(Path(folder)) as outbox:
            keep_it(outbox)
            queued = outbox.peek(now())
            assert queued is not None
            with self._network() as network:
                sender(self._platform(network, patient=True))(queued)
            return queued.number

    def _keep_large(self, outbox: Outbox) -> None:
        self._keep_submission(outbox, large=True)

    def _keep_submission(self, outbox: Outbox, *, large: bool = False) -> None:
        with self._lock:
            visit = a_visit(self._lots, self._item, _PERSON, large=large)
        work = keep(PLACE, self._sealer, Answers(), now, lambda: None)
        assert isinstance(work(visit)(outbox, Job(1, nowhere)), Kept)

    def _keep_rating(self, outbox: Outbox) -> None:
        with self._lock:
            visit = a_visit(self._lots, self._item, _PERSON)
        visit.stars = 5
        keep_rating(PLACE, now, lambda: None)(visit)(outbox, Job(1, nowhere))

    def _certifications(self, queued: Queued) -> int:
        return self._peer.store.certifications(queued.number)

    def _ratings(self, queued: Queued) -> int:
        return sum(rated.key == queued.key for rated in self._peer.store.ratings())

    def _outbox(self, folder: Path) -> closing[Outbox]:
        begin(folder / "store.db").connection.close()
        return closing(Outbox(connect(folder / "store.db"), PLACE.terminal, LIMITS))

    def _network(self) -> Network:
        """Ends TLS, as a gateway before the platform does, so that faults reach what is inside."""
        return Network((LOOPBACK, self._peer.port), self._tls)

    @contextmanager
    def _well(self) -> Iterator[Platform]:
        with self._network() as network:
            yield self._platform(network, patient=True)

    def _platform(self, network: Network, *, patient: bool = False) -> Platform:
        limits = (_PATIENCE_S,) * 3 if patient else (CONNECT_S, READ_S, TOTAL_S)
        url = f"https://{LOOPBACK}:{network.port}"
        return Platform(url, PLACE.terminal, self._sign, *limits, papers=self._papers)


ENDPOINTS: Final[Mapping[str, Callable[[World, Pair, Network, Platform], Iterator[str]]]] = {
    "health": World.ask_health,
    "eligibility": World.ask_eligibility,
    "submit": World.hand_in,
    "putChunk": World.put_chunk,
    "materials": World.ask_materials,
    "progress": World.ask_progress,
    "rate": World.rate,
    **dict.fromkeys(QUESTIONS, World.question),
}


def _state(outbox: Outbox, number: str) -> State | None:
    standing = outbox.state_of(number)
    return standing.state if standing else None


def _answer(ask: Ask, client: Platform) -> object:
    try:
        return ask(client)
    except PlatformError as fault:
        return fault


def _unsaid(fault: PlatformError) -> Iterator[str]:
    """Nothing of the person may be in what the terminal says of the fault."""
    told = f"{fault!r} {fault.__cause__!r} {fault.__context__!r}"
    if any(each in told for one in (_PERSON, PERSON) for each in (one.number, one.name)):
        yield "the fault says who it was about"


def _until(seen: Callable[[], object]) -> bool:
    until_s = monotonic() + _PATIENCE_S
    while not seen():
        if monotonic() > until_s:
            return False
        sleep(_LOOK_EVERY_S)
    return True
