"""The camera a resident looks into: the newest picture, from a network or a local camera.

A thread of the driver's own takes every frame the moment it comes and keeps only the last, so that
a slow reader sees what is, not what was. It decodes all the time the camera is open (about a
fourteenth of a core at 1280 × 720 and 25 frames a second), and a light on many cameras burns: open
the camera for the question that needs it, not for the day.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.base import Condition, DeviceAbsentError, DeviceError, Status
from devices.camera_profiles import CameraProfile, Rotation

Image = NDArray[np.uint8]


class CameraFrozenError(DeviceError):
    """The same picture again and again, to the last bit: the camera hangs. Its plug, out and in."""


class CameraDarkError(DeviceError):
    """Nothing but black, as behind a cap, a sticker or a shut lid. A dark room is brighter."""


_TURNS: Final = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
_CLOSING_S: Final = 1.0


def _is_black(frame: Image, dark_level: int) -> bool:
    return bool(np.percentile(frame[::8, ::8], 99) <= dark_level)


class Camera:
    """Opened by `with`, used by one thread.

    Args:
        source: http:// or rtsp:// of a network camera, the number or path of a local one ("0",
            "/dev/video0"), or a film file, played once at its own speed.
        width_px: asked of a local camera; others send what they are set to.
        height_px: likewise, before `rotate`.
        rotate: by how much the picture is turned clockwise, for a camera mounted on its side.
        timeout_s: the longest wait for the camera to open, and for a frame.
        frozen_after_s: how long a picture may stay the same to the last bit.
        dark_after_s: how long it may be black; cameras start black while they measure the light.
        dark_level: the brightest hundredth of a covered sensor, of 255: noise of a hot chip.
        pixel_format: asked of a local camera, as V4L2 names it. Motion JPEG because raw pictures of
            this size pass USB 2 only a few times a second.
    """

    def __init__(
        self,
        source: str,
        width_px: int = 1280,
        height_px: int = 720,
        rotate: Rotation = 0,
        timeout_s: float = 5.0,
        frozen_after_s: float = 5.0,
        dark_after_s: float = 2.0,
        dark_level: int = 10,
        pixel_format: str = "MJPG",
    ) -> None:
        self._source, self._rotate, self._timeout_s = source, rotate, timeout_s
        self._width_px, self._height_px = width_px, height_px
        self._frozen_after_s, self._dark_after_s = frozen_after_s, dark_after_s
        self._dark_level, self._pixel_format = dark_level, pixel_format
        self._news = threading.Condition()
        self._newest: Image | None = None
        self._count = 0  # frames taken since opening; the last one given out was number `_given`
        self._given = 0
        self._ended = True
        self._closing = threading.Event()
        self._pump: threading.Thread | None = None
        self._last: Image | None = None
        self._changed_s = 0.0  # monotonic, as the next
        self._black_since_s: float | None = None

    @classmethod
    def of_model(cls, source: str, profile: CameraProfile, timeout_s: float = 5.0) -> Self:
        return cls(
            source,
            profile.width_px,
            profile.height_px,
            profile.rotate,
            timeout_s,
            profile.frozen_after_s,
            profile.dark_after_s,
            profile.dark_level,
            profile.pixel_format,
        )

    def __enter__(self) -> Self:
        """Takes up to `timeout_s`.

        Raises:
            DeviceAbsentError: nothing that sends pictures answers at the source.
        """
        # Quiet: what OpenCV and FFmpeg would print of a fault holds the address, password and all.
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        film = self._open()
        if not film.isOpened():
            film.release()
            raise DeviceAbsentError(f"no camera at {self._named}")
        self._newest = self._last = None
        self._count = self._given = 0
        self._ended = False
        self._closing = threading.Event()
        self._black_since_s = None
        self._pump = threading.Thread(
            target=self._take, args=(film, self._closing), name="camera", daemon=True
        )
        self._pump.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.set()
        if self._pump is not None:
            self._pump.join(self._timeout_s + _CLOSING_S)
        self._newest = self._last = None

    @property
    def _named(self) -> str:
        """The source without where a user name and a password may stand."""
        scheme, sep, rest = self._source.partition("://")
        return scheme + sep + rest.rpartition("@")[2].partition("?")[0] if sep else self._source

    @property
    def _local(self) -> bool:
        return self._source.isdecimal() or self._source.startswith("/dev/")

    def _open(self) -> cv2.VideoCapture:
        patience_ms = round(self._timeout_s * 1000)
        bounds: Sequence[int] = (
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            patience_ms,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            patience_ms,
        )
        if not self._local:
            return cv2.VideoCapture(self._source, cv2.CAP_FFMPEG, bounds)
        device = int(self._source) if self._source.isdecimal() else self._source
        film = cv2.VideoCapture(device, cv2.CAP_V4L2)
        film.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*self._pixel_format))
        film.set(cv2.CAP_PROP_FRAME_WIDTH, self._width_px)
        film.set(cv2.CAP_PROP_FRAME_HEIGHT, self._height_px)
        film.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return film

    def _take(self, film: cv2.VideoCapture, closing: threading.Event) -> None:
        """The thread: every frame at once, only the last is kept."""
        pause_s = 0.0
        if Path(self._source).is_file():
            pause_s = 1 / (film.get(cv2.CAP_PROP_FPS) or 25.0)
        try:
            while not closing.wait(pause_s):
                there, frame = film.read()
                if not there:
                    break
                with self._news:
                    self._newest = np.asarray(frame, dtype=np.uint8)
                    self._count += 1
                    self._news.notify_all()
        finally:
            film.release()
            with self._news:
                self._ended = True
                self._news.notify_all()

    def frame(self) -> Image:
        """The newest picture, never the same twice: (height, width, 3), BGR, the caller's own.

        Waits for up to `timeout_s`.

        Raises:
            DeviceAbsentError: no picture came, or the stream or film ended.
            CameraDarkError: black for `dark_after_s`.
            CameraFrozenError: unchanged for `frozen_after_s`.
        """
        with self._news:
            self._news.wait_for(lambda: self._ended or self._count > self._given, self._timeout_s)
            if self._count == self._given or self._newest is None:
                gone = "ended" if self._ended else f"sent nothing for {self._timeout_s:g} s"
                raise DeviceAbsentError(f"the camera at {self._named} {gone}")
            self._given = self._count
            frame = self._newest
        self._check(frame, time.monotonic())
        if self._rotate == 0:
            return frame.copy()
        return np.asarray(cv2.rotate(frame, _TURNS[self._rotate]), dtype=np.uint8)

    def _check(self, frame: Image, now_s: float) -> None:
        if self._last is None or not np.array_equal(frame, self._last):
            self._changed_s = now_s
        self._last = frame
        if not _is_black(frame, self._dark_level):
            self._black_since_s = None
        elif self._black_since_s is None:
            self._black_since_s = now_s
        elif now_s - self._black_since_s > self._dark_after_s:
            raise CameraDarkError(f"the camera at {self._named} sees only black")
        if now_s - self._changed_s > self._frozen_after_s:
            raise CameraFrozenError(
                f"the camera at {self._named} has shown one picture for {self._frozen_after_s:g} s"
            )

    def status(self) -> Status:
        """Takes a frame to answer, so it may wait as `frame` does."""
        try:
            height, width = self.frame().shape[:2]
        except DeviceAbsentError as fault:
            return Status(Condition.ABSENT, str(fault))
        except DeviceError as fault:
            return Status(Condition.FAULT, str(fault))
        return Status(Condition.OK, f"{width} × {height}")
