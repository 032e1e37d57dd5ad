"""The far ends on the bench: each with what a person can do to it, and how it looks now."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Self

from sandbox.bench.cards import CARDS
from sandbox.cable import Cable
from sandbox.camera import CameraPeer
from sandbox.certificates import Certificates, Paper
from sandbox.idcard_faults import Fault
from sandbox.idcard_reader import IdCardReaderPeer
from sandbox.platform.payments import Telephone
from sandbox.platform.server import Exchange, PlatformPeer
from sandbox.printer import ReceiptPrinterPeer

State = dict[str, Any]

_SHOWN: Final = 20  # of whatever grows


class ReaderAtBench:
    """`directory` is where the terminal looks for serial ports."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._peer = IdCardReaderPeer(directory / "ttyUSB0")
        self._plugged: str | None = "ttyUSB0"
        self._card: str | None = None
        self._fault: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.unplug()

    def lay(self, person: str) -> None:
        """The card that lay there before is taken away."""
        self._peer.lift()
        self._peer.lay(CARDS[person])
        self._card = person

    def lift(self) -> None:
        self._peer.lift()
        self._card = None

    def plug(self, name: str = "ttyUSB0") -> None:
        self._peer.plug(self._directory / name)
        self._plugged = name

    def unplug(self) -> None:
        self._peer.unplug()
        self._plugged = None

    def misbehave(self, fault: str, times: int | None = 1) -> None:
        """`times` None: every request from now on, until `behave`."""
        self._peer.misbehave(Fault(fault), times)
        if times is None:
            self._fault = fault

    def behave(self) -> None:
        self._peer.behave()
        self._fault = None

    def state(self) -> State:
        wire = self._peer.wire
        return {
            "card": self._card,
            "plugged": self._plugged,
            "fault": self._fault,  # a lasting one
            "received_bytes": wire.received_bytes,
            "sent_bytes": wire.sent_bytes,
            "wire_s": wire.seconds,
        }


class CameraAtBench:
    def __init__(self, port: int) -> None:
        self._peer = CameraPeer(port)
        self._film, self._plugged = "one_person", True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.stop()

    def show(self, film: str) -> None:
        self._peer.show(film)
        self._film = film

    def act(self, what: str) -> None:
        self._peer.act(what)

    def half_jpeg(self) -> None:
        self._peer.half_jpeg()

    def slow(self, frames_per_s: float) -> None:
        self._peer.slow(frames_per_s)

    def unplug(self) -> None:
        self._peer.unplug()
        self._plugged = False

    def plug(self) -> None:
        if not self._plugged:
            self._peer.plug()
            self._plugged = True

    def state(self) -> State:
        return {
            "url": self._peer.url,
            "film": self._film,
            "plugged": self._plugged,
            "drawn": self._peer.drawn,
        }


class PrinterAtBench:
    """The printer keeps its own port; the terminal meets it at the end of a cable."""

    def __init__(self, font: Path, port: int) -> None:
        self._peer = ReceiptPrinterPeer(font, mm_per_s=150)
        self._port = port
        self._switched: State = dict.fromkeys(
            ("paper_end", "near_end", "cover_open", "jammed", "off_line", "hot", "broken"), False
        )

    def __enter__(self) -> Self:
        self._peer.__enter__()
        self._cable = Cable(("127.0.0.1", int(self._peer.address[1])), self._port)
        self._cable.plug()
        return self

    def __exit__(self, *exc: object) -> None:
        self._cable.unplug()
        self._peer.__exit__(None, None, None)

    def end_paper(self, after_lines: int = 0) -> None:
        self._peer.end_paper(after_lines)
        self._switched["paper_end"] = True

    def near_end(self) -> None:
        self._peer.near_end()
        self._switched["near_end"] = True

    def refill(self) -> None:
        self._peer.refill()
        self._switched |= {"paper_end": False, "near_end": False}

    def cover(self, opened: bool) -> None:
        (self._peer.open_cover if opened else self._peer.close_cover)()
        self._switched["cover_open"] = opened

    def jam(self, jammed: bool) -> None:
        (self._peer.jam_cutter if jammed else self._peer.clear_jam)()
        self._switched["jammed"] = jammed

    def off_line(self, off_line: bool) -> None:
        self._peer.go_off_line(off_line)
        self._switched["off_line"] = off_line

    def heat(self, hot: bool) -> None:
        self._peer.overheat(hot)
        self._switched["hot"] = hot

    def fail(self) -> None:
        self._peer.fail()
        self._switched["broken"] = True

    def silence(self, silent: bool) -> None:
        self._peer.fall_silent(silent)

    def power_cycle(self) -> None:
        self._peer.power_cycle()
        self._switched["off_line"] = False

    def tear_off(self) -> None:
        self._peer.tear_off()

    def plug(self) -> None:
        self._cable.plug()

    def unplug(self) -> None:
        self._cable.unplug()

    def page(self, number: int) -> bytes | None:
        """PNG of the slip; the first printed is 1."""
        return self._peer.pages[number - 1].png if 0 < number <= len(self._peer.pages) else None

    def words(self, number: int) -> str | None:
        """What stands on it, a line for each of the slip's."""
        return self._peer.pages[number - 1].text if 0 < number <= len(self._peer.pages) else None

    def state(self) -> State:
        return {
            **self._switched,
            "port": self._cable.port,
            "plugged": self._cable.plugged,
            "stopped": self._peer.stopped,
            "lines": self._peer.lines_printed,
            "findings": self._peer.findings[-5:],
            "slips": [
                {"number": place, "complete": page.complete}
                for place, page in enumerate(self._peer.pages, 1)
            ],
        }


class PlatformAtBench:
    """Over TLS, for the one terminal that is enrolled, with this public key."""

    def __init__(self, state_dir: Path, port: int, terminal: str, public_key: bytes) -> None:
        certificates = Certificates(state_dir / "tls")
        tls = certificates.server(Paper.RIGHT, clients=True)
        files = certificates.terminal(terminal)
        self._papers = {
            "ca_file": str(certificates.authority),
            "certificate_file": str(files.certificate),
            "certificate_key_file": str(files.key),
        }
        self._peer = PlatformPeer(state_dir, port, enrolled={terminal: public_key}, tls=tls)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._peer.stop()

    def set(self, **switches: object) -> None:
        """Raises: ValueError: no such switch, or no such value."""
        self._peer.switches.set(**switches)

    def clear(self) -> None:
        self._peer.switches.clear()
        self._peer.desk.payments.telephone = Telephone.WAITS

    def decide(self) -> None:
        self._peer.decide()

    def pay(self) -> None:
        """A telephone pays the code that is shown."""
        self._peer.desk.payments.pay()

    def expire(self) -> None:
        self._peer.desk.payments.expire()

    def telephone(self, does: str) -> None:
        self._peer.desk.payments.telephone = Telephone(does)

    def progress(self, number: str) -> State | None:
        return self._peer.store.progress(number)

    def state(self) -> State:
        """Nothing of what was sealed; of the rest only what says nothing of whose it is."""
        store, exchanges = self._peer.store, self._peer.exchanges()
        payments = self._peer.desk.payments
        return {
            "url": self._peer.url,
            "key_file": str(self._peer.key_file),
            "seal_roots_file": str(self._peer.seal_roots_file),
            "publisher_key_file": str(self._peer.publisher_key_file),
            "papers": self._papers,
            "switches": asdict(self._peer.switches.now),
            "submissions": [
                {
                    **(store.progress(number) or {}),
                    "number": number,
                    "certifications": store.certifications(number),
                    "applications": store.applications(number),
                }
                for number in store.numbers()[-_SHOWN:]
            ],
            "telephone": payments.telephone,
            "orders": [
                {
                    "number": order.number,
                    "item": order.item,
                    "fen": order.amount_fen,
                    "state": order.state,
                    "counted": order.number in payments.counted,
                }
                for order in payments.orders()[-_SHOWN:]
            ],
            "ratings": [rated.stars for rated in store.ratings()][-_SHOWN:],
            "exchanges": [_outline(each) for each in exchanges[-_SHOWN:]],
        }


def _outline(exchange: Exchange) -> State:
    request, reply = exchange.request, exchange.reply
    return {
        "asked": f"{request.method} {request.path}",
        "sent_bytes": len(request.body),
        "status": reply.status if reply else None,
        "fault": exchange.fault,
    }
