"""A line that carries little and drops again and again, as the last kilometres to a village do."""

from __future__ import annotations

from math import inf
from time import monotonic

from sandbox.network_faults import Play
from sandbox.network_wire import Wire

_PIECE_BYTES = 4_096


class ThinLine:
    """`play` for `Network.fail`. `bytes_per_s` in each direction; whatever is under way every
    `drop_every_s`, counted from the making, is reset.
    """

    def __init__(self, bytes_per_s: float, drop_every_s: float = inf) -> None:
        self._bytes_per_s, self._drop_every_s = bytes_per_s, drop_every_s
        self._began_s = monotonic()
        self.drops = 0  # of a request or answer under way

    @property
    def play(self) -> Play:
        return self._play

    def _play(self, wire: Wire) -> None:
        begun = (monotonic() - self._began_s) // self._drop_every_s
        drops_s = self._began_s + (begun + 1) * self._drop_every_s

        def meter(count: int) -> None:
            wire.over.wait(min(count / self._bytes_per_s, max(0.0, drops_s - monotonic())))
            if monotonic() >= drops_s:
                raise ConnectionResetError

        try:
            answer = wire.forward(wire.request(meter))
            for at in range(0, len(answer), _PIECE_BYTES):
                piece = answer[at : at + _PIECE_BYTES]
                meter(len(piece))
                wire.send(piece)
        except ConnectionResetError:
            self.drops += 1
            wire.reset()
