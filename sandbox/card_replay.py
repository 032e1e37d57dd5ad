"""The card's side of a recording, in the slot of a reader that is played to whoever asks it again.

Strict, as `sandbox/replay.py`: the first command that is not the recorded one ends the play.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from sandbox.replay import Played
from sandbox.social_card_chip import CONTACT, CONTACTLESS, Chip
from sandbox.social_cards import SocialCardData

_BY_NAME: Final = b"\x00\xa4\x04"
_NOTHING: Final = b"\x6f\x00"  # no precise diagnosis (ISO/IEC 7816-4, 5.1.3)


class ReplayedCard(Chip):
    """A card that says what another one said. What a card with contacts is asked for by name ends
    with that name; one with the block protocol is told as well how much is awaited.
    """

    def __init__(self, played: Played) -> None:
        self._recorded = [data for _, way, data in played.events if way == "out"]
        self._answers = [data for _, way, data in played.events if way == "in"]
        block = any(
            command[:3] == _BY_NAME and len(command) > 5 + command[4] for command in self._recorded
        )
        super().__init__(SocialCardData(), CONTACTLESS if block else CONTACT)
        self.difference: str | None = None
        self._left = deque(zip(self._recorded, self._answers, strict=False))

    def answer(self, command: bytes) -> bytes:
        self.commands.append(command)
        if not self._left:
            self.difference = self.difference or f"one more: {command.hex(' ')}"
            return _NOTHING
        expected, answer = self._left.popleft()
        if command != expected:
            self.difference = (
                f"command {len(self.commands)}: {expected.hex(' ')} was recorded, "
                f"{command.hex(' ')} came"
            )
            self._left.clear()
            return _NOTHING
        return answer
