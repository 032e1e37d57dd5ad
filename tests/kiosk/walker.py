"""What every visit has that is walked by events alone: nothing is drawn, no machine is there."""

from kiosk.visits.form_events import Answered


class FakeWork:
    """Notes when it is begun and called off."""

    def __init__(self, name, device, diary):
        self.name, self.device, self.diary = name, device, diary

    def __call__(self, visit):
        self.diary.append(f"begin {self.name}")
        return lambda: self.diary.append(f"end {self.name}")


class Walker:
    """Whoever inherits builds `conductor`, which shows its views to `views.append`."""

    def __init__(self):
        self.views, self.diary, self.now_s = [], [], 0.0

    @property
    def view(self):
        return self.views[-1]

    @property
    def page(self):
        return self.view.page

    @property
    def step(self):
        """Without the name of its flow; what is asked there stands behind it."""
        return self.view.step.split("/", 1)[1]

    @property
    def visit(self):
        return self.conductor._visit

    @property
    def intake(self):
        return self.visit.intake

    def happen(self, *events, visit=None):
        """Each event is its type, or a tuple of that and what it brings; the step after them."""
        for event, *values in (e if isinstance(e, tuple) else (e,) for e in events):
            self.conductor.handle(event(visit or self.view.visit, *values))
        return self.step

    def answer(self, *values):
        return self.happen(*((Answered, value) for value in values))

    def wait(self, seconds):
        for _ in range(int(seconds * 2)):
            self.now_s += 0.5
            self.conductor.tick(self.now_s)
        return self.step
