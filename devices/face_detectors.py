"""Two ways to find faces: Haar cascades, which OpenCV carries, and YuNet, a model given by path.

Both look at a small grey or colour copy of the frame, one thread each, so that a slow two-core
terminal keeps its frames. Whether eyes are open is always asked of a Haar cascade: YuNet guesses
eyes behind lids as well.

Haar: Viola and Jones 2001; it knows faces that look into the camera, up to about 50 degrees to the
side as one class, and profiles from about 60 degrees as another. So `Face.yaw` is 0, 1 or -1.
YuNet: Wu et al. 2023, `face_detection_yunet_2023mar.onnx` of the OpenCV model zoo.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.base import DeviceError, Remedy
from devices.faces import Face, Image

Floats = NDArray[np.float32]


class DetectorUnusableError(DeviceError):
    """The files a detector is made of are missing or are not what they should be."""

    remedy = Remedy.TECHNICIAN


def _cascade(name: str) -> Any:
    path = Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"
    cascade = cv2.CascadeClassifier(str(path)) if path.is_file() else None
    if cascade is None or cascade.empty():
        raise DetectorUnusableError(f"no Haar cascade at {path}")
    return cascade


def _shrunk(picture: Image, longest_px: int) -> tuple[Image, float]:
    """A copy at most `longest_px` long, and what its pixels have to be multiplied by."""
    height, width = picture.shape[:2]
    scale = max(1.0, max(height, width) / longest_px)
    size = (round(width / scale), round(height / scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), scale


class _OpenEyes:
    """Open eyes inside a face box. The second cascade knows glasses; it is asked second."""

    _FACE_PX: Final = 80  # the box is brought to this width
    _EYE_PX: Final = (14, 40)  # there, at least and at most
    _BAND: Final = (0.16, 0.56)  # of the box from its top: brows to cheekbones
    _HALVES: Final = ((0.04, 0.54), (0.46, 0.96))  # of the box from the picture's left

    def __init__(self) -> None:
        self._cascades = (_cascade("eye"), _cascade("eye_tree_eyeglasses"))

    def find(self, grey: Image, face: Face) -> tuple[tuple[int, int], ...]:
        """`face` may reach beyond the picture; its middle does not."""
        top = max(0, round(face.y + face.height * self._BAND[0]))
        bottom = max(top, round(face.y + face.height * self._BAND[1]))
        scale = self._FACE_PX / face.width
        eyes = []
        for start, end in self._HALVES:
            left = max(0, round(face.x + face.width * start))
            right = max(left, round(face.x + face.width * end))
            half = grey[top:bottom, left:right]
            if min(half.shape) * scale < self._EYE_PX[0]:
                continue
            small = cv2.resize(half, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            eye = self._one(np.asarray(small, np.uint8))
            if eye is not None:
                eyes.append((round(left + eye[0] / scale), round(top + eye[1] / scale)))
        return tuple(eyes)

    def _one(self, half: Image) -> tuple[float, float] | None:
        for cascade in self._cascades:
            least, most = ((px, px) for px in self._EYE_PX)
            found = cascade.detectMultiScale(half, 1.1, 3, minSize=least, maxSize=most)
            if len(found):
                x, y, width, height = max(found, key=lambda eye: int(eye[2]))
                return float(x + width / 2), float(y + height / 2)
        return None


@dataclass(frozen=True, slots=True)
class _Search:
    """How one cascade is run. `score`: what a find has to reach; in the cascade's own measure."""

    cascade: str
    longest_px: int
    smallest_px: int
    neighbours: int
    score: float


class HaarDetector:
    """Faces by cascade, at least 1/11 of the frame's longer side wide.

    Profiles are only looked for when nobody looks into the camera: they are the costlier and the
    less certain half.
    """

    # Scores measured on the sandbox's films: profiles seen in a frontal face stay under 0.5.
    _FRONT: Final = _Search("frontalface_alt2", 256, 24, 4, 0.0)
    _PROFILE: Final = _Search("profileface", 244, 34, 3, 0.5)
    _STEP: Final = 1.15
    _PROFILE_SPAN: Final = (0.12, 0.88)  # of the width: nobody stands at the very edge

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._front = _cascade(self._FRONT.cascade)
        self._profile = _cascade(self._PROFILE.cascade)
        self._eyes = _OpenEyes()

    def find(self, frame: Image) -> tuple[Face, ...]:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
        small, scale = _shrunk(grey, self._FRONT.longest_px)
        faces = self._run(self._front, self._FRONT, small, scale)
        if not faces:
            return self._profiles(grey)
        return tuple(replace(face, eyes=self._eyes.find(grey, face)) for face in faces)

    def _profiles(self, grey: Image) -> tuple[Face, ...]:
        """The surest one. The cascade knows faces that look to the picture's left, yaw -1."""
        start, end = (round(grey.shape[1] * share) for share in self._PROFILE_SPAN)
        small, scale = _shrunk(grey[:, start:end], self._PROFILE.longest_px)
        mirrored = np.asarray(cv2.flip(small, 1), np.uint8)
        right = self._run(self._profile, self._PROFILE, small, scale)
        left = self._run(self._profile, self._PROFILE, mirrored, scale)
        faces = [replace(face, x=start + face.x, yaw=-1.0) for face in right]
        faces += [replace(face, x=end - face.x - face.width, yaw=1.0) for face in left]
        return tuple(sorted(faces, key=lambda face: face.score)[-1:])

    def _run(self, cascade: Any, search: _Search, small: Image, scale: float) -> list[Face]:
        boxes, _, scores = cascade.detectMultiScale3(
            small,
            self._STEP,
            search.neighbours,
            minSize=(search.smallest_px, search.smallest_px),
            outputRejectLevels=True,
        )
        faces = []
        for box, score in zip(boxes, scores, strict=True):
            x, y, width, height = (round(float(side) * scale) for side in box)
            if score >= search.score:
                faces.append(Face(x, y, width, height, float(score)))
        return faces


def yunet_faces(rows: Floats, scale: float) -> tuple[Face, ...]:
    """What `cv2.FaceDetectorYN.detect` returned, in pixels × `scale`; eyes not yet known.

    A row: x, y, width, height of the box; x, y of right eye, left eye, nose tip, right and left
    corner of the mouth (the person's own right comes first); score.
    """
    faces = []
    for row in rows:
        x, y, width, height = (float(side) for side in row[:4])
        side = (width + height) / 2  # as square as Haar's, so that one gate serves both
        eyes_apart = max(1.0, float(row[6] - row[4]))
        off = float(row[8]) - float(row[4] + row[6]) / 2
        faces.append(
            Face(
                round((x + width / 2 - side / 2) * scale),
                round((y + height / 2 - side / 2) * scale),
                round(side * scale),
                round(side * scale),
                float(row[14]),
                yaw=max(-1.0, min(1.0, off / (eyes_apart / 2))),
            )
        )
    return tuple(faces)


class YuNetDetector:
    """Faces by the neural model at `model`: steadier than Haar with glasses, hats and turned heads.

    Raises:
        DetectorUnusableError: on construction, no such file or not a YuNet model.
    """

    _LONGEST_PX: Final = 320
    _SCORE: Final = 0.7
    _OVERLAP: Final = 0.3
    _MOST: Final = 50

    def __init__(self, model: Path) -> None:
        cv2.setNumThreads(1)
        self._eyes = _OpenEyes()
        if not model.is_file():
            raise DetectorUnusableError(f"no face model at {model}")
        try:
            self._net = cv2.FaceDetectorYN.create(
                str(model), "", (320, 320), self._SCORE, self._OVERLAP, self._MOST
            )
            self._net.detect(np.zeros((320, 320, 3), np.uint8))
        except cv2.error as fault:
            raise DetectorUnusableError(f"{model} is not a YuNet model") from fault

    def find(self, frame: Image) -> tuple[Face, ...]:
        small, scale = _shrunk(frame, self._LONGEST_PX)
        self._net.setInputSize((small.shape[1], small.shape[0]))
        rows = self._net.detect(small)[1]
        if rows is None:
            return ()
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
        faces = yunet_faces(np.asarray(rows, np.float32), scale)
        return tuple(replace(face, eyes=self._eyes.find(grey, face)) for face in faces)
