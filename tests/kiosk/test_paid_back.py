"""What was paid for something that was not handed in goes back, whatever happens in between."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform, PlatformError
from kiosk.visits.events import Declined, KeepFailed, Left
from sandbox.platform.faults import Fault
from sandbox.platform.payments import Telephone
from tests.kiosk.tills import NOW_ROW, TERMINAL, Till, closed_by_itself


def test_what_was_paid_goes_back_when_nothing_can_be_kept(tmp_path, peer, telephone):
    till = Till(tmp_path, peer, fakes=("keep application",))
    telephone(Telephone.PAYS)
    till.to_fee()
    assert till.happen(NOW_ROW) == "hand in"
    assert till.happen((KeepFailed, "disk")) == "cannot keep"
    assert till.page.body == "cannot_keep.paid"
    assert till.page.values["yuan"] == "20"
    assert till.page.actions[-1].label == "action.money_back"
    assert till.happen(Declined) == "money back"
    assert till.order.state == "REFUNDED"


def test_without_a_fee_nothing_that_cannot_be_kept_speaks_of_money(tmp_path, peer):
    till = Till(tmp_path, peer, fakes=("keep application",))
    till.to_fee("expired", "sms")
    assert till.happen((KeepFailed, "disk")) == "cannot keep"
    assert till.page.body == "cannot_keep.disk"
    assert till.happen(Left) == "leaving"


def test_a_visit_that_ends_between_paid_and_kept_is_paid_back_by_itself(tmp_path, peer, telephone):
    till = Till(tmp_path, peer, fakes=("keep application",))
    telephone(Telephone.PAYS)
    till.to_fee()
    till.happen(NOW_ROW, Left)  # before the disk has answered
    closed_by_itself(till)
    assert till.order.state == "REFUNDED"


PAID_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.platform.enquiries import Enquiries
from kiosk.platform.gateway import Platform
from kiosk.platform.payment_messages import PaymentOrder
from kiosk.machines.store_room import StoreRoom
from offline_cache.payment_orders import Owed
folder, url, killed = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
room = StoreRoom(folder / "store.db", folder / "terminal.key", "522401")
room.begin()
platform = Enquiries(Platform(url, "522401", room.signature))
key, submission = "1f0c2f0a-6f0e-4f57-9a39-0a1b2c3d4e5f", "0a1b2c3d-6f0e-4f57-9a39-0a1b2c3d4e5f"
with room.orders() as orders:
    orders.begin(Owed(key, "2020-35/2/23", submission, 2000), 1)
    told = platform.pay(PaymentOrder(key, "2020-35/2/23", submission, 2000))
    if killed == "before its number is known":
        os.kill(os.getpid(), signal.SIGKILL)
    orders.number(key, told.order)
while platform.payment(told.order).state != "PAID":
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("killed", ["before its number is known", "when it is paid"])
def test_a_terminal_killed_between_paid_and_kept_pays_back_at_its_next_start(
    tmp_path, peer, telephone, killed
):
    telephone(Telephone.PAYS)
    command = [sys.executable, "-c", PAID_AND_KILLED, str(tmp_path), peer.url, killed]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    if killed == "before its number is known":
        peer.desk.payments.pay()  # by a telephone that has seen the code somehow
    (order,) = peer.desk.payments.orders()
    assert order.state == "PAID"
    till = Till(tmp_path, peer)
    closed_by_itself(till)
    till.outbox.close()
    (order,) = peer.desk.payments.orders()
    assert order.state == "REFUNDED"
    assert peer.desk.payments.refunds == [order.number]


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.NONE}))
@pytest.mark.parametrize("asked", ["cancel_payment", "refund_payment"])
def test_whatever_the_line_does_the_money_goes_back_once(tmp_path, peer, fault, asked):
    till = Till(tmp_path, peer, fakes=("await payment",))
    till.platform = Platform(peer.url, TERMINAL, till.room.signature, 1.0, 1.0, 1.5)
    till.to_fee()
    till.happen(NOW_ROW)
    peer.desk.payments.pay()
    peer.switches.set(fault=fault, times=1)
    with pytest.raises(PlatformError):
        getattr(Enquiries(till.platform), asked)(till.order.number)
    peer.switches.set(fault=fault, times=1)
    closed_by_itself(till)
    till.outbox.close()
    assert till.order.state == "REFUNDED"
    assert peer.desk.payments.refunds == [till.order.number]


def test_an_order_that_counts_is_never_given_back(till, telephone):
    telephone(Telephone.PAYS)
    till.to_fee()
    till.happen(NOW_ROW)
    till.sent()
    Enquiries(till.platform).refund_payment(till.order.number)
    assert till.order.state == "PAID"


def test_an_order_for_another_packet_is_refused(till, telephone):
    telephone(Telephone.PAYS)
    till.to_fee()
    till.happen(NOW_ROW)
    number = till.order.number
    assert not till.peer.desk.payments.count(number, TERMINAL, "another", 2000)
    assert not till.peer.desk.payments.count(number, TERMINAL, till.visit.key, 1)
    assert not till.peer.desk.payments.count(number, "522402", till.visit.key, 2000)
