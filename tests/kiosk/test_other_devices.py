"""A terminal has the devices its settings name, and no other."""

from pathlib import Path

import pytest

from config.settings import SettingsError, check
from devices.model_files import SHIPPED
from kiosk.machines.other_devices import KINDS, NAMES, other_devices

FILE = Path("/etc/kiosk.toml")
LEAST = {
    "state": "state",
    "terminal": {
        "id": "522401",
        "place": "石桥镇便民服务中心",
        "division": "522401100001",
        "attendant": "李主任",
        "phone": "0857-8220000",
        "status_url": "https://platform.example/s",
    },
    "idcard_reader": {"port": "/dev/ttyUSB*"},
    "camera": {"source": "0"},
    "receipt_printer": {"link": "tcp://127.0.0.1:9100"},
    "platform": {"url": "http://127.0.0.1:9", "sealing_key_file": "k"},
}
SECTIONS = {
    "social_card": {},
    "scanner": {"kind": "sane"},
    "page_printer": {"url": "ipp://localhost/printers/a4"},
    "code_reader": {"port": "/dev/ttyACM0"},
    "speaker": {"speaker": "alsa_output.*"},
    "speech": {},
    "ups": {},
    "lights": {"port": "/dev/ttyUSB9", "profile": "lcus-4", "channels": {"card": 1}},
}


def workers(**sections):
    return other_devices(check({**LEAST, **sections}, FILE), lambda event: None)


def test_a_terminal_without_sections_has_none_of_them():
    assert workers() == {}


def test_every_section_gives_a_worker_of_its_name():
    assert set(SECTIONS) == set(NAMES)
    assert [worker.name for worker in workers(**SECTIONS).values()] == list(NAMES)


def test_a_terminal_with_a_speaker_speaks_and_one_without_does_not():
    assert list(workers(speaker=SECTIONS["speaker"])) == ["speaker", "speech"]
    assert workers(speech={"rate": 200}).keys() == {"speech"}  # the program alone is no harm


def test_every_kind_of_section_is_tried_here():
    more = {"scanner": {"kind": "camera", "source": "0"}}
    given = [check({**LEAST, **SECTIONS}, FILE), check({**LEAST, **SECTIONS, **more}, FILE)]
    assert {type(getattr(one, name)) for one in given for name in NAMES} == set(KINDS)
    assert set(workers(**more, code_reader={"usb": "1eab:0022"})) == {"scanner", "code_reader"}


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"code_reader": {"port": "x", "profile": "odd"}}, "code_reader.profile = 'odd': one of"),
        ({"lights": {"port": "x", "profile": "odd", "channels": {}}}, "lights.profile = 'odd'"),
        (
            {"lights": {"port": "x", "profile": "lcus-4", "channels": {"card": 9}}},
            "lights: lcus-4 has the channels",
        ),
        ({"speaker": {"speaker": "x", "normal_step": 7}}, "speaker: there are 5 steps"),
        ({"scanner": {"kind": "camera", "source": "0", "profile": "odd"}}, "scanner.profile"),
    ],
)
def test_a_setting_no_device_can_be_built_from_is_told_in_one_line(section, told):
    with pytest.raises(SettingsError) as fault:
        workers(**section)
    assert str(fault.value).startswith(told)
    assert "\n" not in str(fault.value)


def test_a_profile_of_the_installation_is_a_file_and_a_wrong_one_is_named(tmp_path):
    shipped = (SHIPPED / "cameras" / "generic-a4.toml").read_text("utf-8")
    (tmp_path / "cameras").mkdir()
    (tmp_path / "cameras" / "ours.toml").write_text(shipped, "utf-8")
    sections = {
        "profiles": str(tmp_path),
        "scanner": {"kind": "camera", "source": "0", "profile": "ours"},
    }
    assert set(workers(**sections)) == {"scanner"}
    (tmp_path / "cameras" / "ours.toml").write_text(shipped + "zoom = 3\n", "utf-8")
    with pytest.raises(SettingsError, match=r"ours.*zoom"):
        workers(**sections)
