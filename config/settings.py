"""The settings of one terminal: `kiosk.toml` as frozen values, or one line that says what is
wrong.
"""

from __future__ import annotations

import re
import reprlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator

from config.platform_settings import PlatformSettings
from config.section import Section
from config.start_error import StartError

INSTALLED = Path(__file__).resolve().parent.parent


_VALUES = reprlib.Repr()  # as deep and as long as a line can show
_VALUES.maxstring = _VALUES.maxother = 200


class SettingsError(StartError):
    """One line: the key, its value, what is allowed, the file."""


class StaffMember(Section):
    """Somebody known by their own ID card: who may confirm a resident's identity, or help one.

    `card` comes from `main.py staff-card`.
    """

    id: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$")
    card: str = Field(pattern=r"^scrypt\$[0-9a-f]{32}\$[0-9a-f]{64}$")


class TerminalSettings(Section):
    id: str = Field(
        pattern=r"^[0-9]{6}$", description="six digits; the receipt numbers begin with it"
    )
    place: str = Field(min_length=2, max_length=20, description="石桥镇便民服务中心")
    division: str = Field(
        pattern=r"^[0-9]{12}$", description="statistical division code of the place"
    )
    attendant: str = Field(min_length=1, max_length=12, description="who helps: 李主任")
    phone: str = Field(pattern=r"^[0-9-]{3,20}$")
    status_url: str = Field(
        pattern=r"^https?://\S+$", description="the receipt's QR code; number follows"
    )
    staff: tuple[StaffMember, ...] = ()
    helpers: Annotated[
        tuple[StaffMember, ...],
        Field(description="who may lead residents through (帮办代办); without, nobody may"),
    ] = ()
    forgotten_after_s: float = Field(
        15, ge=1, le=600, description="a card or slip that a visit left behind raises the alarm"
    )
    draft_days: int = Field(
        15,
        ge=1,
        le=90,
        description="how long a visit that pauses is kept, sealed",
    )


class DisplaySettings(Section):
    diagonal_inch: float = Field(21.5, ge=10, le=65)
    width_px: int = Field(1080, ge=320, le=7680)
    height_px: int = Field(1920, ge=320, le=7680)
    fullscreen: bool = True
    show_cursor: bool = False
    fonts: Path = INSTALLED / "build" / "fonts"
    lexicon: Path = INSTALLED / "build" / "lexicon" / "lexicon.sqlite"
    fallback_fonts: tuple[Path, ...] = (
        Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
        Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
    )


class IdCardReaderSettings(Section):
    """Named as the arguments of IdCardReader. `port` may be a pattern: /dev/ttyUSB*"""

    port: str = Field(min_length=1)
    baud: Literal[9600, 19200, 38400, 57600, 115200] | None = None
    profile: str = "generic"


class CameraSettings(Section):
    """`source`: a URL, a device number or path, or a file. Sizes and turn replace the profile's."""

    source: str = Field(min_length=1)
    profile: str = "generic-face"
    width_px: int | None = Field(None, ge=320, le=4096)
    height_px: int | None = Field(None, ge=240, le=4096)
    rotate: Literal[0, 90, 180, 270] | None = None


Movement = Literal["turn_left", "turn_right", "come_closer", "blink"]


class FaceSettings(Section):
    detector_model: Path | None = Field(
        None, description="a YuNet ONNX file; Haar cascades without"
    )
    movements: tuple[Movement, ...] = ("turn_left", "turn_right", "come_closer", "blink")


class ReceiptPrinterSettings(Section):
    """`link`: tcp://host:port, serial:///dev/ttyUSB0?baud=…, usb://vendor:product or file:///path"""

    link: str = Field(pattern=r"^(tcp|serial|usb|file)://.+")
    profile: str = "generic-80"


def _expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as fault:
        raise ValueError(f"is no regular expression: {fault}") from None
    return text


class SocialCardSettings(Section):
    """Any PC/SC reader will do but those whose name matches `ignored`: the slots of SAM modules."""

    ignored: Annotated[str, AfterValidator(_expression)] = r"(?i)\bP?SAM\b|\bSIM\b"


class SaneScannerSettings(Section):
    """Flatbed or feeder. `device`: SANE's name or a pattern; without, the first that scans."""

    kind: Literal["sane"]
    device: str | None = None
    resolution_dpi: int = Field(300, ge=100, le=600)
    max_pages: int = Field(20, ge=1, le=100)
    page_timeout_s: float = Field(60, gt=0, le=600)
    config_dir: Path | None = Field(
        None, description="SANE's own settings, for this terminal alone"
    )
    options: Mapping[str, str] = Field(default_factory=dict)


class DocumentCameraSettings(Section):
    """`source` as for the face camera."""

    kind: Literal["camera"]
    source: str = Field(min_length=1)
    profile: str = "generic-a4"


class PagePrinterSettings(Section):
    """`url`: ipp(s)://…; `socket`: that of CUPS, where the queue is one of CUPS."""

    url: str = Field(pattern=r"^ipps?://.+")
    socket: Path | None = None
    max_pages: int = Field(20, ge=1, le=200)
    max_copies: int = Field(2, ge=1, le=20)
    media: str = "iso_a4_210x297mm"
    sides: Literal["one-sided", "two-sided-long-edge"] = "one-sided"
    stall_timeout_s: float = Field(120, gt=0, le=1800)


class CodeReaderSettings(Section):
    """A serial one by `port` and `profile`; a keyboard wedge by its USB numbers or its name."""

    port: str | None = None
    profile: str = "generic-cr"
    usb: str | None = Field(None, pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$")
    name: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> CodeReaderSettings:
        if (self.port is None) == (self.usb is None and self.name is None):
            raise ValueError("give either port, or usb or name")
        return self


class SpeakerSettings(Section):
    """Patterns of the sound server's sinks; `steps_percent` from soft to loud."""

    speaker: str = Field(min_length=1)
    headset: str | None = None
    steps_percent: tuple[Annotated[int, Field(ge=1, le=100)], ...] = (30, 45, 60, 80, 100)
    normal_step: int = 2


_ESPEAK_NG = ("espeak-ng", "-b", "1", "-s", "{rate}", "--stdin", "--stdout")


class SpeechSettings(Section):
    """Language → a program that reads UTF-8 from its standard input and writes a WAV file to its
    standard output; `{rate}` in it is words a minute. Only where there is a speaker.
    """

    commands: Mapping[Literal["zh", "en"], Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        # The voice `cmn` of espeak-ng 1.51 says the tones in English (fen-four); this one does not.
        {"zh": (*_ESPEAK_NG, "-v", "cmn-latn-pinyin"), "en": (*_ESPEAK_NG, "-v", "en")},
        min_length=2,
    )
    rate: int = Field(150, ge=80, le=400)
    timeout_s: float = Field(10, gt=0, le=60)


class UpsSettings(Section):
    """As Network UPS Tools knows it."""

    name: str = "ups"
    host: str = "127.0.0.1"
    port: int = Field(3493, ge=1, le=65535)


class LightsSettings(Section):
    """`channels`: light → number on the board."""

    port: str = Field(min_length=1)
    profile: str
    channels: dict[Literal["card", "camera", "receipt", "scanner", "fault"], int]


class Settings(Section):
    terminal: TerminalSettings
    display: DisplaySettings = DisplaySettings()
    idcard_reader: IdCardReaderSettings
    camera: CameraSettings
    face: FaceSettings = FaceSettings()
    receipt_printer: ReceiptPrinterSettings
    social_card: SocialCardSettings | None = None
    scanner: Annotated[
        SaneScannerSettings | DocumentCameraSettings | None, Field(discriminator="kind")
    ] = None
    page_printer: PagePrinterSettings | None = None
    code_reader: CodeReaderSettings | None = None
    speaker: SpeakerSettings | None = None
    speech: SpeechSettings | None = None
    ups: UpsSettings | None = None
    lights: LightsSettings | None = None
    platform: PlatformSettings
    profiles: Annotated[
        Path | None, Field(description="directory of device profiles beside the shipped ones")
    ] = None
    catalogue: Annotated[
        Path, Field(description="the items, as `main.py catalogue build` makes them")
    ] = INSTALLED / "build" / "catalogue.pack"
    catalogue_key: Annotated[
        str | None,
        Field(pattern=r"^[0-9a-f]{64}$", description="who signs it; without, it is not checked"),
    ] = None
    state: Annotated[Path, Field(description="directory for what must survive a power cut")]
    scratch: Annotated[
        Path | None, Field(description="directory in memory (tmpfs) for temporary files")
    ] = None
    spools: Annotated[
        tuple[Path, ...], Field(description="searched after each visit, as state and scratch are")
    ] = ()

    @model_validator(mode="before")
    @classmethod
    def _what_can_be_heard_can_speak(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "speaker" in raw:
            return {"speech": {}, **raw}
        return raw


def load(file: Path) -> Settings:
    """Reads and checks the whole file; relative paths in it count from its own directory.

    Raises:
        SettingsError: the file is missing, is no TOML, or a setting is missing or not allowed.
    """
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"{file}: there is no such file; copy config/kiosk.toml and edit it"
        ) from None
    except RecursionError:
        raise SettingsError(f"{file}: nested too deep") from None
    except (OSError, ValueError) as fault:  # no UTF-8, no TOML, or a number of 4300 digits
        raise SettingsError(f"{file}: {fault}") from None
    return check(raw, file)


def check(raw: dict[str, Any], file: Path) -> Settings:
    """`raw` as settings; `file` is only named in the error and gives relative paths their root."""
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as fault:
        raise SettingsError(_one_line(fault, file)) from None
    rooted: Settings = _rooted(settings, file.resolve().parent)
    return rooted


def _one_line(fault: ValidationError, file: Path) -> str:
    first, *others = fault.errors()
    key = ".".join(_shown(part) for part in first["loc"]) or "(file)"
    value = _VALUES.repr(first["input"])
    more = f" (and {len(others)} more)" if others else ""
    if first["type"] == "missing":
        return f"{file}: {key} is missing{more}"
    if first["type"] == "needed":
        return f"{file}: {key} is missing: {first['msg']}{more}"
    if first["type"] == "extra_forbidden":
        return f"{file}: {key} = {value}: there is no such setting{more}"
    return f"{file}: {key} = {value}: {_allowed(first)}{more}"


def _shown(key: str | int) -> str:
    """A quoted key of TOML may hold anything, line ends too."""
    text = str(key)
    return text if text.isprintable() else repr(text)


def _allowed(error: Any) -> str:
    pattern = error.get("ctx", {}).get("pattern")
    return f"has to look like {pattern}" if pattern else str(error["msg"])


def _rooted(section: Any, root: Path) -> Any:
    changes: dict[str, Any] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, Path):
            changes[name] = root / value
        elif isinstance(value, Section):
            changes[name] = _rooted(value, root)
        elif isinstance(value, tuple) and value and isinstance(value[0], Path):
            changes[name] = tuple(root / path for path in value)
    return section.model_copy(update=changes)
