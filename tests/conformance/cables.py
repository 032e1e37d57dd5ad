"""What befalls any network cable: far ends have a `cable` between themselves and the device."""

from __future__ import annotations

from typing import Any

from sandbox.cable import Cable
from sandbox.cable_faults import CableFault
from tests.conformance.bench import Fault, Kind
from tests.conformance.ports import call


class Wired:
    """Mixed into a far end that has `cable`."""

    cable: Cable

    def unplug(self) -> None:
        self.cable.unplug()

    def plug(self) -> None:
        self.cable.plug()

    def spoil(self, fault: CableFault) -> None:
        self.cable.misbehave(fault)

    def mend(self) -> None:
        self.cable.behave()


def spoilt(kind: Kind, fault: CableFault, **row: Any) -> Fault:
    return Fault(kind=kind, how=fault, inject=call("spoil", fault), heal=call("mend"), **row)
