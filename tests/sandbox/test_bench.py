"""What can be done at the bench, and who may do it."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import requests

from sandbox.bench.actions import ACTIONS
from sandbox.bench.cards import CARDS
from sandbox.bench.client import BenchClient, BenchError
from sandbox.bench.shelf import SHELF
from sandbox.cable import Cable
from sandbox.platform.people import PEOPLE
from sandbox.world import World

LONG_S = 60
PAGE = Path(__file__).resolve().parents[2] / "sandbox" / "bench" / "page"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with World(tmp_path_factory.mktemp("bench")) as world:
        yield world.bench.url


@pytest.fixture
def bench(url: str) -> BenchClient:
    return BenchClient(url)


def until(seen: Any) -> None:
    end_s = monotonic() + LONG_S
    while not seen():
        assert monotonic() < end_s
        sleep(0.02)


def post(url: str, data: str = "{}", **headers: str) -> requests.Response:
    return requests.post(
        f"{url}/api/reader/lift",
        data=data.encode(),
        headers={"Content-Type": "application/json", **headers},
        timeout=LONG_S,
    )


def test_a_card_that_is_laid_lies_there_until_it_is_lifted(bench: BenchClient) -> None:
    bench.do("reader/lay", person="p01")
    assert bench.state()["reader"]["card"] == "p01"
    bench.do("reader/lay", person="s01")
    assert bench.state()["reader"]["card"] == "s01"
    bench.do("reader/lift")
    assert bench.state()["reader"]["card"] is None


def test_every_person_of_the_platform_has_a_card_with_their_number() -> None:
    assert {ref: card.number for ref, card in CARDS.items()} == {
        person.ref: person.number for person in PEOPLE
    }
    # The text block has the number of a resident at byte 122, as UTF-16LE.
    assert CARDS["p01"].text_block()[122:158].decode("utf-16-le") == "430121194803120424"


def test_a_pulled_camera_refuses_and_comes_back_at_the_same_address(bench: BenchClient) -> None:
    address = bench.state()["camera"]["url"]
    bench.do("camera/unplug")
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=LONG_S, stream=True)
    bench.do("camera/plug")
    assert bench.state()["camera"]["url"] == address
    with requests.get(address, timeout=LONG_S, stream=True) as stream:
        assert stream.headers["Content-Type"].startswith("multipart/x-mixed-replace")


def test_a_film_and_what_the_person_does_are_chosen(bench: BenchClient) -> None:
    bench.do("camera/show", film="nobody")
    assert bench.state()["camera"]["film"] == "nobody"
    bench.do("camera/show", film="one_person")
    bench.do("camera/act", what="blink")


def test_what_is_printed_can_be_seen(bench: BenchClient) -> None:
    before = len(bench.state()["printer"]["slips"])
    with socket.create_connection(("127.0.0.1", bench.state()["printer"]["port"])) as line:
        line.sendall(b"\x1b@receipt\n\x1dV\x00")
        until(lambda: len(bench.state()["printer"]["slips"]) == before + 1)
    assert bench.slip(before + 1).startswith(b"\x89PNG")
    with pytest.raises(BenchError):
        bench.slip(before + 2)


def test_a_printer_stops_without_paper_and_goes_on_with_a_new_roll(bench: BenchClient) -> None:
    bench.do("printer/end_paper")
    state = bench.state()["printer"]
    assert state["paper_end"]
    assert state["stopped"]
    bench.do("printer/refill")
    assert not bench.state()["printer"]["stopped"]


def test_a_printer_whose_cable_is_pulled_is_not_there(bench: BenchClient) -> None:
    address = ("127.0.0.1", bench.state()["printer"]["port"])
    with socket.create_connection(address) as line:
        line.settimeout(LONG_S)
        line.sendall(b"\x10\x04\x01")
        assert line.recv(1)
        bench.do("printer/unplug")
        assert line.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)
    bench.do("printer/plug")
    with socket.create_connection(address) as line:
        line.settimeout(LONG_S)
        line.sendall(b"\x10\x04\x01")
        assert line.recv(1)


def shown_to(platform: dict[str, Any]) -> dict[str, Any]:
    """For `requests`: the terminal's certificate, and whom it trusts."""
    papers = platform["papers"]
    own = (papers["certificate_file"], papers["certificate_key_file"])
    return {"verify": papers["ca_file"], "cert": own}


def test_the_network_is_cut_and_mended(bench: BenchClient) -> None:
    platform = bench.state()["platform"]
    keys, shown = f"{platform['url']}/v1/sealing-key", shown_to(platform)
    bench.do("platform/set", listening=False)
    with pytest.raises(requests.ConnectionError):
        requests.get(keys, timeout=LONG_S, **shown)
    bench.do("platform/clear")
    assert requests.get(keys, timeout=LONG_S, **shown).ok


def test_nothing_that_was_sent_to_the_platform_is_shown(bench: BenchClient) -> None:
    platform = bench.state()["platform"]
    body = {"id_number": CARDS["p01"].number}
    url = f"{platform['url']}/v1/eligibility"
    requests.post(url, json=body, timeout=LONG_S, **shown_to(platform))
    told = bench.state()["platform"]["exchanges"][-1]
    assert told["asked"] == "POST /v1/eligibility"
    assert CARDS["p01"].number not in json.dumps(told)


@pytest.mark.parametrize(
    ("action", "args"),
    [
        ("reader/lay", {}),
        ("reader/lay", {"person": "nobody"}),
        ("reader/lay", {"person": ["p01"]}),
        ("reader/lay", {"person": "p01", "and": "more"}),
        ("reader/plug", {"name": "../ttyUSB0"}),
        ("reader/state", {}),
        ("reader/__exit__", {}),
        ("nothing/lay", {}),
        ("camera/show", {"film": "none such"}),
        ("camera/slow", {"frames_per_s": True}),
        ("printer/cover", {"opened": "yes"}),
        ("printer/end_paper", {"after_lines": -1}),
        ("platform/set", {"delay_s": 1e9}),
        ("platform/set", {"fault": "none such"}),
    ],
)
def test_what_is_not_in_the_table_is_refused(
    bench: BenchClient, action: str, args: dict[str, object]
) -> None:
    before = bench.state()
    with pytest.raises(BenchError):
        bench.do(action, **args)
    assert bench.state() == before


def test_a_foreign_host_name_is_turned_away(url: str) -> None:
    port = url.rpartition(":")[2]
    assert post(url, Host=f"evil.example:{port}").status_code == 403
    assert post(url, Host=f"localhost:{port}").status_code == 200
    state = requests.get(f"{url}/api/state", headers={"Host": "evil.example"}, timeout=LONG_S)
    assert state.status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_on_a_foreign_page_moves_nothing(url: str, kind: str) -> None:
    assert post(url, **{"Content-Type": kind}).status_code == 415


def test_a_request_without_end_is_turned_away(url: str) -> None:
    assert post(url, "[" + "0," * 5000 + "0]").status_code == 413


@pytest.mark.parametrize("data", ["", "{", "[]", "null", '"lift"', "{}{}"])
def test_what_is_no_object_is_refused(url: str, data: str) -> None:
    assert post(url, data).status_code == 400


def test_no_other_site_may_ask_from_a_browser(url: str) -> None:
    asked = requests.options(
        f"{url}/api/reader/lift",
        headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
        timeout=LONG_S,
    )
    assert "Access-Control-Allow-Origin" not in asked.headers


def test_the_page_needs_nothing_from_elsewhere(url: str) -> None:
    page = requests.get(url, timeout=LONG_S)
    assert page.ok
    parts = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert {Path(part).name for part in parts} == {part.name for part in PAGE.glob("*.[cj]s*")}
    texts = [requests.get(url + part, timeout=LONG_S) for part in parts]
    assert not [text.url for text in texts if not text.ok or re.search(r"https?://", text.text)]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/..%2fserver.py", "/server.py", "/page/bench.js", "/index.php"])
def test_only_the_page_itself_is_handed_out(url: str, path: str) -> None:
    assert requests.get(url + path, timeout=LONG_S).status_code == 404


def test_the_page_does_only_what_the_bench_can(url: str) -> None:
    script = requests.get(f"{url}/bench.js", timeout=LONG_S).text
    more = requests.get(f"{url}/more.js", timeout=LONG_S).text
    literal = set(re.findall(r'"([a-z_]+/[a-z_]+)"', script + more))
    switched = {f"printer/{name}" for name in re.findall(r'\["([a-z_]+)", \{', script)}
    assert (literal | switched) - {"application/json"} <= set(ACTIONS)
    assert len(literal) > 40


def test_every_device_on_the_shelf_has_its_card_on_the_page() -> None:
    table = re.search(r"const MORE = \{(.*?)\};", (PAGE / "more.js").read_text("utf-8"), re.DOTALL)
    assert table
    assert set(re.findall(r"([a-z_]+):", table[1])) == set(SHELF)


def test_a_cable_gives_back_what_comes_and_ends_with_either_side() -> None:
    with socket.create_server(("127.0.0.1", 0)) as far, Cable(far.getsockname()) as cable:
        near = socket.create_connection(("127.0.0.1", cable.port))
        there, _ = far.accept()
        with near, there:
            near.settimeout(LONG_S)
            there.settimeout(LONG_S)
            near.sendall(b"question")
            assert there.recv(100) == b"question"
            there.sendall(b"answer")
            assert near.recv(100) == b"answer"
            there.close()
            assert near.recv(100) == b""
