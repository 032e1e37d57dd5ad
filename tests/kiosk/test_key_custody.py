"""Where the terminal's key is read from, and what `deploy/protect-key.sh` does with it."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.machines.key_custody import RUNNING, Custody, KeyPlace, key_place, own_key
from offline_cache.terminal_key import TerminalKeyError, load_or_make

PROTECT = Path(__file__).resolve().parents[2] / "deploy" / "protect-key.sh"


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def secret_of_this_machine(tmp_path, monkeypatch):
    """In the place of /var/lib/systemd/credential.secret, which is not the tests'."""
    monkeypatch.setenv("SYSTEMD_CREDENTIAL_SECRET", str(tmp_path / "credential.secret"))


@pytest.fixture
def sealed(tmp_path):
    return tmp_path / "credstore.encrypted" / "terminal.key"


def credential(tmp_path, key):
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "terminal.key").write_bytes(key)
    return {"CREDENTIALS_DIRECTORY": str(folder)}, folder / "terminal.key"


def test_without_anything_a_key_is_made_in_the_state(state, sealed):
    place = key_place(state, {}, sealed)
    assert place == KeyPlace(state / "terminal.key", Custody.FILE)
    assert own_key(place).made
    assert not own_key(key_place(state, {}, sealed)).made


def test_what_systemd_gives_is_taken(state, sealed, tmp_path):
    environment, file = credential(tmp_path, bytes(range(32)))
    place = key_place(state, environment, sealed)
    assert place == KeyPlace(file, Custody.UNKNOWN)
    assert own_key(place).public == own_key(place).public


def test_a_key_in_the_clear_beside_the_given_one_is_noticed(state, sealed, tmp_path):
    load_or_make(state / "terminal.key")
    environment, file = credential(tmp_path, bytes(range(32)))
    place = key_place(state, environment, sealed)
    assert (place.file, place.left) == (file, state / "terminal.key")


def test_other_credentials_of_the_service_change_nothing(state, sealed, tmp_path):
    environment, file = credential(tmp_path, b"")
    file.rename(file.with_name("something.else"))
    assert key_place(state, environment, sealed).custody is Custody.FILE


def test_a_given_key_that_is_none_is_refused_and_left_as_it_is(state, sealed, tmp_path):
    environment, file = credential(tmp_path, b"short")
    with pytest.raises(TerminalKeyError, match="32 bytes are expected"):
        own_key(key_place(state, environment, sealed))
    assert file.read_bytes() == b"short"
    file.unlink()
    with pytest.raises(TerminalKeyError, match="No such file"):
        own_key(KeyPlace(file, Custody.UNKNOWN))
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("head", "custody"),
    [
        ("5a1c6a86df9d4096b1d5a65e0862f19a", Custody.HOST),
        ("0c7cc07b117645919c4b0bea08bc20fe", Custody.TPM),
        ("93a894094874449090caf2fc93cab553", Custody.TPM),
        ("00000000000000000000000000000000", Custody.UNKNOWN),
    ],
)
def test_how_it_was_encrypted_is_read_from_the_credential(state, sealed, head, custody):
    sealed.parent.mkdir()
    sealed.write_bytes(base64.b64encode(bytes.fromhex(head) + bytes(100)))
    place = key_place(state, {}, sealed)
    assert place == KeyPlace(RUNNING, custody), "tools read what the running terminal has"


def protect(state, sealed):
    if shutil.which("systemd-creds") is None:
        pytest.fail("systemd-creds is not installed: apt-get install systemd")
    return subprocess.run(
        [PROTECT, state, sealed], capture_output=True, text=True, timeout=60, check=False
    )


def decrypted(sealed):
    command = ["systemd-creds", "decrypt", "--quiet", "--name=terminal.key", sealed, "-"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def test_a_key_is_encrypted_and_its_file_is_gone(state, sealed):
    public = load_or_make(state / "terminal.key").public
    seed = (state / "terminal.key").read_bytes()
    done = protect(state, sealed)
    assert done.returncode == 0, done.stderr
    assert decrypted(sealed) == seed
    assert not (state / "terminal.key").exists()
    assert list(sealed.parent.iterdir()) == [sealed]
    assert seed not in base64.b64decode(sealed.read_bytes())
    assert key_place(state, {}, sealed).custody in (Custody.HOST, Custody.TPM)
    again = protect(state, sealed)
    assert again.returncode == 0, again.stderr
    assert decrypted(sealed) == seed
    assert len(public) == 32


def test_what_is_no_key_is_left_alone(state, sealed):
    assert protect(state, sealed).returncode == 1
    (state / "terminal.key").write_bytes(b"short")
    done = protect(state, sealed)
    assert (done.returncode, "32 bytes" in done.stderr) == (1, True)
    assert (state / "terminal.key").read_bytes() == b"short"
    assert not sealed.exists()
