"""From settings to drivers: profiles by name, and what opens reader, camera and receipt printer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from config.settings import Settings, SettingsError
from devices import camera_profiles, idcard_profiles, printer_profiles
from devices.camera import Camera
from devices.face_detectors import HaarDetector, YuNetDetector
from devices.faces import FaceDetector
from devices.glyphs import Glyphs
from devices.idcard_profiles import IdCardProfile
from devices.idcard_reader import IdCardReader
from devices.model_files import ProfileError
from devices.printer_links import LinkSettings
from devices.printer_profiles import PrinterProfile
from devices.printer_urls import link_from_url
from devices.receipt_printer import ReceiptPrinter


class SetUpError(SettingsError):
    """One line for the technician: settings that look right, and no machine can be built from."""


def own_profiles(given: Settings) -> Sequence[Path]:
    """Directories of the installation's own, laid out as `devices/profiles/`."""
    return () if given.profiles is None else (given.profiles,)


def models(
    load: Callable[..., Mapping[str, Any]], kind: str, own: Sequence[Path]
) -> Mapping[str, Any]:
    """The shipped profiles of a kind, and those in the directories of that name in `own`.

    Raises:
        SettingsError: names the file and the field that is wrong.
    """
    try:
        return load(*(directory / kind for directory in own))
    except ProfileError as fault:
        raise SettingsError(str(fault)) from None


def one_of(key: str, name: str, known: Mapping[str, Any]) -> Any:
    """The profile of that name.

    Raises:
        SettingsError: names those there are.
    """
    if name not in known:
        raise SettingsError(f"{key} = {name!r}: one of {', '.join(known)}")
    return known[name]


def reader_profile(given: Settings) -> IdCardProfile:
    """Raises: SettingsError."""
    known = models(idcard_profiles.load_profiles, "idcard_readers", own_profiles(given))
    profile: IdCardProfile = one_of("idcard_reader.profile", given.idcard_reader.profile, known)
    return profile


def printer_profile(given: Settings) -> PrinterProfile:
    """Raises: SettingsError."""
    known = models(printer_profiles.load_profiles, "receipt_printers", own_profiles(given))
    wanted = given.receipt_printer.profile
    profile: PrinterProfile = one_of("receipt_printer.profile", wanted, known)
    return profile


def printer_link(given: Settings) -> LinkSettings:
    """Raises: SetUpError."""
    try:
        return link_from_url(given.receipt_printer.link)
    except ValueError as fault:
        raise SetUpError(f"receipt_printer: {fault}") from None


def open_reader(given: Settings) -> Callable[[], IdCardReader]:
    """Raises: SettingsError; so do the next two."""
    wanted, profile = given.idcard_reader, reader_profile(given)
    return lambda: IdCardReader(wanted.port, wanted.baud, profile=profile)


def open_camera(given: Settings) -> Callable[[], Camera]:
    wanted, own = given.camera, own_profiles(given)
    known = models(camera_profiles.load_profiles, "cameras", own)
    said = wanted.model_dump(exclude={"source", "profile"}, exclude_none=True)
    profile = replace(one_of("camera.profile", wanted.profile, known), **said)
    return lambda: Camera.of_model(wanted.source, profile)


def open_printer(given: Settings) -> Callable[[], ReceiptPrinter]:
    panel, link, profile = given.display, printer_link(given), printer_profile(given)
    glyphs = Glyphs((panel.fonts / "NotoSansSC-Regular.otf", *panel.fallback_fonts))
    return lambda: ReceiptPrinter(link, profile, glyphs)


def open_detector(given: Settings) -> Callable[[], FaceDetector]:
    model = given.face.detector_model
    return HaarDetector if model is None else lambda: YuNetDetector(model)
