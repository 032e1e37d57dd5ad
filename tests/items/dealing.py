"""What is done at each step of a service, by its name: a new page is a function and a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from config.catalogue_models import Kind, Question
from sandbox.bench.card_slot import social_card_of
from sandbox.resident import ResidentError
from tests.items.answers import Value
from tests.items.errand import SLOW_S, Way
from tests.items.outcomes import TURNED_AWAY
from tests.typist import places, touches

if TYPE_CHECKING:
    from tests.items.walker import Walker

TRIES: Final = 3
STAFF: Final = "s01"  # the one whom the sandbox's terminal knows


def on(walker: Walker, _: str) -> None:
    walker.finger.touch("Confirmed")


def again(walker: Walker, _: str) -> None:
    walker.finger.touch("Again")


def on_if_offered(walker: Walker, _: str) -> None:
    """What must not be printed is not offered to be."""
    go = walker.finger.look().control("Confirmed")
    walker.finger.touch("Confirmed" if go and go.enabled else "Declined")


def lay(walker: Walker, _: str) -> None:
    """Whose card is turned away reads why, takes it back and leaves."""
    if walker.laid:
        return
    before = walker.finger.look().serial
    walker.lay(walker.errand.person)
    if walker.errand.sees == TURNED_AWAY:
        walker.finger.eyes.until(lambda now: now.serial > before, "word of the card", SLOW_S)
        walker.finger.bench.do("reader/lift")
        walker.finger.touch("LeaveAsked")
        walker.finger.touch("Left", overlay="leave")


def lay_staff(walker: Walker, _: str) -> None:
    walker.lay(STAFF)


def lift(walker: Walker, _: str) -> None:
    walker.finger.bench.do("reader/lift")


def again_if_wanted(walker: Walker, _: str) -> None:
    """Not due: who walks here for another end was here before, in an earlier run."""
    if "not due" in walker.errand.sees:
        walker.finger.touch("Confirmed")
    else:
        walker.finger.touch("Again")


def face_or_staff(walker: Walker, _: str) -> None:
    walker.finger.touch("Declined" if "staff" in walker.errand.sees else "Again")


def choose_whom(walker: Walker, _: str) -> None:
    whom = walker.errand.whom or "self"
    rows = walker.rows("RowChosen")
    walker.entered.whom = whom if whom in rows else rows[0]
    walker.finger.touch(f"RowChosen:{walker.entered.whom}")


def first_row(walker: Walker, _: str) -> None:
    walker.finger.touch(f"RowChosen:{walker.rows('RowChosen')[0]}")


def answer(walker: Walker, path: str) -> None:
    question, entered = walker.question(path), walker.entered
    if len(entered.answers) == 2 and walker.goes(Way.BACK):
        walker.finger.touch("Back")
        return
    before = entered.answers.get(path)
    known = "" if "." in path else walker.known_of(question)
    if before is None and known:
        entered.kept[path] = entered.answers[path] = known
        before = known
    if before is not None and walker.finger.look().control("Answered"):
        walker.finger.touch("Answered")
        return
    if walker.errand.social_card and question.from_card == "social_card_number":
        _lay_social_card(walker, path)
        return
    value = before or walker.errand.choices.get(question.id) or walker.invented(question)
    walker.finger.type(keys(question, value, walker.own_place))
    entered.answers[path] = value


def _lay_social_card(walker: Walker, path: str) -> None:
    """Its number fills in, and the card goes home."""
    finger, generation = walker.finger, walker.errand.social_card
    before = finger.look().serial
    finger.bench.do("social_card/lay", person=walker.errand.person, generation=generation)
    finger.eyes.until(lambda now: now.serial > before, "the number of the card", SLOW_S)
    finger.bench.do("social_card/lift")
    walker.entered.answers[path] = social_card_of(walker.person, generation).number
    finger.touch("Answered")


def keys(question: Question, value: Value, own_place: str) -> list[str]:
    """From an empty page on, the main button included."""
    match question.kind:
        case Kind.DIVISION:
            return places(str(value), own_place, question.down_to)
        case Kind.CHOICES:
            at, struck = 0, []
            for one in value:  # in the order of the options
                leaf = _leaf(question, one)
                struck += ["more"] * (leaf - at) + [f"Tick:{one}"]
                at = leaf
            return [*struck, "Answered"]
        case Kind.CHOICE:
            return touches(question.kind, value, leaf=_leaf(question, str(value)))
        case _:
            return touches(question.kind, value)


def _leaf(question: Question, value: str) -> int:
    """On which it stands: there is room for seven on an upright page, or for six and a bar."""
    options = [one.value for one in question.options]
    return options.index(value) // 6 if len(options) > 7 else 0


def list_people(walker: Walker, path: str) -> None:
    question, given = walker.question(path), walker.entered.answers
    there = int(str(given.get(path, "0")))
    if there < max(1, question.least or 0):
        given[path] = str(there + 1)
        walker.finger.touch("EntryAdded")
    else:
        walker.finger.touch("Confirmed")


def take_papers(walker: Walker, _: str) -> None:
    """A paper whose lack was told is brought after all."""
    if walker.brought:
        walker.finger.touch(f"RowChosen:{walker.brought}")
    else:
        walker.finger.touch("Confirmed")


def give(walker: Walker, which: str) -> None:
    slot = which.rpartition(".")[0]
    offered = walker.rows("HowChosen")
    how = _how(walker, slot, offered)
    walker.entered.papers[slot] = how
    walker.finger.touch(f"HowChosen:{how}")


def _how(walker: Walker, slot: str, offered: list[str]) -> str:
    if walker.brought == slot:
        walker.brought = ""
    elif "later" in offered and walker.paper(slot).required:
        if walker.goes(Way.LATER):
            return "later"
        if walker.goes(Way.MISSING):
            walker.brought = slot
            return "later"
    wanted = walker.errand.paper in ("", slot)
    if walker.errand.scans and wanted and "scan" in offered and not walker.entered.scanned:
        return "scan"
    rest = [one for one in offered if one not in ("scan", "later")]
    return str(walker.lot.choice(rest or offered))


def hear_gaps(walker: Walker, _: str) -> None:
    walker.finger.touch("Back" if walker.brought else "Confirmed")


def lay_paper(walker: Walker, which: str) -> None:
    """Of a card the one side, and then the other."""
    sides = walker.paper(which.rpartition(".")[0]).sides
    film = "id_card_turned" if sides == 2 else "certificate"
    walker.finger.bench.do("document_camera/show", film=film)


def take_papers_home(walker: Walker, _: str) -> None:
    walker.finger.bench.do("document_camera/show", film="desk")


def look_at(walker: Walker, _: str) -> None:
    walker.entered.scanned += 1
    walker.finger.touch("Confirmed")


def look_through(walker: Walker, _: str) -> None:
    """The summary: to its end and, on the way, back to one answer."""
    if not (walker.goes(Way.EDIT) and _edit_one(walker)):
        walker.finger.touch("Confirmed")


def _edit_one(walker: Walker) -> bool:
    entered = walker.entered
    while True:
        for path in walker.rows("EditAsked"):
            plain = path in entered.answers and path not in entered.kept
            # One of several may change what is asked.
            if plain and walker.question(path).kind not in (Kind.YES_NO, Kind.CHOICE):
                walker.finger.touch(f"EditAsked:{path}")
                return True
        turn = walker.finger.look().control("LeafOn")
        if turn is None or not turn.enabled:
            return False
        walker.finger.touch("LeafOn")


def sign(walker: Walker, _: str) -> None:
    walker.finger.write("SignField")
    walker.finger.touch("Signed")


def choose_how_to_pay(walker: Walker, _: str) -> None:
    walker.finger.touch(f"RowChosen:{walker.errand.pays}")


def pay(walker: Walker, _: str) -> None:
    """By a telephone that reads the code."""
    walker.finger.bench.do("platform/pay")


def try_again(walker: Walker, _: str) -> None:
    """A busy machine takes longer than a printer may."""
    step = walker.entered.steps[-1]
    if walker.entered.steps.count(step) > TRIES:
        raise ResidentError(f"{step} comes again and again")
    walker.finger.touch("Again")


def rate(walker: Walker, _: str) -> None:
    walker.finger.touch("Rated:5")


DEALS: Final[Mapping[str, Callable[[Walker, str], None]]] = {
    "about": on,
    "card": lay,
    "person": on,
    "consent": on,
    "staff": lay_staff,
    "for whom": choose_whom,
    # What is taken in
    "question": answer,
    "people": list_people,
    "materials": take_papers,
    "material": give,
    "scan": lay_paper,
    "look": look_at,
    "gaps": hear_gaps,
    "inventory": on,
    "summary": look_through,
    "sign": sign,
    "how to pay": choose_how_to_pay,
    "pay": pay,
    "sent": lift,
    "take card": lift,
    "take card first": lift,
    "papers left": take_papers_home,
    "card left": lift,
    "result": on,
    "receipt": on,
    "print stopped": again,  # on a busy machine a printer answers late
    "parcel": on,
    "rating": rate,
    # What is looked up or certified here
    "not due": again_if_wanted,
    "not here": on,
    "no photo": on,
    "declare": on,
    "face refused": face_or_staff,
    "face doubted": face_or_staff,
    "not had": on,
    "away": on,
    "choose": first_row,
    "shown": on_if_offered,
    "on paper": on,
    "paper stopped": try_again,
}
# Where somebody may go away without a word, and has given something by then.
GOING: Final = frozenset({"question", "people", "materials", "material", "summary", "sign"})
