"""A USB printer: real pyusb above, and below it a bus that leads to the simulated printer."""

from __future__ import annotations

import errno
import socket
from types import SimpleNamespace

import pytest
import usb.backend.libusb1
import usb.core
from usb.backend import IBackend

from devices.base import DeviceAbsentError
from devices.printer_usb import UsbLink
from devices.receipt_printer import Printed, PrintUnsure, ReceiptPrinter
from sandbox.printer import ReceiptPrinterPeer
from tests.printer_kit import PROFILES, certification, font, glyphs

OUT, IN = 0x03, 0x81
SLIP = certification()


class Bus(IBackend):
    """One device with one interface; its two pipes are a connection to the peer."""

    def __init__(self, peer, interface_class=7, endpoints=(OUT, IN)):
        self._line = socket.create_connection(peer.address)
        self._class, self._endpoints = interface_class, endpoints
        self.calls = []
        self.plugged = True

    def enumerate_devices(self):
        return ["printer"] if self.plugged else []

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=0x0416, idProduct=0x5011,
            bcdDevice=0x100, iManufacturer=0, iProduct=0, iSerialNumber=0, bNumConfigurations=1,
            address=5, bus=1, port_number=1, port_numbers=(1,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1,
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0xC0, bMaxPower=1,
            extra_descriptors=b"",
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=len(self._endpoints), bInterfaceClass=self._class,
            bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=b"",
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=self._endpoints[ep], bmAttributes=2,
            wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=b"",
        )  # fmt: skip

    def open_device(self, dev):
        self.calls.append("open")
        return dev

    def close_device(self, handle):
        self.calls.append("close")

    def get_configuration(self, handle):
        return 1

    def is_kernel_driver_active(self, handle, intf):
        return "detach" not in self.calls

    def detach_kernel_driver(self, handle, intf):
        self.calls.append("detach")

    def claim_interface(self, handle, intf):
        self.calls.append("claim")

    def release_interface(self, handle, intf):
        self.calls.append("release")

    def bulk_write(self, handle, ep, intf, data, timeout):
        assert ep == OUT
        self._usable(timeout)
        self._line.sendall(data)
        return len(data)

    def bulk_read(self, handle, ep, intf, buff, timeout):
        assert ep == IN
        self._usable(timeout)
        try:
            got = self._line.recv(len(buff))
        except TimeoutError:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from None
        buff[: len(got)] = type(buff)("B", got)
        return len(got)

    def _usable(self, timeout):
        assert timeout > 0, "0 waits for ever"
        if not self.plugged:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)
        self._line.settimeout(timeout / 1000)

    def end(self):
        self._line.close()


@pytest.fixture
def peer():
    with ReceiptPrinterPeer(font()) as far:
        yield far


@pytest.fixture
def plug_in(peer, monkeypatch):
    buses = []

    def bus_of(**how):
        buses.append(Bus(peer, **how))
        monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_: buses[-1])
        return buses[-1]

    yield bus_of
    for bus in buses:
        bus.end()


def opened(vendor_id=0x0416):
    link = UsbLink(vendor_id, 0x5011)
    return ReceiptPrinter(link, PROFILES["generic-80"], glyphs(), answer_timeout_s=10.0)


def test_a_usb_printer_prints_and_confirms(peer, plug_in):
    bus = plug_in()
    with opened() as printer:
        assert printer.status().usable
        assert printer.print(SLIP) == Printed()
    assert [page.complete for page in peer.pages] == [True]
    assert bus.calls == ["open", "detach", "claim", "release", "close"]


def test_a_usb_printer_that_is_pulled_out_is_gone_and_can_come_back(plug_in):
    bus = plug_in()
    with opened() as printer:
        bus.plugged = False
        with pytest.raises(DeviceAbsentError):
            printer.status()
        with pytest.raises(DeviceAbsentError):
            printer.print(SLIP)
    with pytest.raises(DeviceAbsentError), opened():
        pass
    bus.plugged = True
    with opened() as printer:
        assert printer.status().usable


def test_a_usb_printer_pulled_out_within_a_slip_leaves_it_unsure(peer, plug_in):
    bus = plug_in()
    write, sent = bus.bulk_write, []

    def pulled_at_the_tenth(*args):
        sent.append(args)
        bus.plugged = len(sent) < 10
        return write(*args)

    bus.bulk_write = pulled_at_the_tenth
    with opened() as printer:
        assert isinstance(printer.print(SLIP), PrintUnsure)


@pytest.mark.parametrize("how", [{"interface_class": 8}, {"endpoints": (OUT,)}])
def test_a_usb_device_that_is_no_printer_to_talk_with_is_refused(plug_in, how):
    plug_in(**how)
    with pytest.raises(DeviceAbsentError), opened():
        pass


def test_another_usb_device_is_not_taken(plug_in):
    plug_in()
    with pytest.raises(DeviceAbsentError), opened(vendor_id=0x0417):
        pass
