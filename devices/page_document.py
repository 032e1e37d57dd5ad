"""A document for the page printer, looked at before it is sent."""

from __future__ import annotations

import io

import pikepdf

from devices.page_printer_faults import DocumentRefusedError


def pages_in(pdf: bytes) -> int:
    """How many pages a printer would make of it; read by qpdf, as the filters of CUPS do.

    Raises:
        DocumentRefusedError: no PDF, or locked with a password.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return len(document.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError) as fault:
        # The library's words may quote the document.
        raise DocumentRefusedError(f"no PDF to print: {type(fault).__name__}") from None
