"""What `scanimage` says: recorded from the real program (1.2.1), from manuals, and noise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanimage_text import (
    EXIT_CODES,
    LIST_FORMAT,
    SaneStatus,
    Stage,
    last_words,
    parse_complaint,
    parse_devices,
    parse_options,
)
from devices.scanner_faults import fault_of
from devices.scanner_options import (
    Mode,
    ScannerSetupError,
    Source,
    choose_page,
    choose_paper,
    choose_resolution,
)

# The first as the real program prints it, the others after sane-fujitsu(5) and of closed backends.
LISTING = """
All options specific to device `test:0':
  Scan Mode:
    --mode Gray|Color [Gray]
        Selects the scan mode (e.g., lineart, monochrome, or color).
    --depth 1|8|16 [8]
        Number of bits per sample, typical values are 1 for "line-art" and 8
        for multibit scans.
    --three-pass[=(yes|no)] [inactive]
        Simulate a three-pass scanner.
    --resolution 1..1200dpi (in steps of 1) [50]
        Sets the resolution of the scanned image.
    --source Flatbed|Automatic Document Feeder [Flatbed]
        If Automatic Document Feeder is selected, the feeder will be 'empty'
    --print-options
        Print a list of all options.
  Geometry:
    -x 0..200mm (in steps of 1) [80]
        Width of scan-area.
    --bool-auto[=(auto|yes|no)] [inactive]
    --int-constraint-array <int>,... [inactive]
    --gamma-table 0..255,... (in steps of 1) [advanced]
    --fixed-constraint-word-list -32.7|12.1|42|129.5 [inactive]
"""
FEEDER = """
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
    --mode Lineart|Gray|Color [Lineart]
    --resolution 100|200|240|600dpi [600]
    --page-width 0..224.846mm (in steps of 0.0211639) [215.872]
    --page-height 0..863.489mm (in steps of 0.0211639) [279.364]
    -l 0..215.872mm (in steps of 0.0211639) [0]
    -t 0..279.364mm (in steps of 0.0211639) [0]
    -x 0..215.872mm (in steps of 0.0211639) [215.872]
    -y 0..279.364mm (in steps of 0.0211639) [279.364]
    --cover-open[=(yes|no)] [no] [hardware]
    --double-feed[=(yes|no)] [yes] [hardware]
    --serial <string> [12345] [read-only]
"""
CLOSED = """
    --mode Black & White|Gray[Error Diffusion]|True Gray|24bit Color[Fast] [24bit Color[Fast]]
    --resolution 100|150|200|300|400|600|1200dpi [200]
    --source FlatBed|Automatic Document Feeder(left aligned) [FlatBed]
"""


def test_devices_are_listed_in_order_and_chatter_is_left_out():
    text = "[bjnp] loaded\ntest:0\x1fNoname\x1ffrontend | tester\x1fvirtual device\n\n"
    found = parse_devices(text + "fujitsu:fi-7160:1\x1fFUJITSU\x1ffi-7160\x1fscanner\n")
    assert [scanner.name for scanner in found] == ["test:0", "fujitsu:fi-7160:1"]
    assert found[0].model == "frontend | tester"
    assert found[1].title == "FUJITSU fi-7160 at fujitsu:fi-7160:1"
    assert LIST_FORMAT.endswith("%n")


def test_options_of_the_real_program():
    options = parse_options(LISTING)
    assert options["mode"].choices == ("Gray", "Color")
    assert options["mode"].value == "Gray"
    assert options["depth"].choices == ("1", "8", "16")
    assert not options["three-pass"].settable
    assert options["three-pass"].value is None
    assert (options["resolution"].lowest, options["resolution"].highest) == (1, 1200)
    assert options["source"].choices == ("Flatbed", "Automatic Document Feeder")
    assert options["x"].highest == 200
    assert options["fixed-constraint-word-list"].choices == ("-32.7", "12.1", "42", "129.5")


def test_sensors_are_read_and_not_set():
    options = parse_options(FEEDER)
    assert options["double-feed"].value == "yes"
    assert options["cover-open"].value == "no"
    assert not options["cover-open"].settable
    assert not options["serial"].settable
    assert options["resolution"].choices == ("100", "200", "240", "600")


def test_brackets_inside_a_word_belong_to_the_word():
    options = parse_options(CLOSED)
    assert options["mode"].choices[1] == "Gray[Error Diffusion]"
    assert options["mode"].value == "24bit Color[Fast]"


@pytest.mark.parametrize(
    ("listing", "source", "mode", "expected"),
    [
        (LISTING, Source.FLATBED, Mode.COLOUR, ["--source=Flatbed", "--mode=Color"]),
        (LISTING, Source.FEEDER, Mode.GREY, ["--source=Automatic Document Feeder", "--mode=Gray"]),
        (LISTING, Source.FLATBED, Mode.LINEART, ["--source=Flatbed", "--mode=Gray"]),
        (FEEDER, Source.FEEDER, Mode.LINEART, ["--source=ADF Front", "--mode=Lineart"]),
        (FEEDER, Source.FEEDER_DUPLEX, Mode.GREY, ["--source=ADF Duplex", "--mode=Gray"]),
        (CLOSED, Source.FLATBED, Mode.COLOUR, ["--source=FlatBed", "--mode=24bit Color[Fast]"]),
        (CLOSED, Source.FLATBED, Mode.LINEART, ["--source=FlatBed", "--mode=Black & White"]),
        ("", Source.FLATBED, Mode.GREY, []),
    ],
)
def test_each_backend_is_spoken_to_in_its_own_words(listing, source, mode, expected):
    assert choose_paper(parse_options(listing), source, mode) == expected


@pytest.mark.parametrize(
    ("listing", "source", "mode"),
    [
        (FEEDER, Source.FLATBED, Mode.COLOUR),
        (CLOSED, Source.FEEDER_DUPLEX, Mode.COLOUR),
        ("", Source.FEEDER, Mode.COLOUR),
        ("    --mode Gray [Gray]", Source.FLATBED, Mode.COLOUR),
        ("    --mode Gray [Gray]", Source.FLATBED, Mode.LINEART),
    ],
)
def test_what_is_not_offered_is_not_asked_for(listing, source, mode):
    with pytest.raises(ScannerSetupError, match="offers no"):
        choose_paper(parse_options(listing), source, mode)


def test_a_page_is_as_large_as_asked_or_as_the_bed():
    page = choose_page(parse_options(LISTING), Mode.COLOUR, 300, 210, 297)
    assert page == ["--depth=8", "--resolution=300", "-x", "200"]
    assert "--depth=1" in choose_page(parse_options(LISTING), Mode.LINEART, 300, 210, 297)


def test_a_feeder_is_told_the_size_of_the_paper_before_the_window_on_it():
    page = choose_page(parse_options(FEEDER), Mode.COLOUR, 600, 210, 297)
    paper = ["--page-width=210", "--page-height=297"]
    window = ["-l", "0", "-t", "0", "-x", "210", "-y", "279.364"]
    assert page == ["--resolution=600", *paper, *window]


@pytest.mark.parametrize(
    ("listing", "dpi", "chosen"), [(LISTING, 300, 300), (FEEDER, 300, 600), (CLOSED, 100, 100)]
)
def test_the_lowest_resolution_that_is_enough_is_taken(listing, dpi, chosen):
    assert choose_resolution(parse_options(listing), dpi) == chosen


@pytest.mark.parametrize("listing", [LISTING, FEEDER, CLOSED])
def test_a_resolution_out_of_reach_is_said(listing):
    with pytest.raises(ScannerSetupError, match="does not reach 2400 dpi"):
        choose_resolution(parse_options(listing), 2400)


@pytest.mark.parametrize(
    ("text", "stage", "status"),
    [
        ("scanimage: open of device nosuch:0 failed: Invalid argument", Stage.OPEN, "INVAL"),
        ("scanimage: sane_start: Document feeder out of documents", Stage.START, "NO_DOCS"),
        ("scanimage: sane_read: Document feeder jammed", Stage.READ, "JAMMED"),
        ("/usr/bin/scanimage: sane_read: Out of memory", Stage.READ, "NO_MEM"),
        ("scanimage: sane_get_devices() failed: Error during device I/O", Stage.LIST, "IO_ERROR"),
        ("scanimage: no SANE devices found", Stage.OPEN, "INVAL"),
    ],
)
def test_complaints_name_what_was_done_and_what_became_of_it(text, stage, status):
    noise = "Output format is not set, using pnm as a default.\n[net] who knows\n"
    complaint = parse_complaint(noise + text + "\nBatch terminated, 1 page scanned\n")
    assert complaint.stage is stage
    assert complaint.status is SaneStatus[status]


@pytest.mark.parametrize(
    "text",
    [
        "scanimage: setting of option --mode failed (Invalid argument)",
        "scanimage: attempted to set inactive option read-delay-duration",
        "scanimage: unrecognized option '--foo=1'",
        "scanimage: option --resolution: bad option value (rest of option: x)",
    ],
)
def test_a_refused_option_is_for_the_technician(text):
    assert parse_complaint(text).about_option
    assert isinstance(fault_of("s", 1, text), ScannerSetupError)


def test_harmless_words_are_no_complaint():
    assert parse_complaint("scanimage: rounded value of br-x from 210 to 200\n") is None
    assert parse_complaint("") is None


def test_without_words_the_exit_code_tells():
    assert EXIT_CODES[6] is SaneStatus.JAMMED
    assert EXIT_CODES[11] is SaneStatus.ACCESS_DENIED
    assert fault_of("s", 7, "") is None
    assert "nothing" in str(fault_of("s", 1, ""))


def test_last_words_are_short_and_printable():
    words = last_words("first\n\x1b[31m" + "x" * 500 + "\x07\n\n")
    assert len(words) == 200
    assert words.isprintable()


WORDS = st.text(alphabet=st.sampled_from("-=[]()|. \nabx019:%,`'\x1f\x00é")) | st.text()
LINES = st.lists(
    st.sampled_from(LISTING.split("\n") + FEEDER.split("\n") + CLOSED.split("\n")) | WORDS
).map("\n".join)


@given(LINES)
def test_no_noise_breaks_the_option_list_or_what_is_chosen_from_it(text):
    options = parse_options(text)
    for name, option in options.items():
        assert name == option.name
        assert not name.startswith("-")
    try:
        arguments = choose_paper(options, Source.FEEDER, Mode.COLOUR)
        dpi = choose_resolution(options, 300)
        arguments += choose_page(options, Mode.COLOUR, dpi, 210, 297)
    except ScannerSetupError:
        return
    assert all("\n" not in argument for argument in arguments)


@given(WORDS | st.lists(WORDS).map("\x1f".join))
def test_no_noise_breaks_the_device_list(text):
    for scanner in parse_devices(text):
        assert scanner.name
        assert "\x1f" not in scanner.title


@given(st.integers(-64, 255).filter(lambda code: code != 0), st.text())
def test_whatever_it_says_there_is_a_fault_or_no_paper(code, text):
    fault = fault_of("s", code, text)
    assert fault is None or len(str(fault)) < 400
