"""What a use case puts into the outbox.

Each wing builds its own messages, and formats their keys, in a module like storage/cases/messages.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from storage.outbox.kinds import MessageKind
from storage.rows import names


@dataclass(frozen=True, slots=True)
class Payload:
    """What a message needs at delivery, besides its thread. Every field is a JSON value."""

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names(type(self))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One thing to be shown or sent.

    `key` names it: the same key is the same thing. `destination` is a channel, a member's id or an account. `order_by`
    is the deadline that it serves, or None. `rate_bucket` limits its pace; None means its destination.
    """

    kind: MessageKind
    key: str
    destination: str
    payload: Payload = Payload()
    thread_id: int | None = None
    order_by: datetime | None = None
    rate_bucket: str | None = None
