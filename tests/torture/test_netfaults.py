"""Whatever the network does, what was handed in arrives once; and the harness notices if not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.torture.harness import ROOT, spoilt
from torture.net_endpoints import ENDPOINTS
from torture.netfaults import inner_faults


def test_every_third_pair_of_a_fault_and_an_endpoint_ends_well():
    """`make netfaults` meets them all."""
    done = subprocess.run(
        [sys.executable, "-m", "torture.netfaults", "--seed", "20260308", "--every", "3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.fullmatch(
        rf"netfaults: \d+ faults x {len(ENDPOINTS)} endpoints, 0 wrong",
        done.stdout.splitlines()[-1],
    )
    assert len(inner_faults()) >= 20


def test_everything_is_asked_that_the_terminal_asks():
    contract = yaml.safe_load(Path(ROOT / "docs" / "api" / "platform.yaml").read_text("utf-8"))
    operations = {
        operation["operationId"]
        for path in contract["paths"].values()
        for operation in path.values()
    }
    assert set(ENDPOINTS) == operations - {"sealingKey"}  # which is for operators


@pytest.mark.parametrize(
    ("breaking", "fault", "endpoint", "finding"),
    [
        (
            "delivery.PlatformGarbledError = type('Nothing', (Exception,), {})\n"
            "delivery.PutOff = lambda *_: delivery.Poison(delivery.Problem.REJECTED)",
            "silence",
            "submit",
            "set aside, though the platform never refused it",
        ),
        (
            "net_endpoints.sender = lambda platform: (\n"
            "    lambda queued: delivery.Delivered(delivery.Outcome.COMPLETED))",
            "log-in page",
            "rate",
            "counts as delivered, and the platform has nothing",
        ),
        (
            "gateway._about = lambda answer, number: answer",
            "anothers answer",
            "progress",
            "an answer that the platform did not give",
        ),
        (
            "gateway.read_answer = lambda *_: None",
            "log-in page",
            "health",
            "well, says somebody who is not the platform",
        ),
        (
            "net_endpoints.TOTAL_S = net_endpoints.READ_S = 2.0\nnet_endpoints._SLACK_S = -1.5",
            "silence",
            "eligibility",
            "does not end within its limits",
        ),
        (
            "enquiries.Enquiries._about = lambda self, method, order, what: gateway.read_answer(\n"
            "    self._platform.call(method, f'/v1/payments/{order}{what}'), (200,),\n"
            "    enquiries.Payment.model_validate_json)",
            "anothers answer",
            "payment",
            "an answer that the platform did not give",
        ),
        (
            "enquiries.hashlib.sha256 = lambda _: type('', (), {\n"
            "    'hexdigest': lambda self: world._scene.paper.sha256})()",
            "anothers answer",
            "document",
            "an answer that the platform did not give",
        ),
        (
            "net_questions.Shelf.take = lambda *_: net_questions.Taken.NEW",
            "anothers answer",
            "reference",
            "an answer that the platform did not give",
        ),
        (
            "head_reports.uuid.uuid5 = lambda *_: uuid.uuid4()",
            "lost answer",
            "journalHead",
            "2 effects",
        ),
    ],
    ids=[
        *("set aside", "acknowledged", "another's", "a ping of nobody", "too long"),
        *("another's order", "another's document", "a notice of anybody", "twice"),
    ],
)
def test_a_client_that_would_be_taken_in_is_found_out(breaking, fault, endpoint, finding):
    found = spoilt(
        "import random, tempfile\n"
        "from contextlib import closing\n"
        "from pathlib import Path\n"
        "import uuid\n"
        "from kiosk.machines import delivery, head_reports\n"
        "from kiosk.platform import enquiries, gateway\n"
        "from sandbox.certificates import Certificates\n"
        "from torture import net_endpoints, net_questions, netfaults\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    papers = Certificates(Path(folder))\n"
        "    with closing(net_endpoints.World(Path(folder), papers, random.Random(1))) as world:\n"
        "        net_endpoints._PATIENCE_S = 5.0\n"
        + "".join(f"        {line}\n" for line in breaking.split("\n"))
        + f"        play = netfaults.inner_faults()[{fault!r}]\n"
        f"        pair = net_endpoints.Pair({fault!r}, {endpoint!r}, play)\n"
        "        print(*world.meet(pair), sep='\\n')\n"
    )
    assert finding in found
