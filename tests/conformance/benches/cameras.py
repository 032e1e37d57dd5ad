"""Both cameras in the suite: the one a resident looks into, and the one that looks on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import numpy as np
from devices.scanner_profiles import DocumentCameraProfile

from devices.base import Condition, DeviceAbsentError, DeviceError, Remedy
from devices.camera import Camera, CameraDarkError, CameraFrozenError
from devices.document_camera import DocumentCamera
from sandbox.cable import Cable
from sandbox.cable_faults import CableFault
from sandbox.camera import CameraPeer
from sandbox.camera_films import FILMS, Asked, Film, encode
from sandbox.document_films import FILMS as DESKS
from tests.conformance.bench import BORNE, Bench, Fault, Kind, Recovery
from tests.conformance.cables import Wired, spoilt
from tests.conformance.hands import comes_true
from tests.conformance.ports import call

TIMEOUT_S = 3.0
FROZEN_S = 0.6
DARK_S = 0.3
LOOKS = 5  # pictures
LONG = 40  # times as many: longer than any bound on pictures that stay the same
SETTLED_S = 0.2
PATIENCE_S = 20.0
PROFILE = DocumentCameraProfile("desk", 1280, 720, 0, 2, SETTLED_S, FROZEN_S)


class Far(Wired):
    def __init__(self, peer: CameraPeer, cable: Cable, usual: Film) -> None:
        self.peer, self.cable, self._usual = peer, cable, usual
        self.url = peer.url.replace(peer.url.split(":")[2].split("/")[0], str(cable.port))

    def show(self, film: Film) -> None:
        self.peer.show(film)

    def usual(self) -> None:
        self.peer.show(self._usual)

    def twice(self) -> None:
        self.peer.show(lambda asked: chain.from_iterable(repeat(f, 2) for f in self._usual(asked)))

    def slow(self, frames_per_s: float) -> None:
        self.peer.slow(frames_per_s)

    def half(self) -> None:
        self.peer.half_jpeg()

    def unplug_amid(self) -> None:
        shown = self.peer.drawn
        comes_true(lambda: self.peer.drawn >= shown + 3)
        self.unplug()


@contextmanager
def seeing(film: Film) -> Iterator[Far]:
    with CameraPeer(film=film) as peer:
        port = int(peer.url.split(":")[2].split("/")[0])
        with Cable(("127.0.0.1", port)) as cable:
            yield Far(peer, cable, film)


def covered(asked: Asked) -> Iterator[bytes]:
    lots = np.random.default_rng(3)
    while True:
        yield encode(lots.integers(0, 6, (720, 1280, 3), dtype=np.uint8))


def looks(camera: Camera) -> Any:
    return [camera.frame() for _ in range(LOOKS)][-1]


def a_picture(frame: Any) -> bool:
    return frame is not None and frame.shape == (720, 1280, 3)


def fault(
    kind: Kind, how: str, ends: type[DeviceError], words: str, status: Condition, **row: Any
) -> Fault:
    return Fault(
        kind=kind,
        how=how,
        ends=ends,
        remedy=Remedy.ATTENDANT,
        words=words,
        status=status,
        recovers=Recovery.REOPENED,
        within=LONG,
        **row,
    )


def faults(words: str) -> tuple[Fault, ...]:
    gone: dict[str, Any] = {
        "ends": DeviceAbsentError,
        "remedy": Remedy.ATTENDANT,
        "words": words,
        "status": Condition.ABSENT,
        "recovers": Recovery.REOPENED,
        "within": LONG,
    }
    off: Any = call("unplug")
    return (
        Fault(
            kind=Kind.UNPLUGGED,
            how="the cable is out",
            inject=off,
            heal=call("plug"),
            short=True,
            **gone,
        ),
        Fault(
            kind=Kind.POWER_LOSS,
            how="the line goes in the middle of the pictures",
            meanwhile=call("unplug_amid"),
            heal=call("plug"),
            **gone,
        ),
        spoilt(Kind.GARBAGE, CableFault.GARBAGE, **gone),
        Fault(kind=Kind.HALF, how="a picture breaks off", inject=call("half"), ends=BORNE),
        Fault(
            kind=Kind.LATE,
            how="12 pictures a second in place of 25",
            inject=call("slow", 12.0),
            heal=call("slow", 25.0),
            ends=BORNE,
        ),
        Fault(
            kind=Kind.DUPLICATE,
            how="every picture comes twice",
            inject=call("twice"),
            heal=call("usual"),
            ends=BORNE,
        ),
        spoilt(Kind.DRIP, CableFault.DRIP, **gone),
        spoilt(Kind.FLOOD, CableFault.FLOOD, **gone),
        spoilt(Kind.HANGS, CableFault.SILENCE, **gone),
        fault(
            Kind.FROZEN,
            "one picture, always",
            CameraFrozenError,
            words,
            Condition.FAULT,
            inject=call("show", FILMS["frozen"]),
            heal=call("usual"),
            short=True,
        ),
        fault(
            Kind.BLACK,
            "nothing but the grain of a covered sensor",
            CameraDarkError,
            words,
            Condition.FAULT,
            inject=call("show", covered),
            heal=call("usual"),
            short=True,
        ),
    )


NO_NODE = "a local camera is a node of the kernel, and no sandbox makes one; a network one has none"
NOT_TRIED = {
    Kind.ELSEWHERE: "a network camera is found by its address, a local one by its path",
    Kind.STALE: "a camera is asked nothing once it sends",
    Kind.FORBIDDEN: NO_NODE,
    Kind.TAKEN: NO_NODE,
}


def look_film(asked: Asked) -> Iterator[bytes]:
    return FILMS["nobody"](asked)


CAMERA = Bench(
    name="camera",
    far=lambda folder: seeing(look_film),
    driver=lambda far: Camera(
        far.url, timeout_s=TIMEOUT_S, frozen_after_s=FROZEN_S, dark_after_s=DARK_S
    ),
    real=Camera,
    port_is="URL of its stream, or number or path of a local one",
    operate=looks,
    fits=a_picture,
    faults=faults("no_camera.body"),
    not_tried=NOT_TRIED,
)


def desk_film(asked: Asked) -> Iterator[bytes]:
    return DESKS["page"](asked)


def look_down(folder: Path) -> Any:
    return seeing(desk_film)


def takes(camera: DocumentCamera) -> Any:
    """Live for a while, as on the page that shows where to lay the paper; then the still."""
    for _ in range(LOOKS):
        camera.live()
    return camera.still(PATIENCE_S)


DOCUMENT_CAMERA = Bench(
    name="document_camera",
    far=look_down,
    driver=lambda far: DocumentCamera(far.url, PROFILE, TIMEOUT_S),
    real=lambda source: DocumentCamera(source, PROFILE),
    port_is=CAMERA.port_is,
    operate=takes,
    fits=a_picture,
    faults=faults("no_document_camera.body"),
    not_tried=NOT_TRIED,
)
