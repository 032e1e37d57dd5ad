"""What comes sealed besides submissions: opened, where it repeats what stands outside its box."""

from __future__ import annotations

from typing import Protocol, TypeVar

from pydantic import BaseModel

from sandbox.platform.keys import NotOpenableError, SealingKeys, UnknownKeyError
from sandbox.platform.wire import Refusal, parsed

_Packet = TypeVar("_Packet", bound=BaseModel)


class Outside(Protocol):
    """What every sealed request has outside its box."""

    @property
    def terminal(self) -> str: ...
    @property
    def key_id(self) -> str: ...
    @property
    def suite(self) -> str: ...
    @property
    def sealed(self) -> bytes: ...


def opened(keys: SealingKeys, outside: Outside, key: str, model: type[_Packet]) -> _Packet:
    """Raises: Refusal."""
    try:
        plain = keys.open(outside.key_id, outside.suite, outside.sealed, key)
    except UnknownKeyError:
        raise Refusal("UNKNOWN_SEALING_KEY") from None
    except NotOpenableError:
        raise Refusal("NOT_OPENABLE") from None
    packet = parsed(model, plain, "PACKET_INVALID")
    if (getattr(packet, "key"), getattr(packet, "terminal")) != (key, outside.terminal):  # noqa: B009
        raise Refusal("PACKET_INVALID")
    return packet
