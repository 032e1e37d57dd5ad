"""The newest camera picture, handed from the camera's thread to the window's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Preview:
    """One slot. Setting and reading a reference is atomic in CPython, so no lock is needed."""

    def __init__(self) -> None:
        self._frame: NDArray[np.uint8] | None = None

    def put(self, frame: NDArray[np.uint8]) -> None:
        self._frame = frame

    def newest(self) -> NDArray[np.uint8] | None:
        return self._frame

    def clear(self) -> None:
        self._frame = None
