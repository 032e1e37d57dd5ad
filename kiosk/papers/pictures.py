"""Pages as the screen draws them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def decoded(jpeg: bytes) -> NDArray[np.uint8] | None:
    """(height, width, 3), BGR; None for what is no picture."""
    if not jpeg:
        return None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    return None if picture is None else np.asarray(picture, np.uint8)
