"""What stands on which leaf, of the screen or of paper, when there is more than fits.

A page of the screen is never scrolled: a gesture must not be the only way (WCAG 2.2, 2.5.7), and
old hands leaf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Column = tuple[int, ...]  # pieces by their numbers, from the top
Leaf = tuple[Column, ...]

# Rounding to whole pixels is no reason for another leaf.
SLACK = 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that is not parted.

    leads: it never stands last in a column: a heading.
    under: pieces that are said again above it when it begins a leaf: the heading of a table.
    """

    height: float
    leads: bool = False
    under: tuple[int, ...] = ()


def leaves(pieces: Sequence[Piece], room: float, columns: int = 1) -> tuple[Leaf, ...]:
    """Each piece in its order, on as few leaves of `columns` columns as hold it.

    A piece that is higher than `room` has a column to itself and what leads it. What does not
    fill its last leaf stands there in columns of like height.
    """
    filled = _filled(pieces, range(len(pieces)), room, columns)
    found = [tuple(filled[at : at + columns]) for at in range(0, len(filled), columns)]
    if columns > 1 and found:
        found[-1] = _even(pieces, range(_first_new(found), len(pieces)), room, columns)
    return tuple(found)


def _first_new(found: list[Leaf]) -> int:
    """The number of the first piece that no leaf before the last one shows."""
    return max((at for leaf in found[:-1] for column in leaf for at in column), default=-1) + 1


def _even(pieces: Sequence[Piece], rest: range, room: float, columns: int) -> Leaf:
    """The rest, in the lowest columns that hold it."""
    sums = {sum(pieces[at].height for at in rest[:end]) for end in range(len(rest) + 1)}
    for lower in sorted(one for one in sums if one < room):
        filled = _filled(pieces, rest, lower, columns)
        if len(filled) <= columns and all(_high(pieces, one) <= lower + SLACK for one in filled):
            return tuple(filled)
    return tuple(_filled(pieces, rest, room, columns))


def _filled(pieces: Sequence[Piece], which: range, room: float, columns: int) -> list[Column]:
    filled: list[list[int]] = []
    used = room + 2 * SLACK  # nothing is begun
    for at in which:
        piece = pieces[at]
        need = piece.height
        follower = at
        while pieces[follower].leads and follower + 1 in which:
            follower += 1
            need += pieces[follower].height
        led = at > which.start and pieces[at - 1].leads
        if used + need > room + SLACK and not led:
            begins_leaf = len(filled) % columns == 0
            again = [one for one in piece.under if one < at and begins_leaf]
            filled.append(again)
            used = sum(pieces[one].height for one in again)
        filled[-1].append(at)
        used += piece.height
    return [tuple(column) for column in filled]


def _high(pieces: Sequence[Piece], column: Column) -> float:
    return sum(pieces[at].height for at in column)
