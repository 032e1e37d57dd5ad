"""A page laid under the document camera: said what is to be done, then taken once."""

import io
import threading
from itertools import count

import cv2
import numpy as np
import pytest
from PIL import Image

from config import texts
from devices.camera_profiles import CameraProfile
from devices.document_camera import DocumentCamera
from devices.page_flattening import A4_PX, ID_CARD_PX, Paper
from devices.page_quality import Finding
from devices.page_upright import CardSide, card_side
from kiosk.machines.preview import Preview
from kiosk.visits.events import PageTaken
from kiosk.visits.visit import Visit
from kiosk.visits.worker import Job
from kiosk.works.scanning import BOTH_SIDES, NOT_ID_CARD, SIDE, card_sides, purpose_mark, scan_page
from sandbox.camera import CameraPeer
from sandbox.document_films import FILMS, LYING, corners
from tests.kiosk.forwarding import PAPER, intake
from tests.page_kit import corner_error_px, picture
from tests.printer_kit import font

WAIT_S = 60
PROFILE = CameraProfile("test", 1280, 720, 0, 2, 0.3, 10.0)


def film(seed=0, **scene):
    """A drawn picture at rest, with the grain of a sensor, as long as it is wanted."""
    frame = picture(seed, **{"turn_deg": 93.0, "tilt_deg": 0.0, **scene}).frame.astype(np.int16)
    lots = np.random.default_rng(seed)
    grains = [lots.integers(-2, 3, frame.shape) for _ in range(4)]
    shown = [
        cv2.imencode(".jpg", np.clip(frame + grain, 0, 255).astype(np.uint8))[1].tobytes()
        for grain in grains
    ]
    return lambda _asked: (shown[step % len(shown)] for step in count())


A4 = {"paper": "certificate", "desk": "dark", "fill": 0.85, "shift": (0.0, 0.0), "shadow": 0.0}
GOOD = film(**A4)
FINGERS = film(**A4, fingers=2)
CUT = film(**{**A4, "shift": (0.3, 0.0)})
NOTHING = film(**{**A4, "desk": "light", "shift": (4.0, 0.0)})
CARD = film(**{**A4, "paper": "id_portrait", "fill": 0.5})
BACK = film(**{**A4, "paper": "id_emblem", "fill": 0.5})


class Scan:
    """The work in a thread of its own before a camera of the sandbox; keeps what it tells."""

    def __init__(self, peer, *sides, mark=lambda _: None, visit=None):
        self.told, self.answer, self.answered = [], None, 0
        self.preview = Preview()
        self._news = threading.Condition()
        self.job = Job(7, self._post, answered=self._count)
        task = scan_page(self.preview.put, lambda _: sides, mark)(visit or Visit(7))

        def run():
            with DocumentCamera(peer.url, PROFILE, WAIT_S) as camera:
                answer = task(camera, self.job)
            with self._news:
                self.answer = answer
                self._news.notify_all()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def _post(self, event):
        with self._news:
            self.told.append(event)
            self._news.notify_all()

    def _count(self):
        with self._news:
            self.answered += 1
            self._news.notify_all()

    def until(self, there):
        with self._news:
            assert self._news.wait_for(there, WAIT_S), self.told
        return self

    def findings(self):
        return [event.finding for event in self.told]

    def until_told(self, finding):
        self.until(lambda: finding in self.findings())
        return next(event for event in self.told if event.finding == finding)

    def until_taken(self):
        return self.until(lambda: self.answer is not None).answer

    def stop(self):
        self.job.stopped.set()
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()


@pytest.fixture
def peer():
    with CameraPeer(film=NOTHING) as peer:
        yield peer


@pytest.fixture
def scan(peer):
    begun = []

    def begin(*sides, **more):
        begun.append(Scan(peer, *sides, **more))
        return begun[-1]

    yield begin
    for one in begun:
        one.stop()


def test_a_page_that_a_hand_lays_is_taken_once_and_flat(peer, scan):
    peer.show(FILMS["page_laid"])
    scanning = scan()
    taken = scanning.until_taken()
    assert (taken.visit, taken.paper) == (7, Paper.A4)
    assert not any(isinstance(event, PageTaken) for event in scanning.told)
    with Image.open(io.BytesIO(taken.page)) as page:
        assert page.format == "JPEG"
        assert max(page.size) / min(page.size) == pytest.approx(2**0.5, abs=0.01)


@pytest.mark.parametrize("turn_deg", [93.0, 273.0])
def test_however_a_page_of_text_lies_it_comes_upright(peer, scan, turn_deg):
    peer.show(film(**A4, turn_deg=turn_deg))
    with Image.open(io.BytesIO(scan().until_taken().page)) as page:
        a_pixel_a_millimetre = np.asarray(page.convert("RGB").resize((210, 297)), int)
    red = a_pixel_a_millimetre[..., 0] - a_pixel_a_millimetre[..., 1] > 60
    assert red[240:285, 128:172].sum() > 0.9 * red.sum() > 0, "the seal is at the foot, right"


def test_the_outline_is_where_the_page_lies(peer, scan):
    peer.show(FILMS["page"])
    seen = scan().until_told("")
    assert seen.good
    shares = np.array(seen.corners)
    assert corner_error_px(shares * (1280, 720) - 0.5, corners(LYING)) < 4


def test_an_empty_desk_asks_for_a_page(scan):
    seen = scan().until_told("no_page")
    assert (seen.good, seen.corners) == (False, ())


def test_the_boards_of_an_empty_desk_are_not_taken_for_a_page(peer, scan):
    peer.show(FILMS["desk"])
    scanning = scan()
    scanning.until(lambda: scanning.answered > 10)
    assert scanning.findings() == ["no_page"]


def test_fingers_on_the_page_are_told_and_it_is_taken_when_they_are_gone(peer, scan):
    peer.show(FINGERS)
    scanning = scan()
    seen = scanning.until_told("fingers")
    assert (seen.good, len(seen.corners)) == (False, 4)
    assert scanning.answer is None
    peer.show(GOOD)
    assert scanning.until_taken().paper is Paper.A4
    assert scanning.findings()[-1] == ""


def test_a_page_that_leaves_the_picture_has_an_outline_within_it(peer, scan):
    peer.show(CUT)
    seen = scan().until_told("cut_edges")
    assert all(0 <= share <= 1 for corner in seen.corners for share in corner)
    assert max(x for x, _ in seen.corners) > 0.99


def test_nothing_new_is_told_while_nothing_changes(peer, scan):
    peer.show(FINGERS)
    scanning = scan()
    scanning.until_told("fingers")
    before = scanning.answered
    scanning.until(lambda: scanning.answered > before + 10)
    assert scanning.findings() == ["fingers"]


def test_a_page_that_moves_is_told_again_and_not_taken(peer, scan):
    peer.show(FILMS["page_creeps"])
    scanning = scan()
    scanning.until(lambda: len(scanning.told) > 3)
    assert scanning.answer is None
    assert scanning.told[0].corners != scanning.told[1].corners


def test_the_side_of_the_card_that_is_not_wanted_has_to_be_turned(peer, scan):
    peer.show(CARD)
    scanning = scan(CardSide.EMBLEM)
    assert not scanning.until_told("wrong_side").good
    assert scanning.answer is None


def test_where_an_id_card_is_wanted_no_other_page_is_taken(peer, scan):
    peer.show(GOOD)
    scanning = scan(CardSide.PORTRAIT)
    assert not scanning.until_told("not_id_card").good
    assert scanning.answer is None


def test_an_id_card_comes_upright_in_its_own_colours(peer, scan):
    peer.show(CARD)
    taken = scan(CardSide.PORTRAIT).until_taken()
    assert taken.paper is Paper.ID_CARD
    card = cv2.imdecode(np.frombuffer(taken.page, np.uint8), cv2.IMREAD_COLOR)
    assert card_side(card) == (CardSide.PORTRAIT, 0)


def test_both_sides_of_a_card_make_one_page_the_portrait_above(peer, scan):
    peer.show(CARD)
    scanning = scan(*BOTH_SIDES)
    assert not scanning.until_told("side_emblem").good
    assert scanning.answer is None, "the side that was taken lies there still"
    peer.show(BACK)
    taken = scanning.until_taken()
    assert taken.paper is Paper.A4
    page = cv2.imdecode(np.frombuffer(taken.page, np.uint8), cv2.IMREAD_COLOR)
    page = cv2.resize(page, A4_PX)
    width, height = ID_CARD_PX
    left = (A4_PX[0] - width) // 2
    for side, middle in zip(BOTH_SIDES, (0.32, 0.62), strict=True):
        top = round(A4_PX[1] * middle - height / 2)
        half = page[top : top + height, left : left + width]
        assert card_side(half) == (side, 0)
    assert "wrong_side" not in scanning.findings()


def test_a_card_that_is_to_be_copied_is_asked_for_by_its_side(peer, scan):
    scanning = scan(*BOTH_SIDES)
    scanning.until_told("side_portrait")
    peer.show(BACK)
    scanning.until_told("wrong_side")
    assert scanning.answer is None


def test_half_of_a_copy_has_to_show_which_half_it_is(peer, scan):
    """A card of the same size that is none of the two, such as one from a bank."""
    frame = np.full((720, 1280, 3), (40, 50, 60), np.uint8)
    cv2.rectangle(frame, (340, 170), (940, 548), (225, 225, 225), -1)
    for y in range(220, 500, 40):
        cv2.putText(frame, "6200 0000 0000", (400, y), 0, 1.2, (70, 70, 70), 2, cv2.LINE_AA)
    lots = np.random.default_rng(3)
    grains = [lots.integers(-2, 3, frame.shape) for _ in range(4)]
    shown = [
        cv2.imencode(".jpg", np.clip(frame + grain, 0, 255).astype(np.uint8))[1].tobytes()
        for grain in grains
    ]
    peer.show(lambda _asked: (shown[step % 4] for step in count()))
    scanning = scan(*BOTH_SIDES)
    scanning.until(lambda: scanning.answered > 30)
    assert scanning.answer is None
    assert "" not in scanning.findings()


def test_the_picture_is_shown_as_it_comes(scan):
    scanning = scan()
    scanning.until(lambda: scanning.answered > 1)
    assert scanning.preview.newest().shape == (720, 1280, 3)


def test_stopping_ends_it_without_an_answer(peer, scan):
    scanning = scan()
    scanning.until_told("no_page")
    scanning.stop()
    assert scanning.answer is None


@pytest.mark.parametrize(
    "finding", [*Finding, NOT_ID_CARD, "good", *(f"{SIDE}_{side}" for side in BOTH_SIDES)]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_is_told_has_a_sentence(language, finding):
    assert f"page.{finding}" in texts.load(language)


def test_a_page_is_never_in_what_is_written_down():
    assert "secret" not in repr(PageTaken(7, b"secret", Paper.A4))


def paper_in_hand(**told):
    """A visit at the scanner with a paper of which the catalogue says this."""
    taken_in = intake(PAPER)
    first = taken_in.papers.materials[0].model_copy(update=told)
    taken_in.papers.materials = (first, *taken_in.papers.materials[1:])
    taken_in.papers.take_up(first.id)
    return Visit(7, intake=taken_in)


def white_share(taken):
    page = np.asarray(Image.open(io.BytesIO(taken.page)).convert("L"))
    return float((page > 235).mean())


def test_a_copy_of_an_identity_document_bears_its_purpose_and_other_pages_do_not(peer, scan):
    peer.show(GOOD)
    shares = {}
    for identity_document in (True, False):
        visit = paper_in_hand(identity_document=identity_document)
        taken = scan(mark=purpose_mark(font().parent), visit=visit).until_taken()
        shares[identity_document] = white_share(taken)
    assert shares[True] < shares[False] - 0.01


def test_the_catalogue_says_of_which_paper_both_sides_are_taken():
    assert card_sides(paper_in_hand(sides=2)) == BOTH_SIDES
    assert card_sides(paper_in_hand()) == ()
