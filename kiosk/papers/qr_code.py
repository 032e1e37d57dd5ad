"""A QR code as dots, for the screen and for paper. ISO/IEC 18004, error correction M."""

from __future__ import annotations

import numpy as np
import qrcode  # type: ignore[import-untyped]
from numpy.typing import NDArray

QUIET = 4  # modules of white all around it, which a reader needs


def modules(data: str) -> NDArray[np.bool_]:
    """(side, side), True where it is black, the quiet zone included.

    Raises:
        ValueError: `data` is longer than the largest code holds, 2,331 bytes.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET)
    code.add_data(data)
    code.make(fit=True)
    return np.array(code.get_matrix(), np.bool_)
