"""Lights on a serial board, met through a pseudo terminal; and the table of boards."""

from __future__ import annotations

import threading
from time import monotonic

import pytest

from devices.base import Condition, DeviceAbsentError, GarbledReplyError
from devices.light_profiles import LightProfileError, Mode, load_profiles
from devices.lights import Light, Lights
from sandbox.lights import Fault, LightBoardPeer
from tests.devices.test_idcard_opening import as_an_ordinary_user

PATIENCE_S = 20.0
LETTERS = load_profiles()["letters-8"]
LCUS = load_profiles()["lcus-4"]
WIRED = {Light.CARD: 1, Light.FAULT: 4}


@pytest.fixture
def link(tmp_path):
    return tmp_path / "ttyUSB0"


@pytest.fixture
def board(link):
    with LightBoardPeer(link) as board:
        yield board


@pytest.fixture
def lights(board, link):
    with Lights(str(link), LETTERS, WIRED, timeout_s=PATIENCE_S) as lights:
        yield lights


def wait_until(condition):
    end_s = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < end_s
        threading.Event().wait(0.01)


def test_all_lights_are_off_at_first_and_at_last(board, link):
    with Lights(str(link), LETTERS, WIRED, timeout_s=PATIENCE_S) as lights:
        assert board.lights == {1: "off", 4: "off"}
        lights.set(Light.CARD, Mode.ON)
        lights.set(Light.FAULT, Mode.BLINK)
        assert board.lights == {1: "on", 4: "blink"}
    assert board.lights == {1: "off", 4: "off"}


def test_a_light_that_is_not_wired_is_nobodys_fault(board, lights):
    lights.set(Light.SCANNER, Mode.ON)
    assert board.lights == {1: "off", 4: "off"}


def test_a_silent_board_without_blinking_lets_the_light_shine(link):
    with LightBoardPeer(link, "lcus") as board, Lights(str(link), LCUS, WIRED) as lights:
        lights.set(Light.FAULT, Mode.BLINK)
        wait_until(lambda: board.lights == {1: "off", 4: "on"})
        lights.set(Light.FAULT, Mode.OFF)
        wait_until(lambda: board.lights == {1: "off", 4: "off"})


def test_the_last_word_to_a_silent_board_still_reaches_it(link):
    with LightBoardPeer(link, "lcus") as board:
        for _ in range(20):
            with Lights(str(link), LCUS, WIRED) as lights:
                lights.set(Light.FAULT, Mode.ON)
                wait_until(lambda: board.lights == {1: "off", 4: "on"})
            wait_until(lambda: board.lights == {1: "off", 4: "off"})


def test_a_board_that_lost_its_power_is_right_again_after_a_check(board, lights):
    lights.set(Light.CARD, Mode.BLINK)
    board.lose_power()
    assert lights.status().condition is Condition.OK
    assert board.lights == {1: "blink", 4: "off"}


@pytest.mark.parametrize("fault", [Fault.NOISE, Fault.DRIP])
def test_noise_before_the_answer_and_a_slow_one_do_no_harm(board, lights, fault):
    board.misbehave(fault)
    lights.set(Light.CARD, Mode.ON)
    assert board.lights[1] == "on"


@pytest.mark.parametrize("fault", [Fault.DEAF, Fault.GARBLED, Fault.LATE])
def test_a_command_that_is_not_confirmed_is_sent_again(board, link, fault):
    with Lights(str(link), LETTERS, WIRED, timeout_s=0.7) as lights:
        board.misbehave(fault)
        lights.set(Light.CARD, Mode.ON)
        assert board.lights[1] == "on"


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.HALF])
def test_a_board_that_does_not_confirm_is_a_fault(board, link, fault):
    with Lights(str(link), LETTERS, WIRED, timeout_s=0.7) as lights:
        board.misbehave(fault, times=2)
        with pytest.raises(GarbledReplyError, match="did not confirm card on"):
            lights.set(Light.CARD, Mode.ON)
        lights.set(Light.CARD, Mode.BLINK)
        assert board.lights[1] == "blink"


def test_a_flood_ends_in_a_fault(board, link):
    with Lights(str(link), LETTERS, WIRED, timeout_s=PATIENCE_S) as lights:
        board.misbehave(Fault.SILENT, times=2)
        with board.port.flooding(b"\xff" * 512), pytest.raises(GarbledReplyError):
            lights.set(Light.CARD, Mode.ON)


def test_a_board_pulled_out_is_absent(board, lights):
    board.port.unplug()
    with pytest.raises(DeviceAbsentError, match="broke"):
        lights.set(Light.CARD, Mode.ON)
    with pytest.raises(DeviceAbsentError):
        lights.status()


def test_a_board_plugged_in_elsewhere_is_found_again(board, link):
    lights = Lights(str(link.with_name("ttyUSB*")), LETTERS, WIRED, timeout_s=PATIENCE_S)
    with lights:
        lights.set(Light.CARD, Mode.ON)
        board.port.plug(link.with_name("ttyUSB7"))
        with pytest.raises(DeviceAbsentError):
            lights.status()
    with lights:
        assert board.lights == {1: "off", 4: "off"}
        assert "ttyUSB7" in lights.status().detail


def why_absent(port):
    with pytest.raises(DeviceAbsentError) as absent, Lights(str(port), LCUS, WIRED):
        pass
    return str(absent.value)


def test_nothing_there_no_permission_and_taken_are_told_apart(board, lights, link):
    assert "nothing is there as" in why_absent(link.with_name("ttyACM0"))
    assert "taken by another program" in why_absent(link)
    port = link.readlink()
    port.chmod(0o000)
    with as_an_ordinary_user():
        assert "no permission" in why_absent(port)


def test_wiring_that_cannot_be_is_refused_at_once(link):
    with pytest.raises(ValueError, match="has the channels"):
        Lights(str(link), LCUS, {Light.CARD: 5})
    with pytest.raises(ValueError, match="one channel"):
        Lights(str(link), LCUS, {Light.CARD: 1, Light.FAULT: 1})


GOOD = {
    "baud": "9600",
    "answer": '"none"',
    "on": '{ 1 = "01" }',
    "off": '{ 1 = "00" }',
    "blink": "{}",
}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("baud", "0"),
        ("answer", '"perhaps"'),
        ("answer", "1"),
        ("on", "{}"),
        ("on", '{ 1 = "" }'),
        ("on", '{ one = "01" }'),
        ("on", '"01"'),
        ("off", '{ 2 = "00" }'),
        ("blink", '{ 2 = "02" }'),
        ("blink", None),
        ("colour", '"red"'),
    ],
)
def test_a_mistake_in_the_table_names_the_board(tmp_path, field, wrong):
    table = {**GOOD, field: wrong}
    rows = [f"{name} = {value}" for name, value in table.items() if value is not None]
    file = tmp_path / "profiles.toml"
    file.write_text("\n".join(["[x-1]", *rows]))
    with pytest.raises(LightProfileError, match="x-1"):
        load_profiles(file)
