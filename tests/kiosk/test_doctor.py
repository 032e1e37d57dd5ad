"""`main.py doctor` on an installation of its own: each fault is found, nothing is changed."""

import base64
import json
import os
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offline_cache import database
from offline_cache.journal import Journal, JournalEvent
from offline_cache.terminal_key import load_or_make
from sandbox.certificates import Certificates, Paper
from sandbox.platform.server import PlatformPeer
from tests.offline_cache.helpers import MORNING, Clock

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "config" / "kiosk.toml").read_text("utf-8")


@pytest.fixture
def certificates(tmp_path):
    return Certificates(tmp_path / "papers")


@pytest.fixture
def installation(tmp_path, certificates):
    """As one is on its first day; nobody is at the platform's address yet."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "kiosk.toml").write_text(
        SETTINGS.replace("../var/state", "state").replace("platform.example.gov.cn", "127.0.0.1:9"),
        "utf-8",
    )
    (home / "platform-ca.pem").write_bytes(certificates.authority.read_bytes())
    put_certificate(home, certificates.terminal("522401"))
    raw = X25519PrivateKey.generate().public_key().public_bytes_raw()
    put_sealing_key(home, raw, timedelta(days=400))
    (home / "state").mkdir(mode=0o700)
    load_or_make(home / "state" / "terminal.key")
    with closing(database.begin(home / "state" / "store.db").connection) as store:
        Journal(store, Clock(MORNING)).note(JournalEvent.STARTED)
    return home


def put_certificate(home, files):
    (home / "terminal.pem").write_bytes(files.certificate.read_bytes())
    (home / "terminal-key.pem").touch(mode=0o600)
    (home / "terminal-key.pem").write_bytes(files.key.read_bytes())


def put_sealing_key(home, raw, left):
    fields = {
        "key_id": "2026-a",
        "suite": "HPKE-X25519-HKDF-SHA256-AES-256-GCM",
        "public_key": base64.b64encode(raw).decode(),
        "not_after": (datetime.now(UTC) + left).isoformat(),
    }
    (home / "platform-key.json").write_text(json.dumps(fields))
    (home / "platform-key.json").chmod(0o644)


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
    for name in (
        "/state is readable",
        "store.db",
        "terminal.key is",
        "terminal-key.pem",
        "platform-key",
    ):
        assert found(lines, name) == "ok"
    for about in ("a small file took", "scratch", "core dumps", "swap", "time zone", "fonts"):
        assert found(lines, about)
    assert found(lines, "idcard_reader") == "wrong"
    assert found(lines, "platform: ") == "attention"  # everything is kept until it does
    assert {path for path in listing(installation) if "store.db-" not in path.name} == set(before)


def test_a_key_that_others_can_read_is_named_with_the_command_that_mends_it(installation):
    key = installation / "terminal-key.pem"
    key.chmod(0o644)
    _, lines = doctor(installation)
    (line,) = (line for line in lines if "terminal-key.pem" in line)
    assert line.startswith("wrong")
    command = line.rpartition(": ")[2].split()
    subprocess.run(command, check=True)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert found(doctor(installation)[1], "terminal-key.pem") == "ok"


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


@contextmanager
def platform(installation, certificates, paper=Paper.RIGHT, key=None):
    """The stand-in at the address in the settings, where the terminal is enrolled with `key`."""
    known = key or load_or_make(installation / "state" / "terminal.key").public
    tls = certificates.server(paper, clients=True)
    folder = installation.parent / "platform"
    with PlatformPeer(folder, enrolled={"522401": known}, tls=tls) as peer:
        config = installation / "kiosk.toml"
        config.write_text(
            config.read_text("utf-8").replace("127.0.0.1:9", f"127.0.0.1:{peer.port}", 2), "utf-8"
        )
        yield


def test_a_terminal_that_is_enrolled_is_told_so(installation, certificates):
    with platform(installation, certificates):
        _, lines = doctor(installation)
    assert found(lines, "the platform answers, and knows this terminal") == "ok"
    assert found(lines, "the platform's certificate is trusted until") == "ok"
    assert found(lines, "the terminal's certificate is valid until") == "ok"
    assert found(lines, "sealed to the platform's key 2026-a") == "ok"


def test_a_key_that_the_platform_does_not_know_is_told_with_what_to_do(installation, certificates):
    with platform(installation, certificates, key=bytes(31) + b"\1"):
        _, lines = doctor(installation)
    (line,) = (line for line in lines if "SIGNATURE_INVALID" in line)
    assert line.startswith("wrong")
    assert "main.py enrol" in line


def test_certificates_and_keys_near_their_end_are_told(installation, certificates):
    put_certificate(installation, certificates.terminal("522401", Paper.ENDING))
    raw = X25519PrivateKey.generate().public_key().public_bytes_raw()
    put_sealing_key(installation, raw, timedelta(days=20))
    with platform(installation, certificates, Paper.ENDING):
        _, lines = doctor(installation)
    assert found(lines, "the platform answers, and knows this terminal") == "ok"
    assert found(lines, "the platform's certificate ends on") == "attention"
    assert found(lines, "the terminal's certificate ends on") == "attention"
    assert found(lines, "the last key ends on") == "attention"


def test_certificates_that_are_not_good_are_told_apart(installation, certificates):
    put_certificate(installation, certificates.terminal("522401", Paper.EXPIRED))
    with platform(installation, certificates, Paper.STRANGER):
        _, lines = doctor(installation)
    assert found(lines, "the terminal's certificate ended on") == "wrong"
    assert found(lines, "no trusted connection to the platform") == "wrong"


def test_the_certificate_of_another_terminal_is_found(installation, certificates):
    put_certificate(installation, certificates.terminal("522402"))
    with platform(installation, certificates):
        _, lines = doctor(installation)
    assert found(lines, "the terminal's certificate is that of 522402") == "wrong"
    assert found(lines, "FORBIDDEN") == "wrong"


@pytest.mark.parametrize("name", ["terminal.pem", "terminal-key.pem", "platform-ca.pem"])
def test_a_file_that_is_no_pem_is_named(installation, name):
    (installation / name).write_text("nothing of the kind")
    code, lines = doctor(installation)
    assert code == 1
    assert any(line.startswith("wrong") and f"/{name}" in line for line in lines)
