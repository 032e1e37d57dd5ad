"""The switches by which the sandbox's platform fails."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sandbox.platform.faults import Fault, Switches
from sandbox.platform.keys import HYBRID
from sandbox.platform.people import BY_REF
from sandbox.platform.server import PlatformPeer
from tests.sandbox.platform_calls import NUMBER, ROOT, Told, call, hand_in


@pytest.fixture
def peer(tmp_path):
    with PlatformPeer(tmp_path / "state") as peer:
        yield peer


def test_a_fault_for_the_next_two_requests_ends_by_itself(peer):
    peer.switches.set(fault="status", status=500, times=2)
    assert [call(f"{peer.url}/v1/health").status for _ in range(3)] == [500, 500, 200]


def test_a_fault_set_anew_forgets_how_long_the_last_one_was_to_stay(peer):
    peer.switches.set(fault="status", times=1)
    peer.switches.set(fault="status")
    assert [call(f"{peer.url}/v1/health").status for _ in range(3)] == [503, 503, 503]


def test_a_held_back_request_is_let_go_when_all_is_well_again(peer):
    peer.switches.set(delay_s=600)
    told: list[Told] = []
    waiting = threading.Thread(target=lambda: told.append(call(f"{peer.url}/v1/health")))
    waiting.start()
    assert peer.wait_for_connection(30)
    peer.switches.clear()
    waiting.join(30)
    assert [each.status for each in told] == [200]


def test_a_platform_that_refuses_comes_back_on_the_same_port(peer):
    url = peer.url
    for _ in range(3):
        peer.switches.set(listening=False)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", peer.port), 10)
        peer.switches.set(listening=True)
        assert call(f"{url}/v1/health").status == 200


def test_a_platform_told_to_decide_later_accepts(peer):
    peer.switches.set(decide_later=True)
    assert hand_in(peer, BY_REF["p01"]).status == 202
    assert peer.store.certifications(NUMBER) == 0
    assert peer.decide() == 1
    assert peer.store.certifications(NUMBER) == 1


@pytest.mark.parametrize("fault", ["status", "dead", "portal", "redirect"])
def test_a_fault_on_the_way_in_leaves_nothing_behind(peer, fault):
    peer.switches.set(fault=fault)
    try:
        hand_in(peer, BY_REF["p01"])
    except (OSError, ValueError):  # hung up, or a page
        assert fault != "status"
    assert peer.store.numbers() == []


def test_the_switches_are_turned_from_outside_even_while_the_platform_refuses(peer):
    told = call(peer.control_url, {"listening": False, "fault": "half", "times": 3})
    assert told.body["switches"]["fault"] == "half"
    assert set(told.body["faults"]) == {fault.value for fault in Fault}
    with pytest.raises(urllib.error.URLError):
        call(f"{peer.url}/v1/health")
    call(peer.control_url, {"listening": True, "fault": "none"})
    assert call(f"{peer.url}/v1/health").status == 200
    assert call(peer.control_url).body["switches"]["listening"] is True


def test_what_was_accepted_is_decided_from_outside(peer):
    hand_in(peer, BY_REF["p18"])
    assert call(f"{peer.control_url}/decide", {}).body == {"decided": 1}


@pytest.mark.parametrize(
    "wrong",
    [{"fault": "magic"}, {"delay_s": -1}, {"times": 0}, {"status": 200}, {"colour": 1}, [1]],
)
def test_a_switch_that_does_not_exist_is_refused_and_nothing_changes(peer, wrong):
    assert call(peer.control_url, wrong).status == 400
    assert peer.switches.now == Switches()


def test_stopping_ends_requests_that_are_held_back(tmp_path):
    peer = PlatformPeer(tmp_path)
    peer.switches.set(fault="silence")
    with socket.create_connection(("127.0.0.1", peer.port), 30) as line:
        line.sendall(b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert peer.wait_for_connection(30)
        peer.stop()
        assert line.recv(1) == b""


def test_the_platform_runs_as_a_program_of_its_own(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox.platform", "--plain", "--state", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        told = json.loads(program.stdout.readline())
        assert call(f"{told['url']}/v1/health").status == 200
        assert json.loads(Path(told["key_file"]).read_text())["suite"] == HYBRID
        program.terminate()
        assert program.wait(30) == 0
