"""The terminal's key with a TPM 2.0: `deploy/protect-key.sh`, systemd-creds, and swtpm, a TPM.

systemd's own choice (`auto`) wants a TPM that the kernel and the firmware know, too; here it is
insisted upon by name.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest

from kiosk.machines.key_custody import Custody, key_place
from offline_cache.terminal_key import load_or_make

PROTECT = Path(__file__).resolve().parents[2] / "deploy" / "protect-key.sh"
PATIENCE_S = 60.0
WITH = ("tpm2", "host+tpm2")


@contextmanager
def a_tpm(memory: Path) -> Iterator[dict[str, str]]:
    """What systemd is told of it. `memory`: what it does not forget; another one, another TPM."""
    if shutil.which("swtpm") is None:
        pytest.fail("swtpm is not installed: apt-get install swtpm libtss2-tcti-swtpm0")
    memory.mkdir(exist_ok=True)
    for _ in range(20):
        port = _two_ports()
        at = "type=tcp,bindaddr=127.0.0.1,port="
        command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={memory}"]
        command += ["--server", f"{at}{port}", "--ctrl", f"{at}{port + 1}"]
        command += ["--flags", "not-need-init,startup-clear"]
        tpm = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if _listens(port, tpm):
                yield {"SYSTEMD_TPM2_DEVICE": f"swtpm:host=127.0.0.1,port={port}"}
                return
        finally:
            tpm.terminate()
            tpm.wait(PATIENCE_S)
    pytest.fail("swtpm found no ports")


def _two_ports() -> int:
    """The first of two neighbours that were free: one for the TPM, one for its power button."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                socket.create_server(("127.0.0.1", port + 1)).close()
                return port


def _listens(port: int, tpm: subprocess.Popen[bytes]) -> bool:
    """A connection would start it; the kernel's table tells without one."""
    wanted, end_s = f"0100007F:{port:04X} 00000000:0000 0A", monotonic() + PATIENCE_S
    while tpm.poll() is None and monotonic() < end_s:
        if wanted in Path("/proc/net/tcp").read_text("ascii"):
            return True
        sleep(0.02)
    return False


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    load_or_make(folder / "terminal.key")
    return folder


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return tmp_path / "credstore.encrypted" / "terminal.key"


@pytest.fixture(autouse=True)
def secret_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "credential.secret"))


def protect(
    state: Path, sealed: Path, keyed: str, tpm: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROTECT, state, sealed, keyed],
        env=os.environ | tpm,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def opened(sealed: Path, tpm: dict[str, str]) -> bytes | None:
    """What the service manager would hand to the terminal."""
    command = ["systemd-creds", "decrypt", "--quiet", "--name=terminal.key", str(sealed), "-"]
    done = subprocess.run(
        command, env=os.environ | tpm, capture_output=True, timeout=PATIENCE_S, check=False
    )
    return done.stdout if done.returncode == 0 else None


@pytest.mark.parametrize("keyed", WITH)
def test_a_key_that_a_tpm_keeps_is_opened_with_that_tpm_alone(
    state: Path, sealed: Path, tmp_path: Path, keyed: str
) -> None:
    seed = (state / "terminal.key").read_bytes()
    with a_tpm(tmp_path / "tpm") as tpm:
        done = protect(state, sealed, keyed, tpm)
        assert done.returncode == 0, done.stderr
        assert opened(sealed, tpm) == seed
    assert not (state / "terminal.key").exists()
    assert seed not in base64.b64decode(sealed.read_bytes())
    assert key_place(state, {}, sealed).custody is Custody.TPM
    with a_tpm(tmp_path / "tpm") as tpm:
        assert opened(sealed, tpm) == seed, "after the next start"
    with a_tpm(tmp_path / "another") as another:
        assert opened(sealed, another) is None
    assert opened(sealed, {}) is None


def test_a_machine_that_was_given_a_tpm_gives_its_key_to_that(
    state: Path, sealed: Path, tmp_path: Path
) -> None:
    seed = (state / "terminal.key").read_bytes()
    assert protect(state, sealed, "host", {}).returncode == 0
    assert key_place(state, {}, sealed).custody is Custody.HOST
    with a_tpm(tmp_path / "tpm") as tpm:
        done = protect(state, sealed, "host+tpm2", tpm)
        assert done.returncode == 0, done.stderr
        assert opened(sealed, tpm) == seed
    assert key_place(state, {}, sealed).custody is Custody.TPM
    assert opened(sealed, {}) is None


def test_where_the_tpm_that_is_insisted_upon_is_not_there_nothing_changes(
    state: Path, sealed: Path
) -> None:
    seed = (state / "terminal.key").read_bytes()
    done = protect(state, sealed, "tpm2", {"SYSTEMD_TPM2_DEVICE": "swtpm:host=127.0.0.1,port=9"})
    assert (done.returncode, "nothing was changed" in done.stderr) == (1, True)
    assert (state / "terminal.key").read_bytes() == seed
    assert list(sealed.parent.iterdir()) == []
