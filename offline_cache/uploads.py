"""The materials of what waits: where they lie, and how far each is. A part of the outbox."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from offline_cache.errors import MaterialLostError, typed_faults
from offline_cache.material_files import MaterialFiles
from offline_cache.materials import SealedMaterial
from offline_cache.submission import Chunk, Upload


class Uploads:
    """`seq`: of the submission. Every change is part of the transaction that is open."""

    def __init__(self, connection: sqlite3.Connection, files: MaterialFiles) -> None:
        self._db, self._files = connection, files

    def add(self, seq: int, materials: Sequence[SealedMaterial]) -> None:
        """Their file is on the disk when this returns. Raises: StoreError."""
        if not materials:
            return
        self._db.execute(
            "INSERT INTO material_files VALUES (?, ?, ?)", (seq, *self._files.write(materials))
        )
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

    def next_chunk(self, seq: int, uploads: Sequence[Upload]) -> Chunk | None:
        """Raises: MaterialLostError, StoreError."""
        for upload in uploads:
            if upload.next < upload.chunks:
                return self._chunk(seq, upload.material, upload.next)
        return None

    def file_of(self, seq: int) -> str | None:
        """The name of the file that is to be removed once `seq` is gone for good."""
        row = self._one("SELECT name FROM material_files WHERE seq = ?", seq)
        return row[0] if row else None

    def remove(self, name: str) -> None:
        """After the commit: before it, a power cut would leave a submission without its file."""
        self._files.remove(name)

    def chunks(self, seq: int) -> Iterator[Chunk]:
        for upload in self.of(seq):
            for number in range(upload.chunks):
                yield self._chunk(seq, upload.material, number)

    def is_whole(self, seq: int) -> bool:
        """Whether what was kept of the materials is still there. Raises: StoreError."""
        kept = self._one("SELECT name, bytes FROM material_files WHERE seq = ?", seq)
        if kept is not None:
            return self._files.is_whole(*kept)
        row = self._one(
            "SELECT (SELECT count(*) FROM chunks WHERE seq = ?1)"
            " = (SELECT coalesce(sum(chunks), 0) FROM uploads WHERE seq = ?1)",
            seq,
        )
        return bool(row and row[0])

    def advance(self, seq: int, missing: Mapping[int, int]) -> None:
        """By material, the first chunk that the platform lacks; what is not named is there."""
        self._db.execute("UPDATE uploads SET next = chunks WHERE seq = ?", (seq,))
        self._db.executemany(
            "UPDATE uploads SET next = min(chunks, max(0, ?)) WHERE seq = ? AND material = ?",
            [(first, seq, material) for material, first in missing.items()],
        )

    def _chunk(self, seq: int, material: int, number: int) -> Chunk:
        name = self.file_of(seq)
        if name is not None:
            return Chunk(material, number, self._files.read(name, material, number))
        row = self._one(
            "SELECT box FROM chunks WHERE seq = ? AND material = ? AND chunk = ?",
            *(seq, material, number),
        )
        if row is None:
            raise MaterialLostError("a chunk is not there")
        return Chunk(material, number, row[0])

    def _one(self, question: str, *values: int) -> tuple[Any, ...] | None:
        with typed_faults():
            row: tuple[Any, ...] | None = self._db.execute(question, values).fetchone()
        return row
