"""A camera that looks down on a desk: what lies there now, and a picture of it at rest."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import Self

from devices.base import Status
from devices.camera import Camera, Image
from devices.camera_profiles import CameraProfile
from devices.picture_rest import Rest


class DocumentCamera:
    """Opened by `with`, used by one thread.

    Args:
        source: http:// or rtsp:// of a network camera, the number or path of a local one ("0",
            "/dev/video2"), or a film file, as for `Camera`.
        timeout_s: the longest wait for the camera to open, and for a frame.
    """

    def __init__(self, source: str, profile: CameraProfile, timeout_s: float = 5.0) -> None:
        self._profile = profile
        self._camera = Camera.of_model(source, profile, timeout_s)

    def __enter__(self) -> Self:
        """Takes the time of the frames for warming up.

        Raises:
            DeviceAbsentError: nothing that sends pictures answers at the source.
            CameraDarkError, CameraFrozenError: as from `live`.
        """
        with ExitStack() as undo:
            undo.enter_context(self._camera)
            for _ in range(self._profile.warm_up_frames):
                self._camera.frame()
            undo.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._camera.__exit__(*exc)

    def live(self) -> Image:
        """The newest picture, never the same twice: (height, width, 3), BGR, the caller's own.

        Raises:
            DeviceAbsentError: no picture came.
            CameraDarkError: black for a while: the arm is folded, or the lens covered.
            CameraFrozenError: the same to the last bit for `frozen_after_s` of the profile.
        """
        return self._camera.frame()

    def still(
        self, patience_s: float = 10.0, cancelled: threading.Event | None = None
    ) -> Image | None:
        """A picture in which nothing has moved for `settle_s` of the profile: no hand, no shadow,
        no autofocus. Whether a page lies there is not looked at.

        None when something moved for all of `patience_s`, or `cancelled` was set, from any thread.
        One frame may take `timeout_s` longer.

        Raises:
            DeviceError: as from `live`.
        """
        rest = Rest()
        until = time.monotonic() + patience_s
        while time.monotonic() < until and not (cancelled and cancelled.is_set()):
            frame = self._camera.frame()
            if rest.seen(frame, time.monotonic()) >= self._profile.settle_s:
                return frame
        return None

    def status(self) -> Status:
        """Takes a frame to answer, so it may wait as `live` does."""
        return self._camera.status()
