"""A setting that is missing or wrong stops the start with one line: which, where and why."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import SettingsError, load

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "config" / "kiosk.toml"


def changed(tmp_path, old, new):
    file = tmp_path / "kiosk.toml"
    text = SHIPPED.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return file


def test_the_shipped_settings_are_in_order():
    settings = load(SHIPPED)
    assert settings.terminal.id == "522401"
    assert settings.platform.ca_file == ROOT / "config" / "platform-ca.pem"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('id = "522401" ', 'id = "52" ', "terminal.id = '52': has to look like ^[0-9]{6}$"),
        (
            'id = "522401" ',
            'id = "５２２４０１" ',
            "terminal.id = '５２２４０１': has to look like",
        ),
        ("[camera]", '[camera]\n"a\\nb" = 1', r"camera.'a\nb' = 1: there is no such setting"),
        ("diagonal_inch = 21.5", "diagonal_inch = 2", "display.diagonal_inch = 2: "),
        ('profile = "generic-80"', "", None),
        ('phone = "0857-8220000"\n', "", "terminal.phone is missing"),
        ("[camera]", "[camera]\nsorce = 1", "camera.sorce = 1: there is no such setting"),
        ('source = "0" ', "source = 0 ", "camera.source = 0: "),
        ('link = "serial:', 'link = "parallel:', "receipt_printer.link = 'parallel:"),
        (
            'certificate_file = "terminal.pem" ',
            "# ",
            "platform.certificate_file is missing: the platform answers nobody without one",
        ),
        ('certificate_key_file = "', '# "', "platform.certificate_key_file is missing: the"),
        ('ca_file = "platform-ca.pem" ', "# ", "platform.ca_file is missing: the authority that"),
    ],
)
def test_one_line_names_the_key_the_value_and_what_is_allowed(tmp_path, old, new, line):
    file = changed(tmp_path, old, new)
    if line is None:
        assert load(file).receipt_printer.profile == "generic-80"
        return
    with pytest.raises(SettingsError) as told:
        load(file)
    assert str(told.value).startswith(f"{file}: {line}")
    assert "\n" not in str(told.value)


def test_public_authorities_are_trusted_only_where_the_settings_say_so(tmp_path):
    told = "public_authorities = true"
    file = changed(tmp_path, 'ca_file = "platform-ca.pem" ', f"{told} # ")
    assert load(file).platform.ca_file is None


def test_on_the_loopback_interface_no_certificate_is_needed(tmp_path):
    text = SHIPPED.read_text("utf-8").replace(
        'https://platform.example.gov.cn"\n', 'http://[::1]:8"\n'
    )
    kept = [line for line in text.splitlines() if not line.startswith(("ca_", "certificate_"))]
    (tmp_path / "kiosk.toml").write_text("\n".join(kept), "utf-8")
    assert load(tmp_path / "kiosk.toml").platform.certificate_file is None


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ('[scanner]\nkind = "fax"', "scanner = {'kind': 'fax'}: "),
        ("[code_reader]", "code_reader = {}: Value error, give either port, or usb or name"),
        ('[code_reader]\nport = "x"\nusb = "1eab:0022"', "code_reader = {"),
        ('[social_card]\nignored = "("', "social_card.ignored = '(': Value error, is no regular"),
        ('[lights]\nport = "x"\nprofile = "y"\nchannels = {door = 1}', "lights.channels.door"),
    ],
)
def test_a_device_the_terminal_may_have_is_checked_when_it_has_it(tmp_path, section, line):
    file = tmp_path / "kiosk.toml"
    file.write_text(SHIPPED.read_text("utf-8") + section, "utf-8")
    with pytest.raises(SettingsError) as told:
        load(file)
    assert str(told.value).startswith(f"{file}: {line}")
    assert "\n" not in str(told.value)


def test_the_examples_in_the_shipped_settings_are_in_order(tmp_path):
    file = tmp_path / "kiosk.toml"
    head, examples = SHIPPED.read_text("utf-8").split("# [social_card]")
    lines = [line.removeprefix("# ") for line in f"# [social_card]{examples}".splitlines()]
    file.write_text("\n".join([head, *lines]), "utf-8")
    settings = load(file)
    assert settings.scanner.kind == "sane"
    assert settings.lights.channels["fault"] == 4


def test_a_file_that_is_no_toml_or_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match="there is no such file"):
        load(tmp_path / "kiosk.toml")
    (tmp_path / "kiosk.toml").write_text("state = ")
    with pytest.raises(SettingsError, match=r"kiosk\.toml: "):
        load(tmp_path / "kiosk.toml")


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 3000, "a = " + "9" * 5000, ".".join(["a"] * 3000) + " = 1"],
    ids=["nested arrays", "a number of 5000 digits", "nested tables"],
)
def test_a_file_that_exhausts_the_parser_is_told_in_a_line_too(tmp_path, text):
    (tmp_path / "kiosk.toml").write_text(text)
    with pytest.raises(SettingsError) as told:
        load(tmp_path / "kiosk.toml")
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 500 + len(str(tmp_path))


def test_the_program_says_it_too_and_does_not_start(tmp_path):
    file = changed(tmp_path, 'id = "522401" ', 'id = "52" ')
    ended = subprocess.run(
        [sys.executable, "main.py", "--config", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"{file}: terminal.id = '52'")
    assert ended.stderr.count("\n") == 1
