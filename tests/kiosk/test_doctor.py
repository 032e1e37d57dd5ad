"""`main.py doctor` on an installation of its own: each fault is found, nothing is changed."""

import os
import ssl
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from offline_cache import database
from offline_cache.journal import Journal, JournalEvent
from offline_cache.terminal_key import load_or_make
from tests.offline_cache.helpers import MORNING, Clock
from tests.platform_kit import http, tcp_server

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "config" / "kiosk.toml").read_text("utf-8")


@pytest.fixture
def installation(tmp_path):
    (tmp_path / "kiosk.toml").write_text(
        SETTINGS.replace("../var/state", "state").replace("platform.example.gov.cn", "127.0.0.1:9"),
        "utf-8",
    )
    for name, mode in (("platform.token", 0o600), ("platform-key.json", 0o644)):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    (tmp_path / "state").mkdir(mode=0o700)
    load_or_make(tmp_path / "state" / "terminal.key")
    with closing(database.begin(tmp_path / "state" / "store.db").connection) as store:
        Journal(store, Clock(MORNING)).note(JournalEvent.STARTED)
    return tmp_path


def doctor(installation):
    command = [sys.executable, "main.py", "doctor", "--config", installation / "kiosk.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def found(lines, about):
    (line,) = (line for line in lines if about in line)
    return line.split()[0]


def listing(installation):
    return {path: path.stat().st_mode for path in installation.rglob("*")}


def test_every_file_is_in_order_and_nothing_is_changed(installation):
    before = listing(installation)
    code, lines = doctor(installation)
    assert code == 1  # this machine has no reader, and no platform answers
    for name in ("/state is readable", "store.db", "terminal.key is", "token", "platform-key"):
        assert found(lines, name) == "ok"
    for about in ("a small file took", "scratch", "core dumps", "swap", "time zone", "fonts"):
        assert found(lines, about)
    assert found(lines, "idcard_reader") == "wrong"
    assert found(lines, "platform: ") == "attention"  # everything is kept until it does
    assert {path for path in listing(installation) if "store.db-" not in path.name} == set(before)


def test_a_token_that_others_can_read_is_named_with_the_command_that_mends_it(installation):
    token = installation / "platform.token"
    token.chmod(0o644)
    _, lines = doctor(installation)
    (line,) = (line for line in lines if "platform.token" in line)
    assert line.startswith("wrong")
    command = line.rpartition(": ")[2].split()
    subprocess.run(command, check=True)
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert found(doctor(installation)[1], "platform.token") == "ok"


def test_a_clock_that_was_later_before_is_found(installation):
    ahead = Clock(MORNING.replace(year=2126))
    with closing(database.connect(installation / "state" / "store.db")) as store:
        Journal(store, ahead).note(JournalEvent.STARTED)
    assert found(doctor(installation)[1], "has been at 2126-03-08") == "wrong"


def test_a_key_of_somebody_else_is_found(installation):
    if os.getuid() != 0:
        pytest.fail("run the tests as root: sudo -E .venv/bin/python -m pytest")
    os.chown(installation / "state" / "terminal.key", 65534, -1)
    assert found(doctor(installation)[1], "terminal.key belongs") == "wrong"


@pytest.fixture
def tls(tmp_path):
    """A platform's front door with a certificate of its own: (port, file of the authority)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=10))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    authority, secret = tmp_path / "ca.pem", tmp_path / "key.pem"
    authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, secret)

    def talk(line):
        try:
            with context.wrap_socket(line, server_side=True) as safe:
                safe.recv(4096)
                safe.sendall(http("200 OK", b'{"status":"UP"}'))
        except OSError:
            pass  # the other side did not like what it saw, or only looked

    with tcp_server(talk) as port:
        yield port, authority


def platform_at(installation, port, more=""):
    config = installation / "kiosk.toml"
    text = config.read_text("utf-8").replace("127.0.0.1:9", f"127.0.0.1:{port}", 2)
    config.write_text(text.replace("[platform]", f"[platform]\n{more}"), "utf-8")


def test_a_certificate_that_is_trusted_and_near_its_end_is_told(installation, tls):
    port, authority = tls
    platform_at(installation, port, f'ca_file = "{authority}"')
    _, lines = doctor(installation)
    assert found(lines, "the platform answers") == "ok"
    assert found(lines, "the platform's certificate ends on") == "attention"


def test_a_certificate_that_nobody_vouches_for_is_wrong(installation, tls):
    platform_at(installation, tls[0])
    assert found(doctor(installation)[1], "no trusted connection to the platform") == "wrong"
