"""The materials of what waits: where they lie, and how far each is. A part of the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from offline_cache.errors import typed_faults
from offline_cache.material_files import MaterialFiles
from offline_cache.materials import SealedMaterial
from offline_cache.submission import Chunk, Upload


class Uploads:
    """`seq`: of the submission, `file`: as its row names that of its materials. Every change is
    part of the transaction that is open.
    """

    def __init__(self, connection: sqlite3.Connection, files: MaterialFiles) -> None:
        self._db, self._files = connection, files

    def write(self, materials: Sequence[SealedMaterial]) -> tuple[str, int]:
        """The name of their file, which is on the disk, and its length. Raises: StoreError."""
        return self._files.write(materials)

    def add(self, seq: int, materials: Sequence[SealedMaterial]) -> None:
        self._db.executemany(
            "INSERT INTO uploads (seq, material, chunks) VALUES (?, ?, ?)",
            [(seq, material.number, len(material.chunks)) for material in materials],
        )

    def of(self, seq: int) -> tuple[Upload, ...]:
        with typed_faults():
            rows = self._db.execute(
                "SELECT material, chunks, next FROM uploads WHERE seq = ? ORDER BY material", (seq,)
            ).fetchall()
        return tuple(Upload(*row) for row in rows)

    def next_chunk(self, file: str, uploads: Sequence[Upload]) -> Chunk | None:
        """Raises: MaterialLostError, StoreError."""
        for upload in uploads:
            if upload.next < upload.chunks:
                return self._chunk(file, upload.material, upload.next)
        return None

    def chunks(self, seq: int, file: str) -> Iterator[Chunk]:
        for upload in self.of(seq):
            for number in range(upload.chunks):
                yield self._chunk(file, upload.material, number)

    def is_whole(self, file: str, size: int) -> bool:
        """Whether what was kept of the materials is still there."""
        return self._files.is_whole(file, size)

    def forget(self, seq: int) -> None:
        self._db.execute("DELETE FROM uploads WHERE seq = ?", (seq,))

    def remove(self, file: str) -> None:
        """After the commit: before it, a power cut would leave a submission without its file."""
        self._files.remove(file)

    def advance(self, seq: int, missing: Mapping[int, int]) -> None:
        """By material, the first chunk that the platform lacks; what is not named is there."""
        self._db.execute("UPDATE uploads SET next = chunks WHERE seq = ?", (seq,))
        self._db.executemany(
            "UPDATE uploads SET next = min(chunks, max(0, ?)) WHERE seq = ? AND material = ?",
            [(first, seq, material) for material, first in missing.items()],
        )

    def _chunk(self, file: str, material: int, number: int) -> Chunk:
        return Chunk(material, number, self._files.read(file, material, number))
