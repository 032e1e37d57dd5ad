"""What a face camera sees: people before a wall, drawn frame by frame as JPEG.

The one face is NASA's public-domain portrait that scikit-image carries. Turning rotates it as an
ellipsoid with a nose, coming closer scales it, blinking paints lids over the eyes. So a detector
meets a picture whose outline, eyes and profile change as on a person, but there is only one such
person, and nobody with glasses, a hat or a beard. Rates of recognition cannot be told from it.

A film is an endless generator of JPEGs, `FRAMES_PER_S` of them a second. It takes a function that
tells what the person has been asked to do since the last call, if anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count, cycle
from typing import Final

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Asked = Callable[[], str | None]
Film = Callable[[Asked], Iterator[bytes]]

WIDTH_PX: Final = 1280
HEIGHT_PX: Final = 720
FRAMES_PER_S: Final = 25
FACE_PX: Final = 260  # width of the face, brow to chin being about the same, at arm's length
ACTS: Final = ("come_closer", "turn_left", "turn_right", "blink")

# Measured on the portrait, in its pixels, after `_PORTRAIT` has been cut out of it.
_PORTRAIT: Final = (slice(0, 512), slice(60, 400))
_HEAD_XY: Final = (167.0, 105.0)
_HEAD_RADII: Final = (76.0, 95.0)
_FACE_XY: Final = (164.0, 115.0)
_FACE_WIDTH: Final = 95.0
_NOSE_XY: Final = (166.0, 122.0)
_NOSE_LENGTH: Final = 22.0
_CHIN_Y: Final = 208.0
_EYES_XY: Final = ((142, 101), (187, 103))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody before the camera. `x`, `y`: the middle of the face as a share of the frame."""

    x: float = 0.5
    y: float = 0.42
    face_px: int = FACE_PX
    yaw_deg: int = 0  # positive: to the person's own left, which is the right of the picture
    eyes_shut: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """One frame. `light` and `light_right` multiply the left and the right half of the picture."""

    people: tuple[Person, ...] = ()
    light: float = 1.0
    light_right: float = 1.0
    blur_px: float = 0.0
    noise: int = 0  # which of the grains of the sensor


@lru_cache(maxsize=1)
def _portrait() -> Image:
    photo: Callable[[], Image] = skimage.data.astronaut
    return np.ascontiguousarray(photo()[_PORTRAIT][:, :, ::-1])


@lru_cache(maxsize=1)
def _cutout() -> NDArray[np.float32]:
    """How much of the portrait is person: 1 on head and shoulders, falling to 0 around them."""
    height, width = _portrait().shape[:2]
    mask = np.zeros((height, width), np.uint8)
    head = (round(_HEAD_XY[0]), round(_HEAD_XY[1]))
    cv2.ellipse(mask, head, (88, 104), 0, 0, 360, 255, -1)
    shoulders = [(70, 175), (250, 165), (320, 250), (338, 512), (2, 512), (12, 235)]
    cv2.fillPoly(mask, [np.array(shoulders, np.int32)], 255)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 5), np.float32) / np.float32(255)


@lru_cache(maxsize=1)
def _wall() -> Image:
    """A plastered wall lit from the left: no detail that could be taken for a face."""
    lots = np.random.default_rng(1)
    plaster = cv2.resize(
        lots.normal(0, 5, (9, 16)).astype(np.float32), (WIDTH_PX, HEIGHT_PX), None, 0, 0, 2
    )
    slope = np.linspace(8, -8, WIDTH_PX, dtype=np.float32)[None, :]
    grey = 178 + plaster + slope
    return np.clip(np.dstack([grey - 8, grey, grey + 6]), 0, 255).astype(np.uint8)


@lru_cache(maxsize=8)
def _grain(number: int) -> Image:
    lots = np.random.default_rng(100 + number)
    return lots.integers(0, 7, (HEIGHT_PX, WIDTH_PX, 3), dtype=np.uint8)


def _turned(picture: Image, yaw_deg: int) -> Image:
    """The head rotated about the upright axis; the neck and the shoulders stay."""
    height, width = picture.shape[:2]
    cos, sin = math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg))
    columns = np.arange(width, dtype=np.float64)
    across = (columns - _HEAD_XY[0]) / _HEAD_RADII[0]
    inside = np.abs(across) <= 1
    depth = _HEAD_RADII[0] * np.sqrt(np.clip(1 - across**2, 0, 1))
    source_x = np.tile(columns, (height, 1))
    for y in range(height):
        along = (y - _HEAD_XY[1]) / _HEAD_RADII[1]
        share = np.clip((1.12 - abs(along)) / 0.12, 0, 1) * np.clip((_CHIN_Y - y) / 18, 0, 1)
        if share <= 0:
            continue
        bridge = 16.0 if y < _NOSE_XY[1] else 6.0
        nose = np.exp(-(((columns - _NOSE_XY[0]) / 9) ** 2) - ((y - _NOSE_XY[1]) / bridge) ** 2)
        seen_at = _HEAD_XY[0] + (columns - _HEAD_XY[0]) * cos + (depth + _NOSE_LENGTH * nose) * sin
        seen_at, shown = seen_at[inside], columns[inside]
        # The side turned away hides behind what is nearer: only what advances is seen.
        if sin > 0:
            front = np.maximum.accumulate(seen_at)
            visible = np.r_[True, np.diff(front) > 1e-6]
        else:
            front = np.minimum.accumulate(seen_at[::-1])[::-1]
            visible = np.r_[np.diff(front) > 1e-6, True]
        looked_up = np.interp(columns, front[visible], shown[visible])
        edge = np.clip((1.2 - across**2 - along**2) / 0.25, 0, 1) * share
        source_x[y] += (looked_up - columns) * edge
    map_x = cv2.GaussianBlur(source_x.astype(np.float32), (1, 7), 0)
    map_y = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
    return np.asarray(cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR), dtype=np.uint8)


def _laid(picture: NDArray[np.float32], mask: Image, colour: NDArray[np.float32]) -> None:
    """`colour` over `picture` where `mask` is not 0, with a soft edge; in place."""
    share = cv2.GaussianBlur(mask, (0, 0), 1).astype(np.float32)[:, :, None] / 255
    picture += (colour - picture) * share


def _lidded(picture: Image) -> Image:
    """Lids the colour of shaded cheek, and lashes along their lower edge."""
    shut = picture.astype(np.float32)
    for x, y in _EYES_XY:
        cheek = picture[y + 12 : y + 18, x - 6 : x + 6].reshape(-1, 3).mean(axis=0)
        lid, lashes = np.zeros(picture.shape[:2], np.uint8), np.zeros(picture.shape[:2], np.uint8)
        cv2.ellipse(lid, (x, y), (14, 7), 0, 0, 360, 255, -1)
        cv2.ellipse(lashes, (x, y), (13, 5), 0, 10, 170, 255, 2)
        _laid(shut, lid, (cheek * 0.8).astype(np.float32))
        _laid(shut, lashes, (cheek * 0.5).astype(np.float32))
    return shut.astype(np.uint8)


@lru_cache(maxsize=32)
def _person(yaw_deg: int, eyes_shut: bool) -> Image:
    picture = _lidded(_portrait()) if eyes_shut else _portrait()
    return _turned(picture, yaw_deg) if yaw_deg else picture


def _stand(frame: Image, person: Person) -> None:
    """Put `person` into `frame`, in place."""
    scale = person.face_px / _FACE_WIDTH
    left = person.x * WIDTH_PX - _FACE_XY[0] * scale
    top = person.y * HEIGHT_PX - _FACE_XY[1] * scale
    height, width = _portrait().shape[:2]
    x0, x1 = max(0, math.floor(left)), min(WIDTH_PX, math.ceil(left + width * scale))
    y0, y1 = max(0, math.floor(top)), min(HEIGHT_PX, math.ceil(top + height * scale))
    if x0 >= x1 or y0 >= y1:
        return
    place = np.array([[scale, 0, left - x0], [0, scale, top - y0]], np.float32)
    size = (x1 - x0, y1 - y0)
    body = cv2.warpAffine(_person(person.yaw_deg, person.eyes_shut), place, size, None, 1, 1)
    share = cv2.warpAffine(_cutout(), place, size)[:, :, None]
    behind = frame[y0:y1, x0:x1]
    frame[y0:y1, x0:x1] = (body * share + behind * (1 - share)).astype(np.uint8)


def draw(scene: Scene) -> Image:
    """The frame: (720, 1280, 3), BGR."""
    frame = _wall().copy()
    for person in sorted(scene.people, key=lambda one: one.face_px):
        _stand(frame, person)
    if scene.blur_px:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), scene.blur_px), dtype=np.uint8)
    if scene.light != 1.0 or scene.light_right != 1.0:
        from_left = np.arange(WIDTH_PX) / WIDTH_PX
        lamp = np.interp(from_left, (0.45, 0.55), (scene.light, scene.light_right))
        frame = np.clip(frame * lamp[None, :, None], 0, 255).astype(np.uint8)
    return np.asarray(cv2.add(frame, _grain(scene.noise)), dtype=np.uint8)


def encode(frame: Image) -> bytes:
    """`frame` as a camera sends it."""
    return bytes(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes())


@lru_cache(maxsize=256)
def jpeg(scene: Scene) -> bytes:
    """`scene` drawn and encoded; drawn once, so that a film that comes round costs nothing."""
    return encode(draw(scene))


def _sway(step: int) -> Person:
    """Nobody stands still: some pixels to and fro, once in two seconds."""
    turn = 2 * math.pi * (step % (2 * FRAMES_PER_S)) / (2 * FRAMES_PER_S)
    return Person(
        x=0.5 + round(5 * math.sin(turn)) / WIDTH_PX, y=0.42 + round(3 * math.cos(turn)) / HEIGHT_PX
    )


def _ramp(top: int, steps: int) -> list[int]:
    """From near nothing up to `top`, a while there, and back."""
    up = [round(top * (step + 1) / steps) for step in range(steps)]
    return [*up, *[top] * round(0.6 * FRAMES_PER_S), *up[-2::-1]]


PERFORMANCE: Final[dict[str, tuple[Person, ...]]] = {
    "turn_left": tuple(Person(yaw_deg=yaw) for yaw in _ramp(66, 8)),
    "turn_right": tuple(Person(yaw_deg=-yaw) for yaw in _ramp(66, 8)),
    "come_closer": tuple(Person(face_px=FACE_PX + more) for more in _ramp(130, 12)),
    "blink": tuple(Person(eyes_shut=True) for _ in range(round(0.6 * FRAMES_PER_S))),
}


def _play(people: Iterator[Person]) -> Iterator[bytes]:
    for step, person in enumerate(people):
        yield jpeg(Scene((person,), noise=step % 2))


def _one_person(asked: Asked) -> Iterator[Person]:
    for step in count():
        act = asked()
        if act is not None:
            yield from PERFORMANCE[act]
        yield _sway(step)


def _obliging(asked: Asked) -> Iterator[Person]:
    """Does everything that could be asked, over and over: one round in about eleven seconds."""
    for act in cycle(ACTS):
        yield from (_sway(step) for step in range(round(1.6 * FRAMES_PER_S)))
        yield from PERFORMANCE[act]


def _shy(asked: Asked) -> Iterator[Person]:
    """Stays for two seconds, walks off sideways, is away for two, and comes back."""
    away = [Person(x=0.5 + 0.06 * step) for step in range(1, 13)]
    while True:
        yield from (_sway(step) for step in range(2 * FRAMES_PER_S))
        yield from [*away, *[away[-1]] * (2 * FRAMES_PER_S), *reversed(away)]


def _still(scene: Scene) -> Film:
    """Nothing moves but the grain of the sensor."""

    def film(asked: Asked) -> Iterator[bytes]:
        for step in count():
            yield jpeg(replace(scene, noise=step % 8))

    return film


def _frozen(asked: Asked) -> Iterator[bytes]:
    while True:
        yield jpeg(Scene((Person(),)))


def _black(asked: Asked) -> Iterator[bytes]:
    covered = encode(np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8))
    while True:
        yield covered


_ONE: Final = Scene((Person(),))
FILMS: Final[dict[str, Film]] = {
    "one_person": lambda asked: _play(_one_person(asked)),
    "obliging": lambda asked: _play(_obliging(asked)),
    "shy": lambda asked: _play(_shy(asked)),
    "photo": _still(_ONE),
    "nobody": _still(Scene()),
    "two_people": _still(Scene((Person(x=0.32, face_px=220), Person(x=0.7, face_px=230)))),
    "too_far": _still(Scene((Person(face_px=150),))),
    "too_close": _still(Scene((Person(face_px=520, y=0.5),))),
    "off_centre": _still(Scene((Person(x=0.16),))),
    "dark": _still(replace(_ONE, light=0.2, light_right=0.2)),
    "bright": _still(replace(_ONE, light=2.6, light_right=2.6)),
    "uneven_light": _still(replace(_ONE, light=1.2, light_right=0.35)),
    "blurred": _still(replace(_ONE, blur_px=9)),
    "turned": _still(Scene((Person(yaw_deg=66),))),
    "eyes_hidden": _still(Scene((Person(eyes_shut=True),))),
    "frozen": _frozen,
    "black": _black,
}
