"""The sockets of a simulated printer; every call returns at once."""

from __future__ import annotations

import contextlib
import os
import pty
import socket
import termios
import tty


class TcpPort:
    """One connection at a time, as in the network cards of receipt printers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._line: socket.socket | None = None
        self.address: tuple[str, int] | str = self._listener.getsockname()[:2]

    def source(self) -> socket.socket | int:
        return self._line or self._listener

    def receive(self, room: int) -> bytes:
        try:
            if self._line is None:
                self._line, _ = self._listener.accept()
                self._line.setblocking(False)
                self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return b""
            data = self._line.recv(room)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.drop()
        return data

    def send(self, data: bytes) -> None:
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.send(data)

    def drop(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def close(self) -> None:
        self.drop()
        self._listener.close()


class SerialPort:
    """A pseudo terminal; it has no connection to lose, only bytes under way."""

    def __init__(self) -> None:
        self._far, self._near = pty.openpty()  # the near end stays open: else reading fails
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        self.address: tuple[str, int] | str = os.ttyname(self._near)

    def source(self) -> socket.socket | int:
        return self._far

    def receive(self, room: int) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self._far, room)
        return b""

    def send(self, data: bytes) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._far, data)

    def drop(self) -> None:
        termios.tcflush(self._near, termios.TCIOFLUSH)

    def close(self) -> None:
        os.close(self._far)
        os.close(self._near)
