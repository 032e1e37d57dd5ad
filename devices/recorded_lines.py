"""Lines that record what goes over them; whoever builds a driver puts them in place of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from devices import stand_ins
from devices.apdu import Answer
from devices.apdu import Command as CardCommand
from devices.idcard_frames import Command, Reply, encode
from devices.idcard_line import Line
from devices.printer_links import Link, LinkSettings
from devices.recording import Recording, Redacted, Rules
from devices.serial_line import SerialLine


class RecordedLine(Line):
    """For `IdCardReader(..., open_line=RecordedLine.to(recording))`."""

    def __init__(self, recording: Recording, path: str, baud: int) -> None:
        self._recording = recording
        super().__init__(path, baud)

    @classmethod
    def to(cls, recording: Recording) -> Callable[[str, int], Line]:
        return partial(cls, recording)

    def ask(self, command: Command, thinking_s: float) -> Reply:
        self._recording.sent(encode(command.value))
        try:
            return super().ask(command, thinking_s)
        finally:
            self._recording.settle()

    def _arrived(self, wait_s: float) -> bytes:
        arrived = super()._arrived(wait_s)
        self._recording.received(arrived)
        return arrived


@dataclass(frozen=True, slots=True)
class RecordedLinkSettings:
    """For `ReceiptPrinter(RecordedLinkSettings(link, recording), ...)`."""

    link: LinkSettings
    recording: Recording

    def open(self, timeout_s: float) -> Link:
        return _RecordedLink(self.link.open(timeout_s), self.recording)


class _RecordedLink:
    def __init__(self, link: Link, recording: Recording) -> None:
        self._link, self._recording = link, recording
        self.answers = link.answers

    @property
    def lag_s(self) -> float:
        return self._link.lag_s

    def write(self, data: bytes, timeout_s: float) -> None:
        self._recording.sent(data)
        self._link.write(data, timeout_s)

    def read(self, timeout_s: float) -> bytes:
        data = self._link.read(timeout_s)
        self._recording.received(data)
        self._recording.settle()
        return data

    def close(self) -> None:
        self._recording.settle()
        self._link.close()


@dataclass(frozen=True, slots=True)
class RedactedLinkSettings:
    """A link over which only redacted bytes go out, as a replay expects them."""

    link: LinkSettings
    rules: Rules

    def open(self, timeout_s: float) -> Link:
        return _RedactedLink(self.link.open(timeout_s), self.rules)


class _RedactedLink:
    def __init__(self, link: Link, rules: Rules) -> None:
        self._link, self._rules = link, rules
        self.answers, self.read, self.close = link.answers, link.read, link.close

    @property
    def lag_s(self) -> float:
        return self._link.lag_s

    def write(self, data: bytes, timeout_s: float) -> None:
        self._link.write(self._rules.sent(data).data, timeout_s)


def recorded_card(
    recording: Recording,
) -> Callable[[Callable[[CardCommand], Answer]], Callable[[CardCommand], Answer]]:
    """For `SocialCardReader(tap=recorded_card(recording))`."""

    def tap(send: Callable[[CardCommand], Answer]) -> Callable[[CardCommand], Answer]:
        def recorded(command: CardCommand) -> Answer:
            recording.sent(bytes(command))
            answer = send(command)
            recording.received(answer.data + answer.status.to_bytes(2, "big"))
            recording.settle()
            return answer

        return recorded

    return tap


class RecordedSerialLine(SerialLine):
    """For `SerialCodeReader(..., open_line=RecordedSerialLine.to(recording))`."""

    def __init__(self, recording: Recording, path: str, baud: int) -> None:
        self._recording = recording
        super().__init__(path, baud)

    @classmethod
    def to(cls, recording: Recording) -> Callable[[str, int], SerialLine]:
        return partial(cls, recording)

    def read(self, wait_s: float) -> bytes:
        arrived = super().read(wait_s)
        self._recording.received(arrived)
        return arrived

    def write(self, data: bytes) -> None:
        self._recording.sent(data)
        super().write(data)


# A code reader says what it sees and is asked nothing: digits and letters become others.
CODE_READER_RULES = Rules(Redacted, lambda _, raw: Redacted(stand_ins.gb18030(raw)))
