"""Who comes to the terminal, what they do there, and what may not be left of them."""

from time import monotonic, sleep

from sandbox.platform.people import BY_REF
from sandbox.resident import Do, Touch, TouchAt, Until, lay, lift
from sandbox.traces import traces

ITEM = "2020-35/1/13"

# A visit in pieces, each from where the one before it ends.
TO_CARD = (
    TouchAt(),
    Touch(f"ItemChosen:{ITEM}"),
    Until("ItemPage"),
    Touch("Confirmed"),
    Until("certify/card"),
)
OBLIGING = Do("camera/show", (("film", "obliging"),))


def identified(person):
    """A card is laid and confirmed."""
    return (lay(person), Until("ConfirmPersonPage"), Touch("Confirmed"))


def wants_it_again(town):
    """Who came in an earlier test is not due any more, and may certify all the same."""
    town.stage.eyes.until(
        lambda seen: seen.is_at("FaceConsentPage") or seen.is_at("certify/not due"), "consent", 30
    )
    if town.page().is_at("certify/not due"):
        town.touch("Again")


def to_consent(person):
    return (*TO_CARD, *identified(person), wants_it_again, Until("FaceConsentPage"))


def to_face(person):
    return (*to_consent(person), Touch("Confirmed"), Until("FacePage"))


def handed_in(person):
    """The face is taken, the submission kept, and the card is to be taken back."""
    return (*to_face(person), OBLIGING, Until("certify/take card", 90))


def to_result(person):
    return (*handed_in(person), lift(), Until("ResultPage"))


TO_RECEIPT = (Touch("Confirmed"), Until("ReceiptPage"))
TO_END = (
    Touch("Confirmed"),
    Until("RatingPage"),
    Touch("Rated:5"),
    Until("GoodbyePage"),
    Until("AttractPage"),
)


class Town:
    """The stage with its people: knows who came, so that it can look for what they left."""

    def __init__(self, stage):
        self.stage, self.bench, self.resident = stage, stage.bench, stage.resident
        self.came = set()
        self.slips_before = len(self.slips())
        self.known = {row["number"] for row in self._shown_submissions()}

    def go(self, *acts):
        for act in acts:
            if callable(act):
                act(self)
                continue
            if isinstance(act, Do) and act.action == "reader/lay":
                self.came.add(dict(act.args)["person"])
            self.resident.go([act])

    def until(self, where, timeout_s=30):
        return self.resident.until(where, timeout_s)

    def touch(self, control):
        self.resident.touch(control)

    def page(self):
        return self.stage.eyes.look()

    def wait_for(self, seen, what, timeout_s=60):
        """The first value of `seen()` that is true."""
        end_s = monotonic() + timeout_s
        while not (found := seen()):
            self.stage.check()
            assert monotonic() < end_s, f"no {what} within {timeout_s} s"
            sleep(0.1)
        return found

    def make_well(self):
        """Every cable in, paper in, the network up, nobody there, the terminal at rest."""
        for action, said in (
            ("platform/clear", {}),
            ("reader/behave", {}),
            ("reader/lift", {}),
            ("camera/show", {"film": "one_person"}),
            ("printer/off_line", {"off_line": False}),
            ("printer/jam", {"jammed": False}),
            ("printer/cover", {"opened": False}),
            ("printer/refill", {}),
        ):
            self.bench.do(action, **said)
        state = self.bench.state()
        for device in ("reader", "camera", "printer"):
            if not state[device]["plugged"]:
                self.bench.do(f"{device}/plug")
        if not (self.page().is_at("AttractPage") or self.page().is_at("GoodbyePage")):
            self.stage.kill_terminal()
            self.stage.start_terminal()
        self.until("AttractPage")

    def slips(self):
        return self.bench.state()["printer"]["slips"]

    def new_slips(self):
        return self.slips()[self.slips_before :]

    def submission(self, number):
        """What the platform has under this number; None when it has nothing."""
        found = [row for row in self._shown_submissions() if row["number"] == number]
        assert len(found) <= 1
        return found[0] if found else None

    def new_submissions(self):
        """What reached the platform in this test, in its order."""
        return [row for row in self._shown_submissions() if row["number"] not in self.known]

    def _shown_submissions(self):
        return self.bench.state()["platform"]["submissions"]

    def number_of(self, person):
        return BY_REF[person].number

    def traces(self):
        """Files of the terminal in which the number or name of somebody who came can be read."""
        return traces(self.terminal_files(), self.came)

    def terminal_files(self):
        """All that the terminal writes: its state, its words, the map of its page."""
        directory = self.stage.directory
        kept = [file for file in (directory / "state").rglob("*") if file.is_file()]
        return [*kept, directory / "terminal.log", directory / "page-map.json"]
