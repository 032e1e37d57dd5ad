"""Documents for the page printer, and a line to it that can be cut at a chosen moment."""

from __future__ import annotations

import io
import socket
import threading

import pikepdf

from devices.page_printer import PagePrinter

PATIENCE_S = 60.0  # what a loaded machine may take
KEY = "0b6f6f0e-6c1d-4d5e-9f67-1f1f6d3b0a01"
OTHER_KEY = "0b6f6f0e-6c1d-4d5e-9f67-1f1f6d3b0a02"


def pdf(pages=1, size=(595, 842), **save):
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=size)
        kept = io.BytesIO()
        document.save(kept, **save)
    return kept.getvalue()


def long_pdf(kilobytes):
    """One page that no compression makes small."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.pages[0].Ballast = document.make_stream(random_bytes(kilobytes * 1024))
        kept = io.BytesIO()
        document.save(kept)
    return kept.getvalue()


def random_bytes(count):
    state, out = 1, bytearray()
    while len(out) < count:
        state = state * 6364136223846793005 % 2**64 + 1442695040888963407
        out += (state % 2**64).to_bytes(8, "big")
    return bytes(out[:count])


def opened(far, url="", **how):
    usual = {"answer_timeout_s": 20.0, "retry_s": 0.2, "settle_s": 0.5}
    return PagePrinter(url or far.url, far.socket if not url else None, **(usual | how))


def one_set(pages, copies=1):
    """(page, copy) of every side, in the order in which they come out."""
    return [(page, copy) for copy in range(1, copies + 1) for page in range(1, pages + 1)]


def came_out(far):
    return [(sheet.page, sheet.copy) for sheet in far.sheets]


class Answers:
    """A server that answers every connection with the same bytes; then `after` decides its fate."""

    def __init__(self, answer=b"", *, drip_s=0.0, hold=False):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answer, self._drip_s, self._hold = answer, drip_s, hold
        self._over = threading.Event()
        self.url = f"ipp://127.0.0.1:{self._listener.getsockname()[1]}/printers/a4"
        self.socket = None
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self):
        while not self._over.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line:
                try:
                    line.recv(65536)
                    if self._drip_s:
                        for byte in self._answer:
                            if self._over.wait(self._drip_s):
                                break
                            line.sendall(bytes([byte]))
                    else:
                        line.sendall(self._answer)
                    if not self._hold:
                        line.shutdown(socket.SHUT_WR)
                        while line.recv(65536):
                            pass  # closed with something unread, the answer would be lost
                    else:
                        self._over.wait(PATIENCE_S)
                except OSError:
                    continue


class Proxy:
    """Stands before a queue; cuts the connection of the next Print-Job where it is told."""

    PRINT_JOB = b"\x02\x00\x00\x02"

    def __init__(self, far):
        self._far = ("127.0.0.1", far.scheduler.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = far.url.replace(str(far.scheduler.port), str(port))
        self.cut_after_bytes = None  # of the question
        self.lose_answer = False
        self._threads = [threading.Thread(target=self._serve)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *exc):
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _serve(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._carry, args=(near,))
            self._threads.append(thread)
            thread.start()

    def _carry(self, near):
        with near, socket.create_connection(self._far) as far:
            near.settimeout(PATIENCE_S)
            far.settimeout(PATIENCE_S)
            question = self._whole(near)
            printing = self.PRINT_JOB in question
            if printing and self.cut_after_bytes is not None:
                cut, self.cut_after_bytes = self.cut_after_bytes, None
                far.sendall(question[:cut])
                return
            far.sendall(question)
            answer = self._whole(far)
            if printing and self.lose_answer:
                self.lose_answer = False
                return
            near.sendall(answer)

    @staticmethod
    def _whole(line):
        question = b""
        while b"\r\n\r\n" not in question:
            question += line.recv(65536)
        head, _, body = question.partition(b"\r\n\r\n")
        chunked = b"chunked" in head.lower()
        while chunked and not body.endswith(b"0\r\n\r\n"):
            body += line.recv(65536)
        (length,) = (
            (0,)
            if chunked
            else (
                int(field.split(b":")[1])
                for field in head.split(b"\r\n")
                if field.lower().startswith(b"content-length:")
            )
        )
        while len(body) < length:
            body += line.recv(65536)
        return head + b"\r\n\r\n" + body
