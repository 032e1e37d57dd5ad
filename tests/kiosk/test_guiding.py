"""One light at a time shows the hand where to go."""

from devices.light_profiles import Mode
from devices.lights import Light
from kiosk.machines.guiding import guider
from kiosk.visits.pages import AttractPage, GoodbyePage, PresentCardPage, TakeCardPage


class Board:
    def __init__(self):
        self.shown, self.asked = {}, 0

    def set(self, light, mode):
        self.shown[light] = mode

    def ask(self, task, visit):
        self.asked += 1
        task(self, None)


def test_the_light_of_the_card_reader_blinks_while_a_card_is_asked_for_and_no_longer():
    board = Board()
    shown = guider(board.ask)
    shown(PresentCardPage(staff=False, trouble=None))
    assert board.shown[Light.CARD] is Mode.BLINK
    assert board.shown[Light.CAMERA] is Mode.OFF
    shown(GoodbyePage(thanks_for_rating=False, take_card=False))
    assert set(board.shown.values()) == {Mode.OFF}


def test_the_board_is_asked_only_when_the_hand_has_to_go_elsewhere():
    board = Board()
    shown = guider(board.ask)
    shown(AttractPage("石桥镇"))
    assert board.asked == 0
    shown(PresentCardPage(staff=False, trouble=None))
    shown(PresentCardPage(staff=False, trouble="trouble.card_lifted"))
    shown(TakeCardPage(seconds=20))
    assert board.asked == 1
