"""A receipt printer on USB without a serial adapter: printer class 7, two bulk endpoints."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import usb.core  # type: ignore[import-untyped]
import usb.util  # type: ignore[import-untyped]

from devices.base import DeviceAbsentError
from devices.printer_links import Link, LinkBrokenError

PRINTER_CLASS = 7  # USB Device Class Definition for Printing Devices 1.1, 4.2
READ_BYTES = 64  # not less than a packet of a full-speed bulk endpoint, or the rest is lost


@dataclass(frozen=True, slots=True)
class UsbLink:
    vendor_id: int
    product_id: int

    def open(self, timeout_s: float) -> Link:
        name = f"{self.vendor_id:04x}:{self.product_id:04x}"
        try:
            device = usb.core.find(idVendor=self.vendor_id, idProduct=self.product_id)
            if device is None:
                raise DeviceAbsentError(f"no USB device {name}")
            return _Usb(device, name)
        except usb.core.USBError as fault:  # NoBackendError, no libusb, too
            raise DeviceAbsentError(f"USB device {name}: {fault}") from fault


class _Usb:
    answers = True
    lag_s = 0.0

    def __init__(self, device: Any, name: str) -> None:
        """Raises DeviceAbsentError or usb.core.USBError."""
        interfaces = [i for configuration in device for i in configuration]
        printers = [i for i in interfaces if i.bInterfaceClass == PRINTER_CLASS]
        if not printers:
            raise DeviceAbsentError(f"USB device {name} is no printer")
        self._device, self._interface = device, printers[0].bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if device.is_kernel_driver_active(self._interface):
                device.detach_kernel_driver(self._interface)
        usb.util.claim_interface(device, self._interface)
        ways = {usb.util.endpoint_direction(e.bEndpointAddress): e for e in printers[0]}
        if ways.keys() != {usb.util.ENDPOINT_IN, usb.util.ENDPOINT_OUT}:
            raise DeviceAbsentError(f"USB device {name} cannot answer")
        self._in, self._out = ways[usb.util.ENDPOINT_IN], ways[usb.util.ENDPOINT_OUT]

    def write(self, data: bytes, timeout_s: float) -> None:
        try:
            taken = self._device.write(self._out.bEndpointAddress, data, _whole_ms(timeout_s))
        except usb.core.USBError as fault:
            raise LinkBrokenError(f"the printer takes nothing: {fault}") from fault
        if taken != len(data):
            raise LinkBrokenError(f"the printer took {taken} of {len(data)} bytes")

    def read(self, timeout_s: float) -> bytes:
        try:
            address = self._in.bEndpointAddress
            return bytes(self._device.read(address, READ_BYTES, _whole_ms(timeout_s)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as fault:
            raise LinkBrokenError(f"the printer is gone: {fault}") from fault

    def close(self) -> None:
        with contextlib.suppress(usb.core.USBError):
            usb.util.release_interface(self._device, self._interface)
        usb.util.dispose_resources(self._device)


def _whole_ms(timeout_s: float) -> int:
    return max(1, round(timeout_s * 1000))  # 0 is for ever in libusb
