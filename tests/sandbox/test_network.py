"""The sandbox's network: well, at fault, mended; and certificates that are not right."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading

import pytest

from sandbox.certificates import Certificates, Paper
from sandbox.network import LOOPBACK, Network
from sandbox.network_faults import FAULTS
from sandbox.platform.server import PlatformPeer

PATIENCE_S = 30.0


@pytest.fixture
def far(tmp_path):
    with PlatformPeer(tmp_path) as peer:
        yield LOOPBACK, peer.port


def health(port, timeout_s=PATIENCE_S):
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_s)
    try:
        line.request("GET", "/v1/sealing-key")
        return "ok" if json.loads(line.getresponse().read())["keys"] else "empty"
    finally:
        line.close()


def test_a_network_that_is_well_passes_everything_on(far):
    with Network(far) as network:
        assert health(network.port) == "ok"


def test_a_refused_connection_can_be_had_again_at_the_same_port(far):
    with Network(far) as network:
        network.refuse()
        with pytest.raises(ConnectionRefusedError):
            health(network.port)
        network.mend()
        assert health(network.port) == "ok"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_when_it_is_mended_and_leaves_nothing_running(far, name):
    with Network(far) as network:
        network.fail(FAULTS[name])
        with contextlib.ExitStack() as held:
            with contextlib.suppress(ConnectionError):  # some hang up before they have read it
                line = socket.create_connection((LOOPBACK, network.port), PATIENCE_S)
                held.enter_context(line).sendall(b"GET /v1/health HTTP/1.1\r\nHost: kiosk\r\n\r\n")
            assert network.met.wait(PATIENCE_S)
            network.mend()
        assert health(network.port) == "ok"
        network.settle()
    assert not [each for each in threading.enumerate() if each.name == "network"]


@pytest.mark.parametrize("paper", Paper)
def test_one_certificate_is_right_and_the_others_are_refused(far, paper, tmp_path):
    certificates = Certificates(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificates.authority))
    with Network(far, certificates.server(paper)) as network:
        line = http.client.HTTPSConnection(
            LOOPBACK, network.port, timeout=PATIENCE_S, context=trusting
        )
        if paper in (Paper.RIGHT, Paper.ENDING):
            line.request("GET", "/v1/sealing-key")
            assert line.getresponse().status == 200
        else:
            with pytest.raises(ssl.SSLCertVerificationError):
                line.request("GET", "/v1/health")
        line.close()
