"""A terminal that keeps what must pause, on a real store."""

from kiosk.visits.events import CardRead, CardTaken, Confirmed, Kept, Printed, Touched
from kiosk.visits.form_events import Answered, OfferChosen, PauseAsked
from kiosk.visits.worker import Job
from kiosk.works.pausing import keep_draft, open_draft, then_drop_draft
from tests.kiosk.forwarding import DEVICES, NOW, NUMBER, FakeWork, Walk
from tests.kiosk.people import ZHANG

JPEG = b"\xff\xd8" + bytes(range(256)) * 200
DAYS = 15


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def not_before(self, _):
        raise AssertionError("a new store has no last moment")


class AtOnce:
    """The work itself, done before anything else happens."""

    device = "outbox"

    def __init__(self, work, told):
        self.work, self.told = work, told

    def __call__(self, visit):
        self.told.append(self.work(visit)(None, Job(visit.number, lambda _: None)))
        return lambda: None


class Terminal(Walk):
    """A terminal on its store; another one on the same store is the same after a restart."""

    def __init__(self, room, clock):
        super().__init__()
        self.told, self.clock = [], clock
        fakes = {work: FakeWork(work, device, self.diary) for work, device in DEVICES.items()}

        def kept(visit):
            return lambda _, job: Kept(job.visit, NUMBER, NOW, "ab" * 32)

        self.conductor.equip(
            {
                **fakes,
                "keep draft": AtOnce(keep_draft(room.drafts, "2026.11", DAYS, clock), self.told),
                "open draft": AtOnce(open_draft(room.drafts), self.told),
                "keep application": AtOnce(then_drop_draft(room.drafts, kept, Kept), self.told),
            }
        )

    def happen(self, *events, visit=None):
        for event in events:
            super().happen(event, visit=visit)
            while self.told:
                self.conductor.handle(self.told.pop(0))
        return self.step

    def pause(self):
        """As from any page; the code."""
        self.happen(PauseAsked, Printed)
        assert self.step == "draft kept"
        code = self.visit.pause.code
        self.happen(Confirmed, CardTaken)
        self.wait(600)
        assert self.view.step == "lobby/attract"
        return code

    def to_code(self, card=ZHANG):
        self.happen(Touched, (OfferChosen, "resume"), (CardRead, card), Confirmed)
        assert self.step == "code"

    def resume(self, code, card=ZHANG):
        self.to_code(card)
        return self.happen((Answered, code))


def lines_of(room, event):
    with room.desk() as outbox:
        rows = outbox._db.execute("SELECT count FROM journal_lines WHERE event = ?", (event,))
        return rows.fetchall()
