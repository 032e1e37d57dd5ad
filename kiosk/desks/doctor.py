"""Reads the installation as a technician would: asks the system, and has `findings` judge it.

Nothing is changed but one small file that is written to the state directory and removed. Devices
are opened, so that those of a running terminal are told as in use.
"""

from __future__ import annotations

import logging
import os
import resource
import shutil
import sqlite3
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

from config.settings import Settings, SettingsError
from devices.base import DeviceError, Status
from devices.camera_presence import presence
from kiosk.desks import findings, line_findings
from kiosk.desks.findings import FileFacts, Finding, Level
from kiosk.machines.key_custody import Custody, key_place
from kiosk.machines.other_devices import KINDS, NAMES
from kiosk.platform.drivers import SetUpError, open_printer, open_reader, own_profiles
from kiosk.platform.gateway_errors import PlatformError, PlatformRefusedError
from kiosk.platform.platform_set_up import papers_of, platform_of, sealer_of
from kiosk.platform.tls_line import SecureLine
from offline_cache.errors import StoreError
from offline_cache.journal import Journal
from offline_cache.outbox import LIMITS
from offline_cache.steady_clock import SteadyClock, is_synchronised
from offline_cache.terminal_key import TerminalKeyError, load

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0
TPM = Path("/dev/tpmrm0")  # the kernel makes it for a TPM 2.0 alone


def rounds(given: Settings) -> Iterator[Finding]:
    """Each finding as it is made; those of devices and of the platform take some seconds."""
    yield from _files(given)
    yield from _keys(given)
    yield from _memory(given)
    yield from _disk(given)
    yield from _devices(given)
    yield from _platform(given)


def _files(given: Settings) -> Iterator[Finding]:
    uid = os.getuid()
    place = key_place(given.state)
    own = [place.file] if place.custody is Custody.FILE else []
    if given.platform.certificate_key_file is not None:
        own.append(given.platform.certificate_key_file)
    for path in (given.state, given.state / "store.db", *own):
        yield findings.private(path, _facts(path), uid)
    sealing_key = given.platform.sealing_key_file
    yield findings.public_key(sealing_key, _facts(sealing_key), uid)
    if (roots := given.platform.seal_roots_file) is not None:
        yield findings.public_key(roots, _facts(roots), uid)
    if (publisher := given.platform.publisher_key_file) is not None:
        yield findings.public_key(publisher, _facts(publisher), uid)
    yield line_findings.key_room(place, _readers(place.file), TPM.exists())
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    yield findings.umask(mask)
    panel = given.display
    wanted = (panel.fonts / "NotoSansSC-Regular.otf", *panel.fallback_fonts)
    yield findings.fonts(path for path in wanted if not path.is_file())


def _memory(given: Settings) -> Iterator[Finding]:
    mounts = _text("/proc/self/mountinfo")
    held = given.scratch and given.scratch.resolve()
    yield findings.scratch(held, findings.file_system_of(held, mounts) if held else "")
    state = given.state.resolve()
    yield findings.durable(state, findings.file_system_of(state, mounts))
    table = _text("/proc/swaps")
    areas = [line.split()[0] for line in table.splitlines()[1:] if line.strip()]
    yield findings.swap(table, [area for area in areas if _is_encrypted(Path(area))])
    _, hard_limit = resource.getrlimit(resource.RLIMIT_CORE)
    yield findings.core_dumps(_text("/proc/sys/kernel/core_pattern"), hard_limit)


def _disk(given: Settings) -> Iterator[Finding]:
    try:
        yield findings.disk_space(shutil.disk_usage(given.state).free, LIMITS.disk_free_bytes)
    except OSError as fault:
        yield findings.disk_writes(None, str(fault.strerror))
        return
    try:
        yield findings.disk_writes(_written_s(given.state / ".doctor"))
    except OSError as fault:
        yield findings.disk_writes(None, str(fault.strerror))


def _devices(given: Settings) -> Iterator[Finding]:
    def reader() -> Status:
        with open_reader(given)() as tool:
            return tool.status()

    def printer() -> Status:
        with open_printer(given)() as tool:
            return tool.status()

    yield _asked("idcard_reader", reader)
    yield _asked("receipt_printer", printer)
    yield findings.device("camera", presence(given.camera.source))
    for name in NAMES:
        if (section := getattr(given, name)) is not None:
            yield _asked(name, _other(section, own_profiles(given)))


def _other(section: object, own: Sequence[Path]) -> Callable[[], Status]:
    kind = KINDS[type(section)]  # type: ignore[index]  # one of the sections of NAMES

    def ask() -> Status:
        if kind.look is not None:
            return kind.look(section)
        with kind.open(section, own)() as tool:
            return kind.status(tool)

    return ask


def _asked(name: str, ask: Callable[[], Status]) -> Finding:
    try:
        return findings.device(name, ask())
    except DeviceError as fault:
        return findings.device(name, fault)
    except (SettingsError, ValueError) as fault:  # of a profile or a setting
        return Finding(Level.WRONG, f"{name}: {fault}", "correct its section of the settings")


def _keys(given: Settings) -> Iterator[Finding]:
    """Those that are sealed to, and the terminal's own certificate."""
    way, now = given.platform, datetime.now(UTC)
    try:
        ring = sealer_of(given)
        yield line_findings.sealing_keys(ring.keys, ring.current(now), now)
    except SetUpError as fault:
        yield Finding(Level.WRONG, str(fault), "put the platform's public key there")
    if way.certificate_file is not None:
        try:
            shown = _shown(way.certificate_file)
            yield line_findings.own_certificate(shown, given.terminal.id, now)
        except OSError as fault:
            yield Finding(Level.WRONG, f"{way.certificate_file}: {fault.strerror}", "put it there")
        except ValueError:
            yield Finding(Level.WRONG, f"{way.certificate_file} is no certificate", "put one there")


def _platform(given: Settings) -> Iterator[Finding]:
    way, now = given.platform, datetime.now(UTC)
    dated: list[datetime] = []
    clock = SteadyClock()
    try:
        platform_of(given, _signer(given), clock, dated.append).ping()
        yield Finding(Level.OK, "the platform answers, and knows this terminal")
    except PlatformRefusedError as fault:
        yield line_findings.refused(fault)
    except PlatformError as fault:
        yield Finding(Level.ATTENTION, f"platform: {fault}", "look at the network; all is kept")
    except SetUpError as fault:
        yield Finding(Level.WRONG, str(fault), "correct [platform]")
        return
    if way.url.startswith("https:"):
        try:
            yield findings.certificate(_expires(given), now)
        except ssl.SSLError as fault:
            yield findings.certificate(None, now, str(fault))
        except OSError as fault:
            log.debug("no certificate to look at: %s", fault)  # that nobody answers is told above
    seen = _latest(given.state / "store.db")
    yield findings.clock(now, seen, is_synchronised(), dated[-1] if dated else None)
    here = datetime.now().astimezone()
    yield findings.time_zone(here.tzname() or "", here.utcoffset())


def _facts(path: Path) -> FileFacts | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return FileFacts(status.st_mode, status.st_uid)


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""


def _is_encrypted(area: Path) -> bool:
    """dm-crypt writes its kind into the identifier of the device; zram is memory, unless it has a
    device behind it.
    """
    name = area.resolve().name
    uuid = _text(f"/sys/block/{name}/dm/uuid")
    behind = _text(f"/sys/block/{name}/backing_dev").strip()
    return uuid.startswith("CRYPT-") or (name.startswith("zram") and behind in ("", "none"))


def _written_s(file: Path) -> float:
    begun_s = time.monotonic()
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, bytes(4096))
        os.fsync(handle)
    finally:
        os.close(handle)
        file.unlink()
    return time.monotonic() - begun_s


def _readers(file: Path) -> str:
    facts = _facts(file)
    if facts is None:
        return "nobody yet"
    return f"user {facts.owner} alone" if facts.mode & 0o077 == 0 else "others"


def _signer(given: Settings) -> Callable[[bytes], bytes | None]:
    """With the key that is there; none is made here."""
    try:
        return load(key_place(given.state).file).sign
    except TerminalKeyError as fault:
        log.debug("nothing is signed: %s", fault)
        return lambda _: None


def _shown(file: Path) -> line_findings.Shown:
    """Raises: OSError, ValueError."""
    read = x509.load_pem_x509_certificate(file.read_bytes())
    names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return line_findings.Shown(str(names[0].value) if names else "nobody", read.not_valid_after_utc)


def _expires(given: Settings) -> datetime:
    """Raises: OSError, with ssl.SSLError among them."""
    address = urlsplit(given.platform.url)
    host = address.hostname or ""
    trust = SecureLine.of(papers_of(given))
    with (
        create_connection((host, address.port or 443), TIMEOUT_S) as line,
        trust.wrap_socket(line, server_hostname=host) as safe,
    ):
        shown = safe.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _latest(store: Path) -> datetime | None:
    """The moment of the last line of the journal; read without writing a byte."""
    try:
        with closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return Journal(db).last_moment()
    except (sqlite3.Error, StoreError, ValueError):
        return None
