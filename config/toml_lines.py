"""Which line of a TOML file a key stands on: tomllib does not say.

Only for files that tomllib has read: what is no TOML is not told from what is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Path = tuple[str | int, ...]

_CLOSING = {"[": "]", "{": "}"}


class Lines:
    """Lines of keys, of tables, and of the entries of arrays, from 1."""

    def __init__(self, text: str) -> None:
        self._lines = dict(_found(text))

    def of(self, path: Path) -> int:
        """Of what `path` leads to, or of the nearest that it lies in; 1 is the file."""
        for length in range(len(path), 0, -1):
            if (line := self._lines.get(path[:length])) is not None:
                return line
        return 1


def _found(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    counts: dict[Path, int] = {}
    at, line = 0, 1
    while at < len(text):
        end = _after_statement(text, at)
        statement = text[at:end]
        bare = statement.strip()
        if bare.startswith("[["):
            name = _keys(bare[2 : bare.index("]]")])
            outer = _within(name[:-1], counts)
            array = (*outer, name[-1])
            counts[array] = counts.get(array, -1) + 1
            table = (*array, counts[array])
            yield array, line
            yield table, line
        elif bare.startswith("["):
            table = _within(_keys(bare[1 : bare.index("]")]), counts)
            yield table, line
        elif "=" in bare and not bare.startswith("#"):
            key, _, value = statement.partition("=")
            path = (*table, *_keys(key))
            for length in range(len(table) + 1, len(path) + 1):
                yield path[:length], line
            yield from _inside(value, path, line)
        line += statement.count("\n")
        at = end


def _within(names: Path, counts: Mapping[Path, int]) -> Path:
    """Of a table's name with the number of the entry it belongs to."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path


def _keys(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _after_statement(text: str, at: int) -> int:
    """Behind the line end that closes it: brackets and texts may go over several lines."""
    depth = 0
    table = text[at:].lstrip(" \t").startswith("[")
    while at < len(text):
        sign = text[at]
        if sign == "#":
            at = _line_end(text, at)
            continue
        if sign in "\"'":
            at = _after_text(text, at)
            continue
        if sign in "[{" and not table:
            depth += 1
        elif sign in "]}" and not table:
            depth -= 1
        at += 1
        if sign == "\n" and depth <= 0:
            break
    return at


def _inside(value: str, path: Path, line: int) -> Iterator[tuple[Path, int]]:
    """Entries of an array, and keys of tables, however deep."""
    at = len(value) - len(value.lstrip())
    if at == len(value) or value[at] not in _CLOSING:
        return
    array, entry, start = value[at] == "[", 0, at + 1
    depth, at = 0, at + 1
    while at < len(value):
        sign = value[at]
        if sign == "#":
            at = _line_end(value, at)
            continue
        if sign in "\"'":
            at = _after_text(value, at)
            continue
        if sign in ",]}" and depth == 0:
            part = value[start:at]
            blank = _blank(part)
            here = line + value[: start + blank].count("\n")
            if array and part[blank:].strip():
                yield (*path, entry), here
                yield from _inside(part[blank:], (*path, entry), here)
                entry += 1
            elif "=" in part:
                key, _, inner = part[blank:].partition("=")
                deeper = (*path, *_keys(key))
                yield deeper, here
                yield from _inside(inner, deeper, here)
            if sign != ",":
                return
            start = at + 1
        elif sign in _CLOSING:
            depth += 1
        elif sign in "]}":
            depth -= 1
        at += 1


def _blank(text: str) -> int:
    """How much of it is spaces, line ends and comments before anything else."""
    at = 0
    while at < len(text) and (text[at].isspace() or text[at] == "#"):
        at = _line_end(text, at) if text[at] == "#" else at + 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _after_text(text: str, at: int) -> int:
    mark = text[at : at + 3] if text[at : at + 3] in ('"""', "'''") else text[at]
    end = at + len(mark)
    while end < len(text) and not text.startswith(mark, end):
        end += 2 if mark[0] == '"' and text[end] == "\\" else 1
    return end + len(mark)
