"""Codes out of what a code reader sends: bytes in, texts out; opens nothing."""

from __future__ import annotations

from devices.code_text import LONGEST_CODE_BYTES

# Stands for a code that is too long to be one of ours; nobody's text contains it by itself.
NOT_TEXT = "\ufffd"


class CodeFramer:
    """Each of `terminators` ends a code; without any, a pause does.

    Bytes that are no UTF-8 become U+FFFD, so that the code is seen and refused.
    """

    def __init__(self, terminators: bytes) -> None:
        self._terminators = terminators
        self._code = bytearray()
        self._too_long = False

    @property
    def in_doubt(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._code)

    def feed(self, data: bytes) -> list[str]:
        """The codes that `data` ends, in order. Nothing between two terminators is no code."""
        codes = []
        for byte in data:
            if byte in self._terminators:
                if self._code:
                    codes.append(self._taken())
            elif len(self._code) < LONGEST_CODE_BYTES:
                self._code.append(byte)
            else:
                self._too_long = True
        return codes

    def pause(self) -> list[str]:
        """Nothing came for a while: what stands is a code, or the half of one, which is dropped."""
        if self._code and not self._terminators:
            return [self._taken()]
        self.forget()
        return []

    def forget(self) -> None:
        self._code.clear()
        self._too_long = False

    def _taken(self) -> str:
        text = NOT_TEXT if self._too_long else self._code.decode("utf-8", errors="replace")
        self.forget()
        return text
