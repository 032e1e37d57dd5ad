"""Rows of a page that can be read aloud."""

from collections.abc import Mapping
from dataclasses import replace

from kiosk.visits.events import DeviceDown, LanguageChosen, TimedOut
from kiosk.visits.flow import Step
from kiosk.visits.reading_events import HushAsked, ReadAloudAsked, ReadOut

READING = "read aloud"  # the work
LIMIT_S = 900  # a long form, read slowly; whoever listens touches nothing


def read_aloud(name: str, page: Step) -> Mapping[str, Step]:
    """`page`, and the same while it is read: whatever leads away from it ends the reading."""
    aloud = f"{name} aloud"
    ends = (HushAsked, ReadOut, LanguageChosen, DeviceDown, TimedOut)
    return {
        name: replace(page, on={**page.on, ReadAloudAsked: aloud}),
        aloud: replace(
            page,
            on={**page.on, **dict.fromkeys(ends, name)},
            work=READING,
            patience_s=None,
            limit_s=LIMIT_S,
            of=name,
        ),
    }
