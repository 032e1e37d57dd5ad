"""What can be wrong with a page printer, its queue or a document, and who can put it right."""

from __future__ import annotations

from devices.base import (
    DeviceAbsentError,
    DeviceError,
    DeviceFailedError,
    GarbledReplyError,
    Remedy,
)


class PagePrinterError(DeviceError):
    """Paper did not come out, or not yet. The base of all that the page printer raises."""


class PaperOutError(PagePrinterError):
    """The tray is empty, not in its place, or holds another size."""


class PaperJamError(PagePrinterError):
    """A sheet is stuck."""


class DoorOpenError(PagePrinterError):
    """A cover or door is open, or not quite shut."""


class TonerOutError(PagePrinterError):
    """Toner, ink or drum are used up, or not in their place."""


class OutputFullError(PagePrinterError):
    """Nobody took the sheets: the tray where they come out is full."""

    remedy = Remedy.RESIDENT


class QueuePausedError(PagePrinterError):
    """Somebody stopped the queue, or it takes no jobs; it is not set going behind their back."""


class JobHeldError(PagePrinterError):
    """The job is held until somebody releases it."""


class PagePrinterOfflineError(PagePrinterError):
    """The queue is there; the printer behind it does not answer, or stands still silently."""


class SpoolFullError(PagePrinterError):
    """There is no room to take the document in."""

    remedy = Remedy.TECHNICIAN


class QueueSetUpError(PagePrinterError):
    """The queue, its rights or its filters are not set up as they should be."""

    remedy = Remedy.TECHNICIAN


class PagePrinterBusyError(PagePrinterError):
    """It has no time for this just now."""

    remedy = Remedy.RETRY


class PagePrinterBrokenError(PagePrinterError, DeviceFailedError):
    """It reports an error that nobody at the service point can end."""


class DocumentRefusedError(PagePrinterError):
    """The document cannot be printed here: no PDF, or more pages or copies than are allowed."""

    remedy = Remedy.TECHNICIAN


class PagePrinterGarbledError(PagePrinterError, GarbledReplyError):
    """Its answers make no sense."""


class PagePrinterAbsentError(PagePrinterError, DeviceAbsentError):
    """No scheduler and no printer answers at the address."""
