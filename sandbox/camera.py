"""A network camera: Motion JPEG over HTTP on loopback, showing one of the films.

`multipart/x-mixed-replace` as cameras send it: a boundary line, Content-Type, Content-Length, an
empty line, the JPEG (RFC 2046 §5.1; the type is Netscape's of 1995). Like a camera it keeps to its
clock: whoever reads too slowly gets fewer pictures, apart from what the sockets hold.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Final, Self

from sandbox.camera_films import ACTS, FILMS, FRAMES_PER_S, Film

_BOUNDARY: Final = b"frame"
_ANSWER: Final = (
    b"HTTP/1.0 200 OK\r\n"
    b"Cache-Control: no-store\r\n"
    b"Content-Type: multipart/x-mixed-replace; boundary=" + _BOUNDARY + b"\r\n\r\n"
)
_LINGER_S: Final = 2.0


def _part(jpeg: bytes) -> bytes:
    size = len(jpeg)
    head = b"--%s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % (_BOUNDARY, size)
    return head + jpeg + b"\r\n"


class CameraPeer:
    """Starts plugged in, showing somebody who waits to be asked. Any thread may call anything."""

    def __init__(self, port: int = 0, film: str | Film = "one_person") -> None:
        self._lock = threading.Condition()
        self._acts: deque[str] = deque()
        self._film: Iterator[bytes] = iter(())
        self._fps = float(FRAMES_PER_S)
        self._part = b""
        self._drawn = 0
        self._half = False
        self._stopped = False
        self._listener: socket.socket | None = None
        self._watchers: dict[socket.socket, threading.Thread] = {}
        self._port = port
        self.show(film)
        self.plug()
        self._director = threading.Thread(target=self._direct, name="camera film", daemon=True)
        self._director.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/video.mjpg"

    @property
    def drawn(self) -> int:
        """How many frames have been shown to somebody since the start."""
        return self._drawn

    def show(self, film: str | Film) -> None:
        """Cut to `film`, one of `FILMS` by name or any other, from its beginning."""
        with self._lock:
            self._acts.clear()
            self._film = (FILMS[film] if isinstance(film, str) else film)(self._asked)
            self._lock.notify_all()

    def act(self, what: str) -> None:
        """Ask the person in `one_person` to do one of `ACTS`, after what was asked before."""
        if what not in ACTS:
            raise ValueError(f"nobody here can {what}")
        with self._lock:
            self._acts.append(what)

    def slow(self, frames_per_s: float = 3.0) -> None:
        """A camera in the dark, or a poor line."""
        with self._lock:
            self._fps = frames_per_s

    def half_jpeg(self) -> None:
        """The next picture breaks off in the middle."""
        with self._lock:
            self._half = True

    def unplug(self) -> None:
        """Cuts everybody off in mid-picture and refuses the next."""
        with self._lock:
            listener, self._listener = self._listener, None
            watchers = list(self._watchers.items())
            self._lock.notify_all()
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for line, _ in watchers:
            self._hang_up(line)
        for _, thread in watchers:
            thread.join(_LINGER_S)

    def plug(self) -> None:
        """Answers again, at the same address."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen()
        self._port = listener.getsockname()[1]
        with self._lock:
            self._listener = listener
        threading.Thread(
            target=self._welcome, args=(listener,), name="camera listens", daemon=True
        ).start()

    def stop(self) -> None:
        self.unplug()
        with self._lock:
            self._stopped = True
            self._lock.notify_all()
        self._director.join(_LINGER_S)

    def _asked(self) -> str | None:
        return self._acts.popleft() if self._acts else None

    def _direct(self) -> None:
        """The clock: draws only while somebody watches."""
        due_s = time.monotonic()
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._stopped or self._watchers)
                if self._stopped:
                    return
                jpeg = next(self._film)
                self._part = _part(jpeg[: len(jpeg) // 2] if self._half else jpeg)
                self._half = False
                self._drawn += 1
                self._lock.notify_all()
                pause_s = 1 / self._fps
            due_s = max(due_s + pause_s, time.monotonic())
            time.sleep(max(0.0, due_s - time.monotonic()))

    def _welcome(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(
                target=self._serve, args=(line,), name="camera stream", daemon=True
            )
            with self._lock:
                if self._listener is not listener:
                    line.close()
                    return
                self._watchers[line] = thread
                thread.start()  # under the lock: whoever pulls the plug waits for all that run
                self._lock.notify_all()

    def _serve(self, line: socket.socket) -> None:
        try:
            question = b""
            while b"\r\n\r\n" not in question:
                if not (more := line.recv(4096)):
                    return
                question += more
            line.sendall(_ANSWER)
            sent = self._drawn
            while True:
                with self._lock:
                    while self._drawn == sent and self._listener is not None:
                        self._lock.wait()
                    if self._listener is None:
                        return
                    part, sent = self._part, self._drawn
                line.sendall(part)
        except OSError:
            return
        finally:
            with self._lock:
                self._watchers.pop(line, None)
            line.close()

    @staticmethod
    def _hang_up(line: socket.socket) -> None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it had gone already
