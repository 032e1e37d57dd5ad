"""A scanner that is not there: SANE's own `test` backend, set by its configuration files.

`config_dir` is what SANE_CONFIG_DIR names to whoever scans. The keys are those of sane-test(5), and
take effect with the next that opens the scanner. A change goes in whole or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

SCANNERS: Final = ("test:0", "test:1")
STACK_SHEETS: Final = 10  # what the feeder holds each time it is opened; the backend fixes it
_UNDERSCORED: Final = ("number_of", "geometry_", "resolution_", "tl_", "br_")
_SETTINGS: Final = {
    "number_of_devices": "2",
    "test-picture": '"Color pattern"',
    "geometry_max": "300",
    "read-status-code": "Default",
}


class SaneTestScanner:
    """Two scanners, "test:0" and "test:1", of which the second can be unplugged."""

    def __init__(self, directory: Path) -> None:
        self.config_dir = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._settings = dict(_SETTINGS)
        self.plug()

    def set(self, **settings: str) -> None:
        """Keys with "_" for "-": `set(read_delay="true")`."""
        for key, value in settings.items():
            name = key if key.startswith(_UNDERSCORED) else key.replace("_", "-")
            self._settings[name] = f'"{value}"' if " " in value else value
        self._write("test.conf", self._settings)

    def fail(self, status: str = "Default") -> None:
        """Every page ends with `status`, such as "SANE_STATUS_JAMMED"; "Default": well again."""
        self.set(read_status_code=status)

    def crash(self) -> None:
        """Told of no scanners, the backend of SANE 1.2 reads where it may not, and is ended."""
        self.set(number_of_devices="0")

    def unplug(self) -> None:
        self.set(number_of_devices="1")

    def plug(self) -> None:
        self._write("dll.conf", {"test": ""})
        self.set(number_of_devices="2")

    def unplug_all(self) -> None:
        """SANE knows of no scanner at all."""
        self._write("dll.conf", {})

    def _write(self, name: str, settings: dict[str, str]) -> None:
        new = self.config_dir / f"{name}.new"
        new.write_text("".join(f"{key} {value}".strip() + "\n" for key, value in settings.items()))
        new.replace(self.config_dir / name)
