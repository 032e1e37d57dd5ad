"""Models as files: one TOML file a model, its name the file's, read into a frozen profile.

What is shipped stands in `devices/profiles`; an installation may name directories of its own, whose
models are added and win over shipped ones of the same name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

SHIPPED = Path(__file__).with_name("profiles")

# What a field may hold: gives the value as the profile has it, or raises a ValueError that says
# what is allowed.
Check = Callable[[Any], Any]
Profile = TypeVar("Profile")


class ProfileError(ValueError):
    """A model's file is wrong; the message names the file and the field."""


def load_models(
    make: Callable[..., Profile],
    checks: Mapping[str, Check],
    *directories: Path,
) -> dict[str, Profile]:
    """Every model of the directories by its name, later directories winning.

    Args:
        make: a dataclass with a field `name`; a file must hold each other field without a default.
        checks: of every field but `name`.
        directories: each holds files `<name>.toml`; others in it are passed over.

    Raises:
        ProfileError: a directory or file cannot be read, a field is missing, unknown or not
            allowed.
    """
    models = {}
    for directory in directories:
        try:
            files = sorted(path for path in directory.iterdir() if path.suffix == ".toml")
        except OSError as fault:
            raise ProfileError(f"{directory}: {fault.strerror}") from None
        for file in files:
            try:
                models[file.stem] = make(name=file.stem, **_values(make, checks, file))
            except ValueError as fault:
                raise ProfileError(f"{file}: {fault}") from None
    return models


def _values(make: Any, checks: Mapping[str, Check], file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProfileError(str(fault)) from None
    needed = {
        field.name
        for field in fields(make)
        if field.default is MISSING and field.default_factory is MISSING
    } - {"name"}
    for wrong, field in (
        *(("missing", field) for field in sorted(needed - table.keys())),
        *(("unknown", field) for field in sorted(table.keys() - checks.keys())),
    ):
        raise ProfileError(f"{field} is {wrong}")
    values = {}
    for field, value in table.items():
        try:
            values[field] = checks[field](value)
        except ValueError as fault:
            raise ProfileError(f"{field} = {value!r}: {fault}") from None
    return values


def whole(least: int, most: int, step: int = 1) -> Check:
    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most or value % step:
            steps = f" in steps of {step}" if step > 1 else ""
            raise ValueError(f"a whole number from {least} to {most}{steps}")
        return value

    return check


def number(least: float, most: float) -> Check:
    def check(value: Any) -> float:
        if type(value) not in (int, float) or not least <= value <= most:
            raise ValueError(f"a number from {least:g} to {most:g}")
        return float(value)

    return check


def yes_or_no(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("true or false")
    return value


def one_of(words: type[StrEnum]) -> Check:
    def check(value: Any) -> StrEnum:
        try:
            return words(value)
        except ValueError:
            raise ValueError(f"one of {', '.join(words)}") from None

    return check


def among(*values: Any) -> Check:
    def check(value: Any) -> Any:
        if type(value) is bool or value not in values:
            raise ValueError(f"one of {', '.join(map(str, values))}")
        return value

    return check


def hexadecimal(value: Any) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        raise ValueError("bytes in hexadecimal") from None


def several(each: Check, least: int = 0) -> Check:
    def check(value: Any) -> tuple[Any, ...]:
        if type(value) is not list or len(value) < least:
            raise ValueError(f"a list of at least {least}")
        return tuple(map(each, value))

    return check
