"""The platform's public keys, several at a time, so that one can follow another.

A JSON file with one key, one with {"keys": [...]}, or a directory of such files (*.json). A key may
have `not_before` and `not_after`, moments with their offset. Sealed to is the newest that is valid
now: the platform hands out the next one weeks before, and goes on opening the last one for weeks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from offline_cache.moments import utc_now
from offline_cache.sealing import Sealed, Sealer, SealingKeyError, read_json, sealer_of

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DatedKey:
    """`not_before` ≤ now ≤ `not_after`."""

    sealer: Sealer
    not_before: datetime
    not_after: datetime

    @property
    def key_id(self) -> str:
        return self.sealer.key_id

    @property
    def ends(self) -> bool:
        return self.not_after < _FOR_EVER

    def is_valid(self, now: datetime) -> bool:
        return self.not_before <= now <= self.not_after


class KeyRing:
    """Seals to the key whose time it is. May be used by several threads."""

    def __init__(self, keys: tuple[DatedKey, ...], clock: Callable[[], datetime]) -> None:
        """`keys`: at least one."""
        self.keys, self._clock = keys, clock

    def current(self, now: datetime) -> DatedKey:
        """The newest that is valid; else the last to end, or the first to begin. What a resident
        hands in is not refused because of a date: the platform still has the key, or refuses it.
        """
        valid = [key for key in self.keys if key.is_valid(now)]
        if valid:
            return max(valid, key=lambda key: key.not_before)
        over = [key for key in self.keys if key.not_after < now]
        if over:
            return max(over, key=lambda key: key.not_after)
        return min(self.keys, key=lambda key: key.not_before)

    def seal(self, plain: bytes, key: str) -> Sealed:
        """As `Sealer.seal`."""
        return self.current(self._clock()).sealer.seal(plain, key)


def load_ring(path: Path, clock: Callable[[], datetime] = utc_now) -> KeyRing:
    """Every key is tried at once: none fails first when a resident confirms.

    Raises:
        SealingKeyError: says which file and field is wrong, or that there is no key.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    keys = tuple(key for file in files for key in _keys_in(file))
    if not keys:
        raise SealingKeyError(f"{path}: there is no key in it")
    named = [key.key_id for key in keys]
    if doubled := {name for name in named if named.count(name) > 1}:
        raise SealingKeyError(f"{path}: there are two keys {', '.join(sorted(doubled))}")
    return KeyRing(keys, clock)


def _keys_in(file: Path) -> Iterator[DatedKey]:
    told = read_json(file)
    if isinstance(told, dict) and set(told) == {"keys"}:
        told = told["keys"]
        if not isinstance(told, list):
            raise SealingKeyError(f"{file}: keys is a list")
    for fields in told if isinstance(told, list) else [told]:
        if not isinstance(fields, dict):
            raise SealingKeyError(f"{file}: every key is an object")
        rest = {name: value for name, value in fields.items() if name not in _DATES}
        begins = _moment(fields, "not_before", _ALWAYS, file)
        ends = _moment(fields, "not_after", _FOR_EVER, file)
        if ends < begins:
            raise SealingKeyError(f"{file}: not_after lies before not_before")
        yield DatedKey(sealer_of(rest, file), begins, ends)


_DATES: Final = ("not_before", "not_after")


def _moment(fields: dict[str, object], name: str, otherwise: datetime, file: Path) -> datetime:
    text = fields.get(name)
    if text is None:
        return otherwise
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SealingKeyError(f"{file}: {name} is a moment with its offset, 2027-01-01T00:00:00Z")
    return moment.astimezone(UTC)
