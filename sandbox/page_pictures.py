"""Pictures of papers as a document camera takes them, drawn, with corners that are exact.

A pinhole camera looks down on a desk; the paper lies in the plane of the desk. Everything is drawn
from a `Scene`, lots included, so the same scene is the same picture on every machine. Coordinates
are OpenCV's: the middle of the first pixel is (0, 0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from sandbox.page_papers import SIZES_MM, Image, Paper, paper

Floats = NDArray[np.float64]
Light = NDArray[np.floating[Any]]  # a picture before it is rounded: (height, width, 3)

Lots = np.random.Generator

FULL_HD: Final = (1920, 1080)
TWELVE_MEGAPIXELS: Final = (4000, 3000)


@dataclass(frozen=True, slots=True)
class Scene:
    """What lies under the camera, and how it is seen.

    Args:
        turn_deg: of the paper on the desk, clockwise. tilt_deg: of the camera, and towards where
            from the right of the picture (`tilt_to_deg`).
        fill: the paper's longer side as a share of the longest there is room for.
        shift: of the paper's middle, as shares of the picture's width and height.
        focal: the camera's, as a share of the picture's longer side.
        shadow, glare, vignette: strengths from 0 to 1. light: 1 is well lit. tint: gains of blue,
            green, red. noise: standard deviation in grey values. blur_px, moved_px: out of focus,
            and moved while it was taken, in pixels.
    """

    paper: str = "certificate"
    seed: int = 0
    size: tuple[int, int] = FULL_HD
    desk: str = "wood"
    turn_deg: float = 0.0
    tilt_deg: float = 0.0
    tilt_to_deg: float = 90.0
    fill: float = 0.85
    shift: tuple[float, float] = (0.0, 0.0)
    focal: float = 0.9
    shadow: float = 0.0
    edge_shadow: float = 0.4
    glare: float = 0.0
    vignette: float = 0.0
    light: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    noise: float = 2.0
    blur_px: float = 0.0
    moved_px: int = 0
    fingers: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """`corners`: (4, 2), x and y; the paper's own top left first, then clockwise as it is read."""

    frame: Image = field(repr=False)
    corners: Floats
    scene: Scene


def _plain(level: Sequence[float]) -> Callable[[Lots, int, int], Light]:
    def desk(lots: Lots, width: int, height: int) -> Light:
        coarse = lots.normal(0, 1.2, (9, 16)).astype(np.float32)
        cloud = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(np.array(level) + cloud[:, :, None], np.float64)

    return desk


def _wood(lots: Lots, width: int, height: int) -> Light:
    """Boards with grain along them, joints between them, some of it as light as paper is not."""
    colour = np.array([[70, 110, 160], [45, 75, 115], [110, 150, 190], [35, 45, 65]])
    down = np.zeros((height, width))
    grain = lots.normal(0, 1, (height // 2, 24)).astype(np.float32)
    soft = cv2.GaussianBlur(grain, (0, 0), sigmaX=3, sigmaY=0.8)
    long = np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC))
    board = height // int(lots.integers(3, 6))
    for top in range(0, height, board):
        down[top : top + board] = lots.normal(0, 8)
        down[top : top + max(2, height // 400)] = -45
    wood = colour[lots.integers(len(colour))] + (24 * long + down)[:, :, None]
    return np.asarray(wood if lots.random() < 0.5 else wood[::-1, ::-1], np.float64)


def _cloth(lots: Lots, width: int, height: int) -> Light:
    """A woven table cloth with checks: straight lines in two directions, none of them a page's."""
    turn = lots.uniform(-0.4, 0.4)
    across, along = np.meshgrid(np.arange(width), np.arange(height))
    u = across * np.cos(turn) + along * np.sin(turn)
    v = along * np.cos(turn) - across * np.sin(turn)
    check = height / lots.uniform(8, 16)
    checks = ((u // check) % 2) + ((v // check) % 2)
    weave = 5 * np.sin(u * 1.3) * np.sin(v * 1.3)
    dark, light = (np.array(lots.uniform(*span, 3)) for span in ((30, 110), (110, 190)))
    share = (checks / 2)[:, :, None]
    return np.asarray(dark * share + light * (1 - share) + weave[:, :, None], np.float64)


def _clutter(lots: Lots, width: int, height: int) -> Light:
    """Boxes, pens and a phone on a desk, many of them reaching under the paper."""
    desk = _plain(lots.uniform(60, 150, 3).tolist())(lots, width, height)
    for _ in range(int(lots.integers(8, 18))):
        middle = lots.uniform(0, 1, 2) * (width, height)
        long = lots.uniform(0.05, 0.5) * height
        size = (long, lots.uniform(0.03, 0.9) * long)
        box = cv2.boxPoints((tuple(middle), size, float(lots.uniform(0, 180))))
        cv2.fillConvexPoly(desk, np.round(box).astype(int), lots.uniform(10, 215, 3).tolist())
    return desk


DESKS: Final[dict[str, Callable[[Lots, int, int], Light]]] = {
    "wood": _wood,
    "cloth": _cloth,
    "clutter": _clutter,
    "papers": _clutter,  # and other papers below this one
    "dark": _plain((45, 42, 40)),
    "light": _plain((206, 209, 210)),
    "white": _plain((226, 229, 230)),
}


def _camera(scene: Scene) -> Floats:
    """From millimetres on the desk, the paper's middle at (0, 0), to pixels: (3, 3)."""
    width, height = scene.size
    focal = scene.focal * max(scene.size)
    tilt, to = np.radians(scene.tilt_deg), np.radians(scene.tilt_to_deg)
    axis = np.array([-np.sin(to), np.cos(to), 0.0]) * tilt
    turned = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, np.radians(scene.turn_deg)]))[0]
    mm = SIZES_MM[scene.paper]
    turn = np.radians(scene.turn_deg)
    cos, sin = abs(np.cos(turn)), abs(np.sin(turn))
    wide, high = mm[0] * cos + mm[1] * sin, mm[0] * sin + mm[1] * cos
    px_per_mm = scene.fill * min(width / wide, height / high)
    shift = np.array([scene.shift[0] * width, scene.shift[1] * height]) / px_per_mm
    away = focal / px_per_mm
    inside = np.array([[focal, 0, (width - 1) / 2], [0, focal, (height - 1) / 2], [0, 0, 1]])
    placed = np.column_stack([turned[:, 0], turned[:, 1], [*shift, away]])
    return np.asarray(inside @ placed, np.float64)


def _seen(camera: Floats, points: Floats) -> Floats:
    flat = np.column_stack([points, np.ones(len(points))]) @ camera.T
    return np.asarray(flat[:, :2] / flat[:, 2:], np.float64)


def _outline(mm: tuple[float, float]) -> Floats:
    x, y = mm[0] / 2, mm[1] / 2
    return np.array([[-x, -y], [x, -y], [x, y], [-x, y]])


def _lay(frame: Light, sheet: Paper, camera: Floats, scene: Scene) -> None:
    """`sheet` onto `frame`, in place, with the shadow its edge throws."""
    height, width = sheet.image.shape[:2]
    to_mm = np.array(
        [
            [sheet.mm[0] / width, 0, (0.5 / width - 0.5) * sheet.mm[0]],
            [0, sheet.mm[1] / height, (0.5 / height - 0.5) * sheet.mm[1]],
            [0, 0, 1],
        ]
    )
    whole = camera @ to_mm
    image = cv2.warpPerspective(sheet.image, whole, scene.size, None, 1, cv2.BORDER_REPLICATE)
    shares = cv2.warpPerspective(sheet.shares, whole, scene.size)
    if scene.edge_shadow:
        soft = max(1.0, scene.size[1] / 500)
        moved = np.array([[1, 0, 1.2 * soft], [0, 1, 1.0 * soft]], np.float32)
        dark = cv2.GaussianBlur(cv2.warpAffine(shares, moved, scene.size), (0, 0), soft)
        frame *= 1 - scene.edge_shadow * (dark[:, :, None].astype(np.float32) / 255)
    cover = shares[:, :, None].astype(np.float32) / 255
    frame *= 1 - cover
    frame += image * cover


def _halves(scene: Scene, sheet: Paper, corners: Floats) -> int:
    """How often the paper is halved before it is drawn, so that no pixel is stepped over."""
    seen_px = float(np.linalg.norm(corners[2] - corners[0]))
    dots = float(np.hypot(*sheet.image.shape[:2]))
    return int(np.clip(np.floor(np.log2(max(1.0, dots / seen_px)) + 0.2), 0, 4))


def _fingers(frame: Light, corners: Floats, scene: Scene, lots: Lots) -> None:
    """Fingers that hold the paper by its sides."""
    across = np.linalg.norm(corners[1] - corners[0])
    px = 0.09 * float(across if scene.paper in ("certificate", "empty") else across * 0.9)
    skin = np.array([120, 150, 205]) * lots.uniform(0.55, 1.05)
    middle = corners.mean(axis=0)
    for _ in range(scene.fingers):
        side = int(lots.integers(4))
        share = lots.uniform(0.25, 0.75)
        at = corners[side] * (1 - share) + corners[(side + 1) % 4] * share
        inward = (middle - at) / np.linalg.norm(middle - at)
        tip, root = at + inward * px * 0.9, at - inward * px * 4
        mask = np.zeros(frame.shape[:2], np.uint8)
        ends = [tuple(np.round(end).astype(int).tolist()) for end in (tip, root)]
        cv2.line(mask, ends[0], ends[1], 255, round(px))
        shade = cv2.GaussianBlur(mask, (0, 0), px / 5)[:, :, None] / 255
        frame *= 1 - 0.25 * shade
        soft = cv2.GaussianBlur(mask, (0, 0), 1.0)[:, :, None] / 255
        round_off = 0.8 + 0.2 * shade
        frame *= 1 - soft
        frame += soft * skin * round_off


def _lit(frame: Light, corners: Floats, scene: Scene, lots: Lots) -> Light:
    """Shadow of whoever leans over, the lamp's reflection, a lens darker at its edges."""
    width, height = scene.size
    across, down = np.meshgrid(
        np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    )
    gain = np.full((height, width), scene.light, np.float32)
    if scene.vignette:
        gain *= 1 - scene.vignette * 0.35 * (across**2 + down**2)
    if scene.shadow:
        angle = lots.uniform(0, 2 * np.pi)
        far = np.cos(angle) * across + np.sin(angle) * down - lots.uniform(-0.2, 0.3)
        gain *= 1 - scene.shadow * 0.55 / (1 + np.exp(-far * 14))
    lit = frame * (gain[:, :, None] * np.array(scene.tint, np.float32))
    if scene.glare:
        place = lots.uniform(0.3, 0.7, 2)
        top = corners[0] * (1 - place[0]) + corners[1] * place[0]
        bottom = corners[3] * (1 - place[0]) + corners[2] * place[0]
        x, y = top * (1 - place[1]) + bottom * place[1]
        radius = 0.16 * np.linalg.norm(corners[2] - corners[0])
        u, v = (across + 1) / 2 * width - x, (down + 1) / 2 * height - y
        lit += (scene.glare * 320 * np.exp(-((u**2 + v**2) / radius**2)))[:, :, None]
    return np.asarray(lit)


def draw(scene: Scene, font: Path) -> Picture:
    """Raises OSError: there is no such font."""
    lots = np.random.default_rng(scene.seed)
    width, height = scene.size
    frame: Light = np.asarray(DESKS[scene.desk](lots, width, height), np.float32)
    camera = _camera(scene)
    if scene.desk == "papers":
        for place in range(int(lots.integers(2, 5))):
            below = replace(
                scene,
                turn_deg=float(lots.uniform(0, 360)),
                shift=(float(lots.uniform(-0.4, 0.4)), float(lots.uniform(-0.4, 0.4))),
                fill=scene.fill * (2.5 if scene.paper.startswith("id") else 1.0),
                paper="certificate",
            )
            _lay(frame, paper("certificate", font, place, 2), _camera(below), below)
    sheet = paper(scene.paper, font, scene.seed % 3)
    corners = _seen(camera, _outline(sheet.mm))
    sheet = paper(scene.paper, font, scene.seed % 3, _halves(scene, sheet, corners))
    _lay(frame, sheet, camera, scene)
    _fingers(frame, corners, scene, lots)
    frame = _lit(frame, corners, scene, lots)
    if scene.blur_px:
        frame = np.asarray(cv2.GaussianBlur(frame, (0, 0), scene.blur_px), np.float32)
    if scene.moved_px:
        frame = np.asarray(cv2.blur(frame, (scene.moved_px, 1)), np.float32)
    grain = np.empty((height, width, 3), np.int16)
    cv2.setRNGSeed(scene.seed)
    cv2.randn(grain, np.zeros(3), np.full(3, scene.noise))
    noisy = np.clip(frame + grain, 0, 255).astype(np.uint8)
    return Picture(noisy, corners, scene)


def some_scene(seed: int, size: tuple[int, int] = FULL_HD, paper_name: str = "") -> Scene:
    """A scene by lot: what a service point sees on a usual day, nothing in it being a defect."""
    lots = np.random.default_rng(seed + 10_000)
    name = paper_name or str(
        lots.choice(["certificate", "certificate", "id_portrait", "id_emblem", "receipt"])
    )
    small = name.startswith("id")
    return Scene(
        paper=name,
        seed=seed,
        size=size,
        desk=str(lots.choice(list(DESKS))),
        turn_deg=float(lots.normal(0, 8) + 90 * lots.integers(0, 2)),
        tilt_deg=float(abs(lots.normal(0, 7))),
        tilt_to_deg=float(lots.uniform(0, 360)),
        fill=float(lots.uniform(0.4, 0.75) if small else lots.uniform(0.7, 0.9)),
        shift=(float(lots.uniform(-0.08, 0.08)), float(lots.uniform(-0.02, 0.02))),
        shadow=float(lots.choice([0, 0, lots.uniform(0.3, 0.8)])),
        edge_shadow=float(lots.uniform(0.15, 0.6)),
        vignette=float(lots.uniform(0, 0.8)),
        light=float(lots.uniform(0.75, 1.0)),
        tint=tuple(lots.uniform(0.93, 1.0, 3).tolist()),
        noise=float(lots.uniform(1, 4)),
        blur_px=float(lots.uniform(0, 0.6)) * size[1] / 1080,
    )
