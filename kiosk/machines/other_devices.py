"""The devices a terminal may have besides reader, camera and receipt printer: a worker for each
that its settings name.

None of them keeps a service waiting that does not need it: each has a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.section import Section
from config.settings import (
    CodeReaderSettings,
    DocumentCameraSettings,
    LightsSettings,
    PagePrinterSettings,
    SaneScannerSettings,
    Settings,
    SettingsError,
    SocialCardSettings,
    SpeakerSettings,
    SpeechSettings,
    UpsSettings,
)
from devices import camera_profiles, code_reader_profiles, light_profiles
from devices.base import Status
from devices.camera_presence import presence
from devices.code_reader import CodeReader, SerialCodeReader, WedgeCodeReader
from devices.document_camera import DocumentCamera
from devices.lights import Light, Lights
from devices.page_printer import PagePrinter
from devices.sane_scanner import SaneScanner
from devices.social_card import SocialCardReader
from devices.speaker import Speaker
from devices.speech import Synthesiser
from devices.ups import Ups
from kiosk.platform.drivers import models, one_of, own_profiles
from kiosk.visits.events import Event
from kiosk.visits.worker import Worker

SPEECH_CHECK_S = 5.0  # whether its program is there
SCANNER_CHECK_S = 10.0  # asking a scanner means opening it: a second or two


@dataclass(frozen=True, slots=True)
class Kind:
    """How a device of one kind is built from its section, with profiles of the shipped directories
    and these, and asked how it is.

    look: as in Worker, for what is not held open.
    """

    open: Callable[[Any, Sequence[Path]], Callable[[], Any]]
    status: Callable[[Any], Status]
    check_every_s: float = 1.0
    look: Callable[[Any], Status] | None = None


def open_document_camera(
    section: DocumentCameraSettings, own: Sequence[Path]
) -> Callable[[], DocumentCamera]:
    known = models(camera_profiles.load_profiles, "cameras", own)
    profile = one_of("scanner.profile", section.profile, known)
    return lambda: DocumentCamera(section.source, profile)


def _code_reader(section: CodeReaderSettings, _: Sequence[Path]) -> Callable[[], CodeReader]:
    if section.port is None:
        return lambda: WedgeCodeReader(section.usb, section.name)
    port, profiles = section.port, code_reader_profiles.load_profiles()
    profile = one_of("code_reader.profile", section.profile, profiles)
    return lambda: SerialCodeReader(port, profile)


def _lights(section: LightsSettings, _: Sequence[Path]) -> Callable[[], Lights]:
    profile = one_of("lights.profile", section.profile, light_profiles.load_profiles())
    channels = {Light(name): number for name, number in section.channels.items()}
    Lights(section.port, profile, channels)  # a wrong channel is told now, not by the worker
    return lambda: Lights(section.port, profile, channels)


def _plain(
    driver: Callable[..., Any], *left_out: str
) -> Callable[[Section, Sequence[Path]], Callable[[], Any]]:
    """For a driver whose arguments are called as the settings are."""

    def build(section: Section, _: Sequence[Path]) -> Callable[[], Any]:
        given = section.model_dump(exclude=set(left_out))
        driver(**given)  # a setting it does not take is told now, not by the worker
        return lambda: driver(**given)

    return build


KINDS: Mapping[type[Section], Kind] = {
    SocialCardSettings: Kind(_plain(SocialCardReader), SocialCardReader.status),
    SaneScannerSettings: Kind(
        _plain(SaneScanner, "kind", "max_pages"), SaneScanner.status, SCANNER_CHECK_S
    ),
    DocumentCameraSettings: Kind(
        open_document_camera, DocumentCamera.status, look=lambda section: presence(section.source)
    ),
    PagePrinterSettings: Kind(_plain(PagePrinter), PagePrinter.status),
    CodeReaderSettings: Kind(_code_reader, lambda reader: reader.status()),
    SpeakerSettings: Kind(_plain(Speaker), Speaker.status),
    SpeechSettings: Kind(_plain(Synthesiser), Synthesiser.status, SPEECH_CHECK_S),
    UpsSettings: Kind(_plain(Ups), Ups.status),
    LightsSettings: Kind(_lights, Lights.status),
}
NAMES = (
    "social_card",
    "scanner",
    "page_printer",
    "code_reader",
    "speaker",
    "speech",
    "ups",
    "lights",
)


def other_devices(
    given: Settings,
    post: Callable[[Event], None],
    minded: Mapping[str, Callable[[Any], Status]] | None = None,
) -> Mapping[str, Worker[Any]]:
    """Name of the section → its worker, not yet started. `minded`: likewise what asks a device how
    it is in place of its kind's own, and looks for what was left there; given None where the device
    is not held open.

    Raises:
        SettingsError: settings that look right, and no device can be built from.
    """
    sections = {name: getattr(given, name) for name in NAMES}
    return {
        name: _worker(name, section, own_profiles(given), post, (minded or {}).get(name))
        for name, section in sections.items()
        if section is not None
    }


def _worker(
    name: str,
    section: Section,
    own: Sequence[Path],
    post: Callable[[Event], None],
    minded: Callable[[Any], Status] | None,
) -> Worker[Any]:
    kind = KINDS[type(section)]
    try:
        build = kind.open(section, own)
    except ValueError as fault:
        raise SettingsError(f"{name}: {fault}") from None
    return Worker(
        name, build, minded or kind.status, post, _look(kind, section, minded), kind.check_every_s
    )


def _look(
    kind: Kind, section: Section, minded: Callable[[Any], Status] | None
) -> Callable[[], Status] | None:
    if (look := kind.look) is None:
        return None
    return (lambda: look(section)) if minded is None else (lambda: minded(None))
