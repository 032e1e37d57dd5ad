"""The materials of what waits: their chunks, and how far each is. A part of the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from offline_cache.errors import StoreDamagedError, typed_faults
from offline_cache.materials import SealedMaterial
from offline_cache.submission import Chunk, Upload


class Uploads:
    """`seq`: of the submission. Every change is part of the transaction that is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, seq: int, material: SealedMaterial) -> None:
        self._db.execute(
            "INSERT INTO uploads (seq, material, chunks) VALUES (?, ?, ?)",
            (seq, material.number, len(material.chunks)),
        )
        self._db.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?)",
            [(seq, material.number, at, box) for at, box in enumerate(material.chunks)],
        )

    def of(self, seq: int) -> tuple[Upload, ...]:
        with typed_faults():
            rows = self._db.execute(
                "SELECT material, chunks, next FROM uploads WHERE seq = ? ORDER BY material", (seq,)
            ).fetchall()
        return tuple(Upload(*row) for row in rows)

    def next_chunk(self, seq: int, uploads: Sequence[Upload]) -> Chunk | None:
        """Raises: StoreDamagedError: it is not there."""
        for upload in uploads:
            if upload.next < upload.chunks:
                return self._chunk(seq, upload.material, upload.next)
        return None

    def chunks(self, seq: int) -> Iterator[Chunk]:
        for upload in self.of(seq):
            for number in range(upload.chunks):
                yield self._chunk(seq, upload.material, number)

    def advance(self, seq: int, missing: Mapping[int, int]) -> None:
        """By material, the first chunk that the platform lacks; what is not named is there."""
        self._db.execute("UPDATE uploads SET next = chunks WHERE seq = ?", (seq,))
        self._db.executemany(
            "UPDATE uploads SET next = min(chunks, max(0, ?)) WHERE seq = ? AND material = ?",
            [(first, seq, material) for material, first in missing.items()],
        )

    def _chunk(self, seq: int, material: int, number: int) -> Chunk:
        with typed_faults():
            row = self._db.execute(
                "SELECT box FROM chunks WHERE seq = ? AND material = ? AND chunk = ?",
                (seq, material, number),
            ).fetchone()
        if row is None:
            raise StoreDamagedError("a chunk is not there")
        return Chunk(material, number, row[0])
