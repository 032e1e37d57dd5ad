"""IPP on the wire: requests out, answers in; opens nothing.

RFC 8010 §3. Of an answer only what a client of one queue needs becomes a value: collections are
read over, and dates, ranges and resolutions stay bytes. Every length is checked before it is used.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from devices.base import GarbledReplyError

VERSION = (2, 0)
DEEPEST = 8  # collections within collections; printers use three

Value = int | bool | str | bytes


class Group(IntEnum):
    """Delimiters, RFC 8010 §3.5.1."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04


class Tag(IntEnum):
    """Value tags, RFC 8010 §3.5.2."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    BEGIN_COLLECTION = 0x34
    TEXT_LANGUAGE = 0x35
    NAME_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


FIRST_VALUE = 0x10  # below it are delimiters
OUT_OF_BAND = range(0x10, 0x20)  # unknown, no-value, …: the attribute is there, a value is not
STRINGS = range(0x40, 0x60)
NUMBERS = (Tag.INTEGER, Tag.ENUM)
WITH_LANGUAGE = (Tag.TEXT_LANGUAGE, Tag.NAME_LANGUAGE)

Attributes = Mapping[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One to be sent; several values make a set."""

    tag: Tag
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """`groups` in the order they came; there is one of `Group.JOB` for each job."""

    status: int
    groups: tuple[tuple[int, Attributes], ...]

    def all(self, group: Group) -> tuple[Attributes, ...]:
        return tuple(attributes for tag, attributes in self.groups if tag == group)


def encode(
    operation: int,
    request_id: int,
    groups: Sequence[tuple[Group, Sequence[Attribute]]],
) -> bytes:
    """A request; the document, if any, follows it on the wire as it is.

    Raises:
        ValueError: a value is longer than 32 767 bytes or does not suit its tag.
    """
    parts = [struct.pack(">BBHI", *VERSION, operation, request_id)]
    for group, attributes in groups:
        parts.append(bytes([group]))
        for attribute in attributes:
            name = attribute.name
            for value in attribute.values:
                parts.append(_field(attribute.tag, name.encode(), _raw(attribute.tag, value)))
                name = ""  # RFC 8010 §3.1.5: the further values of a set have none
    return b"".join((*parts, bytes([Group.END])))


def decode(data: bytes, request_id: int) -> Answer:
    """The answer to the request with that number.

    Raises:
        GarbledReplyError: not IPP, not whole, or the answer to something else.
    """
    reader = _Reader(data)
    major, _, status, answered = struct.unpack(">BBHI", reader.take(8))
    if major not in (1, 2) or answered != request_id:
        raise GarbledReplyError(f"no answer to request {request_id}")
    groups: list[tuple[int, dict[str, list[Value]]]] = []
    name = ""
    while (tag := reader.byte()) != Group.END:
        if tag < FIRST_VALUE:
            groups.append((tag, {}))
            name = ""
            continue
        given, raw = reader.field()
        name = given or name
        if not groups or not name:
            raise GarbledReplyError("a value without an attribute")
        attributes = groups[-1][1]
        if given:
            attributes[name] = []
        attributes.setdefault(name, []).extend(_values(tag, raw, reader))
    return Answer(status, tuple((tag, _frozen(attributes)) for tag, attributes in groups))


def _frozen(attributes: Mapping[str, Sequence[Value]]) -> Attributes:
    return {name: tuple(values) for name, values in attributes.items()}


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) != count:
            raise GarbledReplyError("the answer is not whole")
        self._at += count
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def field(self) -> tuple[str, bytes]:
        """The name, "" for a further value of a set, and the bytes of the value."""
        name = self.take(int.from_bytes(self.take(2), "big"))
        raw = self.take(int.from_bytes(self.take(2), "big"))
        return _text(name), raw


def _field(tag: int, name: bytes, raw: bytes) -> bytes:
    if max(len(name), len(raw)) > 0x7FFF:
        raise ValueError(f"{name.decode()} is too long for IPP")
    return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(raw)) + raw


def _raw(tag: Tag, value: Value) -> bytes:
    if tag is Tag.BOOLEAN:
        return bytes([bool(value)])
    if tag in NUMBERS and isinstance(value, int):
        return value.to_bytes(4, "big", signed=True)
    if tag in STRINGS and isinstance(value, str):
        return value.encode()
    raise ValueError(f"{type(value).__name__} as {tag.name}")


def _values(tag: int, raw: bytes, reader: _Reader) -> tuple[Value, ...]:
    """One value, or none where there is nothing to say."""
    if tag in OUT_OF_BAND:
        return ()
    if tag == Tag.BEGIN_COLLECTION:
        _skip_collection(reader)
        return ()
    if tag in NUMBERS:
        return (int.from_bytes(_sized(raw, 4), "big", signed=True),)
    if tag == Tag.BOOLEAN:
        return (_sized(raw, 1) != b"\0",)
    if tag in WITH_LANGUAGE:
        inner = _Reader(raw)
        inner.take(int.from_bytes(inner.take(2), "big"))
        return (_text(inner.take(int.from_bytes(inner.take(2), "big"))),)
    return (_text(raw),) if tag in STRINGS else (raw,)


def _skip_collection(reader: _Reader) -> None:
    depth = 1
    while depth:
        tag = reader.byte()
        if tag < FIRST_VALUE or depth > DEEPEST:
            raise GarbledReplyError("a collection that does not end")
        reader.field()
        depth += (tag == Tag.BEGIN_COLLECTION) - (tag == Tag.END_COLLECTION)


def _sized(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise GarbledReplyError(f"a value of {len(raw)} bytes instead of {size}")
    return raw


def _text(raw: bytes) -> str:
    # Some printers cut a long name in the middle of a character; the rest of it is still good.
    return raw.decode("utf-8", "replace")
