"""A parcel of originals goes from one hand into the next; opens nothing.

Contract: `docs/api/platform.yaml`, read as `kiosk/platform/platform_messages.py` reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from kiosk.platform.query_messages import Told

Holder = Literal["resident", "helper", "post", "office"]


@dataclass(frozen=True, slots=True)
class HandOver:
    """`key`: made when a member of staff has shown who they are; the same on every attempt.

    to: who takes it, as the platform named the next. waybill: of the post, "" for anybody else.
    """

    key: str
    number: str
    to: str
    staff: str
    waybill: str

    def body(self, terminal: str) -> dict[str, Any]:
        return {
            "terminal": terminal,
            "number": self.number,
            "to": self.to,
            "staff": self.staff,
            "waybill": self.waybill or None,
        }


class HandOverReceipt(Told):
    key: str
    number: str
    holder: Holder
